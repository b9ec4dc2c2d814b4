//! Step 6: the CloudTrail record of a call, version 1.11, in AWS's order of members:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.

use super::authenticate::cut;
use super::call::Call;
use super::carried::Carried;
use super::handle::Told;
use crate::limits::ERROR_BYTES_MAX;
use crate::parameters;
use crate::service::Access;
use engine::State;
use model::{Body, Identity, Origin, Record, Scan, Timestamp, format_seconds};
use serde::Serialize;
use serde_json::{Value, json};
use wire::{Fault, Protocol};

const EVENT_VERSION: &str = "1.11";

/// Verbs that read, for operations that are not built and so have no table to say it.
const READING_VERBS: [&str; 10] =
    ["BatchGet", "Describe", "GET ", "Get", "HEAD ", "Head", "List", "Lookup", "Query", "Search"];

/// The record of one call, whether it was granted, denied or failed.
pub(super) fn record(state: &State, call: &Call, told: &Told, at: Timestamp) -> Record {
    let carried = Carried::of(state, call, told, at);
    Record {
        owner: call.caller.account().clone(),
        origin: Origin::Recorded,
        ingested: at,
        stores: None,
        body: Body::ApiCall(bytes(call, told, at, &carried).into()),
    }
}

fn bytes(call: &Call, told: &Told, at: Timestamp, carried: &Carried) -> Vec<u8> {
    let elements = response_elements(call, told);
    let fits = |record: &Vec<u8>| fits(record, carried.bytes_max);
    let write = |parts: Parts<'_>| written(call, told, at, parts);
    let mut parts = Parts {
        parameters: &call.parameters,
        elements: &elements,
        resources: carried.resources.as_ref(),
        context: Some(&carried.context).filter(|context| !context.is_null()),
    };
    let whole = write(parts);
    if fits(&whole) {
        return whole;
    }
    let context = omitted(&carried.context, "eventContext too large");
    parts.context = parts.context.map(|_| &context);
    let parameters = omitted(parts.parameters, "requestParameters too large");
    parts.parameters = &parameters;
    let shorter = write(parts);
    if fits(&shorter) {
        return shorter;
    }
    let elements = omitted(&elements, "responseElements too large");
    write(Parts { elements: &elements, ..parts })
}

/// The members of a record that may have to go.
#[derive(Clone, Copy)]
struct Parts<'a> {
    parameters: &'a Value,
    elements: &'a Value,
    resources: Option<&'a Value>,
    context: Option<&'a Value>,
}

/// Whether the record is short enough, and not nested deeper than records may be.
fn fits(record: &[u8], bytes_max: usize) -> bool {
    record.len() <= bytes_max && Scan::default().read(record, 0).is_ok()
}

fn omitted(value: &Value, reason: &str) -> Value {
    let size = value.to_string().len();
    json!({ "omitted": true, "originalSize": size, "reason": reason })
}

fn response_elements(call: &Call, told: &Told) -> Value {
    let Ok(answered) = told else {
        return Value::Null;
    };
    match &answered.response_elements {
        Some(elements) => elements.clone(),
        None if is_read_only(call) => Value::Null,
        None => parameters::recorded(&answered.output),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiCall<'a> {
    event_version: &'a str,
    user_identity: UserIdentity<'a>,
    event_time: String,
    event_source: &'a str,
    event_name: &'a str,
    aws_region: &'a str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'a str,
    user_agent: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    request_parameters: &'a Value,
    response_elements: &'a Value,
    #[serde(rename = "requestID")]
    request_id: &'a str,
    #[serde(rename = "eventID")]
    event_id: &'a str,
    read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<&'a Value>,
    event_type: &'a str,
    management_event: bool,
    recipient_account_id: &'a str,
    event_category: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_details: Option<TlsDetails<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_context: Option<&'a Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserIdentity<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    principal_id: &'a str,
    arn: &'a str,
    account_id: &'a str,
    access_key_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_context: Option<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsDetails<'a> {
    tls_version: &'a str,
    cipher_suite: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_provided_host_header: Option<&'a str>,
}

fn written(call: &Call, told: &Told, at: Timestamp, parts: Parts<'_>) -> Vec<u8> {
    let (caller, fault) = (&call.caller, told.as_ref().err());
    let protocol = call.route.protocol;
    let record = ApiCall {
        event_version: EVENT_VERSION,
        user_identity: user_identity(caller.identity()),
        event_time: format_seconds(at.seconds()),
        event_source: &call.route.service.source,
        event_name: &call.route.event_name,
        aws_region: caller.region(),
        source_ip_address: caller.source_ip(),
        user_agent: caller.user_agent(),
        error_code: fault.map(|fault| error_code(fault, protocol)),
        error_message: fault.map(|fault| cut(&fault.message, ERROR_BYTES_MAX)),
        request_parameters: parts.parameters,
        response_elements: parts.elements,
        request_id: &call.ids.request,
        event_id: &call.ids.event,
        read_only: is_read_only(call),
        resources: parts.resources,
        event_type: "AwsApiCall",
        management_event: !is_data(call),
        recipient_account_id: caller.account().as_str(),
        event_category: if is_data(call) { "Data" } else { "Management" },
        tls_details: tls_details(call),
        event_context: parts.context,
    };
    // A struct of texts, truth values and JSON values can always be written.
    serde_json::to_vec(&record).unwrap_or_default()
}

fn is_data(call: &Call) -> bool {
    call.route.is_data()
}

fn user_identity(identity: &Identity) -> UserIdentity<'_> {
    let session_context = identity.session.as_ref().map(|session| {
        let created = format_seconds(session.created.seconds());
        json!({ "attributes": { "creationDate": created, "mfaAuthenticated": "false" } })
    });
    UserIdentity {
        kind: identity.kind.as_str(),
        principal_id: &identity.principal_id,
        arn: identity.arn.as_str(),
        account_id: identity.account_id.as_str(),
        access_key_id: &identity.access_key_id,
        user_name: identity.user_name.as_deref(),
        session_context,
    }
}

fn tls_details(call: &Call) -> Option<TlsDetails<'_>> {
    let tls = call.tls.as_ref()?;
    let host = call.host.as_deref();
    Some(TlsDetails {
        tls_version: &tls.version,
        cipher_suite: &tls.cipher_suite,
        client_provided_host_header: host.map(|host| cut(host, ERROR_BYTES_MAX)),
    })
}

/// The code as CloudTrail writes it: EC2's say whose fault it is, and a denial is called the same
/// in every service but EC2.
fn error_code(fault: &Fault, protocol: Protocol) -> String {
    let code = match (protocol, fault.sender) {
        (Protocol::Ec2Query, true) => format!("Client.{}", fault.code),
        (Protocol::Ec2Query, false) => format!("Server.{}", fault.code),
        _ if fault.code == "AccessDeniedException" => "AccessDenied".to_owned(),
        _ => fault.code.clone(),
    };
    cut(&code, ERROR_BYTES_MAX).to_owned()
}

fn is_read_only(call: &Call) -> bool {
    match call.route.operation {
        Some(operation) => Access::is_read_only(operation.access),
        None => READING_VERBS.iter().any(|verb| call.route.event_name.starts_with(verb)),
    }
}
