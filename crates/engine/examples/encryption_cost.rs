//! What encryption costs: the same work in a directory in the clear and in an encrypted one.
//!
//! `cargo run --release -p pugmark-engine --example encryption_cost -- DIR [RECORDS]`
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a tool for whoever measures: it stops where something is wrong"
)]

use engine::{Engine, Random, RootKey, Search, Settings};
use model::{AccountId, Body, Effect, Origin, Record};
use std::path::Path;
use std::time::Instant;

/// Records of one frame, as a busy server writes them.
const FRAME: usize = 64;

fn record(engine: &Engine, number: usize) -> Record {
    let json = format!(
        concat!(
            r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDA{user}","#,
            r#""arn":"arn:aws:iam::111122223333:user/{user}","accountId":"111122223333","#,
            r#""accessKeyId":"AKIA{user}","userName":"{user}"}},"#,
            r#""eventTime":"2026-03-01T{hour:02}:{minute:02}:00Z","eventSource":"s3.amazonaws.com","#,
            r#""eventName":"PutObject","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.{user}","#,
            r#""userAgent":"measure","requestParameters":{{"key":"{number:x}{number:x}"}},"#,
            r#""responseElements":null,"requestID":"{number}","#,
            r#""eventID":"00000000-0000-4000-8000-{number:012x}","readOnly":false,"#,
            r#""eventType":"AwsApiCall","recipientAccountId":"111122223333"}}"#
        ),
        user = number % 199,
        hour = number / 60 % 24,
        minute = number % 60,
        number = number,
    );
    Record {
        owner: AccountId::parse("111122223333").unwrap(),
        origin: Origin::Recorded,
        ingested: engine.env().now(),
        stores: None,
        body: Body::ApiCall(json.as_bytes().into()),
    }
}

fn measure<T>(what: &str, count: usize, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    let micros = start.elapsed().as_secs_f64() * 1e6;
    println!("  {what}: {:.1} µs each, {:.0} ms in all", micros / count as f64, micros / 1e3);
    done
}

fn settings(key: Option<&RootKey>) -> Settings {
    Settings {
        root_key: key.cloned(),
        encrypt: key.is_some(),
        seal_records: usize::MAX,
        seal_age_ms: i64::MAX,
        compaction: false,
        // Nothing stays decoded: what is asked for is read from the disk.
        cache_bytes: 0,
        ..Settings::default()
    }
}

fn run(dir: &Path, key: Option<&RootKey>, records: usize) {
    println!("{}", if key.is_some() { "encrypted" } else { "in the clear" });
    let engine = Engine::open(dir, settings(key)).unwrap().engine;
    let frames = records / FRAME;
    measure("a durable frame of 64 records", frames, || {
        for frame in 0..frames {
            let numbers = frame * FRAME..(frame + 1) * FRAME;
            let records = numbers.map(|number| record(&engine, number)).collect();
            let effect = Effect { records, ..Effect::default() };
            let _durable = engine.commit(move |_| ((), effect)).wait().unwrap();
        }
    });
    measure("sealing, a record", records, || engine.seal().unwrap());
    let asked = 100;
    measure("a record by its id, from the disk", asked, || {
        for place in 0..asked {
            let number = place * 7_919 % (frames * FRAME);
            let id = format!("00000000-0000-4000-8000-{number:012x}");
            assert_eq!(engine.records_with_id(&id).unwrap().len(), 1);
        }
    });
    measure("a page of 50, from the disk", asked, || {
        for _ in 0..asked {
            assert!(!engine.search(&Search::default()).unwrap().rows.is_empty());
        }
    });
    engine.close();
    drop(engine);
    measure("opening", 1, || Engine::open(dir, settings(key)).unwrap().engine.close());
}

fn main() {
    let mut words = std::env::args().skip(1);
    let dir = words.next().unwrap();
    let records = words.next().map_or(100_000, |count| count.parse().unwrap());
    let key = RootKey::make(&Random::new(|bytes| bytes.fill(7)));
    for round in 0..2 {
        run(&Path::new(&dir).join(format!("clear-{round}")), None, records);
        run(&Path::new(&dir).join(format!("encrypted-{round}")), Some(&key), records);
    }
}
