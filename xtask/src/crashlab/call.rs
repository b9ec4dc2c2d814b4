//! The calls that writers make, and what their answers say.

use anyhow::Result;
use serde_json::{Value, json};

use super::audit_event;
use super::book::Told;
use crate::client::{Answer, Client};
use crate::random::Random;

/// One kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// `sts:GetCallerIdentity`
    Identity,
    /// `sts:GetSessionToken`: a key becomes State in the frame of its record.
    Session,
    /// `cloudtrail:LookupEvents`
    Lookup,
    /// A call that is refused for its input, and recorded with its error.
    Invalid,
    /// An operation for a resource that is not there: recorded with its error.
    Absent,
    /// A wrong signature: refused, and not recorded.
    Spoiled,
    /// `cloudtrail:AddTags`: a change and its record.
    Tag,
    /// `cloudtrail-data:PutAuditEvents` with so many events.
    Put(usize),
    /// `s3:PutObject` with about so many bytes, or the same in parts.
    Object(usize),
}

/// An object of so many bytes is put in two parts.
pub(super) const PARTED_BYTES: usize = PART_BYTES + 70_000;
/// The least size of a part that is not the last one, in bytes.
pub(super) const PART_BYTES: usize = 5 << 20;

/// Kinds and how often each comes, in a hundred calls.
const SHARES: [(Call, usize); 14] = [
    (Call::Identity, 12),
    (Call::Session, 8),
    (Call::Lookup, 6),
    (Call::Invalid, 8),
    (Call::Absent, 6),
    (Call::Spoiled, 4),
    (Call::Tag, 10),
    (Call::Put(1), 14),
    (Call::Put(7), 10),
    (Call::Put(100), 6),
    (Call::Object(200), 6),
    (Call::Object(20_000), 6),
    (Call::Object(300_000), 3),
    (Call::Object(PARTED_BYTES), 1),
];

impl Call {
    /// Draws one by its share.
    pub(super) fn draw(random: &mut Random) -> Self {
        let mut at = random.below(SHARES.iter().map(|(_, share)| share).sum());
        for (call, share) in SHARES {
            match at.checked_sub(share) {
                Some(rest) => at = rest,
                None => return call,
            }
        }
        Self::Identity
    }

    /// Sends it; puts and tags are sent by whoever knows their content.
    pub(super) fn send(self, client: &mut Client) -> Result<Answer> {
        match self {
            Self::Session => client.sts("GetSessionToken"),
            Self::Lookup => client.lookup_events(r#"{"MaxResults":1}"#),
            Self::Invalid => client.lookup_events(r#"{"MaxResults":5000}"#),
            Self::Absent => client.cloudtrail("GetChannel", &absent()),
            Self::Identity | Self::Spoiled | Self::Tag | Self::Put(_) | Self::Object(_) => {
                client.caller_identity()
            }
        }
    }
}

fn absent() -> String {
    let nil = "00000000-0000-0000-0000-000000000000";
    let arn = format!("arn:aws:cloudtrail:us-east-1:123456789012:channel/{nil}");
    json!({ "Channel": arn }).to_string()
}

/// Codes for callers who could not prove who they are: such calls leave no record.
const UNPROVED: [&str; 6] = [
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "IncompleteSignature",
    "RequestExpired",
];

/// Words for callers who are sent away before anything is recorded.
const THROTTLED: [&str; 3] = ["Throttling", "too many requests", "SlowDown"];

/// What an answer says of the record of its call.
pub(super) fn told(answer: &Answer) -> Told {
    let words = String::from_utf8_lossy(&answer.body);
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    match answer.status {
        200..=299 => Told::Recorded,
        400 | 403 if says(&UNPROVED) => Told::Refused,
        400 | 429 | 503 if says(&THROTTLED) => Told::Refused,
        400..=499 => Told::Recorded,
        503 if says(&["no restart is needed"]) => Told::Refused,
        _ => Told::Nothing,
    }
}

/// What an answer to PutAuditEvents says of one event.
pub(super) fn told_of_event(answer: &Answer, token: &str) -> Told {
    if !(200..=299).contains(&answer.status) {
        return match told(answer) {
            // The call is recorded as failed: its events are not taken in.
            Told::Recorded => Told::Refused,
            other => other,
        };
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let id = audit_event::id(token);
    match (names(&body, "successful", &id), names(&body, "failed", &id)) {
        (true, false) => Told::Recorded,
        (false, true) => Told::Refused,
        _ => Told::Nothing,
    }
}

fn names(body: &Value, member: &str, token: &str) -> bool {
    let events = body.get(member).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    events.iter().any(|event| event.get("id").and_then(Value::as_str) == Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_every_kind() {
        let mut random = Random::new(1, 1);
        let drawn: Vec<Call> = (0..500).map(|_| Call::draw(&mut random)).collect();
        assert!(SHARES.iter().all(|(call, _)| drawn.contains(call)));
        assert_eq!(SHARES.iter().map(|(_, share)| share).sum::<usize>(), 100);
    }

    #[test]
    fn reads_what_was_recorded_and_what_was_not() {
        let cases = [
            (200, "{}", Told::Recorded),
            (400, "UnknownOperationException", Told::Recorded),
            (400, "{\"__type\":\"ThrottlingException\"}", Told::Refused),
            (403, "<Code>SignatureDoesNotMatch</Code>", Told::Refused),
            (400, "{\"__type\":\"InvalidSignatureException\"}", Told::Refused),
            (403, "AccessDenied", Told::Recorded),
            (503, "the disk is full; try again, no restart is needed", Told::Refused),
            (503, "stopped taking writes after a failed disk write", Told::Nothing),
            (500, "InternalFailure", Told::Nothing),
        ];
        for (status, body, expected) in cases {
            assert_eq!(told(&Answer::of(status, body)), expected, "{status} {body}");
        }
    }

    #[test]
    fn reads_what_became_of_each_event() {
        let body = r#"{"successful":[{"id":"a","eventID":"1"}],"failed":[{"id":"b"}]}"#;
        let fates = ["a", "b", "c"].map(|token| told_of_event(&Answer::of(200, body), token));
        assert_eq!(fates, [Told::Recorded, Told::Refused, Told::Nothing]);
        assert_eq!(told_of_event(&Answer::of(400, "Invalid"), "a"), Told::Refused);
        assert_eq!(told_of_event(&Answer::of(500, ""), "a"), Told::Nothing);
    }
}
