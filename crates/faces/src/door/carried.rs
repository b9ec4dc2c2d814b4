//! What a record carries besides the call: how large it may be, and its `eventContext`.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-context-events.html>

use super::call::Call;
use super::handle::Told;
use super::touched;
use crate::limits::{RECORD_BYTES_MAX, STANDARD_RECORD_BYTES_MAX};
use engine::State;
use model::resource::{ContextKind, MaxEventSize};
use model::{CallerKind, Identity, Timestamp, format_seconds};
use serde_json::{Map, Value, json};

/// What the account's event data stores ask for, filled in for one call.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub(super) bytes_max: usize,
    /// `null` where nothing was asked for that is known of the call.
    pub(super) context: Value,
    /// What the call was about.
    pub(super) resources: Option<Value>,
}

impl Carried {
    pub(super) fn of(state: &State, call: &Call, told: &Told, at: Timestamp) -> Self {
        let account = call.caller.account();
        let bytes_max = match state.max_event_size(account) {
            Some(MaxEventSize::Standard) => STANDARD_RECORD_BYTES_MAX,
            Some(MaxEventSize::Large) | None => RECORD_BYTES_MAX,
        };
        let resources = touched::resources(state, call, told);
        Self { bytes_max, context: context(state, call, at), resources }
    }
}

/// Tags are kept for no principal and for no resource of a call yet, so tag keys find nothing.
fn context(state: &State, call: &Call, at: Timestamp) -> Value {
    let mut found = Map::new();
    let selectors = state.context_keys(call.caller.account());
    for selector in selectors.filter(|it| it.kind == ContextKind::RequestContext) {
        for key in &selector.equals {
            if let Some(value) = value(key, call, at) {
                found.insert(key.clone(), value.into());
            }
        }
    }
    match found.is_empty() {
        true => Value::Null,
        false => json!({ "requestContext": found }),
    }
}

/// The value of a condition key, as a policy would see it; `None` where it is not known or does
/// not apply. Case does not matter, as in policies.
fn value(key: &str, call: &Call, at: Timestamp) -> Option<String> {
    let (caller, identity) = (&call.caller, call.caller.identity());
    let value = match key.to_ascii_lowercase().as_str() {
        "aws:currenttime" => format_seconds(at.seconds()),
        "aws:epochtime" => at.seconds().to_string(),
        "aws:multifactorauthpresent" => identity.session.as_ref().map(|_| "false".to_owned())?,
        "aws:principalaccount" => caller.account().to_string(),
        "aws:principalarn" => identity.arn.to_string(),
        "aws:principalisawsservice" | "aws:viaawsservice" => "false".to_owned(),
        "aws:principaltype" => principal_type(identity).to_owned(),
        "aws:requestedregion" => caller.region().to_owned(),
        "aws:securetransport" => call.tls.is_some().to_string(),
        "aws:sourceip" => caller.source_ip().to_owned(),
        "aws:tokenissuetime" => format_seconds(identity.session.as_ref()?.created.seconds()),
        "aws:useragent" => Some(caller.user_agent()).filter(|it| !it.is_empty())?.to_owned(),
        "aws:userid" => identity.principal_id.clone(),
        "aws:username" => identity.user_name.clone()?,
        _ => return None,
    };
    Some(value)
}

const fn principal_type(identity: &Identity) -> &'static str {
    match identity.kind {
        CallerKind::IAMUser => "User",
        CallerKind::Root => "Account",
    }
}
