//! Step 4: what do they ask?
//!
//! Denied calls are parsed too: their record says what was tried.

use super::route::Route;
use crate::fault;
use crate::limits::ERROR_BYTES_MAX;
use crate::service::{Job, Prepared};
use serde_json::Value;
use wire::{Fault, Protocol, Rejection, Request};

/// The operation with its input, or why there is none; and the record's `requestParameters`.
/// Where the operation is not built nobody knows which members are secret: they are not recorded.
pub(super) fn parse(request: &Request, route: &Route) -> (Result<Job, Fault>, Value) {
    let (Some(service), Some(operation)) = (route.service.built, route.operation) else {
        return (Err(not_built(route)), Value::Null);
    };
    if route.unsigned.is_some() {
        return prepared(operation.prepare(service.protocol(), Value::Object(Default::default())));
    }
    let binding = service.rest_binding(operation.name);
    let protocol = service.protocol();
    let input = protocol.parse_input(request, &binding);
    prepared(input.and_then(|input| operation.prepare(protocol, input)))
}

fn prepared(prepared: Result<Prepared, Rejection>) -> (Result<Job, Fault>, Value) {
    match prepared {
        Ok(prepared) => (Ok(prepared.job), prepared.parameters),
        Err(rejection) => (Err(short(rejection).into()), Value::Null),
    }
}

/// Some messages quote what they met; nobody needs a megabyte of it back.
fn short(mut rejection: Rejection) -> Rejection {
    let end = rejection.message.floor_char_boundary(ERROR_BYTES_MAX);
    rejection.message.truncate(end);
    rejection
}

fn not_built(route: &Route) -> Fault {
    let protocol = route.protocol;
    match protocol {
        Protocol::RestJson | Protocol::RestXml => {
            fault::not_built(protocol, &route.service.name, &route.event_name)
        }
        _ if route.named || route.service.built.is_none() => {
            fault::not_built(protocol, &route.service.name, &route.event_name)
        }
        Protocol::Query | Protocol::Ec2Query => Rejection::missing_action().into(),
        _ => Rejection::unknown_operation("").into(),
    }
}
