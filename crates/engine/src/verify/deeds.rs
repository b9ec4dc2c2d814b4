//! Who did it, as far as the base has records of it.

use super::history::Moment;
use super::still::Still;
use super::suspicion::{Deed, Suspicion};
use crate::shared::PARTS;
use lake::{Attribute, Found, Generation, Match, Part, PartCache, Search, Snapshot, Term};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Cache of parts that are searched, in bytes.
const CACHE_BYTES: u64 = 64 << 20;

/// Records of calls that are looked at, newest first.
const RECORDS_MAX: usize = 1_000_000;

const REMOVALS: &[&str] = &["DeleteObject", "DeleteObjects"];
const WRITINGS: &[&str] = &["PutObject", "CopyObject", "CompleteMultipartUpload"];

/// All records of a moment, to be searched. Parts that cannot be opened are told elsewhere.
pub(super) fn snapshot(disk: &Still, moment: &Moment) -> Snapshot {
    let cache = PartCache::new(CACHE_BYTES);
    let open = |meta: &model::PartMeta| Part::open(disk, Path::new(PARTS), meta.clone(), &cache);
    let parts = moment.state.parts().filter_map(|meta| open(meta).ok()).map(Arc::new);
    let (parts, tail) = (Arc::new(parts.collect()), Generation::default());
    tail.join(moment.tail.iter().cloned());
    Snapshot { parts, tail: vec![Arc::new(tail)], end: moment.state.next_seq() }
}

/// What to look for: calls of a service by their names.
pub(super) fn calls(service: &str, names: &[&str]) -> Search {
    let names = Match::AnyOf(names.iter().map(|name| (*name).to_owned()).collect());
    let terms = vec![
        Term::is(Attribute::EventSource, service),
        Term { what: Attribute::EventName, matches: names },
        Term::is(Attribute::Origin, "recorded"),
    ];
    Search { terms, ..Search::default() }
}

/// The text at a place of a record; empty where there is none.
pub(super) fn text<'a>(record: &'a Value, pointer: &str) -> &'a str {
    record.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A call: its name, its `eventID`, who made it and when.
pub(super) fn told(record: &Value) -> String {
    let caller = ["arn", "invokedBy", "principalId", "type"].into_iter();
    let mut caller = caller.map(|name| text(record, &format!("/userIdentity/{name}")));
    let caller = caller.find(|it| !it.is_empty()).unwrap_or("nobody named");
    let (name, id) = (text(record, "/eventName"), text(record, "/eventID"));
    format!("{name} by {caller} at {}, eventID {id}", text(record, "/eventTime"))
}

/// For each suspicion, in order, what a record says of it.
pub(super) fn of(held: &[Suspicion], disk: &Still, moment: &Moment) -> Vec<Option<String>> {
    let mut told = vec![None; held.len()];
    let mut by_bucket: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let of_calls = held.iter().enumerate().filter(|(_, it)| it.deed != Deed::Unknown);
    of_calls.for_each(|(n, it)| by_bucket.entry(&it.place.bucket).or_default().push(n));
    if by_bucket.is_empty() {
        return told;
    }
    let search = calls("s3.amazonaws.com", &[REMOVALS, WRITINGS].concat());
    let take = |found: &Found| {
        let Ok(record) = serde_json::from_slice::<Value>(&found.bytes) else { return };
        let bucket = text(&record, "/requestParameters/bucketName");
        for number in by_bucket.get(bucket).into_iter().flatten() {
            let (Some(of), Some(told)) = (held.get(*number), told.get_mut(*number)) else {
                continue;
            };
            if told.is_none() && did(&record, of) {
                *told = Some(self::told(&record));
            }
        }
    };
    // A part that cannot be read is told elsewhere; what was found until then stands.
    let _ = snapshot(disk, moment).each(&search, RECORDS_MAX, take);
    told
}

/// Whether a record is that of the deed: by somebody else than CloudTrail, and not refused.
fn did(record: &Value, suspicion: &Suspicion) -> bool {
    let name = text(record, "/eventName");
    let names = if suspicion.deed == Deed::Removal { REMOVALS } else { WRITINGS };
    let is_ours = text(record, "/userIdentity/invokedBy") == "cloudtrail.amazonaws.com";
    let is_done = record.get("errorCode").is_none_or(Value::is_null);
    names.contains(&name) && !is_ours && is_done && names_key(record, &suspicion.place.object)
}

fn names_key(record: &Value, key: &str) -> bool {
    let of_many = ["/requestParameters/Delete/Object", "/requestParameters/delete/objects"];
    let objects = of_many.iter().filter_map(|at| record.pointer(at)?.as_array()).flatten();
    let mut keys = objects.flat_map(|object| [text(object, "/Key"), text(object, "/key")]);
    text(record, "/requestParameters/key") == key || keys.any(|it| it == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::report::Verdict;
    use ledger::digest::Place;
    use model::Timestamp;
    use serde_json::json;

    fn suspicion(deed: Deed) -> Suspicion {
        Suspicion {
            verdict: Verdict::Gap,
            place: Place { bucket: "b".into(), object: "k".into() },
            expected: String::new(),
            found: String::new(),
            deed,
            at: Timestamp(0),
        }
    }

    fn record(name: &str, parameters: Value) -> Value {
        json!({ "eventName": name, "eventID": "e", "eventTime": "t",
            "userIdentity": { "type": "IAMUser", "arn": "arn:mallory" },
            "requestParameters": parameters })
    }

    #[test]
    fn a_removal_is_told_from_a_writing_and_one_key_from_another() {
        let one = record("DeleteObject", json!({ "bucketName": "b", "key": "k" }));
        let many = record("DeleteObjects", json!({ "Delete": { "Object": [{ "Key": "k" }] } }));
        let put = record("PutObject", json!({ "key": "k" }));
        let other = record("DeleteObject", json!({ "key": "other" }));
        let (removal, writing) = (suspicion(Deed::Removal), suspicion(Deed::Writing));
        assert!(did(&one, &removal) && did(&many, &removal) && did(&put, &writing));
        assert!(!did(&put, &removal) && !did(&one, &writing) && !did(&other, &removal));
        assert_eq!(told(&one), "DeleteObject by arn:mallory at t, eventID e");
    }

    #[test]
    fn what_was_refused_and_what_cloudtrail_itself_puts_accuses_nobody() {
        let mut refused = record("DeleteObject", json!({ "key": "k" }));
        refused["errorCode"] = json!("AccessDenied");
        assert!(!did(&refused, &suspicion(Deed::Removal)));
        let mut own = record("PutObject", json!({ "key": "k" }));
        own["userIdentity"] = json!({ "invokedBy": "cloudtrail.amazonaws.com" });
        assert!(!did(&own, &suspicion(Deed::Writing)));
    }
}
