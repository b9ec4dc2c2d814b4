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
        let context = context(state, call, resources.as_ref(), at);
        Self { bytes_max, context, resources }
    }
}

/// `eventContext`. Principals have no tags yet, so that only those of resources are found.
fn context(state: &State, call: &Call, resources: Option<&Value>, at: Timestamp) -> Value {
    let keys = |kind: ContextKind| {
        let selectors = state.context_keys(call.caller.account());
        selectors.filter(move |it| it.kind == kind).flat_map(|it| &it.equals)
    };
    let asked = keys(ContextKind::RequestContext);
    let request: Map<String, Value> =
        asked.filter_map(|key| Some((key.clone(), value(key, call, at)?.into()))).collect();
    let tags: Vec<&String> = keys(ContextKind::TagContext).collect();
    let tagged = resource_tags(state, call, resources, &tags);
    let mut context = Map::new();
    if !request.is_empty() {
        context.insert("requestContext".to_owned(), request.into());
    }
    if !tagged.is_empty() {
        context.insert("tagContext".to_owned(), json!({ "resourceTags": tagged }));
    }
    if context.is_empty() { Value::Null } else { context.into() }
}

/// The tags with these keys of what the call was about.
fn resource_tags(
    state: &State,
    call: &Call,
    resources: Option<&Value>,
    keys: &[&String],
) -> Vec<Value> {
    if keys.is_empty() {
        return Vec::new();
    }
    let tagged = touched::arns(call, resources).into_iter().filter_map(|arn| {
        let all = state.tags(&arn)?;
        let asked = keys.iter().filter_map(|key| all.get_key_value(*key));
        let tags: Map<String, Value> =
            asked.map(|(key, value)| (key.clone(), value.clone().into())).collect();
        (!tags.is_empty()).then(|| json!({ "arn": arn, "tags": tags }))
    });
    tagged.collect()
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
