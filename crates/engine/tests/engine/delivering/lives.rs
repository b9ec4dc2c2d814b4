//! Seeded lives of a directory with trails: cut off anywhere, and what lies in the archive in the
//! end compared with what was recorded.

use super::archive::Outside;
use super::claims::{delivered_once, listed_once, noted_once};
use super::{key, record, started, stopped, trail};
use crate::call::{MARCH, somebody};
use engine::sim::{Random, SimDisk};
use engine::{Archive, Engine, Env, Settings};
use model::disk::Disk;
use model::resource::{Bucket, Trail, Versioning};
use model::{Change, Effect, Record, Timestamp};
use std::sync::Arc;

const LIVES: u64 = 8;
const STEPS: u64 = 30;

/// What happened, to see that it was not all idle.
#[derive(Debug, Default)]
struct Tally {
    crashes: u64,
    records: u64,
    digests: u64,
    stops: u64,
    /// Puts beyond one an object: what was put again after a crash.
    repeated: u64,
}

struct World {
    disk: SimDisk,
    env: Env,
    random: Random,
    archive: Outside,
    /// Whether it delivers into a bucket of its own.
    is_own: bool,
    trails: Vec<Trail>,
    next: u64,
    tally: Tally,
}

fn settings() -> Settings {
    Settings {
        threads: 1,
        cache_bytes: 1 << 20,
        snapshot_bytes: 20_000,
        segment_bytes: 20_000,
        delivery_interval_ms: 2_000,
        digest_interval_ms: 10_000,
        digest_keys: key(),
        ..Settings::default()
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let named = |number: u64| Trail { prefix: Some(format!("t{number}")), ..trail(number) };
        Self {
            disk: SimDisk::new(seed),
            env: Env::simulated(Timestamp(MARCH.0 + 1_000_000_000), seed),
            random: Random::new(seed),
            archive: Outside::default(),
            is_own: seed % 2 == 1,
            trails: (1..=2).map(named).collect(),
            next: 0,
            tally: Tally::default(),
        }
    }

    fn open(&mut self) -> Engine {
        loop {
            let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
            if self.random.once_in(4) {
                self.disk.cut_power_at(1 + self.random.below(12));
            }
            match Engine::simulated(disk, settings(), self.env.clone()) {
                Ok(opened) if self.disk.is_powered() => {
                    self.disk.cut_power_at(u64::MAX);
                    // What the last life left in doubt is settled now.
                    let state = opened.engine.state();
                    for trail in &mut self.trails {
                        *trail = state.trail_by_id(&trail.id).unwrap_or(trail).clone();
                    }
                    return opened.engine;
                }
                Ok(opened) => opened.engine.settle(),
                Err(error) => assert!(!self.disk.is_powered(), "{error:?}"),
            }
            self.disk = self.disk.crash();
        }
    }

    fn target(&self, engine: &Engine) -> Arc<dyn Archive> {
        match self.is_own {
            true => engine.own_buckets(),
            false => Arc::new(self.archive.clone()),
        }
    }

    fn live(&mut self) {
        let engine = self.open();
        if engine.state().bucket("audit").is_none() {
            let effect = Effect::from(Change::BucketPut(Box::new(bucket())));
            let _ = engine.commit(move |_| ((), effect)).wait();
        }
        let mut delivery = engine.delivery();
        match self.random.below(5) {
            0 => {}
            1 | 2 => self.archive.cut(&self.disk, self.random.once_in(2)),
            _ => self.disk.cut_power_at(1 + self.random.below(120)),
        }
        for _ in 0..self.random.below(STEPS) {
            match self.random.below(12) {
                0 => drop(engine.seal()),
                1 => drop(engine.compact()),
                2..=3 => self.switch(&engine),
                4..=7 => self.call(&engine),
                _ => {
                    self.env.advance(self.random.below(4_000) as i64);
                    // What fails is tried again; only the end is judged.
                    let _ = delivery.step(&*self.target(&engine));
                }
            }
            engine.settle();
            if !self.disk.is_powered() {
                break;
            }
        }
        self.end(engine);
    }

    fn end(&mut self, engine: Engine) {
        self.tally.crashes += 1;
        self.archive.spare();
        match self.random.below(4) {
            0 if self.disk.is_powered() => {
                engine.close();
                self.disk = self.disk.restart();
            }
            1 if self.disk.is_powered() => self.disk = self.disk.restart(),
            _ => self.disk = self.disk.crash(),
        }
    }

    fn records(&mut self, count: u64) -> Vec<Record> {
        let now = self.env.now();
        let one = |_| {
            self.next += 1;
            let regions = ["us-east-1", "us-east-1", "eu-west-1", "eu-west-2"];
            record(self.next, regions[self.random.below(4) as usize], now)
        };
        (0..count).map(one).collect()
    }

    fn call(&mut self, engine: &Engine) {
        let count = self.random.below(12) + 1;
        let records = self.records(count);
        let effect = Effect { records, ..Effect::default() };
        let _ = engine.commit(move |_| ((), effect)).wait();
    }

    /// Starts what stands, stops what runs; with the record of the call.
    fn switch(&mut self, engine: &Engine) {
        let which = self.random.below(2) as usize;
        let (trail, now) = (self.trails[which].clone(), self.env.now());
        let changed = if trail.logging { stopped(trail, now) } else { started(trail, now) };
        self.tally.stops += u64::from(!changed.logging);
        let changes = vec![Change::TrailPut(changed.clone())];
        let effect = Effect { changes, records: self.records(1), ..Effect::default() };
        if engine.commit(move |_| ((), effect)).wait().is_ok() {
            self.trails[which] = changed;
        }
    }

    /// Stops all trails, delivers all, and judges.
    fn judge(mut self) -> Tally {
        let engine = self.open();
        for which in 0..2 {
            if self.trails[which].logging {
                let changes = vec![Change::TrailPut(stopped(self.trails[which].clone(), MARCH))];
                let effect = Effect { changes, ..Effect::default() };
                engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
            }
        }
        let mut delivery = engine.delivery();
        for _ in 0..8 {
            self.env.advance(1_000_000);
            let target = self.target(&engine);
            delivery.step(&*target).unwrap_or_else(|error| panic!("{error:?}"));
        }
        if self.is_own {
            self.archive = Outside::of_bucket(&engine, "audit");
            // What was put in vain left no bytes behind.
            engine.unlink_bodies().unwrap();
        }
        assert_eq!(self.archive.rewritten(), Vec::<String>::new());
        for trail in &self.trails {
            self.tally.records += delivered_once(&engine, &self.archive, trail) as u64;
            noted_once(&engine, &self.archive, trail);
            self.tally.digests += listed_once(&engine, &self.archive, trail) as u64;
        }
        self.tally.repeated = self.archive.puts() - self.archive.objects().len() as u64;
        engine.close();
        self.tally
    }
}

/// Lets CloudTrail in and keeps every version, so that nothing is put twice unseen.
fn bucket() -> Bucket {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject",
        "Resource":"arn:aws:s3:::audit/*"}]}"#;
    let bucket = Bucket::new("audit".into(), somebody(), "us-east-1".into(), MARCH);
    let versioning = Some(Versioning::Enabled);
    Bucket { policy: Some(policy.to_owned()), versioning, ..bucket }
}

fn seeds() -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("SIM_FIRST").unwrap_or(0);
    first..first + number("SIM_SEEDS").unwrap_or(60)
}

#[test]
fn every_record_is_in_one_file_and_every_file_in_one_digest_over_all_crashes() {
    let mut sum = Tally::default();
    for seed in seeds() {
        let lived = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            (0..LIVES).for_each(|_| world.live());
            world.judge()
        });
        let tally = lived.unwrap_or_else(|_| panic!("seed {seed} (SIM_FIRST={seed} SIM_SEEDS=1)"));
        sum.crashes += tally.crashes;
        sum.records += tally.records;
        sum.digests += tally.digests;
        sum.stops += tally.stops;
        sum.repeated += tally.repeated;
    }
    println!("{sum:?}");
    let rare = [sum.records, sum.digests, sum.stops, sum.repeated];
    assert!(seeds().count() < 60 || rare.iter().all(|count| *count >= 20), "idle: {sum:?}");
}
