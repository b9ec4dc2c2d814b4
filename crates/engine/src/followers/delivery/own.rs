//! Our own buckets as an archive: the object, the record of its being put and the confirmation are
//! one frame.

use super::own_record;
use crate::archive::{Archive, Outgoing, Put, Refusal};
use crate::bodies::{StagedBody, Staging};
use crate::objects::Fresh;
use crate::policy::Asking;
use crate::shared::Shared;
use crate::{Error, State};
use ::policy::{Kind, Policy};
use model::resource::{Bucket, Encryption, KeyChoice, Object, ObjectLock};
use model::{AccountId, Arn, Effect, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who puts files, as policies know it.
pub(super) const SERVICE: &str = "cloudtrail.amazonaws.com";

/// The buckets of this directory.
#[derive(Debug)]
pub(crate) struct OwnBuckets(Arc<Shared>);

impl OwnBuckets {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self(Arc::clone(shared))
    }
}

/// What is put, without its bytes.
#[derive(Debug)]
struct Parcel {
    bucket: String,
    key: String,
    metadata: BTreeMap<String, String>,
    at: Timestamp,
    /// Of the trail.
    source: Arn,
    account: AccountId,
    /// Of the trail: what its files are encrypted with.
    kms_key: Option<String>,
    bytes: u64,
    /// Makes the version's id one that nobody guesses.
    salt: u64,
    event_id: String,
    request_id: String,
}

impl Archive for OwnBuckets {
    fn put(&self, state: &State, file: &Outgoing<'_>) -> Result<Put, Refusal> {
        let env = &self.0.env;
        let metadata = file.metadata.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
        let parcel = Parcel {
            bucket: file.file.bucket.clone(),
            key: file.file.object.clone(),
            metadata: metadata.collect(),
            at: env.now(),
            source: file.trail.arn(),
            account: file.trail.account.clone(),
            kms_key: file.trail.kms_key.clone(),
            bytes: file.bytes.len() as u64,
            salt: u64::from_le_bytes(env.bytes()),
            event_id: env.uuid(),
            request_id: env.base32(16),
        };
        // What is refused anyhow is not written first.
        parcel.bucket(state)?;
        let body = stage(&self.0, file.bytes).map_err(|error| ours(&error))?;
        Ok(Box::new(move |state| parcel.put(state, &body)))
    }
}

fn stage(shared: &Arc<Shared>, bytes: &[u8]) -> Result<StagedBody, Error> {
    let mut staging = Staging::begin(shared, &[])?;
    staging.write(bytes)?;
    staging.finish()
}

/// Trouble of ours, in S3's words.
fn ours(error: &Error) -> Refusal {
    Refusal { code: "InternalError".to_owned(), message: error.to_string() }
}

fn refusal(code: &str, message: String) -> Refusal {
    Refusal { code: code.to_owned(), message }
}

impl Parcel {
    /// The bucket, if it is there and takes the parcel.
    fn bucket<'a>(&self, state: &'a State) -> Result<&'a Arc<Bucket>, Refusal> {
        let name = &self.bucket;
        let missing = || refusal("NoSuchBucket", format!("there is no bucket `{name}`"));
        let bucket = state.bucket(name).ok_or_else(missing)?;
        if bucket.requester_pays {
            let message =
                format!("bucket `{name}` makes requesters pay, which CloudTrail does not");
            return Err(refusal("AccessDenied", message));
        }
        self.check_policy(bucket)?;
        self.check_key(bucket)?;
        Ok(bucket)
    }

    /// Asked anew each time: a policy that changed counts from then on.
    fn check_policy(&self, bucket: &Bucket) -> Result<(), Refusal> {
        let policy = bucket.policy.as_deref().map(|text| Policy::parse(text, Kind::Resource));
        let policy = policy.and_then(Result::ok);
        let asking =
            Asking::service(SERVICE, self.source.as_str(), &self.account, &bucket.region, self.at)
                .with("s3", "x-amz-acl", Outgoing::ACL);
        let resource = Arn::object(&bucket.name, &self.key);
        let verdict =
            asking.weigh("s3:PutObject", resource.as_str(), &bucket.account, policy.as_ref());
        if verdict.is_allowed() {
            return Ok(());
        }
        let message = format!(
            "the policy of bucket `{}` does not let {SERVICE} put `{resource}`: allow it",
            bucket.name
        );
        Err(refusal("AccessDenied", message))
    }

    fn check_key(&self, bucket: &Bucket) -> Result<(), Refusal> {
        let is_kms = matches!(bucket.encryption.algorithm, KeyChoice::Kms { .. });
        if self.kms_key.is_none() && !is_kms {
            return Ok(());
        }
        let message = "encryption of deliveries with a key of KMS is not built: use `AES256`";
        Err(refusal("NotImplemented", message.to_owned()))
    }

    fn put(&self, state: &State, body: &StagedBody) -> Result<Effect, Refusal> {
        let bucket = self.bucket(state)?;
        let fresh = Fresh::of(state, bucket, &self.key, self.salt).map_err(|error| ours(&error))?;
        let object = self.object(bucket, &fresh, body);
        let record = own_record::of(&own_record::Told {
            bucket,
            key: &self.key,
            bytes: self.bytes,
            at: self.at,
            event_id: &self.event_id,
            request_id: &self.request_id,
        });
        let changes = fresh.put(object);
        Ok(Effect { changes, data_events: vec![record], ..Effect::default() })
    }

    fn object(&self, bucket: &Bucket, fresh: &Fresh, body: &StagedBody) -> Object {
        let default = bucket.object_lock.and_then(|lock| lock.default);
        let headers = [
            ("content-encoding", Outgoing::CONTENT_ENCODING),
            ("content-type", Outgoing::CONTENT_TYPE),
        ];
        Object {
            bucket: bucket.name.clone(),
            key: self.key.clone(),
            version: fresh.version.clone(),
            order: fresh.order,
            marker: false,
            size: body.size,
            etag: body.md5.iter().map(|byte| format!("{byte:02x}")).collect(),
            modified: self.at,
            owner: bucket.account.clone(),
            headers: headers.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
            metadata: self.metadata.clone(),
            tags: BTreeMap::new(),
            storage_class: "STANDARD".to_owned(),
            checksum: None,
            encryption: Encryption::Aes256,
            parts: Vec::new(),
            lock: ObjectLock {
                mode: default.map(|it| it.mode),
                until: default.map(|it| it.period.after(self.at)),
                legal_hold: false,
            },
            bodies: body.body.iter().cloned().collect(),
        }
    }
}
