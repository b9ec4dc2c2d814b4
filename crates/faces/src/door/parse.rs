//! Step 4: what do they ask?
//!
//! Denied calls are parsed too: their record says what was tried.

use super::authenticate::cut;
use super::route::{Place, Route};
use crate::limits::ERROR_BYTES_MAX;
use crate::service::{Access, Job, Operation, Prepared};
use crate::{fault, upload};
use serde_json::{Map, Value};
use wire::protocol::rest_xml::{self, Address};
use wire::{Fault, Protocol, Rejection, Request};

/// The operation with its input, or why there is none; and the record's `requestParameters`.
/// Where the operation is not built nobody knows which members are secret: they are not recorded.
pub(super) fn parse(request: &Request, route: &Route) -> (Result<Job, Fault>, Value) {
    let (Some(service), Some(operation)) = (route.service.built, route.operation) else {
        return (Err(not_built(request, route)), Value::Null);
    };
    if route.unsigned.is_some() {
        return prepared(operation.prepare(service.protocol(), Value::Object(Default::default())));
    }
    let binding = service.rest_binding(operation.name);
    let protocol = service.protocol();
    let input = protocol.parse_input(request, &binding);
    let (job, parameters) = prepared(input.and_then(|input| operation.prepare(protocol, input)));
    match &route.place {
        Some(place) => {
            let checked = check_body(request, operation);
            (checked.and(job), addressed(request, place, parameters))
        }
        None => (job, parameters),
    }
}

/// Checks a body that is a document; those of objects are checked as they come.
fn check_body(request: &Request, operation: &Operation) -> Result<(), Fault> {
    match operation.name {
        // The checksum it carries is the object's.
        "CompleteMultipartUpload" => Ok(()),
        _ if operation.access == Access::Upload => Ok(()),
        name => upload::check_whole(request, name == "DeleteObjects"),
    }
}

/// What CloudTrail tells of an address besides: the host, and the parameters that say which
/// operation is meant. Of an input that was not understood, bucket and key are told all the same.
fn addressed(request: &Request, place: &Place, parameters: Value) -> Value {
    let mut members = match parameters {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let Address { bucket, key } = &place.address;
    let host = request.host().map(|host| cut(host, ERROR_BYTES_MAX));
    let named = [("bucketName", bucket.as_deref()), ("key", key.as_deref()), ("Host", host)];
    for (name, text) in named {
        if let Some(text) = text {
            members.entry(name).or_insert_with(|| text.into());
        }
    }
    let marks = place.row.iter().flat_map(|row| row.marks);
    for mark in marks.filter(|mark| !mark.starts_with("x-amz-")) {
        let value = rest_xml::parameter(request, mark).unwrap_or_default();
        members.entry(*mark).or_insert_with(|| value.into());
    }
    Value::Object(members)
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

fn not_built(request: &Request, route: &Route) -> Fault {
    let protocol = route.protocol;
    match protocol {
        Protocol::RestXml if rest_xml::address(request).is_none() => {
            Rejection::invalid_uri("it is not UTF-8").into()
        }
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
