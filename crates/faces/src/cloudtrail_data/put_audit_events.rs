//! `PutAuditEvents`:
//! <https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_PutAuditEvents.html>
//!
//! The `eventID` of a record follows from the channel and the event's id. So an event that is sent
//! again gets the same one, and the writer, which knows all ids, keeps the first record alone.

use super::audit_event::AuditEvent;
use super::batch::Batch;
use super::event_data::{Flaw, Told};
use super::prelude::*;
use super::target::Target;
use model::resource::{Channel, Ingestion};
use model::{Body, Origin, Record, RecordId, Timestamp, format_seconds};

const EVENT_VERSION: &str = "1.11";
const EXTERNAL_ID_CHARS: std::ops::RangeInclusive<usize> = 2..=1_224;

/// Events and the channel they go through.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    channel_arn: String,
    external_id: Option<String>,
    audit_events: Batch,
}

/// What became of each event.
#[derive(Debug, Default, Serialize)]
pub struct Output {
    failed: Vec<Failed>,
    successful: Vec<Successful>,
}

/// An event that was not taken in.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failed {
    error_code: &'static str,
    error_message: String,
    id: String,
}

/// An event that has its record.
#[derive(Debug, Serialize)]
pub struct Successful {
    #[serde(rename = "eventID")]
    event_id: String,
    id: String,
}

/// Proposes a record for each event that is sound.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<Output>, Effect), Error> {
    let external_id = input.external_id.as_deref();
    check_external_id(external_id)?;
    let target = Target::find(state, caller, &input.channel_arn, external_id)?;
    let events = input.audit_events.checked()?;
    let mut ingestion = state.ingestion(&target.channel.id).cloned().unwrap_or_default();
    let (mut output, mut effect) = (Output::default(), Effect::default());
    for event in events {
        let event_id = event_id(target.channel, &event.id);
        ingestion.tried = Some(caller.at());
        ingestion.tried_event = Some(event_id.clone());
        match sound(&target, event) {
            Ok(told) => {
                effect.records.push(record(&target, caller, event, told, &event_id));
                output.successful.push(Successful { event_id, id: event.id.clone() });
            }
            Err(flaw) => output.failed.push(failed(event, flaw)),
        }
    }
    settle(&mut ingestion, caller.at(), &output);
    effect.changes.push(Change::ChannelUsed { id: target.channel.id.clone(), ingestion });
    let response_elements =
        json!({ "successfulCount": output.successful.len(), "failed": output.failed });
    Ok((Answer { output, response_elements }, effect))
}

fn check_external_id(id: Option<&str>) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&b);
    let fits = |id: &str| EXTERNAL_ID_CHARS.contains(&id.len()) && id.bytes().all(plain);
    match id.is_none_or(fits) {
        true => Ok(()),
        false => Err(Error::Validation(
            "`externalId` has 2 to 1224 letters, digits and `_+=,.@:/-`".to_owned(),
        )),
    }
}

/// What an event says, if it can be taken in now and here.
fn sound<'a>(target: &Target<'_>, event: &'a AuditEvent) -> Result<&'a Told, Flaw> {
    let told = event.told.as_ref().map_err(Clone::clone)?;
    if told.recipient != target.channel.account.as_str() {
        return Err(Flaw::new(
            "InvalidRecipient",
            format!("recipientAccountId must be {}, the channel's owner", target.channel.account),
        ));
    }
    if told.time > target.newest {
        let message = "eventTime lies more than an hour in the future: check the clocks";
        return Err(Flaw::new("InvalidData", message));
    }
    if told.time < target.oldest {
        let message = "eventTime is older than what the channel's event data stores keep";
        return Err(Flaw::new("InvalidData", message));
    }
    Ok(told)
}

fn failed(event: &AuditEvent, flaw: Flaw) -> Failed {
    let mut error_message = flaw.message;
    error_message.truncate(error_message.floor_char_boundary(1_024));
    Failed { error_code: flaw.code, error_message, id: event.id.clone() }
}

fn settle(ingestion: &mut Ingestion, at: Timestamp, output: &Output) {
    if let Some(last) = output.successful.last() {
        ingestion.succeeded = Some(at);
        ingestion.succeeded_event = Some(last.event_id.clone());
    }
    ingestion.error = output.failed.last().map(|failed| failed.error_code.to_owned());
}

/// A UUID that says nothing but which event of which channel.
fn event_id(channel: &Channel, id: &str) -> String {
    let hash = wire::sha256(format!("{}\n{id}", channel.id).as_bytes());
    let mut bytes: [u8; 16] = hash.first_chunk().copied().unwrap_or_default();
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = *version & 0x0f | 0x80;
    *variant = *variant & 0x3f | 0x80;
    RecordId(bytes).to_uuid()
}

/// An ActivityAuditLog record up to its `eventData`, in AWS's order of members.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ActivityLog<'a> {
    event_version: &'a str,
    event_category: &'a str,
    event_type: &'a str,
    #[serde(rename = "eventID")]
    event_id: &'a str,
    event_time: String,
    aws_region: &'a str,
    recipient_account_id: &'a str,
    addendum: (),
    metadata: Metadata<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    ingestion_time: String,
    #[serde(rename = "channelARN")]
    channel_arn: &'a str,
}

fn record(
    target: &Target<'_>,
    caller: &Caller,
    event: &AuditEvent,
    told: &Told,
    event_id: &str,
) -> Record {
    let log = ActivityLog {
        event_version: EVENT_VERSION,
        event_category: "ActivityAuditLog",
        event_type: "ActivityLog",
        event_id,
        event_time: format_seconds(told.time.seconds()),
        aws_region: caller.region(),
        recipient_account_id: &told.recipient,
        addendum: (),
        metadata: Metadata {
            ingestion_time: format_seconds(caller.at().seconds()),
            channel_arn: target.arn.as_str(),
        },
    };
    // Texts can always be written.
    let mut bytes = serde_json::to_vec(&log).unwrap_or_default();
    // The event's own words follow as they came: they were read as one JSON object.
    bytes.pop();
    bytes.extend_from_slice(b",\"eventData\":");
    bytes.extend_from_slice(event.data.trim().as_bytes());
    bytes.push(b'}');
    Record {
        owner: target.channel.account.clone(),
        origin: Origin::Put,
        ingested: caller.at(),
        stores: Some(std::sync::Arc::clone(&target.stores)),
        body: Body::ApiCall(bytes.into()),
    }
}
