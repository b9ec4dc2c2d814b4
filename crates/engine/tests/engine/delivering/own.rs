//! Deliveries into buckets of the same directory: whom their policies let in, how the objects are
//! kept, and what is recorded of it.

use super::claims::records;
use super::{Desk, MINUTE_MS, started, trail};
use crate::call::{account, somebody, uuid};
use crate::encryption;
use crate::lab::DAY_MS;
use crate::rows::rows;
use engine::{Archive, Delivered, Error, Search};
use model::resource::{
    AdvancedEventSelector, Bucket, BucketEncryption, BucketLock, DefaultRetention, Encryption,
    FieldSelector, KeyChoice, KmsKey, LockMode, LockPeriod, Object, Trail, TrailSelectors,
    Versioning,
};
use model::{AccountId, Change};
use serde_json::Value;
use std::sync::Arc;

/// The policy that CloudTrail's documents give.
fn policy(source: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
        "Principal":{{"Service":"cloudtrail.amazonaws.com"}},"Action":"s3:PutObject",
        "Resource":"arn:aws:s3:::audit/AWSLogs/111122223333/*",
        "Condition":{{"StringEquals":{{"s3:x-amz-acl":"bucket-owner-full-control",
        "aws:SourceArn":"{source}"}}}}}}]}}"#
    )
}

/// A bucket that lets in the trail with this ARN.
pub(super) fn bucket(owner: AccountId, source: &str) -> Bucket {
    let region = "us-east-1".to_owned();
    let bucket = Bucket::new("audit".into(), owner, region, model::Timestamp(0));
    Bucket { policy: Some(policy(source)), ..bucket }
}

pub(super) fn keep(desk: &Desk, bucket: &Bucket) {
    desk.commit(vec![Change::BucketPut(Box::new(bucket.clone()))], Vec::new());
}

pub(super) fn step(desk: &mut Desk) -> Delivered {
    let archive: Arc<dyn Archive> = desk.engine.own_buckets();
    desk.delivery.step(&*archive).unwrap()
}

/// The keys of all current objects.
pub(super) fn keys(desk: &Desk) -> Vec<String> {
    let listing = engine::Listing { bucket: "audit", limit: 1_000, ..Default::default() };
    let page = desk.engine.state().list_current(&listing).unwrap();
    page.objects.into_iter().map(|object| object.key).collect()
}

pub(super) fn object(desk: &Desk, part: &str) -> Object {
    let key = keys(desk).into_iter().find(|key| key.contains(part)).unwrap();
    desk.engine.state().object("audit", &key).unwrap().unwrap()
}

pub(super) fn bytes(desk: &Desk, object: &Object) -> Vec<u8> {
    let chunks = desk.engine.body(object, None).unwrap();
    chunks.flat_map(|chunk| chunk.unwrap().to_vec()).collect()
}

#[test]
fn a_file_becomes_an_object_with_the_buckets_lock_and_a_version() {
    let mut desk = Desk::new();
    let source = trail(1).arn();
    let lock = DefaultRetention { mode: LockMode::Compliance, period: LockPeriod::Days(7) };
    keep(
        &desk,
        &Bucket {
            versioning: Some(Versioning::Enabled),
            object_lock: Some(BucketLock { default: Some(lock) }),
            ..bucket(somebody(), source.as_str())
        },
    );
    desk.start(1);
    let called = desk.call(2, "us-east-1");
    assert_eq!(step(&mut desk).put, 1);
    let mut desk = desk.crash();
    let file = object(&desk, "/CloudTrail/");
    assert_eq!(file.headers["content-encoding"], "gzip");
    assert_eq!(file.lock.mode, Some(LockMode::Compliance));
    assert_eq!(file.lock.until.unwrap().0, desk.now().0 + 7 * DAY_MS);
    assert_ne!(file.version, "null");
    let bytes = bytes(&desk, &file);
    assert_eq!(file.size, bytes.len() as u64);
    let stored = super::archive::Stored { bytes, metadata: Vec::new() };
    let expected: Vec<&[u8]> = called.iter().map(|record| record.body.bytes()).collect();
    let found = records(&stored);
    assert_eq!(found.iter().map(String::as_bytes).collect::<Vec<_>>(), expected);
    assert_eq!(step(&mut desk), Delivered::default(), "after a crash it is not put again");
}

#[test]
fn a_digest_carries_its_signature_in_its_metadata() {
    let mut desk = Desk::new();
    keep(&desk, &bucket(somebody(), trail(1).arn().as_str()));
    desk.start(1);
    desk.lab.env.advance(60 * MINUTE_MS);
    step(&mut desk);
    let digest = object(&desk, "/CloudTrail-Digest/");
    assert_eq!(digest.metadata["signature-algorithm"], "SHA256withRSA");
    assert_eq!(digest.metadata["signature"].len(), 512);
}

#[test]
fn the_policy_is_asked_at_every_put_and_its_answer_is_told() {
    let mut desk = Desk::new();
    let good = bucket(somebody(), trail(1).arn().as_str());
    let plain = Trail { log_file_validation: false, ..trail(1) };
    desk.put(&started(plain, desk.now()));
    desk.call(1, "us-east-1");
    let status = |desk: &Desk| desk.engine.state().delivery_status(&uuid(1), "us-east-1").files;
    assert_eq!(step(&mut desk).refused, 1);
    assert_eq!(status(&desk).error.as_deref(), Some("NoSuchBucket"));
    for bad in [
        bucket(somebody(), "arn:aws:cloudtrail:us-east-1:111122223333:trail/other"),
        Bucket { policy: None, ..good.clone() },
        Bucket {
            policy: good.policy.clone().map(|it| it.replace("111122223333/*", "4/*")),
            ..good.clone()
        },
        Bucket { requester_pays: true, ..good.clone() },
    ] {
        keep(&desk, &bad);
        desk.lab.env.advance(20 * MINUTE_MS);
        assert_eq!(step(&mut desk).refused, 1, "{bad:?}");
        assert_eq!(status(&desk).error.as_deref(), Some("AccessDenied"));
    }
    // Of another account: the policy alone decides.
    keep(&desk, &Bucket { account: account("444455556666"), ..good });
    desk.lab.env.advance(20 * MINUTE_MS);
    assert_eq!(step(&mut desk).put, 1);
    assert_eq!((status(&desk).error, keys(&desk).len()), (None, 1));
}

/// A key that lets CloudTrail make data keys for trails of somebody's.
pub(super) fn kms_key(desk: &Desk, number: u64) -> KmsKey {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*",
        "Resource":"*","Condition":{"StringLike":{
        "kms:EncryptionContext:aws:cloudtrail:arn":
            "arn:aws:cloudtrail:*:111122223333:trail/*"}}}]}"#;
    KmsKey { policy: policy.to_owned(), ..encryption::key(&desk.engine, number) }
}

pub(super) fn with_key(bucket: Bucket, key: &KmsKey) -> Bucket {
    let algorithm = KeyChoice::Kms { key: Some(key.id.clone()) };
    Bucket { encryption: BucketEncryption { algorithm, bucket_key: true }, ..bucket }
}

#[test]
fn files_are_encrypted_with_the_trails_key_or_else_the_buckets() {
    let mut desk = Desk::new();
    let (of_trail, of_bucket) = (kms_key(&desk, 8), kms_key(&desk, 9));
    encryption::keep(&desk.engine, &of_trail);
    encryption::keep(&desk.engine, &of_bucket);
    keep(&desk, &with_key(bucket(somebody(), trail(1).arn().as_str()), &of_bucket));
    let plain = Trail { log_file_validation: false, ..trail(1) };
    desk.put(&started(plain.clone(), desk.now()));
    desk.call(2, "us-east-1");
    assert_eq!(step(&mut desk).put, 1);
    let first = object(&desk, "/CloudTrail/");
    let kms = |key: &KmsKey| Encryption::Kms {
        key_arn: key.arn().to_string(),
        bucket_key: true,
        context: [("aws:cloudtrail:arn".to_owned(), trail(1).arn().to_string())].into(),
    };
    assert_eq!(first.encryption, kms(&of_bucket));
    let text = bytes(&desk, &first);
    let own = Trail { kms_key: Some(of_trail.arn().to_string()), ..plain };
    desk.put(&started(own, desk.now()));
    desk.call(2, "us-east-1");
    desk.lab.env.advance(MINUTE_MS);
    assert_eq!(step(&mut desk).put, 1);
    let objects = keys(&desk).into_iter();
    let mut objects =
        objects.map(|key| desk.engine.state().object("audit", &key).unwrap().unwrap());
    let second = objects.next_back().unwrap();
    assert_eq!(second.encryption, kms(&of_trail));
    bytes(&desk, &second);
    desk.engine.settle();
    encryption::assert_nowhere(&desk.lab.disk, &text[16..80]);
    encryption::keep(&desk.engine, &KmsKey { enabled: false, ..of_bucket });
    assert!(matches!(desk.engine.body(&first, None), Err(Error::Key(_))));
    bytes(&desk, &second);
}

#[test]
fn a_key_that_keeps_cloudtrail_out_holds_files_back() {
    let mut desk = Desk::new();
    let good = kms_key(&desk, 8);
    keep(&desk, &with_key(bucket(somebody(), trail(1).arn().as_str()), &good));
    let plain = Trail { log_file_validation: false, ..trail(1) };
    desk.put(&started(plain, desk.now()));
    desk.call(1, "us-east-1");
    let status = |desk: &Desk| desk.engine.state().delivery_status(&uuid(1), "us-east-1").files;
    assert_eq!(step(&mut desk).refused, 1);
    assert_eq!(status(&desk).error.as_deref(), Some("KMS.NotFoundException"));
    let elsewhere = good.policy.replace("111122223333:trail", "444455556666:trail");
    for (bad, why) in [
        (KmsKey { policy: elsewhere, ..good.clone() }, "AccessDenied"),
        (KmsKey { policy: String::new(), ..good.clone() }, "AccessDenied"),
        (KmsKey { enabled: false, ..good.clone() }, "KMS.DisabledException"),
    ] {
        encryption::keep(&desk.engine, &bad);
        desk.lab.env.advance(20 * MINUTE_MS);
        assert_eq!(step(&mut desk).refused, 1, "{why}");
        assert_eq!(status(&desk).error.as_deref(), Some(why));
    }
    encryption::keep(&desk.engine, &good);
    desk.lab.env.advance(20 * MINUTE_MS);
    assert_eq!((step(&mut desk).put, status(&desk).error), (1, None));
}

/// A trail that takes data events of all objects.
fn of_objects(number: u64, prefix: &str) -> Trail {
    let field = |field: &str, value: &str| FieldSelector {
        field: field.to_owned(),
        equals: vec![value.to_owned()],
        ..FieldSelector::default()
    };
    let selector = AdvancedEventSelector {
        name: None,
        field_selectors: vec![
            field("eventCategory", "Data"),
            field("resources.type", "AWS::S3::Object"),
        ],
    };
    Trail {
        selectors: TrailSelectors::Advanced(vec![selector]),
        log_file_validation: false,
        bucket: prefix.to_owned(),
        ..trail(number)
    }
}

#[test]
fn the_record_of_a_delivery_is_kept_where_it_was_selected_and_never_in_its_own_trail() {
    let mut desk = Desk::new();
    let wide = |name: &str| {
        let text =
            policy("x").replace("\"aws:SourceArn\":\"x\"", "\"aws:SecureTransport\":\"true\"");
        let text = text.replace("audit", name);
        Bucket { name: name.into(), policy: Some(text), ..bucket(somebody(), "x") }
    };
    keep(&desk, &wide("audit"));
    keep(&desk, &wide("other"));
    desk.start(1);
    desk.call(1, "us-east-1");
    assert_eq!(step(&mut desk).put, 1);
    let all = |desk: &Desk| {
        let rows = rows(&desk.engine, &Search::default(), 1_000).unwrap();
        let of_s3 = rows.iter().map(|row| serde_json::from_slice::<Value>(&row.bytes).unwrap());
        of_s3.filter(|record| record["eventSource"] == "s3.amazonaws.com").collect::<Vec<_>>()
    };
    assert_eq!(all(&desk).len(), 0, "nobody selected it");
    desk.put(&started(of_objects(2, "other"), desk.now()));
    desk.call(1, "us-east-1");
    desk.lab.env.advance(MINUTE_MS);
    step(&mut desk);
    let told = all(&desk);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["userIdentity"]["invokedBy"], "cloudtrail.amazonaws.com");
    assert_eq!(told[0]["requestParameters"]["bucketName"], "audit");
    assert_eq!(told[0]["eventCategory"], "Data");
    for _ in 0..5 {
        desk.lab.env.advance(MINUTE_MS);
        step(&mut desk);
    }
    let told = all(&desk);
    assert_eq!(told.len(), 1, "what a trail puts into its bucket does not call for more: {told:?}");
}
