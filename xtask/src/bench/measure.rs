//! What is measured of a running server, from the side of its clients.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Scale;
use super::child;
use super::logs::Logs;
use super::phases::Bench;
use super::report::{Must, Report};
use super::sample;
use crate::client::{self, Answer, Client, Credentials};
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::{ms, percentile};

const SETTLE: Duration = Duration::from_secs(1);

/// Seconds until a new server answers /healthz, and its memory a second later.
pub(super) fn start(binary: &Path, data: &Path) -> Result<(f64, u64)> {
    let watch = Stopwatch::start();
    let server = Server::start(binary, data)?;
    while client::status_of(&server.address, "/healthz").unwrap_or(0) != 200 {
        if watch.seconds() > 60.0 {
            bail!("the server listens and does not answer /healthz with 200");
        }
        thread::sleep(Duration::from_millis(1));
    }
    let ready_s = watch.seconds();
    thread::sleep(SETTLE);
    let resident = child::memory_bytes(server.id(), "VmRSS");
    Ok((ready_s, resident.context("the server ended while it was idle")?))
}

/// Look-ups by each attribute and by none, one after the other on one connection.
pub(super) fn lookups(
    binary: &Path,
    data: &Path,
    logs: &Logs,
    scale: Scale,
    report: &mut Report,
) -> Result<()> {
    let server = Server::start(binary, data)?;
    let mut client = Client::connect(&server.address, &Credentials::read(data)?)?;
    let text = logs.first_text()?;
    report.figure("imported lake: listening after", Must::Nothing, server.listening_s * 1e3, "ms");
    let mut questions = vec![("no attribute", vec![sample::question(None)])];
    for attribute in sample::ATTRIBUTES {
        let values = sample::values(&text, attribute, scale.lookups)?;
        let asked = values.iter().map(|value| sample::question(Some((attribute, value))));
        questions.push((attribute, asked.collect()));
    }
    for (name, bodies) in questions {
        lookup_by(&mut client, &server, name, &bodies, scale.lookups, report)?;
    }
    let memory = child::memory_bytes(server.id(), "VmHWM").unwrap_or(0);
    report.figure(
        "LookupEvents: peak memory of the server",
        Must::Nothing,
        memory as f64 / 1_048_576.0,
        "MB",
    );
    Ok(())
}

fn lookup_by(
    client: &mut Client,
    server: &Server,
    name: &str,
    bodies: &[String],
    count: usize,
    report: &mut Report,
) -> Result<()> {
    if bodies.is_empty() {
        report.describe(name, "not measured: no record has such a value".to_owned());
        return Ok(());
    }
    let before_s = child::cpu_s(server.id());
    let (mut latencies, mut found) = (Vec::with_capacity(count), 0);
    for body in bodies.iter().cycle().take(count) {
        let watch = Stopwatch::start();
        let answer = client.lookup_events(body)?;
        latencies.push(ms(watch.elapsed()));
        found += events(&answer)?.len();
    }
    let cpu_ms = 1e3 * (child::cpu_s(server.id()) - before_s) / count.max(1) as f64;
    let row = |what: &str| format!("LookupEvents by {name}: {what}");
    report.figure(&row("p50"), Must::Nothing, percentile(&latencies, 50.0), "ms");
    report.figure(&row("p99"), Must::AtMost(10.0), percentile(&latencies, 99.0), "ms");
    report.figure(&row("server CPU a call"), Must::Nothing, cpu_ms, "ms");
    report.figure(&row("records an answer"), Must::AtLeast(0.01), found as f64 / count as f64, "");
    Ok(())
}

/// The items of an answer; an error is told with its words.
fn events(answer: &Answer) -> Result<Vec<Value>> {
    let mut body = answer.json("LookupEvents")?;
    match body.get_mut("Events").map(Value::take) {
        Some(Value::Array(events)) => Ok(events),
        _ => bail!("LookupEvents answered without `Events`"),
    }
}

/// Signed, recorded, durable calls from several connections for some seconds.
pub(super) fn live(bench: &Bench<'_>, data: &Path, lake: &str, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let credentials = Credentials::read(data)?;
    let before = (child::cpu_s(server.id()), child::cpu_s(std::process::id()));
    let watch = Stopwatch::start();
    let seen = call_from_all(&server.address, &credentials, bench.connections, bench.scale.live_s)?;
    let wall_s = watch.seconds();
    let server_cpu = child::cpu_s(server.id()) - before.0;
    let client_cpu = child::cpu_s(std::process::id()) - before.1;
    let latencies: Vec<f64> = seen.into_iter().flatten().collect();
    let calls = latencies.len() as f64;
    let row = |what: &str| format!("live calls on {lake}: {what}");
    report.figure(&row("a second"), Must::AtLeast(3_000.0), calls / wall_s, "calls/s");
    report.figure(&row("p50"), Must::Nothing, percentile(&latencies, 50.0), "ms");
    report.figure(&row("p99"), Must::Nothing, percentile(&latencies, 99.0), "ms");
    report.figure(&row("server CPU a call"), Must::Nothing, 1e6 * server_cpu / calls, "us");
    report.figure(&row("client CPU a call"), Must::Nothing, 1e6 * client_cpu / calls, "us");
    let is_visible = is_last_visible(&server, &credentials)?;
    report.check(&row("the last is visible at once"), is_visible);
    Ok(())
}

/// The same call from several connections for some seconds; how long each took, in milliseconds.
pub(super) fn call_from_all(
    address: &str,
    credentials: &Credentials,
    connections: usize,
    for_s: u64,
) -> Result<Vec<Vec<f64>>> {
    thread::scope(|scope| {
        let spawn = |_| scope.spawn(|| call_until(address, credentials, for_s));
        let callers: Vec<_> = (0..connections).map(spawn).collect();
        let joined = callers.into_iter().map(|caller| match caller.join() {
            Ok(seen) => seen,
            Err(_) => bail!("a calling thread stopped"),
        });
        joined.collect()
    })
}

fn call_until(address: &str, credentials: &Credentials, for_s: u64) -> Result<Vec<f64>> {
    let mut client = Client::connect(address, credentials)?;
    let mut latencies = Vec::new();
    let watch = Stopwatch::start();
    while watch.elapsed() < Duration::from_secs(for_s) {
        let call = Stopwatch::start();
        let answer = client.caller_identity()?;
        latencies.push(ms(call.elapsed()));
        request_id(&answer)?;
    }
    Ok(latencies)
}

/// The id that a Query answer carries.
fn request_id(answer: &Answer) -> Result<String> {
    let text = String::from_utf8_lossy(&answer.body);
    let id = text.split_once("<RequestId>").and_then(|(_, after)| after.split_once("</RequestId>"));
    match id {
        Some((id, _)) if answer.status == 200 => Ok(id.to_owned()),
        _ => bail!("GetCallerIdentity answered {}: {text}", answer.status),
    }
}

/// One call more, and the look-up that follows at once must show it.
fn is_last_visible(server: &Server, credentials: &Credentials) -> Result<bool> {
    let mut client = Client::connect(&server.address, credentials)?;
    let last = request_id(&client.caller_identity()?)?;
    let question = sample::question(Some(("EventName", "GetCallerIdentity")));
    let found = events(&client.lookup_events(&question)?)?;
    let texts = found.iter().filter_map(|event| event.get("CloudTrailEvent")?.as_str());
    Ok(texts.into_iter().any(|text| text.contains(&last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer::of(status, body)
    }

    #[test]
    fn reads_the_request_id() {
        let body = "<R><ResponseMetadata><RequestId>abc</RequestId></ResponseMetadata></R>";
        assert_eq!(request_id(&answer(200, body)).unwrap(), "abc");
        assert!(request_id(&answer(403, body)).is_err());
        assert!(request_id(&answer(200, "<R/>")).is_err());
    }

    #[test]
    fn reads_the_events() {
        assert_eq!(events(&answer(200, r#"{"Events":[{},{}]}"#)).unwrap().len(), 2);
        assert!(events(&answer(200, "{}")).is_err());
        let error = events(&answer(400, r#"{"__type":"X"}"#)).unwrap_err();
        assert!(error.to_string().contains("400"), "{error}");
    }
}
