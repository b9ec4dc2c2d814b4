//! Buckets: what is kept of each besides its objects.

use super::LockMode;
use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A bucket and its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Unique over all accounts.
    pub name: String,
    /// Whose bucket.
    pub account: AccountId,
    /// Where it was made.
    pub region: String,
    /// When it was made.
    pub created: Timestamp,
    /// `None`: never set.
    pub versioning: Option<Versioning>,
    /// `None`: objects cannot be locked.
    pub object_lock: Option<BucketLock>,
    /// The policy document, byte for byte.
    pub policy: Option<String>,
    /// `None`: taken away, which blocks nothing.
    pub public_access: Option<PublicAccess>,
    /// `None`: taken away, which is as `ObjectWriter`.
    pub ownership: Option<Ownership>,
    /// How objects are encrypted unless a request says otherwise.
    pub encryption: BucketEncryption,
    /// Whether whoever asks pays.
    pub requester_pays: bool,
    /// Whether the size below which lifecycle rules move no object differs by storage class.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transition_size_varies: bool,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Settings that are kept and given back as they came, each the JSON of its XML.
    pub documents: BTreeMap<Document, String>,
}

/// What becomes of an object when another is put under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// It stays, as an older version.
    Enabled,
    /// It is replaced, unless it has a version id.
    Suspended,
}

/// Object Lock of a bucket: once on, on for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketLock {
    /// What new objects are locked with unless a request says otherwise.
    pub default: Option<DefaultRetention>,
}

/// How long new objects are locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultRetention {
    /// Who may end it early.
    pub mode: LockMode,
    /// From the moment an object is put.
    pub period: LockPeriod,
}

/// A time to lock for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockPeriod {
    /// So many days.
    Days(u32),
    /// So many times 365 days.
    Years(u32),
}

impl LockPeriod {
    /// In days.
    pub const fn days(self) -> u32 {
        match self {
            Self::Days(days) => days,
            Self::Years(years) => years.saturating_mul(365),
        }
    }

    /// When a lock that begins at `at` ends.
    pub fn after(self, at: Timestamp) -> Timestamp {
        Timestamp(at.0.saturating_add(i64::from(self.days()).saturating_mul(86_400_000)))
    }
}

/// What of the public is kept out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PublicAccess {
    /// Public ACLs are refused.
    pub block_public_acls: bool,
    /// Public ACLs mean nothing.
    pub ignore_public_acls: bool,
    /// Public policies are refused.
    pub block_public_policy: bool,
    /// A public policy lets in nobody from another account.
    pub restrict_public_buckets: bool,
}

impl PublicAccess {
    /// What every new bucket has.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// Who owns what others put into a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ownership {
    /// The bucket's owner; ACLs are off.
    BucketOwnerEnforced,
    /// The bucket's owner where the writer says so.
    BucketOwnerPreferred,
    /// The writer.
    ObjectWriter,
}

/// How objects are encrypted unless a request says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketEncryption {
    /// With which keys.
    pub algorithm: KeyChoice,
    /// Whether KMS is asked once for many objects.
    pub bucket_key: bool,
}

impl Default for BucketEncryption {
    fn default() -> Self {
        Self { algorithm: KeyChoice::Aes256, bucket_key: false }
    }
}

/// With which keys something is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyChoice {
    /// The directory's own: SSE-S3.
    Aes256,
    /// A key of KMS: SSE-KMS.
    Kms {
        /// The key as it was named; `None`: the account's own key for S3.
        key: Option<String>,
    },
}

/// Settings that are kept and given back. What they ask for is not done unless said elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Document {
    /// Transfer acceleration.
    Accelerate,
    /// Cross-origin rules.
    Cors,
    /// Lifecycle rules.
    Lifecycle,
    /// Server access logging.
    Logging,
    /// Event notifications.
    Notification,
    /// Replication.
    Replication,
    /// Static website.
    Website,
}

impl Bucket {
    /// A bucket as `CreateBucket` makes it: versioning off, the owner enforced, the public
    /// blocked, objects encrypted
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html>).
    pub fn new(name: String, account: AccountId, region: String, created: Timestamp) -> Self {
        Self {
            name,
            account,
            region,
            created,
            versioning: None,
            object_lock: None,
            policy: None,
            public_access: Some(PublicAccess::ALL),
            ownership: Some(Ownership::BucketOwnerEnforced),
            encryption: BucketEncryption::default(),
            requester_pays: false,
            transition_size_varies: false,
            tags: BTreeMap::new(),
            documents: BTreeMap::new(),
        }
    }

    /// Its name at AWS.
    pub fn arn(&self) -> Arn {
        Arn::bucket(&self.name)
    }

    /// Whether objects that are put get a version id.
    pub fn is_versioned(&self) -> bool {
        self.versioning == Some(Versioning::Enabled)
    }

    /// What is kept out of the public's reach.
    pub fn public_access(&self) -> PublicAccess {
        self.public_access.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_lasts_days_or_years_of_365_days() {
        let day = 86_400_000;
        assert_eq!(LockPeriod::Days(2).after(Timestamp(day)), Timestamp(3 * day));
        assert_eq!(LockPeriod::Years(2).after(Timestamp(0)), Timestamp(730 * day));
        assert_eq!(LockPeriod::Years(u32::MAX).days(), u32::MAX);
    }

    #[test]
    fn a_new_bucket_is_closed_to_the_public() {
        let account = AccountId::parse("123456789012").unwrap();
        let bucket = Bucket::new("b".into(), account, "eu-west-1".into(), Timestamp(0));
        assert_eq!(bucket.public_access(), PublicAccess::ALL);
        assert!(!bucket.is_versioned());
        assert_eq!(bucket.arn().as_str(), "arn:aws:s3:::b");
    }
}
