//! The headers with which an object is told of.

use super::prelude::*;
use super::{condition, lock};
use model::resource::{Bucket, ChecksumAlgorithm, ChecksumKind, Encryption, Object, ObjectLock};
use model::{Timestamp, format_seconds};

/// What an object is called that nobody said anything of.
const CONTENT_TYPE: &str = "binary/octet-stream";

/// Headers that may come back otherwise than they were kept, and the parameter that says so.
const OVERRIDES: [(&str, &str); 6] = [
    ("cache-control", "response-cache-control"),
    ("content-disposition", "response-content-disposition"),
    ("content-encoding", "response-content-encoding"),
    ("content-language", "response-content-language"),
    ("content-type", "response-content-type"),
    ("expires", "response-expires"),
];

/// All headers of an object that is read.
pub(super) fn of(
    bucket: &Bucket,
    object: &Object,
    overrides: &BTreeMap<&'static str, String>,
) -> Reply {
    let kept = |name: &str| object.headers.get(name).cloned();
    let mut reply = Reply::empty(200)
        .header("etag", quoted(&object.etag))
        .header("last-modified", condition::last_modified(object.modified))
        .header("accept-ranges", "bytes");
    for (name, parameter) in OVERRIDES {
        let text = overrides.get(parameter).cloned().or_else(|| kept(name));
        let default = (name == "content-type").then(|| CONTENT_TYPE.to_owned());
        reply = reply.maybe(name, text.or(default));
    }
    reply = reply.maybe("x-amz-website-redirect-location", kept("x-amz-website-redirect-location"));
    let class = Some(object.storage_class.as_str()).filter(|class| *class != "STANDARD");
    let tags = object.tags.len();
    reply = reply
        .maybe("x-amz-storage-class", class)
        .maybe("x-amz-tagging-count", (tags > 0).then(|| tags.to_string()));
    reply.metadata = object.metadata.clone();
    locked(encrypted(version(reply, bucket, object), &object.encryption), &object.lock)
}

/// The ETag as headers have it.
pub(super) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// The version, where the bucket ever kept versions.
pub(super) fn version(reply: Reply, bucket: &Bucket, object: &Object) -> Reply {
    match bucket.versioning {
        None => reply,
        Some(_) => reply.header("x-amz-version-id", &*object.version),
    }
}

/// How it is encrypted.
pub(super) fn encrypted(reply: Reply, encryption: &Encryption) -> Reply {
    const ALGORITHM: &str = "x-amz-server-side-encryption";
    match encryption {
        Encryption::Aes256 => reply.header(ALGORITHM, "AES256"),
        Encryption::Kms { key_arn, bucket_key, .. } => reply
            .header(ALGORITHM, "aws:kms")
            .header("x-amz-server-side-encryption-aws-kms-key-id", key_arn)
            .maybe("x-amz-server-side-encryption-bucket-key-enabled", bucket_key.then_some("true")),
    }
}

fn locked(reply: Reply, lock: &ObjectLock) -> Reply {
    let until = |at: Timestamp| format_seconds(at.seconds());
    reply
        .maybe("x-amz-object-lock-mode", lock.mode.map(lock::mode_name))
        .maybe("x-amz-object-lock-retain-until-date", lock.until.map(until))
        .maybe("x-amz-object-lock-legal-hold", lock.legal_hold.then_some("ON"))
}

/// The header of a checksum.
pub(super) const fn checksum_header(algorithm: ChecksumAlgorithm) -> &'static str {
    match algorithm {
        ChecksumAlgorithm::Crc32 => "x-amz-checksum-crc32",
        ChecksumAlgorithm::Crc32c => "x-amz-checksum-crc32c",
        ChecksumAlgorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
        ChecksumAlgorithm::Sha1 => "x-amz-checksum-sha1",
        ChecksumAlgorithm::Sha256 => "x-amz-checksum-sha256",
    }
}

/// The member of a document that holds a checksum.
pub(super) const fn checksum_member(algorithm: ChecksumAlgorithm) -> &'static str {
    match algorithm {
        ChecksumAlgorithm::Crc32 => "ChecksumCRC32",
        ChecksumAlgorithm::Crc32c => "ChecksumCRC32C",
        ChecksumAlgorithm::Crc64Nvme => "ChecksumCRC64NVME",
        ChecksumAlgorithm::Sha1 => "ChecksumSHA1",
        ChecksumAlgorithm::Sha256 => "ChecksumSHA256",
    }
}

/// What a checksum is of, in AWS's words.
pub(super) const fn kind_name(kind: ChecksumKind) -> &'static str {
    match kind {
        ChecksumKind::FullObject => "FULL_OBJECT",
        ChecksumKind::Composite => "COMPOSITE",
    }
}

/// The checksum, for whoever asks for it.
pub(super) fn summed(reply: Reply, object: &Object) -> Reply {
    match &object.checksum {
        None => reply,
        Some(sum) => reply
            .header(checksum_header(sum.algorithm), &*sum.value)
            .header("x-amz-checksum-type", kind_name(sum.kind)),
    }
}
