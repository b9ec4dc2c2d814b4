//! Objects in buckets: all versions of them, and markers that say that a key was deleted.

use super::BodyRef;
use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of an object that was put while its bucket kept no versions.
pub const NULL_VERSION: &str = "null";

/// One version of an object, or a delete marker. The newest of a key is the current one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// The bucket's name.
    pub bucket: String,
    /// Any UTF-8 without NUL.
    pub key: String,
    /// 32 hex digits, of which the first half is `order`; or [`NULL_VERSION`].
    pub version: String,
    /// Newer versions have a greater one; no two versions of a key have the same.
    pub order: u64,
    /// It marks the key as deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub marker: bool,
    /// Length in the clear, in bytes.
    pub size: u64,
    /// Without quotation marks.
    pub etag: String,
    /// When it was put.
    pub modified: Timestamp,
    /// Whose it is.
    pub owner: AccountId,
    /// Headers that come back with it, by their names in lower case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The user's own, by their names without `x-amz-meta-`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// AWS's word for where it is kept. All are kept alike here.
    pub storage_class: String,
    /// What was computed or demanded besides the ETag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksum>,
    /// With which kind of key it is encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// The parts that it was put together from, in order; none where it came at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartSize>,
    /// What keeps it from being deleted.
    #[serde(default)]
    pub lock: ObjectLock,
    /// Its bytes, in order: one for each part; none for what is empty, and for markers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<BodyRef>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// A part of an object that was put in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartSize {
    /// As it was put: 1 to 10,000.
    pub number: u16,
    /// Length in the clear, in bytes.
    pub size: u64,
    /// Its checksum in base64, of the object's algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

/// A checksum that S3 keeps with an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checksum {
    /// By which rule.
    pub algorithm: ChecksumAlgorithm,
    /// In base64; a composite one with `-` and the number of parts behind it.
    pub value: String,
    /// Of what.
    pub kind: ChecksumKind,
}

/// S3's checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ChecksumAlgorithm {
    /// CRC-32 as in Ethernet.
    Crc32,
    /// CRC-32C (Castagnoli).
    Crc32c,
    /// CRC-64/NVME.
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// What a checksum is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChecksumKind {
    /// Of all bytes.
    FullObject,
    /// Of the checksums of its parts.
    Composite,
}

/// With which kind of key an object is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encryption {
    /// With the server's own key: SSE-S3.
    #[default]
    Aes256,
    /// With a key of KMS: SSE-KMS.
    Kms {
        /// Its ARN.
        key_arn: String,
        /// Whether the request asked for a bucket key.
        bucket_key: bool,
        /// What the writer said that it is for, which policies of keys may ask; without what is
        /// said of every object.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        context: BTreeMap<String, String>,
    },
}

impl Encryption {
    /// What KMS is told that an object's data keys are for: what the writer said, and the object's
    /// ARN or, with a bucket key, the bucket's
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>).
    pub fn purpose(&self, bucket: &str, key: &str) -> BTreeMap<String, String> {
        let Self::Kms { bucket_key, context, .. } = self else {
            return BTreeMap::new();
        };
        let arn = match bucket_key {
            true => Arn::bucket(bucket),
            false => Arn::object(bucket, key),
        };
        let mut purpose = context.clone();
        purpose.insert("aws:s3:arn".to_owned(), arn.to_string());
        purpose
    }
}

/// What keeps an object from being deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectLock {
    /// How strictly it is retained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<LockMode>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Until somebody says otherwise.
    #[serde(default, skip_serializing_if = "is_false")]
    pub legal_hold: bool,
}

/// How strictly an object is retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LockMode {
    /// Whoever may bypass it can delete it.
    Governance,
    /// Nobody can delete it.
    Compliance,
}

impl Object {
    /// The version with this order; `salt` is random, so that nobody guesses one.
    pub fn version_of(order: u64, salt: u64) -> String {
        format!("{order:016x}{salt:016x}")
    }

    /// The order of a version; `None` for [`NULL_VERSION`] and for what is no version.
    pub fn order_of(version: &str) -> Option<u64> {
        let is_hex = version.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let order = version.get(..16).filter(|_| version.len() == 32 && is_hex)?;
        u64::from_str_radix(order, 16).ok()
    }

    /// The files that hold its bytes.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.bodies.iter().filter_map(BodyRef::file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_says_its_order() {
        let version = Object::version_of(77, u64::MAX);
        assert_eq!(version, "000000000000004dffffffffffffffff");
        assert_eq!(Object::order_of(&version), Some(77));
        for other in ["null", "", "4d", "000000000000004Dffffffffffffffff", &"é".repeat(16)] {
            assert_eq!(Object::order_of(other), None, "{other}");
        }
    }

    #[test]
    fn an_object_is_its_own_purpose_unless_the_bucket_has_a_key() {
        let of = |bucket_key| Encryption::Kms {
            key_arn: "arn".to_owned(),
            bucket_key,
            context: BTreeMap::from([("team".to_owned(), "blue".to_owned())]),
        };
        let purpose = of(false).purpose("b", "k");
        assert_eq!(purpose["aws:s3:arn"], "arn:aws:s3:::b/k");
        assert_eq!(purpose["team"], "blue");
        assert_eq!(of(true).purpose("b", "k")["aws:s3:arn"], "arn:aws:s3:::b");
        assert!(Encryption::Aes256.purpose("b", "k").is_empty());
    }

    #[test]
    fn aws_words_stand_on_disk() {
        let text = |value: serde_json::Result<String>| value.unwrap();
        assert_eq!(text(serde_json::to_string(&ChecksumAlgorithm::Crc64Nvme)), "\"CRC64NVME\"");
        assert_eq!(text(serde_json::to_string(&ChecksumKind::FullObject)), "\"FULL_OBJECT\"");
        assert_eq!(text(serde_json::to_string(&LockMode::Governance)), "\"GOVERNANCE\"");
        assert_eq!(text(serde_json::to_string(&ObjectLock::default())), "{}");
    }
}
