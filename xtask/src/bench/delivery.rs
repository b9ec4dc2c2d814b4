//! What a trail costs: the same live calls with and without one that delivers every second; and
//! how soon after its call a record lies in the bucket.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::child;
use super::load::Load;
use super::phases::Bench;
use super::report::{Must, Report};
use crate::client::{Client, Credentials};
use crate::clock::{self, Stopwatch};
use crate::server::{Launch, Server};
use crate::statistics::{median, percentile};

/// Quiet and delivering follow each other so often, that other noise is shared.
const ROUNDS: usize = 5;
const BUCKET: &str = "audit";
/// Calls whose way into the bucket is timed, and the pause between them.
const SIGHTS: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);
/// After the last call everything is delivered by then.
const DRAIN: Duration = Duration::from_secs(5);

/// Measures.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let log = data.with_extension("server.log");
    let launch = Launch::new(bench.binary, data, &log).with("PUGMARK_DELIVERY_INTERVAL", "1s");
    let server = launch.start()?;
    let credentials = Credentials::read(data)?;
    let mut client = Client::connect(&server.address, &credentials)?;
    make_trail(&mut client)?;
    soon(&mut client, report)?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // The server ends connections that say nothing for long.
        let anew = || Client::connect(&server.address, &credentials);
        trail(&mut anew()?, "StopLogging")?;
        thread::sleep(DRAIN);
        without.push(calls_per_s(bench, &server, &credentials)?);
        trail(&mut anew()?, "StartLogging")?;
        with.push(calls_per_s(bench, &server, &credentials)?);
    }
    let (without, with) = (median(&without), median(&with));
    report.figure("live calls without a trail", Must::Nothing, without, "calls/s");
    report.figure("live calls that a trail delivers", Must::Nothing, with, "calls/s");
    let share = 100.0 * with / without;
    report.figure("live calls: with a trail against without", Must::AtLeast(90.0), share, "%");
    let memory = child::memory_bytes(server.id(), "VmHWM").unwrap_or(0);
    report.figure("server with a trail: peak memory", Must::Nothing, memory as f64 / 1e6, "MB");
    Ok(())
}

fn make_trail(client: &mut Client) -> Result<()> {
    client.s3("PUT", &format!("/{BUCKET}"), b"")?.good("CreateBucket")?;
    let service = json!({ "Service": "cloudtrail.amazonaws.com" });
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl",
          "Resource": format!("arn:aws:s3:::{BUCKET}") },
        { "Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
          "Resource": format!("arn:aws:s3:::{BUCKET}/AWSLogs/*"),
          "Condition": { "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control" } } },
    ] });
    let policy = policy.to_string();
    client.s3("PUT", &format!("/{BUCKET}?policy"), policy.as_bytes())?.good("PutBucketPolicy")?;
    let body = json!({ "Name": "main", "S3BucketName": BUCKET, "IsMultiRegionTrail": true });
    client.cloudtrail("CreateTrail", &body.to_string())?.json("CreateTrail")?;
    trail(client, "StartLogging")
}

fn trail(client: &mut Client, operation: &str) -> Result<()> {
    client.cloudtrail(operation, r#"{"Name":"main"}"#)?.json(operation).map(drop)
}

fn calls_per_s(bench: &Bench<'_>, server: &Server, credentials: &Credentials) -> Result<f64> {
    let load = Load {
        address: &server.address,
        credentials,
        connections: bench.connections,
        per_s: None,
        seconds: bench.scale.live_s as f64,
        lookup_every: 0,
    };
    let watch = Stopwatch::start();
    let seen = load.run()?;
    if let Some(why) = seen.failure {
        bail!("a live call failed: {why}");
    }
    Ok(seen.accepted_ms.len() as f64 / watch.seconds())
}

/// From the answer to a call until the object with its record was there, by the object's own
/// `LastModified`. Both clocks are this machine's.
fn soon(client: &mut Client, report: &mut Report) -> Result<()> {
    let mut answered = HashMap::new();
    for _ in 0..SIGHTS {
        let answer = client.caller_identity()?;
        answered.insert(answer.request_id, clock::now_unix_us());
        thread::sleep(PAUSE);
    }
    thread::sleep(DRAIN);
    let mut waits_s = Vec::new();
    for (key, modified_ms) in objects(client)? {
        let answer = client.s3("GET", &format!("/{BUCKET}/{key}"), b"")?.good("GetObject")?;
        for id in request_ids(&answer.body)? {
            if let Some(at_us) = answered.remove(&id) {
                waits_s.push((modified_ms * 1e3 - at_us as f64).max(0.0) / 1e6);
            }
        }
    }
    report.check("delivery: every call's record is in a file", answered.is_empty());
    for (name, percent, must) in [("p50", 50.0, Must::Nothing), ("p99", 99.0, Must::AtMost(2.0))] {
        let waited = percentile(&waits_s, percent);
        report.figure(&format!("delivered after the call, {name}"), must, waited, "s");
    }
    Ok(())
}

/// Keys of the log files, with the moment of each in milliseconds.
fn objects(client: &mut Client) -> Result<Vec<(String, f64)>> {
    let answer = client.s3("GET", &format!("/{BUCKET}?list-type=2"), b"")?.good("ListObjectsV2")?;
    let text = String::from_utf8(answer.body).context("a listing is not UTF-8")?;
    let entries = text.split("<Contents>").skip(1);
    entries.map(|entry| entry_of(entry).context("a listing that cannot be read")).collect()
}

fn entry_of(entry: &str) -> Option<(String, f64)> {
    let between = |open: &str, close: &str| Some(entry.split_once(open)?.1.split_once(close)?.0);
    let modified: jiff::Timestamp = between("<LastModified>", "</LastModified>")?.parse().ok()?;
    Some((between("<Key>", "</Key>")?.to_owned(), modified.as_millisecond() as f64))
}

fn request_ids(file: &[u8]) -> Result<Vec<String>> {
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).context("a file that is no gzip")?;
    let file: Value = serde_json::from_str(&text)?;
    let records = file.get("Records").and_then(Value::as_array).cloned().unwrap_or_default();
    let ids = records.iter().filter_map(|record| record.get("requestID")?.as_str());
    Ok(ids.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_entry_of_a_listing() {
        let entry = "<Key>a/b</Key><LastModified>1970-01-01T00:00:01.500Z</LastModified>";
        assert_eq!(entry_of(entry), Some(("a/b".to_owned(), 1_500.0)));
        assert_eq!(entry_of("<Key>a</Key>"), None);
    }
}
