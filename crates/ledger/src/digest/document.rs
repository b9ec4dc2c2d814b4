//! What a digest says, and its JSON: AWS's members in AWS's order, those that are empty as `null`.

use super::{Place, SIGNATURE_ALGORITHM};
use crate::Hash;
use model::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What all hashes in a digest are made with.
const HASH_ALGORITHM: &str = "SHA-256";

/// Why bytes are no digest.
#[derive(Debug, thiserror::Error)]
#[error("this is no digest of CloudTrail's")]
pub struct ReadError(#[from] serde_json::Error);

/// What a digest says. Times are whole seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Whose records.
    pub account: String,
    /// It lists the files delivered from here on…
    pub start: Timestamp,
    /// …to here.
    pub end: Timestamp,
    /// Where the digest itself lies.
    pub place: Place,
    /// The key that signed it.
    pub fingerprint: String,
    /// The digest before it; `None` where a chain begins.
    pub previous: Option<Previous>,
    /// The files, in the order of their delivery.
    pub log_files: Vec<LogFile>,
}

/// The digest before a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Where it lies.
    pub place: Place,
    /// Of its uncompressed bytes.
    pub hash: Hash,
    /// Its signature, in lower-case hex.
    pub signature: String,
}

/// A log file that a digest lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFile {
    /// Where it lies.
    pub place: Place,
    /// Of its uncompressed bytes.
    pub hash: Hash,
    /// The latest `eventTime` in it.
    pub newest: Timestamp,
    /// The earliest.
    pub oldest: Timestamp,
}

impl Document {
    /// The digest's bytes, before they are compressed.
    pub fn to_json(&self) -> Vec<u8> {
        // Writing texts, hashes and numbers to memory cannot fail.
        serde_json::to_vec(&Written::from(self)).unwrap_or_default()
    }

    /// Reads a digest, ours or AWS's. Members that are not known here are passed over.
    ///
    /// # Errors
    /// Anything that is none.
    pub fn read(json: &[u8]) -> Result<Self, ReadError> {
        let written: Written = serde_json::from_slice(json)?;
        Ok(written.into())
    }

    /// The latest and the earliest event time in all files listed.
    fn extent(&self) -> (Option<Moment>, Option<Moment>) {
        let newest = self.log_files.iter().map(|file| file.newest).max();
        let oldest = self.log_files.iter().map(|file| file.oldest).min();
        (newest.map(Moment), oldest.map(Moment))
    }
}

/// A time as digests write it: whole seconds.
#[derive(Clone, Copy, Debug)]
struct Moment(Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&model::format_seconds(self.0.seconds()))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let seconds = model::parse_seconds(text.as_bytes());
        let seconds = seconds.ok_or_else(|| de::Error::custom("a time that is none"))?;
        Ok(Self(Timestamp::from_seconds(seconds)))
    }
}

/// The document as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    aws_account_id: String,
    digest_start_time: Moment,
    digest_end_time: Moment,
    #[serde(rename = "digestS3Bucket")]
    digest_s3_bucket: String,
    #[serde(rename = "digestS3Object")]
    digest_s3_object: String,
    digest_public_key_fingerprint: String,
    digest_signature_algorithm: String,
    newest_event_time: Option<Moment>,
    oldest_event_time: Option<Moment>,
    #[serde(rename = "previousDigestS3Bucket")]
    previous_digest_s3_bucket: Option<String>,
    #[serde(rename = "previousDigestS3Object")]
    previous_digest_s3_object: Option<String>,
    previous_digest_hash_value: Option<Hash>,
    previous_digest_hash_algorithm: Option<String>,
    previous_digest_signature: Option<String>,
    log_files: Vec<WrittenFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenFile {
    #[serde(rename = "s3Bucket")]
    s3_bucket: String,
    #[serde(rename = "s3Object")]
    s3_object: String,
    hash_value: Hash,
    hash_algorithm: String,
    newest_event_time: Moment,
    oldest_event_time: Moment,
}

impl From<&Document> for Written {
    fn from(document: &Document) -> Self {
        let (newest_event_time, oldest_event_time) = document.extent();
        let previous = document.previous.as_ref();
        Self {
            aws_account_id: document.account.clone(),
            digest_start_time: Moment(document.start),
            digest_end_time: Moment(document.end),
            digest_s3_bucket: document.place.bucket.clone(),
            digest_s3_object: document.place.object.clone(),
            digest_public_key_fingerprint: document.fingerprint.clone(),
            digest_signature_algorithm: SIGNATURE_ALGORITHM.to_owned(),
            newest_event_time,
            oldest_event_time,
            previous_digest_s3_bucket: previous.map(|it| it.place.bucket.clone()),
            previous_digest_s3_object: previous.map(|it| it.place.object.clone()),
            previous_digest_hash_value: previous.map(|it| it.hash),
            previous_digest_hash_algorithm: previous.map(|_| HASH_ALGORITHM.to_owned()),
            previous_digest_signature: previous.map(|it| it.signature.clone()),
            log_files: document.log_files.iter().map(WrittenFile::from).collect(),
        }
    }
}

impl From<&LogFile> for WrittenFile {
    fn from(file: &LogFile) -> Self {
        Self {
            s3_bucket: file.place.bucket.clone(),
            s3_object: file.place.object.clone(),
            hash_value: file.hash,
            hash_algorithm: HASH_ALGORITHM.to_owned(),
            newest_event_time: Moment(file.newest),
            oldest_event_time: Moment(file.oldest),
        }
    }
}

impl Written {
    /// A chain begins where any of it is missing.
    fn previous(&mut self) -> Option<Previous> {
        let bucket = self.previous_digest_s3_bucket.take()?;
        let object = self.previous_digest_s3_object.take()?;
        let hash = self.previous_digest_hash_value?;
        let signature = self.previous_digest_signature.take()?;
        Some(Previous { place: Place { bucket, object }, hash, signature })
    }
}

impl From<Written> for Document {
    fn from(mut written: Written) -> Self {
        let previous = written.previous();
        Self {
            account: written.aws_account_id,
            start: written.digest_start_time.0,
            end: written.digest_end_time.0,
            place: Place { bucket: written.digest_s3_bucket, object: written.digest_s3_object },
            fingerprint: written.digest_public_key_fingerprint,
            previous,
            log_files: written.log_files.into_iter().map(LogFile::from).collect(),
        }
    }
}

impl From<WrittenFile> for LogFile {
    fn from(file: WrittenFile) -> Self {
        Self {
            place: Place { bucket: file.s3_bucket, object: file.s3_object },
            hash: file.hash_value,
            newest: file.newest_event_time.0,
            oldest: file.oldest_event_time.0,
        }
    }
}
