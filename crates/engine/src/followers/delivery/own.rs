//! Our own buckets as an archive: the object, the record of its being put and the confirmation are
//! one frame.

use super::own_record;
use crate::archive::{Archive, Outgoing, Put, Refusal};
use crate::bodies::{StagedBody, Staging};
use crate::keys::{KeyProblem, MANAGED_ALIAS};
use crate::objects::Fresh;
use crate::policy::Asking;
use crate::shared::Shared;
use crate::{Error, State};
use ::policy::{Kind, Policy};
use model::resource::{Bucket, Encryption, KeyChoice, KmsKey, Object, ObjectLock};
use model::{AccountId, Arn, Effect, Timestamp};
use std::collections::BTreeMap;
use std::ops::Deref;
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
pub(crate) struct Parcel {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) metadata: BTreeMap<String, String>,
    /// What CloudTrail works for, an ARN: a trail, or an event data store.
    pub(crate) source: String,
    pub(crate) account: AccountId,
    /// Of the trail: what its files are encrypted with.
    pub(crate) kms_key: Option<String>,
}

/// A parcel that is being put.
#[derive(Debug)]
struct Sent {
    parcel: Parcel,
    at: Timestamp,
    bytes: u64,
    /// Makes the version's id one that nobody guesses.
    salt: u64,
    event_id: String,
    request_id: String,
}

impl Deref for Sent {
    type Target = Parcel;

    fn deref(&self) -> &Parcel {
        &self.parcel
    }
}

impl Parcel {
    /// Stages the bytes of what [`Put`] will make an object of.
    ///
    /// # Errors
    /// Why the bucket does not take it.
    pub(crate) fn ready(
        self,
        shared: &Arc<Shared>,
        state: &State,
        bytes: &[u8],
    ) -> Result<Put, Refusal> {
        let env = &shared.env;
        let sent = Sent {
            parcel: self,
            at: env.now(),
            bytes: bytes.len() as u64,
            salt: u64::from_le_bytes(env.bytes()),
            event_id: env.uuid(),
            request_id: env.base32(16),
        };
        // What is refused anyhow is not written first.
        let bucket = sent.bucket(state)?;
        let encryption = sent.encryption(state, bucket)?;
        let body = sent.stage(shared, bytes, &encryption).map_err(|error| ours(&error))?;
        Ok(Box::new(move |state| sent.put(state, &body, encryption)))
    }
}

impl Archive for OwnBuckets {
    fn put(&self, state: &State, file: &Outgoing<'_>) -> Result<Put, Refusal> {
        let named = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let headers = [
            ("content-encoding", Outgoing::CONTENT_ENCODING),
            ("content-type", Outgoing::CONTENT_TYPE),
        ];
        let metadata = file.metadata.iter().map(|(name, text)| named((name, text)));
        let parcel = Parcel {
            bucket: file.file.bucket.clone(),
            key: file.file.object.clone(),
            headers: headers.into_iter().map(named).collect(),
            metadata: metadata.collect(),
            source: file.trail.arn().to_string(),
            account: file.trail.account.clone(),
            kms_key: file.trail.kms_key.clone(),
        };
        parcel.ready(&self.0, state, file.bytes)
    }
}

/// Trouble of ours, in S3's words.
fn ours(error: &Error) -> Refusal {
    match error {
        Error::Key(problem) => of_key(problem),
        _ => refusal("InternalError", error.to_string()),
    }
}

/// A key that cannot be used, in S3's words.
fn of_key(problem: &KeyProblem) -> Refusal {
    let code = match problem {
        KeyProblem::NotFound(_) | KeyProblem::InvalidArn(_) => "KMS.NotFoundException",
        KeyProblem::Disabled(_) => "KMS.DisabledException",
        KeyProblem::PendingDeletion(_) => "KMS.KMSInvalidStateException",
    };
    refusal(code, problem.to_string())
}

fn refusal(code: &str, message: String) -> Refusal {
    Refusal { code: code.to_owned(), message }
}

impl Sent {
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
        Ok(bucket)
    }

    /// Asked anew each time: a policy that changed counts from then on.
    fn check_policy(&self, bucket: &Bucket) -> Result<(), Refusal> {
        let policy = bucket.policy.as_deref().map(|text| Policy::parse(text, Kind::Resource));
        let policy = policy.and_then(Result::ok);
        let asking = self.asking(bucket).with("s3", "x-amz-acl", Outgoing::ACL);
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

    fn asking(&self, bucket: &Bucket) -> Asking {
        Asking::service(SERVICE, &self.source, &self.account, &bucket.region, self.at)
    }

    /// With the trail's key; without one, as the bucket says.
    fn encryption(&self, state: &State, bucket: &Bucket) -> Result<Encryption, Refusal> {
        let of_bucket = match &bucket.encryption.algorithm {
            KeyChoice::Aes256 => None,
            KeyChoice::Kms { key } => Some((&bucket.account, key.as_ref())),
        };
        let of_trail = self.kms_key.as_ref().map(|key| (&self.account, Some(key)));
        let arn = match of_trail.or(of_bucket) {
            None => return Ok(Encryption::Aes256),
            Some((account, Some(name))) if name != MANAGED_ALIAS => {
                let key = state.kms_key(account, &bucket.region, name);
                key.map_err(|problem| of_key(&problem))?.arn()
            }
            Some((account, _)) => state.managed_key_arn(account, &bucket.region),
        };
        let key = state.kms_key_or_managed(arn.as_str(), self.at);
        let key = key.map_err(|problem| of_key(&problem))?;
        let trail = ("aws:cloudtrail:arn".to_owned(), self.source.clone());
        let encryption = Encryption::Kms {
            key_arn: arn.to_string(),
            bucket_key: bucket.encryption.bucket_key,
            context: [trail].into(),
        };
        self.ask_key(bucket, &key, &encryption)?;
        Ok(encryption)
    }

    fn ask_key(
        &self,
        bucket: &Bucket,
        key: &KmsKey,
        encryption: &Encryption,
    ) -> Result<(), Refusal> {
        let action = "kms:GenerateDataKey";
        // A policy was checked when it was put.
        let policy = Policy::parse(&key.policy, Kind::Resource).ok();
        let asking = self.asking(bucket).for_purpose(&encryption.purpose(&bucket.name, &self.key));
        let verdict = policy.map(|policy| asking.weigh_key(action, key, &policy));
        if verdict.is_some_and(|verdict| verdict.is_allowed()) {
            return Ok(());
        }
        let message =
            format!("the policy of `{}` does not let {SERVICE} {action}: allow it", key.arn());
        Err(refusal("AccessDenied", message))
    }

    fn stage(
        &self,
        shared: &Arc<Shared>,
        bytes: &[u8],
        encryption: &Encryption,
    ) -> Result<StagedBody, Error> {
        let mut staging = Staging::begin(shared, &[])?;
        staging.write(bytes)?;
        staging.finish_for(&self.bucket, &self.key, encryption)
    }

    fn put(
        &self,
        state: &State,
        body: &StagedBody,
        encryption: Encryption,
    ) -> Result<Effect, Refusal> {
        let bucket = self.bucket(state)?;
        let fresh = Fresh::of(state, bucket, &self.key, self.salt).map_err(|error| ours(&error))?;
        let object = Object { encryption, ..self.object(bucket, &fresh, body) };
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
        Object {
            bucket: bucket.name.clone(),
            key: self.key.clone(),
            version: fresh.version.clone(),
            order: fresh.order,
            marker: false,
            size: body.size,
            etag: model::hex(&body.md5),
            modified: self.at,
            owner: bucket.account.clone(),
            headers: self.headers.clone(),
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
