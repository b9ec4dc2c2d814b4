//! Where a record came from.

use serde::{Deserialize, Serialize};

/// How a record entered. Set by the way it came in; no client can choose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Origin {
    /// This server took the call and recorded it.
    Recorded = 0,
    /// It was read from log files that somebody else wrote.
    Imported = 1,
    /// A client put it through a channel (`PutAuditEvents`).
    Put = 2,
}

impl Origin {
    /// The origin with this number on disk.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Recorded),
            1 => Some(Self::Imported),
            2 => Some(Self::Put),
            _ => None,
        }
    }

    /// The number that stands for this origin on disk.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// `recorded`, `imported` or `put`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Imported => "imported",
            Self::Put => "put",
        }
    }
}
