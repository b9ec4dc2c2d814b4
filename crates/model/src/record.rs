//! One thing that happened.

use crate::{AccountId, Origin, Timestamp};
use std::sync::Arc;

/// One thing that happened, as it enters the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The account it was recorded in, or imported for.
    pub owner: AccountId,
    /// How it came in.
    pub origin: Origin,
    /// When it came in.
    pub ingested: Timestamp,
    /// What happened.
    pub body: Body,
}

/// The kinds of happenings, one variant each, so that no follower can forget one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A CloudTrail record of any category: its JSON exactly as received.
    ApiCall(Arc<[u8]>),
}

impl Body {
    /// The bytes the record came as and is given back as.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::ApiCall(json) => json,
        }
    }

    /// The number that stands for the variant on disk.
    pub const fn code(&self) -> u8 {
        match self {
            Self::ApiCall(_) => 1,
        }
    }

    /// The body with this number on disk; `None` for one this version does not know.
    pub fn from_code(code: u8, bytes: &[u8]) -> Option<Self> {
        (code == 1).then(|| Self::ApiCall(bytes.into()))
    }
}

/// What makes a record the same record when it comes again: its eventID, or a hash of its bytes
/// where it has none. Sixteen bytes; unique together with the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 16]);

impl RecordId {
    /// The sixteen bytes of a UUID written in lower case; `None` for any other text.
    pub fn from_uuid(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; 16];
        let mut digits = text.iter().filter(|b| **b != b'-');
        for byte in &mut bytes {
            *byte = digit(*digits.next()?)? << 4 | digit(*digits.next()?)?;
        }
        (digits.next().is_none() && Self(bytes).to_uuid().as_bytes() == text).then_some(Self(bytes))
    }

    /// Written as a UUID in lower case.
    pub fn to_uuid(self) -> String {
        let n = u128::from_be_bytes(self.0);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            n >> 96,
            n >> 80 & 0xffff,
            n >> 64 & 0xffff,
            n >> 48 & 0xffff,
            n & 0xffff_ffff_ffff
        )
    }
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_come_back_or_are_refused() {
        let text = "6f8dc1a4-0123-4567-89ab-cdef01234567";
        assert_eq!(RecordId::from_uuid(text.as_bytes()).unwrap().to_uuid(), text);
        for bad in ["6F8DC1A4-0123-4567-89ab-cdef01234567", "", "6f8dc1a40123456789abcdef01234567"]
        {
            assert_eq!(RecordId::from_uuid(bad.as_bytes()), None, "{bad}");
        }
    }
}
