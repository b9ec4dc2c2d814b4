//! PutAuditEvents through a channel of our own, and how soon Query sees what was put.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::audit_event::AuditEvents;
use super::child;
use super::pace::{Pace, Sender};
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
    let pace = Pace { per_s: None, seconds: bench.scale.live_s as f64 };
    let seen = pace.run(putters(bench.seed, server, credentials, channel, world)?)?;
    Ok(seen.all_accepted("the putting")?.accepted_ms)
}

/// Who puts: a connection each, with events of its own.
pub(super) fn putters<'a>(
    seed: u64,
    server: &Server,
    credentials: &Credentials,
    channel: &'a Channel,
    world: &'a World,
) -> Result<Vec<Putter<'a>>> {
    let putter = |stream: usize| {
        let client = Client::connect(&server.address, credentials)?;
        let events = AuditEvents::new(world, seed, stream as u64, &channel.account);
        Ok(Putter { client, channel, events, body: String::new() })
    };
    (0..CONNECTIONS).map(putter).collect()
}

/// Puts events through a channel, so many a call.
#[derive(Debug)]
pub(super) struct Putter<'a> {
    client: Client,
    channel: &'a Channel,
    events: AuditEvents<'a>,
    body: String,
}

impl Sender for Putter<'_> {
    fn prepare(&mut self) {
        self.body = self.events.body(EVENTS_A_CALL);
    }

    fn send(&mut self) -> Result<Answer> {
        self.client.put_audit_events(&self.channel.arn, &self.body)
    }

    fn check(&self, answer: &Answer) -> Result<()> {
        taken(answer, EVENTS_A_CALL).map(drop)
    }
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

/// How many records of audit events there are, by SQL: `count(*)`, or how many distinct values.
pub(super) fn counted(client: &mut Client, what: &str) -> Result<i64> {
    let sql = format!("SELECT {what} FROM events WHERE eventCategory = 'ActivityAuditLog'");
    queries::number(client, &sql)
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
