//! What lifecycle rules take away, and when.

use crate::bodies::{files, stage};
use crate::call::somebody;
use crate::lab::{DAY_MS, Lab};
use crate::objects::{commit, object};
use engine::{Engine, Listing};
use model::resource::{
    Bucket, Document, LockMode, Object, ObjectLock, Upload, UploadPart, Versioning,
};
use model::{Change, Timestamp};
use serde_json::{Value, json};

const NAME: &str = "logs";

struct Den {
    lab: Lab,
    engine: Engine,
}

impl Den {
    /// A bucket with these rules.
    fn new(versioning: Option<Versioning>, rules: &Value) -> Self {
        let lab = Lab::new();
        // No midnight.
        lab.env.advance(3_600_000);
        let engine = lab.open();
        let den = Self { lab, engine };
        let bucket = Bucket::new(NAME.into(), somebody(), "us-east-1".into(), den.now());
        let documents = [(Document::Lifecycle, json!({ "Rule": rules }).to_string())].into();
        den.change(Change::BucketPut(Box::new(Bucket { versioning, documents, ..bucket })));
        den
    }

    fn now(&self) -> Timestamp {
        self.lab.env.now()
    }

    fn change(&self, change: Change) {
        commit(&self.engine, vec![change]).unwrap();
    }

    fn put(&self, key: &str, order: u64) -> Object {
        self.put_as(Object { modified: self.now(), ..object(key, order) })
    }

    fn put_as(&self, object: Object) -> Object {
        self.change(Change::ObjectPut(Box::new(object.clone())));
        object
    }

    /// Lets days go by, and a whole round after them.
    fn after(&self, days: i64) -> usize {
        self.lab.env.advance(days * DAY_MS);
        (0..100).map(|_| self.engine.live_on().unwrap()).sum()
    }

    /// All versions, newest first: `key`, `-key` for a marker.
    fn versions(&self) -> String {
        let listing = Listing { bucket: NAME, limit: 1_000, ..Listing::default() };
        let page = self.engine.state().list_versions(&listing, None).unwrap();
        let told = page.versions.iter().map(|(it, _)| match it.marker {
            true => format!("-{}", it.key),
            false => format!("{}{}", it.key, it.order),
        });
        told.collect::<Vec<_>>().join(" ")
    }
}

fn days(days: u32) -> Value {
    json!({ "Status": "Enabled", "Filter": { "Prefix": "a" }, "Expiration": { "Days": days } })
}

#[test]
fn an_object_goes_at_the_midnight_after_its_days_and_its_bytes_with_it() {
    let den = Den::new(None, &days(3));
    let body = stage(&den.engine, &[7; 9_000]).unwrap();
    let bodies = body.body.iter().cloned().collect();
    den.put_as(Object { modified: den.now(), bodies, ..object("a", 1) });
    drop(body);
    den.put("b", 2);
    assert_eq!(den.after(3), 0, "not before midnight");
    assert_eq!(den.versions(), "a1 b2");
    assert_eq!(files(&den.lab.disk).len(), 1);
    assert_eq!(den.after(1), 1);
    assert_eq!(den.versions(), "b2");
    den.engine.unlink_bodies().unwrap();
    assert!(files(&den.lab.disk).is_empty());
    assert_eq!(den.after(99), 0);
}

#[test]
fn rules_that_are_off_take_nothing() {
    let mut rule = days(1);
    rule["Status"] = "Disabled".into();
    let den = Den::new(None, &rule);
    den.put("a", 1);
    assert_eq!((den.after(99), den.versions()), (0, "a1".to_owned()));
}

#[test]
fn a_bucket_with_versions_gets_a_marker_and_loses_it_when_it_is_alone() {
    let den = Den::new(
        Some(Versioning::Enabled),
        &json!([
            days(1),
            { "Status": "Enabled", "Prefix": "", "NoncurrentVersionExpiration": { "NoncurrentDays": 5 } },
            { "Status": "Enabled", "Prefix": "",
              "Expiration": { "ExpiredObjectDeleteMarker": "true" } },
        ]),
    );
    den.put("a", 1);
    assert_eq!(den.after(2), 1);
    assert_eq!(den.versions(), "-a a1");
    assert_eq!(den.after(3), 0);
    assert_eq!(den.after(3), 1);
    assert_eq!(den.versions(), "-a");
    assert_eq!(den.after(1), 1);
    assert_eq!(den.versions(), "");
}

#[test]
fn noncurrent_versions_go_but_for_the_newest() {
    let den = Den::new(
        Some(Versioning::Enabled),
        &json!([{
            "Status": "Enabled", "Filter": {},
            "NoncurrentVersionExpiration": { "NoncurrentDays": "2", "NewerNoncurrentVersions": "1" },
        }]),
    );
    for order in 1..=4 {
        den.put("k", order);
        den.lab.env.advance(DAY_MS);
    }
    assert_eq!(den.versions(), "k4 k3 k2 k1");
    assert_eq!(den.after(0), 1, "version 2 was replaced too lately");
    assert_eq!(den.versions(), "k4 k3 k2");
    assert_eq!(den.after(9), 1);
    assert_eq!(den.versions(), "k4 k3");
}

#[test]
fn what_is_locked_stays() {
    let den = Den::new(
        Some(Versioning::Enabled),
        &json!([{
            "Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": { "NoncurrentDays": "1" },
        }]),
    );
    let until = Some(Timestamp(den.now().0 + 30 * DAY_MS));
    let mode = Some(LockMode::Governance);
    for (order, lock) in [
        (1, ObjectLock { mode, until, legal_hold: false }),
        (2, ObjectLock { legal_hold: true, ..ObjectLock::default() }),
        (3, ObjectLock::default()),
    ] {
        den.put_as(Object { lock, modified: den.now(), ..object("k", order) });
    }
    den.put("k", 4);
    assert_eq!((den.after(9), den.versions()), (1, "k4 k2 k1".to_owned()));
    assert_eq!((den.after(30), den.versions()), (1, "k4 k2".to_owned()));
}

#[test]
fn uploads_that_do_not_end_are_given_up() {
    let den = Den::new(
        None,
        &json!([{
            "Status": "Enabled", "Filter": {},
            "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": "7" },
        }]),
    );
    let template = object("k", 1);
    let upload = Upload {
        bucket: NAME.to_owned(),
        key: "k".to_owned(),
        id: "u1".to_owned(),
        initiated: den.now(),
        owner: template.owner,
        initiator: "arn".to_owned(),
        headers: Default::default(),
        metadata: Default::default(),
        tags: Default::default(),
        storage_class: template.storage_class,
        checksum: None,
        encryption: Default::default(),
        lock: ObjectLock::default(),
    };
    den.change(Change::UploadPut(Box::new(upload.clone())));
    let part = UploadPart {
        bucket: NAME.to_owned(),
        key: "k".to_owned(),
        upload: "u1".to_owned(),
        number: 1,
        size: 0,
        etag: "e".to_owned(),
        modified: den.now(),
        checksum: None,
        body: None,
    };
    den.change(Change::UploadPartPut { part: Box::new(part), dropped: Vec::new() });
    let state = || den.engine.state().upload(NAME, "k", "u1").unwrap();
    assert_eq!((den.after(7), state().is_some()), (0, true));
    assert_eq!((den.after(1), state().is_some()), (1, false));
    assert!(den.engine.state().upload_parts(&upload, 0, 10).unwrap().is_empty());
}

#[test]
fn a_long_bucket_is_gone_through_in_stretches() {
    let den = Den::new(
        Some(Versioning::Enabled),
        &json!([{
            "Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": { "NoncurrentDays": "1" },
        }]),
    );
    let at = den.now();
    let versions = (1..=2_500).map(|order| {
        let key = if order <= 2_400 { "k".to_owned() } else { format!("l{order}") };
        Change::ObjectPut(Box::new(Object { modified: at, ..object(&key, order) }))
    });
    commit(&den.engine, versions.collect()).unwrap();
    assert_eq!(den.after(3), 2_399);
    assert!(den.versions().starts_with("k2400 l24012401 "), "{}", den.versions());
}

#[test]
fn nothing_goes_by_rules_that_are_gone_and_a_date_is_due_at_once() {
    let date = json!({ "Status": "Enabled", "Filter": {},
        "Expiration": { "Date": "2020-01-01T00:00:00Z" } });
    let den = Den::new(None, &date);
    den.put("a", 1);
    den.put_as(Object {
        lock: ObjectLock { legal_hold: true, ..ObjectLock::default() },
        modified: den.now(),
        ..object("b", 2)
    });
    assert_eq!((den.after(0), den.versions()), (1, "b2".to_owned()));
    let state = den.engine.state();
    let bucket =
        Bucket { documents: Default::default(), ..(**state.bucket(NAME).unwrap()).clone() };
    den.change(Change::BucketPut(Box::new(bucket)));
    den.put("c", 3);
    assert_eq!((den.after(9), den.versions()), (0, "b2 c3".to_owned()));
}

#[test]
fn a_suspended_bucket_loses_its_null_version_but_not_a_locked_one() {
    let den = Den::new(Some(Versioning::Suspended), &days(1));
    let null = |order| Object {
        version: model::resource::NULL_VERSION.to_owned(),
        modified: den.now(),
        ..object("a", order)
    };
    let held = ObjectLock { legal_hold: true, ..ObjectLock::default() };
    den.put_as(Object { lock: held, ..null(1) });
    assert_eq!((den.after(3), den.versions()), (0, "a1".to_owned()));
    den.put_as(null(1));
    assert_eq!((den.after(3), den.versions()), (2, "-a".to_owned()));
}

#[test]
fn a_walk_goes_on_after_a_crash() {
    let den = Den::new(
        Some(Versioning::Enabled),
        &json!([{
            "Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": { "NoncurrentDays": "1" },
        }]),
    );
    let at = den.now();
    let versions = (1..=2_500)
        .map(|order| Change::ObjectPut(Box::new(Object { modified: at, ..object("k", order) })));
    commit(&den.engine, versions.collect()).unwrap();
    den.lab.env.advance(3 * DAY_MS);
    assert_eq!(den.engine.live_on().unwrap(), 999);
    let Den { mut lab, engine } = den;
    let engine = lab.crash(engine);
    let den = Den { lab, engine };
    assert_eq!((den.after(0), den.versions()), (1_500, "k2500".to_owned()));
}
