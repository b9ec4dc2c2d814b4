//! Records on their way into the files of trails, and the digests of those.

mod archive;
mod claims;
mod digests;
mod expired;
mod files;
mod golden;
mod imported;
mod lives;
mod outside;
mod own;
mod results;
mod verified;

use crate::call::{Call, MARCH, somebody, uuid};
use crate::lab::Lab;
use archive::Outside;
use engine::{Delivered, Delivery, Engine, KeySource, Settings};
use model::resource::Trail;
use model::{Change, Effect, Record, Timestamp};

/// A key for tests only; another one each time would take long, and no run would repeat.
fn key() -> KeySource {
    KeySource::Given(include_bytes!("../../../../ledger/tests/fixtures/rsa-2048.pk8")[..].into())
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// A trail of somebody's that logs management events of all regions and makes digests.
fn trail(number: u64) -> Trail {
    let (name, region) = (format!("trail-{number}"), "us-east-1".to_owned());
    let trail = Trail::new(uuid(number), name, somebody(), region, MARCH);
    let bucket = "audit".to_owned();
    Trail { bucket, multi_region: true, log_file_validation: true, ..trail }
}

fn started(trail: Trail, at: Timestamp) -> Trail {
    Trail { logging: true, started: Some(at), ..trail }
}

fn stopped(trail: Trail, at: Timestamp) -> Trail {
    Trail { logging: false, stopped: Some(at), ..trail }
}

/// A record of a management event in a region.
fn record(number: u64, region: &str, now: Timestamp) -> Record {
    let json = Call { name: "DeleteTrail", ..Call::new(number) }.json();
    let json = json.replace("\"awsRegion\":\"us-east-1\"", &format!("\"awsRegion\":\"{region}\""));
    let json = json.replace("\"eventSource\":\"s3.", "\"eventSource\":\"cloudtrail.");
    let json = json.replace("\"readOnly\"", "\"eventCategory\":\"Management\",\"readOnly\"");
    crate::call::recorded(&somebody(), now, json.as_bytes())
}

/// An engine, an archive outside, and what carries from the one into the other.
struct Desk {
    lab: Lab,
    engine: Engine,
    archive: Outside,
    delivery: Delivery,
    next: u64,
}

impl Desk {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let mut lab = Lab::new();
        lab.settings = Settings {
            digest_keys: key(),
            delivery_interval_ms: settings.delivery_interval_ms,
            digest_interval_ms: settings.digest_interval_ms,
            delivery_backlog_bytes: settings.delivery_backlog_bytes,
            ..lab.settings
        };
        let engine = lab.open();
        let (archive, delivery) = (Outside::default(), engine.delivery());
        Self { lab, engine, archive, delivery, next: 0 }
    }

    fn now(&self) -> Timestamp {
        self.lab.env.now()
    }

    fn commit(&self, changes: Vec<Change>, records: Vec<Record>) {
        let effect = Effect { changes, records, ..Effect::default() };
        self.engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
    }

    fn put(&self, trail: &Trail) {
        self.commit(vec![Change::TrailPut(trail.clone())], Vec::new());
    }

    fn start(&self, number: u64) -> Trail {
        let trail = started(trail(number), self.now());
        self.put(&trail);
        trail
    }

    /// Records `count` calls in a region.
    fn call(&mut self, count: u64, region: &str) -> Vec<Record> {
        let now = self.now();
        let numbers = self.next..self.next + count;
        self.next += count;
        let records: Vec<Record> = numbers.map(|number| record(number, region, now)).collect();
        self.commit(Vec::new(), records.clone());
        records
    }

    fn step(&mut self) -> Delivered {
        self.delivery.step(&self.archive).unwrap()
    }

    /// Lets time go by, and then does what is due.
    fn after(&mut self, ms: i64) -> Delivered {
        self.lab.env.advance(ms);
        self.step()
    }

    /// The power goes and comes back.
    fn crash(self) -> Self {
        let Self { mut lab, engine, archive, next, delivery } = self;
        drop(delivery);
        let engine = lab.crash(engine);
        let delivery = engine.delivery();
        Self { lab, engine, archive, delivery, next }
    }
}
