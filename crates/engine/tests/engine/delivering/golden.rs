//! One archive, to the byte: AWS's own `validate-logs` reads the same file
//! (`scenarios/sdk/test_validate_logs.py`).

use super::{Desk, MINUTE_MS, started, stopped};
use crate::lab::DAY_MS;
use engine::{KeySource, Settings};
use model::AccountId;
use serde_json::{Value, json};
use std::path::Path;

/// Some days: calls in two regions, a stop of two days, and a second key after fifteen.
fn lived() -> Desk {
    let mut desk = Desk::with(Settings { digest_interval_ms: DAY_MS, ..Settings::default() });
    desk.lab.env.advance(6 * 60 * MINUTE_MS);
    let trail = desk.start(1);
    day(&mut desk, 2, "us-east-1");
    day(&mut desk, 1, "eu-west-1");
    desk.call(1, "us-east-1");
    let trail = stopped(trail, desk.now());
    desk.put(&trail);
    day(&mut desk, 1, "us-east-1");
    day(&mut desk, 1, "us-east-1");
    desk.put(&started(trail, desk.now()));
    let second = include_bytes!("../../fixtures/rsa-2048-second.pk8");
    desk.lab.settings.digest_keys = KeySource::Given(second[..].into());
    let mut desk = desk.crash();
    (0..13).for_each(|_| day(&mut desk, 1, "us-east-1"));
    desk
}

/// A day with one file, or with none where nothing may join.
fn day(desk: &mut Desk, calls: u64, region: &str) {
    desk.call(calls, region);
    desk.after(MINUTE_MS);
    desk.after(DAY_MS - MINUTE_MS);
}

fn told(desk: &Desk) -> Value {
    let object = |((bucket, key), stored): ((String, String), super::archive::Stored)| {
        let metadata: serde_json::Map<String, Value> =
            stored.metadata.iter().map(|(name, value)| ((*name).into(), json!(value))).collect();
        let text = String::from_utf8(stored.text()).unwrap();
        json!({ "bucket": bucket, "key": key, "metadata": metadata, "text": text })
    };
    let account = AccountId::parse("111122223333").unwrap();
    let state = desk.engine.state();
    let keys = ["us-east-1", "eu-west-1"].into_iter().flat_map(|region| {
        state.digest_keys(&account, region).map(move |key| {
            json!({ "region": region, "Fingerprint": key.fingerprint, "Value": key.public,
                "ValidityStartTime": key.from.seconds(), "ValidityEndTime": key.until.seconds() })
        })
    });
    let objects: Vec<Value> = desk.archive.objects().into_iter().map(object).collect();
    json!({ "trail": state.trails().next().unwrap().arn().to_string(),
        "keys": keys.collect::<Vec<_>>(), "objects": objects })
}

#[test]
fn writes_the_archive_that_awss_validator_accepted() {
    let found = serde_json::to_string_pretty(&told(&lived())).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/archive.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == found, "UPDATE=1 shows the difference");
}
