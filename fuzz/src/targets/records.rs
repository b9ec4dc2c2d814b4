//! The text of a log file to the records in it.
//!
//! Claims: a record that is given is JSON, UTF-8, and has a time; it stands in the text byte for
//! byte, unless it was inside a string; the spans of its scan lie within it, in order; a second
//! scan finds the same. Whether the whole is JSON, another reader says alike.

use formats::cloudtrail::{self, REFS_MAX, each_record};
use model::{Field, RecordView, Scan, Tree, json};
use serde::de::IgnoredAny;

/// Skips that are described, and one for each reason beyond that.
const SKIPS_MAX: usize = 100 + 20;

pub(crate) fn run(data: &[u8]) {
    let mut scan = Scan::learning();
    let mut given = 0;
    let outcome = each_record(data, &mut scan, |view| {
        given += 1;
        check(data, &view);
    });
    assert_eq!(outcome.records, given);
    assert!(outcome.skipped.len() <= SKIPS_MAX);
    assert!(outcome.skipped.iter().all(|skip| skip.offset <= data.len() && skip.count > 0));
    assert!(outcome.records > 0 || outcome.skipped_count() > 0 || is_empty_list(data));
    is_json_alike(data);
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut records = crate::example::records();
    let lines = records.join("\n").into_bytes();
    records.retain(|record| record.starts_with('{'));
    let file = format!("{{\"Records\":[{}]}}", records.join(","));
    let one = records.pop().unwrap_or_default();
    let quoted = serde_json::to_string(&one).unwrap_or_default();
    let lookup = format!("{{\"Events\":[{{\"EventId\":\"x\",\"CloudTrailEvent\":{quoted}}}]}}");
    let broken = format!("{one}\n{}\n{one}", &one[..one.len() / 2]);
    let shapes = [
        r#"{"eventTime":"2026-09-21T14:13:20Z","eventName":"a\u00e9","eventSource":"s3.x"}"#,
        r#"[{"eventVersion":"1.08","eventTime":1790000000},[[[{"eventName":1}]]],null,"{}"]"#,
        r#"{"awsAccountId":"1","digestStartTime":"x","logFiles":[]}"#,
        "\u{feff}{}",
    ];
    let texts = [file, quoted, lookup, broken].map(String::into_bytes);
    let shapes = shapes.map(|text| text.as_bytes().to_vec());
    [vec![lines], texts.to_vec(), shapes.to_vec()].concat()
}

fn check(text: &[u8], view: &RecordView<'_>) {
    let bytes = view.bytes;
    let parsed = serde_json::from_slice::<IgnoredAny>(bytes);
    assert!(parsed.is_ok() && bytes.starts_with(b"{"), "a record that is no object: {parsed:?}");
    assert!(str::from_utf8(bytes).is_ok());
    assert!(cloudtrail::event_time(view).is_some(), "a record without a time");
    let stands = text.as_ptr_range();
    if !stands.contains(&bytes.as_ptr()) {
        // It was inside a string, and its escapes were undone.
        assert!(has_a_string(text));
    }
    check_spans(view);
    let mut again = Scan::learning();
    // What parses the first time is known by its shape the second time.
    for _ in 0..2 {
        assert_eq!(again.read(bytes, 0), Ok(bytes.len()));
        assert_eq!(again.leaves(), view.scan().leaves());
        assert!(Field::ALL.iter().all(|field| again.leaf(*field) == view.scan().leaf(*field)));
        let trees = [Tree::UserIdentity, Tree::RequestParameters, Tree::Resources, Tree::ReadOnly];
        assert!(trees.iter().all(|tree| again.tree(*tree) == view.scan().tree(*tree)));
    }
    say_all(view);
}

fn has_a_string(text: &[u8]) -> bool {
    text.contains(&b'"')
}

fn check_spans(view: &RecordView<'_>) {
    let (bytes, scan) = (view.bytes, view.scan());
    assert_eq!(scan.record_len(), bytes.len());
    let mut end = 0;
    for leaf in scan.leaves() {
        assert!(leaf.span.start >= end && leaf.span.end >= leaf.span.start);
        end = leaf.span.end;
    }
    assert!(end as usize <= bytes.len());
    for field in Field::ALL {
        let raw = view.raw(*field);
        let leaf = scan.leaf(*field).map(|leaf| leaf.span.of(bytes));
        assert_eq!(raw, leaf);
        // The inside of a string: unescaping it cannot fail.
        assert!(raw.is_none() || view.text(*field).is_some());
    }
}

/// Everything that is derived from a record.
fn say_all(view: &RecordView<'_>) {
    let owner = cloudtrail::owner(view);
    assert!(owner.is_none_or(|owner| !owner.as_str().is_empty()));
    let _ = (cloudtrail::category(view), cloudtrail::username(view));
    let mut touched = Vec::new();
    cloudtrail::resources(view, &mut touched);
    assert!(touched.len() <= REFS_MAX);
}

fn is_empty_list(data: &[u8]) -> bool {
    data.contains(&b'[')
}

/// Our reader takes what another takes, up to the depth that ours follows, and nothing else.
fn is_json_alike(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let start = json::skip_space(data, 0);
    let ours = json::value_end(data, start, 0);
    let whole = ours.is_ok_and(|end| json::skip_space(data, end) == data.len());
    let theirs = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let too_deep = ours.is_err_and(|error| error.what == "nested too deeply");
    assert!(whole == theirs || (theirs && too_deep), "ours {ours:?}, theirs {theirs}");
}
