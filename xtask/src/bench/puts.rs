//! PutAuditEvents through a channel of our own, and how soon Query sees what was put.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::audit_event::AuditEvents;
use super::child;
use super::phases::Bench;
use super::queries;
use super::report::{Must, Report};
use super::statements::quoted;
use super::world::World;
use crate::client::{Answer, Client, Credentials};
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::{ms, percentile};

const CONNECTIONS: usize = 8;
pub(super) const EVENTS_A_CALL: usize = 100;
/// How long an event may stay out of sight before the benchmark gives up.
const PATIENCE_MS: f64 = 30_000.0;

/// Where the events go.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) arn: String,
    pub(super) account: String,
}

/// Puts from some connections for some seconds, then one event at a time.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let credentials = Credentials::read(data)?;
    let mut client = Client::connect(&server.address, &credentials)?;
    let channel = open(&mut client)?;
    let world = World::new(bench.seed);
    load(bench, &server, &credentials, &channel, &world, report)?;
    let mut events = AuditEvents::new(&world, bench.seed, CONNECTIONS as u64, &channel.account);
    let mut latencies = Vec::new();
    for _ in 0..bench.scale.sights {
        latencies.push(until_visible(&mut client, &channel, &mut events)?);
    }
    let row = |what: &str| format!("PutAuditEvents, acknowledged to visible in Query: {what}");
    report.figure(&row("p50"), Must::Nothing, percentile(&latencies, 50.0), "ms");
    report.figure(&row("p99"), Must::AtMost(1_000.0), percentile(&latencies, 99.0), "ms");
    Ok(())
}

/// Makes an event data store and a channel to it.
pub(super) fn open(client: &mut Client) -> Result<Channel> {
    let selector = json!({"Field": "eventCategory", "Equals": ["ActivityAuditLog"]});
    let store = json!({
        "Name": "bench-store",
        "AdvancedEventSelectors": [{"Name": "from outside", "FieldSelectors": [selector]}],
        "TerminationProtectionEnabled": false,
    });
    let store = made(client, "CreateEventDataStore", &store, "EventDataStoreArn")?;
    let channel = json!({
        "Name": "bench-channel",
        "Source": "Custom",
        "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": store}],
    });
    let arn = made(client, "CreateChannel", &channel, "ChannelArn")?;
    let account = arn.split(':').nth(4).context("the channel's ARN names no account")?.to_owned();
    Ok(Channel { arn, account })
}

fn made(client: &mut Client, operation: &str, input: &Value, member: &str) -> Result<String> {
    let answer = client.cloudtrail(operation, &input.to_string())?.json(operation)?;
    let text = answer.get(member).and_then(Value::as_str);
    Ok(text.with_context(|| format!("{operation} answered without `{member}`"))?.to_owned())
}

fn load(
    bench: &Bench<'_>,
    server: &Server,
    credentials: &Credentials,
    channel: &Channel,
    world: &World,
    report: &mut Report,
) -> Result<()> {
    let before = (child::cpu_s(server.id()), child::cpu_s(std::process::id()));
    let watch = Stopwatch::start();
    let latencies = put_from_all(bench, server, credentials, channel, world)?;
    let wall_s = watch.seconds();
    let server_cpu = child::cpu_s(server.id()) - before.0;
    let client_cpu = child::cpu_s(std::process::id()) - before.1;
    let events = (latencies.len() * EVENTS_A_CALL) as f64;
    let row = |what: &str| {
        format!("PutAuditEvents, {EVENTS_A_CALL} a call, {CONNECTIONS} at once: {what}")
    };
    report.figure(&row("a second"), Must::AtLeast(10_000.0), events / wall_s, "events/s");
    report.figure(&row("p50"), Must::Nothing, percentile(&latencies, 50.0), "ms a call");
    report.figure(&row("p99"), Must::Nothing, percentile(&latencies, 99.0), "ms a call");
    report.figure(&row("server CPU"), Must::Nothing, 1e6 * server_cpu / events, "us an event");
    report.figure(&row("client CPU"), Must::Nothing, 1e6 * client_cpu / events, "us an event");
    Ok(())
}

/// Puts from some connections for some seconds; how long each call took, in milliseconds.
fn put_from_all(
    bench: &Bench<'_>,
    server: &Server,
    credentials: &Credentials,
    channel: &Channel,
    world: &World,
) -> Result<Vec<f64>> {
    thread::scope(|scope| {
        let put = |stream: usize| {
            let events = AuditEvents::new(world, bench.seed, stream as u64, &channel.account);
            put_until(&server.address, credentials, channel, events, bench.scale.live_s)
        };
        let spawn = |stream| scope.spawn(move || put(stream));
        let threads: Vec<_> = (0..CONNECTIONS).map(spawn).collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(seen) => seen,
            Err(_) => bail!("a putting thread stopped"),
        });
        let seen = joined.collect::<Result<Vec<Vec<f64>>>>()?;
        Ok(seen.into_iter().flatten().collect())
    })
}

/// Makes a channel and puts through it from some connections for some seconds; how long each call
/// took, in milliseconds.
pub(super) fn press(
    bench: &Bench<'_>,
    server: &Server,
    credentials: &Credentials,
) -> Result<Vec<f64>> {
    let channel = open(&mut Client::connect(&server.address, credentials)?)?;
    put_from_all(bench, server, credentials, &channel, &World::new(bench.seed))
}

fn put_until(
    address: &str,
    credentials: &Credentials,
    channel: &Channel,
    mut events: AuditEvents<'_>,
    for_s: u64,
) -> Result<Vec<f64>> {
    let mut client = Client::connect(address, credentials)?;
    let mut latencies = Vec::new();
    let watch = Stopwatch::start();
    while watch.elapsed() < Duration::from_secs(for_s) {
        let body = events.body(EVENTS_A_CALL);
        let call = Stopwatch::start();
        let answer = client.put_audit_events(&channel.arn, &body)?;
        latencies.push(ms(call.elapsed()));
        taken(&answer, EVENTS_A_CALL)?;
    }
    Ok(latencies)
}

/// The ids under which events were taken in: all of them must have been.
pub(super) fn taken(answer: &Answer, count: usize) -> Result<Vec<String>> {
    let body = answer.json("PutAuditEvents")?;
    let good = body.get("successful").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if good.len() != count {
        bail!("PutAuditEvents took {} events of {count}: {body}", good.len());
    }
    let ids = good.iter().filter_map(|event| event.get("eventID")?.as_str());
    Ok(ids.map(str::to_owned).collect())
}

/// Milliseconds from the answer to the put until the answer to the query that shows it.
fn until_visible(
    client: &mut Client,
    channel: &Channel,
    events: &mut AuditEvents<'_>,
) -> Result<f64> {
    let answer = client.put_audit_events(&channel.arn, &events.body(1))?;
    let watch = Stopwatch::start();
    let ids = taken(&answer, 1)?;
    let id = ids.first().context("PutAuditEvents told no `eventID`")?;
    let sql = format!("SELECT count(*) FROM events WHERE eventID = {}", quoted(id));
    while queries::number(client, &sql)? == 0 {
        if ms(watch.elapsed()) > PATIENCE_MS {
            bail!("event `{id}` was taken and is not visible after {PATIENCE_MS} ms");
        }
    }
    Ok(ms(watch.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer::of(200, body)
    }

    #[test]
    fn reads_the_ids() {
        let body = r#"{"failed":[],"successful":[{"eventID":"a","id":"1"}]}"#;
        assert_eq!(taken(&answer(body), 1).unwrap(), ["a"]);
    }

    #[test]
    fn refuses_an_answer_that_does_not_take_all() {
        let body = r#"{"failed":[{"errorCode":"InvalidData","id":"2"}],"successful":[]}"#;
        let error = taken(&answer(body), 1).unwrap_err().to_string();
        assert!(error.contains("took 0 events of 1") && error.contains("InvalidData"), "{error}");
    }
}
