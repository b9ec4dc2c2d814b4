//! What a JSON object is, told by its first telling key.

use super::Reason;
use model::json::{self, JsonError, Members};

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It has a list of records in it: a log file, or an answer of `LookupEvents`.
    List,
    /// It is a record, or so its keys say.
    Record,
    /// It is something else.
    Foreign(Reason, &'static str),
}

/// Reads keys of the object at `at` until one tells that it is a record or a list of them. A
/// log file's and a record's first key does, so that nothing is read twice. A stranger's key
/// counts only where no key of CloudTrail's follows: records are found enriched with members
/// of other tools.
pub(crate) fn kind_at(text: &[u8], at: usize) -> Result<Kind, JsonError> {
    if let Some(kind @ (Kind::List | Kind::Record)) = first_key(text, at) {
        return Ok(kind);
    }
    let mut foreign = None;
    let mut members = Members::new(text, at, 0)?;
    while let Some(member) = members.next()? {
        match kind_of(member.key, member.value.first().copied()) {
            Some(Kind::Foreign(reason, what)) => foreign = foreign.or(Some((reason, what))),
            Some(kind) => return Ok(kind),
            None => {}
        }
    }
    let unknown = (Reason::NotCloudTrail, "an object without a key of CloudTrail's");
    let (reason, what) = foreign.unwrap_or(unknown);
    Ok(Kind::Foreign(reason, what))
}

/// The kind the first key tells, without a look at what follows its value.
fn first_key(text: &[u8], at: usize) -> Option<Kind> {
    let quote = json::skip_space(text, at + 1);
    if text.get(quote) != Some(&b'"') {
        return None;
    }
    let end = json::string_end(text, quote + 1).ok()?;
    let value = json::skip_space(text, json::skip_space(text, end + 1) + 1);
    kind_of(text.get(quote + 1..end)?, text.get(value).copied())
}

fn kind_of(key: &[u8], first: Option<u8>) -> Option<Kind> {
    if is_list(key, first) {
        return Some(Kind::List);
    }
    match key {
        b"eventVersion"
        | b"eventTime"
        | b"eventSource"
        | b"eventName"
        | b"eventID"
        | b"eventId"
        | b"eventType"
        | b"eventCategory"
        | b"userIdentity"
        | b"timeWindow"
        | b"requestParameters"
        | b"responseElements"
        | b"recipientAccountId"
        | b"CloudTrailEvent" => Some(Kind::Record),
        b"digestStartTime" | b"digestS3Bucket" | b"previousDigestSignature" => {
            Some(Kind::Foreign(Reason::DigestFile, "it proves log files and holds no records"))
        }
        _ => Some(Kind::Foreign(Reason::NotCloudTrail, stranger(key)?)),
    }
}

/// Whether a member is a list of records.
pub(crate) fn is_list(key: &[u8], first: Option<u8>) -> bool {
    matches!(key, b"Records" | b"Events") && first == Some(b'[')
}

/// Other documents that lie among logs, by a key of theirs.
fn stranger(key: &[u8]) -> Option<&'static str> {
    Some(match key {
        b"configurationItems" | b"configSnapshotId" | b"configurationItemVersion" => {
            "AWS Config history or snapshot"
        }
        b"detail-type" => "an EventBridge event; import its `detail`",
        b"logEvents" | b"logGroup" => "a CloudWatch Logs export; import its messages",
        b"ProductArn" => "a Security Hub finding",
        b"srcaddr" | b"flow-log-status" => "VPC flow logs",
        b"webaclId" => "AWS WAF logs",
        b"query_timestamp" => "Route 53 resolver logs",
        b"trailList" => "an answer of DescribeTrails",
        b"fileHashValue" | b"hashSignature" => "a CloudTrail Lake sign file",
        b"TopicArn" => "an SNS message; import the file it names",
        b"Statement" => "an IAM policy",
        _ => return None,
    })
}

/// What a text that is no JSON may be, by its first bytes.
pub(crate) fn describe(text: &[u8]) -> (Reason, &'static str) {
    const ENCODED: [(&[u8], &str); 7] = [
        (b"\x1f\x8b", "gzip inside gzip; decompress it once"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it first"),
        (b"BZh", "compressed with bzip2; decompress it first"),
        (b"\xfd7zXZ", "compressed with xz; decompress it first"),
        (b"PK\x03\x04", "a zip archive; unpack it first"),
        (b"\xff\xfe", "UTF-16; convert it to UTF-8 first"),
        (b"\xfe\xff", "UTF-16; convert it to UTF-8 first"),
    ];
    const OTHERS: [(&[u8], &str); 3] = [
        (b"PAR1", "a Parquet file"),
        (b"ORC", "an ORC file"),
        (b"version account-id", "VPC flow logs"),
    ];
    let known = |magics: &'static [(&[u8], &str)]| {
        magics.iter().find(|(magic, _)| text.starts_with(magic)).map(|(_, what)| *what)
    };
    match (known(&ENCODED), known(&OTHERS)) {
        (Some(what), _) => (Reason::OtherEncoding, what),
        (None, what) => (Reason::NotJson, what.unwrap_or("no JSON value begins here")),
    }
}
