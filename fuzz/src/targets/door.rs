//! The door: a whole request, signed or not, to its answer, over an engine in memory.
//!
//! Claims: there is always an answer, with an id, and never that of an error of ours; whoever
//! proves nothing leaves no record and changes nothing; whoever is known leaves at most one.

use crate::bits::Bits;
use crate::http_text;
use crate::wait::block_on;
use engine::sim::SimDisk;
use engine::{Engine, Env, Settings};
use faces::{DevMode, Door, DoorSettings};
use model::Timestamp;
use std::cell::RefCell;
use std::sync::Arc;
use wire::sigv4::{self, SecretKey, SigningKey};
use wire::{Request, Response};

/// 2026-09-21T14:13:20Z.
const NOW: Timestamp = Timestamp(1_790_000_000_000);
/// A house is torn down after so many requests: records and stores add up.
const REQUESTS_MAX: u32 = 256;

/// Of one request: the events it puts, and itself.
const RECORDS_MAX: u64 = 101;

struct House {
    engine: Engine,
    door: Door,
    key_id: String,
    secret: SecretKey,
    requests: u32,
}

thread_local! {
    static HOUSE: RefCell<Option<House>> = const { RefCell::new(None) };
}

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    let how = bits.byte();
    // What imports reads files of this machine, and what resets forgets the keys.
    let touches = |name: &[u8]| bits.0.windows(name.len()).any(|it| it == name);
    if touches(b"StartImport") || touches(b"eset") {
        return;
    }
    let Some(request) = http_text::parse(bits.0) else { return };
    HOUSE.with_borrow_mut(|house| {
        let kept = house.take().filter(|house| house.requests < REQUESTS_MAX);
        let mut kept = kept.unwrap_or_else(House::new);
        kept.requests += 1;
        kept.visit(request, how);
        *house = Some(kept);
    });
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let signed = crate::example::REQUESTS.iter().zip(crate::example::SERVICES);
    let mut seeds: Vec<Vec<u8>> =
        signed.map(|(text, service)| [&[place(service)], text.as_bytes()].concat()).collect();
    let unsigned = "POST / HTTP/1.1\nhost: a\n\
        x-amz-target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents\n\n\
        {}";
    seeds.push([&[0x80], unsigned.as_bytes()].concat());
    let form = "POST / HTTP/1.1\nhost: a\ncontent-type: application/x-www-form-urlencoded\n\n\
        Action=DescribeRegions&Version=2016-11-15&RegionName.1=us-*";
    seeds.push([&[place("ec2")], form.as_bytes()].concat());
    let get = "GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\nhost: a\n\n";
    seeds.push([&[place("sts")], get.as_bytes()].concat());
    seeds
}

const SERVICES: [&str; 8] =
    ["cloudtrail", "cloudtrail-data", "ec2", "pugmark", "sts", "s3", "kms", "sns"];

fn place(service: &str) -> u8 {
    SERVICES.iter().position(|it| *it == service).unwrap_or(0) as u8
}

impl House {
    fn new() -> Self {
        let env = Env::simulated(NOW, 7);
        let disk = Arc::new(SimDisk::new(7));
        let opened = Engine::simulated(disk, Settings::default(), env);
        let opened = opened.expect("an engine in memory");
        let settings = DoorSettings { dev: None::<DevMode>, extended: true, emulate_limits: false };
        let secret = SecretKey::new(opened.admin.secret.expose().to_owned());
        let door = Door::new(opened.engine.clone(), settings);
        Self { engine: opened.engine, door, key_id: opened.admin.id, secret, requests: 0 }
    }

    fn visit(&self, mut request: Request, how: u8) {
        let is_signed = how & 0x80 == 0;
        if is_signed {
            let service = SERVICES[usize::from(how & 0x7f) % SERVICES.len()];
            self.sign(&mut request, service);
        }
        let before = self.engine.snapshot().end;
        let response = block_on(self.door.handle(request));
        let records = self.engine.snapshot().end.0 - before.0;
        let most = if is_signed { RECORDS_MAX } else { 0 };
        assert!(records <= most, "{records} records of one request");
        check(&response);
    }

    fn sign(&self, request: &mut Request, service: &str) {
        let key = SigningKey {
            access_key_id: &self.key_id,
            secret: &self.secret,
            session_token: None,
            region: "us-east-1",
            service,
        };
        sigv4::sign(request, &key, NOW.0);
    }
}

fn check(response: &Response) {
    let status = response.status.as_u16();
    let told = String::from_utf8_lossy(&response.body);
    // 501 is how an operation is refused that is not built, 503 how a query is without a worker.
    assert!(status < 500 || matches!(status, 501 | 503), "{status}: {told}");
    assert!(response.header("x-amzn-requestid").is_some(), "{status} without an id: {told}");
}
