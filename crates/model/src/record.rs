//! One thing that happened.

use crate::{AccountId, Origin, Timestamp};
use serde::{Deserialize, Serialize};
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
    /// Which event data stores hold it: their ids, ascending, joined by commas. Decided when it
    /// came in; the built-in store, which holds everything, is not named.
    pub stores: Option<Arc<str>>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId(pub [u8; 16]);

impl RecordId {
    /// The sixteen bytes of a UUID written in lower case; `None` for any other text.
    pub fn from_uuid(text: &[u8]) -> Option<Self> {
        let text: &[u8; 36] = text.try_into().ok()?;
        let values = text.map(digit);
        let (mut bytes, mut all) = ([0; 16], 0);
        for (byte, at) in bytes.iter_mut().zip(DIGITS) {
            let (high, low) = (*values.get(at)?, *values.get(at + 1)?);
            *byte = high << 4 | low & 15;
            all |= high | low;
        }
        let dashes = [text[8], text[13], text[18], text[23]];
        (all != NO_DIGIT && dashes == [b'-'; 4]).then_some(Self(bytes))
    }

    /// Written as a UUID in lower case.
    pub fn to_uuid(self) -> String {
        let mut text = Vec::with_capacity(36);
        self.write_uuid(&mut text);
        text.into_iter().map(char::from).collect()
    }

    /// Writes the UUID behind `out`.
    pub fn write_uuid(self, out: &mut Vec<u8>) {
        let mut text = [b'-'; 36];
        for (byte, at) in self.0.into_iter().zip(DIGITS) {
            if let Some([high, low]) = text.get_mut(at..at + 2) {
                *high = hex(byte >> 4);
                *low = hex(byte & 15);
            }
        }
        out.extend_from_slice(&text);
    }
}

/// Where the two digits of each byte stand in a UUID.
const DIGITS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const fn hex(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

/// What [`digit`] gives for anything else.
const NO_DIGIT: u8 = 0xff;

/// The value of a hexadecimal digit in lower case, without branches: ids are random, and a record
/// has several.
#[inline]
const fn digit(byte: u8) -> u8 {
    let (number, letter) = (byte.wrapping_sub(b'0'), byte.wrapping_sub(b'a'));
    if number < 10 {
        number
    } else if letter < 6 {
        letter + 10
    } else {
        NO_DIGIT
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
        for place in 0..36 {
            for byte in 0..=u8::MAX {
                let mut changed = text.as_bytes().to_vec();
                changed[place] = byte;
                let is_one = match place {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
                };
                assert_eq!(RecordId::from_uuid(&changed).is_some(), is_one, "{place} {byte}");
            }
        }
    }
}
