//! Archives that lifecycle rules empty: told apart from those that somebody empties; and those
//! under keys of KMS, which are read like others.

use super::own::{bucket, bytes, keep, kms_key, object, step, with_key};
use super::verified::{DIGEST, LOG, call, finds, lived, of, put, remove, verified};
use super::{Desk, trail};
use crate::call::somebody;
use crate::encryption;
use crate::lab::DAY_MS;
use engine::{Outcome, Verdict};
use model::Change;
use model::resource::{Bucket, Document, KmsKey, Object, Versioning};
use serde_json::{Value, json};

/// Gives the bucket rules, with the record of the call.
fn rule(desk: &Desk, rules: &Value) {
    let state = desk.engine.state();
    let mut bucket = Bucket::clone(state.bucket("audit").unwrap());
    bucket.documents.insert(Document::Lifecycle, json!({ "Rule": rules }).to_string());
    let parameters = json!({ "bucketName": "audit" });
    let record = call(desk, "s3.amazonaws.com", "PutBucketLifecycle", parameters);
    desk.commit(vec![Change::BucketPut(Box::new(bucket))], vec![record]);
}

/// Lets days go by, and a whole walk after them.
fn after(desk: &Desk, days: i64) -> usize {
    desk.lab.env.advance(days * DAY_MS);
    (0..20).map(|_| desk.engine.live_on().unwrap()).sum()
}

fn old() -> Value {
    json!([{ "ID": "old", "Status": "Enabled", "Prefix": "", "Expiration": { "Days": "1" },
        "NoncurrentVersionExpiration": { "NoncurrentDays": "5" } }])
}

#[track_caller]
fn is_one_gap_by_rule(desk: &Desk) {
    let report = verified(desk);
    assert_eq!(report.outcome(), Outcome::Disproved(Verdict::Gap), "{report:#?}");
    assert_eq!(report.flaws.len(), 1, "{report:#?}");
    let flaw = &report.flaws[0];
    assert_eq!(flaw.file, "s3://audit");
    assert!(flaw.expected.starts_with("3 log files and 3 digests"), "{flaw:?}");
    for words in ["rule `old`", "6 records are in them, 0 are missing", "user/mallory"] {
        assert!(flaw.found.contains(words), "{flaw:?}");
    }
}

#[test]
fn what_a_rule_took_is_one_gap_of_delivery_and_no_truncation() {
    let desk = lived(None);
    rule(&desk, &old());
    assert_eq!(verified(&desk).outcome(), Outcome::Proved);
    assert_eq!(after(&desk, 3), 6);
    is_one_gap_by_rule(&desk);
    desk.engine.seal().unwrap();
    is_one_gap_by_rule(&desk.crash());
}

#[test]
fn what_a_rule_hid_and_took_later_is_told_the_same() {
    let desk = lived(Some(Versioning::Enabled));
    rule(&desk, &old());
    assert_eq!(after(&desk, 2), 6);
    is_one_gap_by_rule(&desk);
    assert_eq!(after(&desk, 7), 6);
    is_one_gap_by_rule(&desk);
    // The markers are alone now, and go by the same rule.
    assert_eq!(after(&desk, 2), 6);
    is_one_gap_by_rule(&desk);
}

#[test]
fn a_rule_is_no_excuse_for_what_somebody_did_before() {
    let desk = lived(None);
    let (logs, digests) = (of(&desk, LOG), of(&desk, DIGEST));
    let only_logs = json!([{ "ID": "logs", "Status": "Enabled", "Expiration": { "Days": "1" },
        "Filter": { "Prefix": "AWSLogs/111122223333/CloudTrail/" } }]);
    rule(&desk, &only_logs);
    remove(&desk, &logs[0]);
    put(&desk, &Object { modified: desk.now(), ..logs[1].clone() }, &bytes(&desk, &digests[0]));
    assert_eq!(after(&desk, 3), 2);
    let report = verified(&desk);
    let places: Vec<&str> = report.flaws.iter().map(|flaw| flaw.file.as_str()).collect();
    let place = |object: &Object| format!("s3://audit/{}", object.key);
    assert_eq!(places.len(), 3, "{report:#?}");
    for lost in [place(&logs[0]), place(&logs[1]), "s3://audit".to_owned()] {
        assert!(places.contains(&lost.as_str()), "{lost}: {report:#?}");
    }
}

#[test]
fn whoever_hides_a_file_first_is_told_though_a_rule_takes_it() {
    let desk = lived(Some(Versioning::Enabled));
    let log = &of(&desk, LOG)[0];
    let state = desk.engine.state();
    let bucket = state.bucket("audit").unwrap();
    let fresh = engine::Fresh::of(&state, bucket, &log.key, 5).unwrap();
    desk.commit(fresh.put(fresh.marker(bucket, &log.key, desk.now())), Vec::new());
    rule(
        &desk,
        &json!([{ "Status": "Enabled", "Prefix": "",
        "NoncurrentVersionExpiration": { "NoncurrentDays": "1" } }]),
    );
    assert_eq!(after(&desk, 3), 1);
    finds(&desk, Verdict::Gap, &[log], "a delete marker");
}

#[test]
fn a_file_below_two_hundred_versions_is_found() {
    let desk = lived(Some(Versioning::Enabled));
    let log = &of(&desk, LOG)[0];
    let state = desk.engine.state();
    let first = state.next_order();
    let junk = (first..first + 200).map(|order| {
        let version = Object::version_of(order, 7);
        let junk = Object { order, version, size: 0, bodies: Vec::new(), ..log.clone() };
        Change::ObjectPut(Box::new(junk))
    });
    desk.commit(junk.collect(), Vec::new());
    finds(&desk, Verdict::Tampered, &[log], &format!("it is version {}", log.version));
}

#[test]
fn files_under_keys_of_kms_are_read_also_when_the_key_is_off() {
    let mut desk = Desk::new();
    let key = kms_key(&desk, 9);
    encryption::keep(&desk.engine, &key);
    keep(&desk, &with_key(bucket(somebody(), trail(1).arn().as_str()), &key));
    desk.start(1);
    desk.call(2, "us-east-1");
    assert_eq!(step(&mut desk).put, 1);
    let log = object(&desk, LOG);
    assert!(matches!(log.encryption, model::resource::Encryption::Kms { .. }));
    for enabled in [true, false] {
        encryption::keep(&desk.engine, &KmsKey { enabled, ..key.clone() });
        let report = verified(&desk);
        assert_eq!((report.outcome(), report.checked.delivered), (Outcome::Proved, 1));
    }
    desk.commit(vec![Change::KmsKeyRemoved { id: key.id.clone() }], Vec::new());
    let report = verified(&desk);
    assert_eq!(report.outcome(), Outcome::CannotTell, "{report:?}");
    assert!(report.doubts[0].cause.contains("which is gone"), "{report:?}");
    encryption::keep(&desk.engine, &key);
    let forged = Object { encryption: model::resource::Encryption::Aes256, ..log.clone() };
    put(&desk, &forged, b"forged");
    finds(&desk, Verdict::Tampered, &[&log], "cannot be read");
}
