//! What a request says of an object that it makes, besides its bytes.

use super::code::Code;
use super::error::Error;
use super::grants::Grants;
use super::prelude::*;
use super::{encryption, lock, tag_set};
use model::Timestamp;
use model::resource::{Bucket, Encryption, KeyChoice, ObjectLock};

/// All metadata of a client's own together, in bytes of names and values.
const METADATA_BYTES_MAX: usize = 2 * 1024;

/// S3's storage classes. All objects are kept alike; those that AWS would have to fetch back
/// first are refused.
const CLASSES: [&str; 5] =
    ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "REDUCED_REDUNDANCY"];

const CLASS: &str = "STANDARD";

/// Headers, by their names.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Traits {
    cache_control: Option<String>,
    content_disposition: Option<String>,
    content_encoding: Option<String>,
    content_language: Option<String>,
    pub(super) content_type: Option<String>,
    expires: Option<String>,
    #[serde(rename = "x-amz-website-redirect-location")]
    redirect: Option<String>,
    #[serde(rename = "x-amz-meta", default)]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(flatten)]
    grants: Grants,
    #[serde(rename = "x-amz-storage-class")]
    storage_class: Option<String>,
    #[serde(rename = "x-amz-tagging")]
    pub(super) tagging: Option<String>,
    #[serde(rename = "x-amz-server-side-encryption")]
    encryption: Option<String>,
    #[serde(rename = "x-amz-server-side-encryption-aws-kms-key-id")]
    kms_key: Option<String>,
    #[serde(rename = "x-amz-server-side-encryption-bucket-key-enabled")]
    bucket_key: Option<String>,
    #[serde(rename = "x-amz-server-side-encryption-context")]
    context: Option<Hidden<String>>,
    #[serde(rename = "x-amz-server-side-encryption-customer-algorithm")]
    customer_algorithm: Option<String>,
    #[serde(rename = "x-amz-server-side-encryption-customer-key")]
    customer_key: Option<Hidden<String>>,
    #[serde(rename = "x-amz-object-lock-mode")]
    lock_mode: Option<String>,
    #[serde(rename = "x-amz-object-lock-retain-until-date")]
    lock_until: Option<String>,
    #[serde(rename = "x-amz-object-lock-legal-hold")]
    legal_hold: Option<String>,
}

/// What they come to, in a bucket.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) headers: BTreeMap<String, String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) storage_class: String,
    pub(super) encryption: Encryption,
    pub(super) lock: ObjectLock,
}

impl Traits {
    /// Whether a copy onto itself changes anything that a header of the object says.
    pub(super) const fn changes_more_than_words(&self) -> bool {
        self.storage_class.is_some() || self.encryption.is_some() || self.redirect.is_some()
    }

    /// Checks them, and fills in what the bucket says.
    pub(super) fn settle(
        self,
        state: &State,
        bucket: &Bucket,
        at: Timestamp,
    ) -> Result<Settled, Error> {
        self.grants.check(bucket.ownership)?;
        let bytes = self.metadata.iter().map(|(name, value)| name.len() + value.len());
        if bytes.sum::<usize>() > METADATA_BYTES_MAX {
            return Err(Code::MetadataTooLarge.error());
        }
        Ok(Settled {
            tags: tag_set::parse(self.tagging.as_deref().unwrap_or_default())?,
            storage_class: self.class()?,
            encryption: self.encryption(state, bucket)?,
            lock: self.lock(bucket, at)?,
            headers: self.headers(),
            metadata: self.metadata,
        })
    }

    fn class(&self) -> Result<String, Error> {
        let class = self.storage_class.as_deref().unwrap_or(CLASS);
        match CLASSES.contains(&class) {
            true => Ok(class.to_owned()),
            false => Err(Code::InvalidStorageClass.error()),
        }
    }

    fn encryption(&self, state: &State, bucket: &Bucket) -> Result<Encryption, Error> {
        if self.customer_algorithm.is_some() || self.customer_key.is_some() {
            return Err(Code::NotImplemented.says(
                "encryption with a key of the customer's is not built: use `AES256` or `aws:kms`",
            ));
        }
        let chosen = match &self.encryption {
            Some(name) => encryption::parse(name, self.kms_key.clone())?,
            None => bucket.encryption.algorithm.clone(),
        };
        let asked = self.bucket_key.as_deref().map(|text| text.eq_ignore_ascii_case("true"));
        let bucket_key = asked.unwrap_or(bucket.encryption.bucket_key);
        match chosen {
            KeyChoice::Aes256 => Ok(Encryption::Aes256),
            KeyChoice::Kms { key } => encryption::with_kms(state, bucket, key, bucket_key),
        }
    }

    fn lock(&self, bucket: &Bucket, at: Timestamp) -> Result<ObjectLock, Error> {
        let asked = lock::Asked {
            mode: self.lock_mode.as_deref(),
            until: self.lock_until.as_deref(),
            legal_hold: self.legal_hold.as_deref(),
        };
        lock::of_new(bucket, &asked, at)
    }

    fn headers(&self) -> BTreeMap<String, String> {
        let encoding = self.content_encoding.as_deref().map(without_chunks);
        let all = [
            ("cache-control", self.cache_control.clone()),
            ("content-disposition", self.content_disposition.clone()),
            ("content-encoding", encoding.filter(|it| !it.is_empty())),
            ("content-language", self.content_language.clone()),
            ("content-type", self.content_type.clone()),
            ("expires", self.expires.clone()),
            ("x-amz-website-redirect-location", self.redirect.clone()),
        ];
        all.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?))).collect()
    }
}

/// `aws-chunked` says how the body comes, not what it is.
fn without_chunks(encoding: &str) -> String {
    let kept = encoding.split(',').map(str::trim).filter(|it| *it != "aws-chunked");
    kept.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AccountId;

    fn bucket() -> Bucket {
        let account = AccountId::parse("123456789012").unwrap();
        Bucket::new("b".into(), account, "us-east-1".into(), Timestamp(0))
    }

    fn settle(traits: serde_json::Value) -> Result<Settled, Error> {
        let traits: Traits = serde_json::from_value(traits).unwrap();
        traits.settle(&State::default(), &bucket(), Timestamp(0))
    }

    #[test]
    fn headers_come_back_as_they_were_but_for_the_chunks() {
        let traits = json!({ "content-type": "t", "content-encoding": "aws-chunked, gzip" });
        let settled = settle(traits).unwrap();
        assert_eq!(settled.headers["content-type"], "t");
        assert_eq!(settled.headers["content-encoding"], "gzip");
        let settled = settle(json!({ "content-encoding": "aws-chunked" })).unwrap();
        assert!(settled.headers.is_empty());
        assert_eq!(settled.encryption, Encryption::Aes256);
    }

    #[test]
    fn what_is_too_much_or_not_built_is_refused() {
        let long = "x".repeat(METADATA_BYTES_MAX);
        for wrong in [
            json!({ "x-amz-meta": { "a": long } }),
            json!({ "x-amz-storage-class": "GLACIER" }),
            json!({ "x-amz-acl": "public-read" }),
            json!({ "x-amz-grant-read": "id=1" }),
            json!({ "x-amz-tagging": "a=1&a=2" }),
            json!({ "x-amz-server-side-encryption": "rot13" }),
            json!({ "x-amz-server-side-encryption-customer-algorithm": "AES256" }),
            json!({ "x-amz-object-lock-legal-hold": "ON" }),
        ] {
            assert!(settle(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
