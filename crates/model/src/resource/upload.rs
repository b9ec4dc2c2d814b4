//! Uploads in parts that are under way.

use super::{BodyRef, Checksum, ChecksumAlgorithm, ChecksumKind, Encryption, ObjectLock};
use crate::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An upload in parts that is under way, with what the object will carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// Unique for all time; those of one key are listed in its order.
    pub id: String,
    /// When it began.
    pub initiated: Timestamp,
    /// Whose the object will be.
    pub owner: AccountId,
    /// The ARN of who began it.
    pub initiator: String,
    /// As of [`super::Object`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// As of [`super::Object`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// As of [`super::Object`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// As of [`super::Object`].
    pub storage_class: String,
    /// The checksum that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<(ChecksumAlgorithm, ChecksumKind)>,
    /// As of [`super::Object`].
    #[serde(default)]
    pub encryption: Encryption,
    /// As of [`super::Object`].
    #[serde(default)]
    pub lock: ObjectLock,
}

/// A part that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadPart {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// The upload's id.
    pub upload: String,
    /// 1 to 10,000.
    pub number: u16,
    /// Length in the clear, in bytes.
    pub size: u64,
    /// Without quotation marks.
    pub etag: String,
    /// When it came.
    pub modified: Timestamp,
    /// What was computed or demanded besides the ETag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksum>,
    /// Its bytes; `None` for an empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyRef>,
}
