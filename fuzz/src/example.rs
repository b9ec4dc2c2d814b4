//! Files and records of our own making that seeds are cut from.

use serde_json::Value;

/// A part with a few records.
pub(crate) const PART: &[u8] = include_bytes!("../../docs/formats/examples/part-v1.part");
/// A line for each record of [`PART`], in which it stands as a string.
const EXPECTED: &str = include_str!("../../docs/formats/examples/part-v1.expected.ndjson");
/// A segment of a journal.
pub(crate) const SEGMENT: &[u8] = include_bytes!("../../docs/formats/examples/journal-1.seg");
/// A snapshot.
pub(crate) const SNAPSHOT: &[u8] = include_bytes!("../../docs/formats/examples/snapshot-1.snap");

/// Requests as clients write them, some for each protocol; [`SERVICES`] says to whom.
pub(crate) const REQUESTS: [&str; 13] = [
    include_str!(
        "../../crates/faces/tests/wire/cloudtrail/LookupEvents/by_event_name/request.http"
    ),
    include_str!("../../crates/faces/tests/wire/cloudtrail/CreateEventDataStore/made/request.http"),
    include_str!("../../crates/faces/tests/wire/cloudtrail/ListQueries/none_yet/request.http"),
    include_str!(
        "../../crates/faces/tests/wire/cloudtrail-data/PutAuditEvents/no_channel/request.http"
    ),
    include_str!("../../crates/faces/tests/wire/pugmark/Histogram/by_day/request.http"),
    include_str!("../../crates/faces/tests/wire/pugmark/SearchEvents/one_row/request.http"),
    include_str!("../../crates/faces/tests/wire/sts/GetCallerIdentity/by_a_user/request.http"),
    include_str!("../../crates/faces/tests/wire/sts/GetSessionToken/for_an_hour/request.http"),
    include_str!("../../crates/faces/tests/wire/kms/CreateKey/made/request.http"),
    include_str!("../../crates/faces/tests/wire/kms/Decrypt/not_ours/request.http"),
    include_str!("../../crates/faces/tests/wire/kms/Encrypt/unknown_alias/request.http"),
    include_str!("../../crates/faces/tests/wire/sns/CreateTopic/made/request.http"),
    include_str!("../../crates/faces/tests/wire/sns/TagResource/unknown/request.http"),
];

/// The signing names of those that [`REQUESTS`] are for.
pub(crate) const SERVICES: [&str; 13] = [
    "cloudtrail",
    "cloudtrail",
    "cloudtrail",
    "cloudtrail-data",
    "pugmark",
    "pugmark",
    "sts",
    "sts",
    "kms",
    "kms",
    "kms",
    "sns",
    "sns",
];

/// The records of [`PART`], in its order; the last of them is none.
pub(crate) fn records() -> Vec<String> {
    let record = |line| {
        let line: Value = serde_json::from_str(line).expect("the example's lines are JSON");
        line["record"].as_str().expect("a record is a string").to_owned()
    };
    EXPECTED.lines().map(record).collect()
}
