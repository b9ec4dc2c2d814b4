//! One event of a request, checked before it waits for the writer.

use super::event_data::{self, Flaw, Told};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize};

/// Longest id of an event, in bytes.
pub(super) const ID_BYTES_MAX: usize = 128;

/// An event as it was sent. Its record tells only the id: the rest is a record of its own.
#[derive(Debug, Serialize)]
pub(super) struct AuditEvent {
    pub(super) id: String,
    #[serde(skip)]
    pub(super) data: String,
    /// What the data says, or what is wrong with it.
    #[serde(skip)]
    pub(super) told: Result<Told, Flaw>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id: String,
    event_data: String,
    event_data_checksum: Option<String>,
}

impl<'de> Deserialize<'de> for AuditEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Sent::deserialize(deserializer).map(Self::read)
    }
}

impl AuditEvent {
    fn read(sent: Sent) -> Self {
        let sum = sent.event_data_checksum.as_deref();
        let told =
            check_sum(&sent.event_data, sum).and_then(|()| event_data::read(&sent.event_data));
        Self { id: sent.id, data: sent.event_data, told }
    }

    /// Whether the id is written as an id must be.
    pub(super) fn has_good_id(&self) -> bool {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (1..=ID_BYTES_MAX).contains(&self.id.len()) && self.id.bytes().all(plain)
    }
}

fn check_sum(data: &str, sum: Option<&str>) -> Result<(), Flaw> {
    let Some(sum) = sum else {
        return Ok(());
    };
    match STANDARD.decode(sum) {
        Ok(sum) if sum == wire::sha256(data.as_bytes()) => Ok(()),
        _ => Err(Flaw::new(
            "InvalidChecksum",
            "eventDataChecksum is not the base64 of the SHA-256 of eventData",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sum: Option<&str>) -> AuditEvent {
        let event_data = "{}".to_owned();
        let event_data_checksum = sum.map(str::to_owned);
        AuditEvent::read(Sent { id: "a".to_owned(), event_data, event_data_checksum })
    }

    #[test]
    fn checksums_are_compared() {
        let good = STANDARD.encode(wire::sha256(b"{}"));
        assert_eq!(read(Some(&good)).told.unwrap_err().code, "FieldNotFound");
        assert_eq!(read(None).told.unwrap_err().code, "FieldNotFound");
        for bad in ["", "!", &good[1..], &STANDARD.encode(wire::sha256(b"{ }"))] {
            assert_eq!(read(Some(bad)).told.unwrap_err().code, "InvalidChecksum", "{bad}");
        }
    }

    #[test]
    fn its_record_tells_the_id_alone() {
        let text = serde_json::to_string(&read(None)).unwrap();
        assert_eq!(text, r#"{"id":"a"}"#);
    }

    #[test]
    fn ids_have_their_letters_and_lengths() {
        let has_good_id = |id: &str| AuditEvent { id: id.to_owned(), ..read(None) }.has_good_id();
        assert!(has_good_id("a-B_9") && has_good_id(&"x".repeat(128)));
        assert!(!has_good_id("") && !has_good_id("a b") && !has_good_id(&"x".repeat(129)));
    }
}
