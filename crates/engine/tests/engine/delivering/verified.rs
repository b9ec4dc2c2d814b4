//! Verification of archives in our own buckets: everything that is done to one is found, named and
//! laid at the door of whoever made the call; nothing sound is accused.

use super::own::{bucket, bytes, keep, keys, object, step};
use super::{Desk, MINUTE_MS, started, stopped, trail};
use crate::call::{somebody, uuid};
use engine::{Fresh, Outcome, Report, Verdict, verify_on};
use model::resource::{Bucket, Object, Trail, Versioning};
use model::{Body, Change, Origin, Record};
use serde_json::json;

pub(super) const LOG: &str = "/CloudTrail/";
pub(super) const DIGEST: &str = "/CloudTrail-Digest/";

/// Three hours of a trail with its bucket: a file and a digest each.
pub(super) fn lived(versioning: Option<Versioning>) -> Desk {
    let mut desk = Desk::new();
    keep(&desk, &Bucket { versioning, ..bucket(somebody(), trail(1).arn().as_str()) });
    desk.start(1);
    for _ in 0..3 {
        desk.call(2, "us-east-1");
        desk.lab.env.advance(30 * MINUTE_MS);
        step(&mut desk);
        desk.lab.env.advance(30 * MINUTE_MS);
        step(&mut desk);
    }
    assert_eq!((of(&desk, LOG).len(), of(&desk, DIGEST).len()), (3, 3));
    desk
}

/// Current objects of a kind, oldest first.
pub(super) fn of(desk: &Desk, kind: &str) -> Vec<Object> {
    let keys = keys(desk).into_iter().filter(|key| key.contains(kind));
    let mut found: Vec<Object> = keys.map(|key| object(desk, &key)).collect();
    found.sort_by_key(|object| object.order);
    found
}

pub(super) fn verified(desk: &Desk) -> Report {
    desk.engine.settle();
    verify_on(&desk.lab.disk)
}

pub(super) fn remove(desk: &Desk, object: &Object) {
    desk.commit(vec![Fresh::removed(object)], Vec::new());
}

/// Puts an object as a call to S3 would: in the place of the current one, or over it.
pub(super) fn put(desk: &Desk, object: &Object, content: &[u8]) {
    let mut staging = desk.engine.stage(&[]).unwrap();
    staging.write(content).unwrap();
    let body = staging.finish().unwrap();
    let state = desk.engine.state();
    let fresh = Fresh::of(&state, state.bucket("audit").unwrap(), &object.key, 9).unwrap();
    let bodies = body.body.iter().cloned().collect();
    let (version, order) = (fresh.version.clone(), fresh.order);
    let new = Object { version, order, size: body.size, bodies, ..object.clone() };
    desk.commit(fresh.put(new), Vec::new());
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, text).unwrap();
    encoder.finish().unwrap()
}

/// A record of a call by Mallory.
pub(super) fn call(desk: &Desk, source: &str, name: &str, parameters: serde_json::Value) -> Record {
    let record = json!({
        "eventVersion": "1.11",
        "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mallory" },
        "eventTime": "2024-06-09T12:00:00Z", "eventSource": source, "eventName": name,
        "awsRegion": "us-east-1", "requestParameters": parameters,
        "eventID": uuid(9_000 + desk.engine.state().next_seq().0),
        "recipientAccountId": somebody(), "eventCategory": "Management",
    });
    Record {
        owner: somebody(),
        origin: Origin::Recorded,
        ingested: desk.now(),
        stores: None,
        body: Body::ApiCall(serde_json::to_vec(&record).unwrap().into()),
    }
}

#[track_caller]
pub(super) fn finds(desk: &Desk, verdict: Verdict, objects: &[&Object], words: &str) {
    let report = verified(desk);
    assert_eq!(report.outcome(), Outcome::Disproved(verdict), "{report:#?}");
    for object in objects {
        let place = format!("s3://audit/{}", object.key);
        let of_it = report.flaws.iter().find(|flaw| flaw.file == place);
        let flaw = of_it.unwrap_or_else(|| panic!("{place} is not named: {report:#?}"));
        assert_eq!(flaw.verdict, verdict, "{flaw:?}");
        assert!(flaw.found.contains(words), "{flaw:?}");
    }
    assert_eq!(report.flaws.len(), objects.len(), "{report:#?}");
}

#[test]
fn a_sound_archive_is_proved_also_after_a_crash_and_with_versions() {
    for versioning in [None, Some(Versioning::Enabled)] {
        let desk = lived(versioning);
        let report = verified(&desk);
        assert_eq!(
            (report.outcome(), report.checked.delivered),
            (Outcome::Proved, 6),
            "{report:?}"
        );
        let desk = desk.crash();
        assert_eq!(verified(&desk).outcome(), Outcome::Proved);
    }
}

#[test]
fn a_deleted_file_is_named_with_the_call_that_deleted_it() {
    let desk = lived(None);
    let lost = &of(&desk, LOG)[1];
    let parameters = json!({ "bucketName": "audit", "key": lost.key });
    let record = call(&desk, "s3.amazonaws.com", "DeleteObject", parameters);
    desk.commit(vec![Fresh::removed(lost)], vec![record]);
    finds(
        &desk,
        Verdict::Gap,
        &[lost],
        "no such object; DeleteObject by arn:aws:iam::111122223333",
    );
    desk.engine.seal().unwrap();
    finds(&desk, Verdict::Gap, &[lost], "user/mallory");
}

#[test]
fn deleted_digests_in_the_middle_and_at_the_beginning_are_missed() {
    let desk = lived(None);
    let digests = of(&desk, DIGEST);
    remove(&desk, &digests[1]);
    finds(&desk, Verdict::Gap, &[&digests[1]], "no record says who");
    remove(&desk, &digests[0]);
    finds(&desk, Verdict::Gap, &[&digests[0], &digests[1]], "no such object");
}

#[test]
fn a_cut_off_end_is_truncation_and_so_is_an_archive_without_anything() {
    let desk = lived(None);
    let (logs, digests) = (of(&desk, LOG), of(&desk, DIGEST));
    let newest = [&logs[2], &digests[2]];
    newest.iter().for_each(|object| remove(&desk, object));
    finds(&desk, Verdict::Truncated, &newest, "no such object");
    let rest = [&logs[0], &logs[1], &digests[0], &digests[1]];
    rest.iter().for_each(|object| remove(&desk, object));
    let all: Vec<&Object> = logs.iter().chain(&digests).collect();
    finds(&desk, Verdict::Truncated, &all, "no such object");
    desk.commit(vec![Change::BucketRemoved { name: "audit".into() }], Vec::new());
    finds(&desk, Verdict::Truncated, &all, "no such bucket");
}

#[test]
fn changed_and_shortened_content_is_found() {
    for content in [gzip(b"{\"Records\":[]}"), b"{\"Records\":[]}".to_vec(), Vec::new()] {
        let desk = lived(None);
        let log = &of(&desk, LOG)[0];
        put(&desk, log, &content);
        finds(&desk, Verdict::Tampered, &[log], "content");
    }
    let desk = lived(None);
    let log = &of(&desk, LOG)[0];
    let whole = bytes(&desk, log);
    put(&desk, log, &whole[..whole.len() - 1]);
    finds(&desk, Verdict::Tampered, &[log], "cannot be read");
    put(&desk, log, &whole);
    assert_eq!(verified(&desk).outcome(), Outcome::Proved, "the same text is the same file");
}

#[test]
fn a_digest_that_was_moved_or_lost_its_signature_is_found() {
    let desk = lived(None);
    let digests = of(&desk, DIGEST);
    let (one, two) = (&digests[0], &digests[1]);
    let whole = bytes(&desk, two);
    put(&desk, two, &bytes(&desk, one));
    finds(&desk, Verdict::Tampered, &[two], "other content");
    let unsigned = Object { metadata: Default::default(), ..two.clone() };
    put(&desk, &unsigned, &whole);
    finds(&desk, Verdict::Tampered, &[two], "another signature");
    let mut foreign = two.clone();
    foreign.metadata = one.metadata.clone();
    put(&desk, &foreign, &whole);
    finds(&desk, Verdict::Tampered, &[two], "another signature");
}

#[test]
fn a_newer_version_or_a_delete_marker_over_a_file_is_told() {
    let desk = lived(Some(Versioning::Enabled));
    let logs = of(&desk, LOG);
    put(&desk, &logs[0], &gzip(b"{\"Records\":[]}"));
    finds(&desk, Verdict::Tampered, &[&logs[0]], "over it");
    let desk = lived(Some(Versioning::Enabled));
    let logs = of(&desk, LOG);
    let order = desk.engine.state().next_order();
    let version = Object::version_of(order, 1);
    let marker =
        Object { marker: true, bodies: Vec::new(), size: 0, order, version, ..logs[0].clone() };
    desk.commit(vec![Change::ObjectPut(Box::new(marker))], Vec::new());
    finds(&desk, Verdict::Gap, &[&logs[0]], "a delete marker");
}

#[test]
fn what_no_trail_delivered_is_unreferenced_but_only_where_trails_put_files() {
    let desk = lived(None);
    let log = &of(&desk, LOG)[0];
    for name in ["notes.txt", "AWSLogs/111122223333/Config/x.json.gz"] {
        put(&desk, &Object { key: name.into(), ..log.clone() }, b"mine");
    }
    put(&desk, &Object { key: "AWSLogs/111122223333/CloudTrail/".into(), ..log.clone() }, b"");
    assert_eq!(verified(&desk).outcome(), Outcome::Proved);
    let key = log.key.replace(".json.gz", "x.json.gz");
    let forged = Object { key, ..log.clone() };
    put(&desk, &forged, &bytes(&desk, log));
    finds(&desk, Verdict::Unreferenced, &[&forged], "no record says who");
}

#[test]
fn a_body_that_is_gone_names_its_object() {
    use model::disk::Disk;
    let mut desk = Desk::new();
    keep(&desk, &bucket(somebody(), trail(1).arn().as_str()));
    desk.start(1);
    desk.call(400, "us-east-1");
    step(&mut desk);
    let log = object(&desk, LOG);
    let name = log.files().next().expect("a body in a file of its own").to_owned();
    desk.engine.settle();
    desk.lab.disk.remove(format!("objects/{}/{name}", &name[..2]).as_ref()).unwrap();
    let report = verified(&desk);
    let place = format!("s3://audit/{}", log.key);
    assert!(
        report.flaws.iter().any(|it| it.file == place && it.verdict == Verdict::Gap),
        "{report:?}"
    );
}

#[test]
fn a_stop_is_a_gap_of_delivery_and_the_base_misses_nothing() {
    let mut desk = Desk::new();
    keep(&desk, &bucket(somebody(), trail(1).arn().as_str()));
    let trail = desk.start(1);
    let of_trail = json!({ "name": trail.name });
    let stop = call(&desk, "cloudtrail.amazonaws.com", "StopLogging", of_trail.clone());
    desk.commit(vec![Change::TrailPut(stopped(trail.clone(), desk.now()))], vec![stop]);
    desk.call(7, "us-east-1");
    let start = call(&desk, "cloudtrail.amazonaws.com", "StartLogging", of_trail);
    desk.commit(vec![Change::TrailPut(started(trail, desk.now()))], vec![start]);
    desk.call(2, "us-east-1");
    for _ in 0..2 {
        let report = verified(&desk);
        assert_eq!(report.outcome(), Outcome::Disproved(Verdict::Gap), "{report:?}");
        let flaw = &report.flaws[0];
        assert_eq!(flaw.file, super::trail(1).arn().to_string());
        for words in ["StopLogging by arn", "mallory", "7 records", "0 are missing"] {
            assert!(flaw.found.contains(words), "{flaw:?}");
        }
        assert_eq!(report.flaws.len(), 1);
        desk.engine.seal().unwrap();
    }
}

#[test]
fn a_file_that_was_given_up_is_a_gap_of_delivery() {
    let mut desk = Desk::new();
    let plain = Trail { log_file_validation: false, ..trail(1) };
    desk.put(&started(plain, desk.now()));
    desk.call(3, "us-east-1");
    assert_eq!(step(&mut desk).refused, 1);
    desk.lab.env.advance(31 * crate::lab::DAY_MS);
    assert_eq!(step(&mut desk).dropped, 1);
    let report = verified(&desk);
    assert_eq!(report.outcome(), Outcome::Disproved(Verdict::Gap), "{report:?}");
    let flaw = &report.flaws[0];
    assert!(
        flaw.expected.contains("3 records, numbers 0 to 2, of which the base misses 0"),
        "{flaw:?}"
    );
}

#[test]
fn narrower_selectors_are_a_note() {
    let desk = lived(None);
    let selectors =
        json!({ "trailName": trail(1).name, "eventSelectors": [{ "readWriteType": "WriteOnly" }] });
    let narrowed = call(&desk, "cloudtrail.amazonaws.com", "PutEventSelectors", selectors);
    desk.commit(Vec::new(), vec![narrowed]);
    let report = verified(&desk);
    assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
    assert!(
        report.notes.iter().any(|note| note.contains("PutEventSelectors by arn")),
        "{report:?}"
    );
}

#[test]
fn a_trail_that_never_logged_leaves_no_gap_when_it_is_deleted() {
    let desk = lived(None);
    let of_trail = json!({ "name": "other" });
    for name in ["CreateTrail", "StopLogging", "DeleteTrail"] {
        let record = call(&desk, "cloudtrail.amazonaws.com", name, of_trail.clone());
        desk.commit(Vec::new(), vec![record]);
    }
    let mut refused =
        call(&desk, "cloudtrail.amazonaws.com", "StopLogging", json!({ "name": trail(1).name }));
    let text = String::from_utf8(refused.body.bytes().to_vec()).unwrap();
    let text = text.replacen('{', r#"{"errorCode":"AccessDenied","#, 1);
    refused.body = Body::ApiCall(text.into_bytes().into());
    desk.commit(Vec::new(), vec![refused]);
    let report = verified(&desk);
    assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
}

#[test]
fn a_deleted_trail_leaves_a_gap_until_now() {
    let mut desk = lived(None);
    let arn = trail(1).arn().to_string();
    let parameters = json!({ "name": arn.clone() });
    let record = call(&desk, "cloudtrail.amazonaws.com", "DeleteTrail", parameters);
    desk.commit(vec![Change::TrailRemoved { arn: arn.clone() }], vec![record]);
    desk.call(4, "us-east-1");
    let report = verified(&desk);
    assert_eq!(report.outcome(), Outcome::Disproved(Verdict::Gap), "{report:?}");
    let flaw = &report.flaws[0];
    assert_eq!((report.flaws.len(), &flaw.file), (1, &arn));
    assert!(flaw.found.contains("until now: 4 records of the base"), "{flaw:?}");
}
