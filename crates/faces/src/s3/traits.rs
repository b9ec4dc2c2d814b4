//! What a request says of an object that it makes, besides its bytes.

use super::code::Code;
use super::error::Error;
use super::grants::Grants;
use super::prelude::*;
use super::{encryption, key, lock, named, tag_set};
use crate::upload::Keeping;
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
    pub(super) lock: ObjectLock,
}

impl Traits {
    /// Whether a copy onto itself changes anything that a header of the object says.
    pub(super) const fn changes_more_than_words(&self) -> bool {
        self.storage_class.is_some() || self.encryption.is_some() || self.redirect.is_some()
    }

    /// Checks them, and fills in what the bucket says.
    pub(super) fn settle(self, bucket: &Bucket, at: Timestamp) -> Result<Settled, Error> {
        self.grants.check(bucket.ownership)?;
        let bytes = self.metadata.iter().map(|(name, value)| name.len() + value.len());
        if bytes.sum::<usize>() > METADATA_BYTES_MAX {
            return Err(Code::MetadataTooLarge.error());
        }
        Ok(Settled {
            tags: tag_set::parse(self.tagging.as_deref().unwrap_or_default())?,
            storage_class: self.class()?,
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

    /// How the bytes of an object are kept.
    pub(super) fn keeping(
        &self,
        state: &State,
        caller: &Caller,
        (bucket, key): (&str, &str),
    ) -> Result<Keeping, Error> {
        let found = named::find(state, bucket)?;
        key::check(key)?;
        let encryption = self.encryption(state, caller, found, key)?;
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        Ok(Keeping { bucket, key, encryption, checksum: None })
    }

    /// How an object is encrypted; the caller may do so.
    pub(super) fn encryption(
        &self,
        state: &State,
        caller: &Caller,
        bucket: &Bucket,
        key: &str,
    ) -> Result<Encryption, Error> {
        let chosen = match self.wish(bucket)? {
            None => return Ok(Encryption::Aes256),
            Some(wish) => wish.found(state, caller, bucket)?,
        };
        encryption::may(state, caller, "kms:GenerateDataKey", (&bucket.name, key), &chosen)?;
        Ok(chosen)
    }

    /// The key of KMS that is asked for, by the request or by the bucket.
    fn wish(&self, bucket: &Bucket) -> Result<Option<encryption::Wish>, Error> {
        if self.customer_algorithm.is_some() || self.customer_key.is_some() {
            return Err(Code::NotImplemented.says(
                "encryption with a key of the customer's is not built: use `AES256` or `aws:kms`",
            ));
        }
        let context = self.context.as_ref().map(|text| encryption::context(text.expose()));
        let is_kms = self.encryption.as_deref().is_some_and(|name| name.starts_with("aws:kms"));
        if (self.kms_key.is_some() || context.is_some()) && !is_kms {
            return Err(Code::InvalidArgument.says(
                "Server Side Encryption with AWS KMS managed key requires HTTP header \
                 x-amz-server-side-encryption : aws:kms",
            ));
        }
        let chosen = match &self.encryption {
            Some(name) => encryption::parse(name, self.kms_key.clone())?,
            None => bucket.encryption.algorithm.clone(),
        };
        let KeyChoice::Kms { key } = chosen else {
            return Ok(None);
        };
        let asked = self.bucket_key.as_deref().map(|text| text.eq_ignore_ascii_case("true"));
        let bucket_key = asked.unwrap_or(bucket.encryption.bucket_key);
        let context = context.transpose()?.unwrap_or_default();
        Ok(Some(encryption::Wish { key, bucket_key, context }))
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
        traits.wish(&bucket())?;
        traits.settle(&bucket(), Timestamp(0))
    }

    #[test]
    fn headers_come_back_as_they_were_but_for_the_chunks() {
        let traits = json!({ "content-type": "t", "content-encoding": "aws-chunked, gzip" });
        let settled = settle(traits).unwrap();
        assert_eq!(settled.headers["content-type"], "t");
        assert_eq!(settled.headers["content-encoding"], "gzip");
        let settled = settle(json!({ "content-encoding": "aws-chunked" })).unwrap();
        assert!(settled.headers.is_empty());
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
            json!({ "x-amz-server-side-encryption-aws-kms-key-id": "k" }),
            json!({ "x-amz-server-side-encryption-context": "e30=" }),
        ] {
            assert!(settle(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
