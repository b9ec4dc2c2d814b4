//! Files and records of our own making that seeds are cut from.

/// A part with a few records, and one with several blocks.
pub(crate) const PART: &[u8] = include_bytes!("../../docs/formats/examples/part-v1.part");
/// The records of [`PART`].
pub(crate) const RECORDS: &str =
    include_str!("../../docs/formats/examples/part-v1.expected.ndjson");
/// A segment of a journal.
pub(crate) const SEGMENT: &[u8] = include_bytes!("../../docs/formats/examples/journal-1.seg");
/// A snapshot.
pub(crate) const SNAPSHOT: &[u8] = include_bytes!("../../docs/formats/examples/snapshot-1.snap");

/// Requests as clients write them, one for each protocol.
pub(crate) const REQUESTS: [&str; 8] = [
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
];

/// The records of [`RECORDS`], one by one.
pub(crate) fn records() -> impl Iterator<Item = &'static str> {
    RECORDS.lines()
}
