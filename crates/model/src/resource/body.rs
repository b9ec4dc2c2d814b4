//! Where the bytes of an object are.

use super::Sealed;
use serde::{Deserialize, Serialize};

/// The encrypted bytes of an object, or of one part of it. They belong to it alone: a copy has
/// bytes and a data key of its own, so that whoever drops the object drops them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyRef {
    /// In a file of its own.
    File {
        /// SHA-256 of the bytes as stored, 64 hex digits: the file is named for it.
        name: String,
        /// Length in the clear, in bytes.
        size: u64,
        /// Length as stored, in bytes.
        stored: u64,
        /// The data key, sealed.
        key: Sealed,
    },
    /// So short that they lie here.
    Inline {
        /// Length in the clear, in bytes.
        size: u64,
        /// The bytes as they would stand in a file, in base64 (standard, padded).
        stored: String,
        /// The data key, sealed.
        key: Sealed,
    },
}

impl BodyRef {
    /// The file that holds the bytes, if one does.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File { name, .. } => Some(name),
            Self::Inline { .. } => None,
        }
    }

    /// Length in the clear, in bytes.
    pub const fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } | Self::Inline { size, .. } => *size,
        }
    }

    /// The data key, sealed.
    pub const fn key(&self) -> &Sealed {
        match self {
            Self::File { key, .. } | Self::Inline { key, .. } => key,
        }
    }
}
