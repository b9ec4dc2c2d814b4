//! Questions on the server's own face: who is behind a key, what is usual, what differs.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::child;
use super::logs::Logs;
use super::phases::{Bench, MEBIBYTE};
use super::report::{Must, Report};
use super::sample;
use crate::client::{Client, Credentials};
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::{ms, percentile};

/// Log files that values are taken from, spread over all.
const FILES: usize = 5;
/// Values of each kind taken from one file.
const VALUES: usize = 12;
/// Of these, so many of each kind as selections.
const VALUES_SOME: usize = 4;
const DAY_MS: i64 = 86_400_000;

/// What is promised at p99: who is behind a key, and any other question.
const SESSION_MS: f64 = 100.0;
const OTHER_MS: f64 = 300.0;

/// What there is to ask about.
#[derive(Debug, Default)]
struct Known {
    /// Temporary keys.
    keys: Vec<String>,
    names: Vec<String>,
    users: Vec<String>,
    addresses: Vec<String>,
    resources: Vec<String>,
    /// Times of the first and the last record, in milliseconds since 1970.
    oldest: i64,
    newest: i64,
}

/// Asks each kind of question many times, one after the other on one connection.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let mut client = Client::connect(&server.address, &Credentials::read(data)?)?;
    let known = Known::read(bench.logs, &mut client)?;
    let days = (known.newest - known.oldest) / DAY_MS;
    report.describe("questions", format!("over {days} days, {} keys", known.keys.len()));
    for (operation, most_ms, inputs) in known.questions() {
        let count = bench.scale.questions;
        if let Err(error) = ask(&mut client, &server, (operation, most_ms), &inputs, count, report)
        {
            report.check(&format!("{operation}: is answered"), false);
            report.describe(operation, format!("{error:#}"));
        }
    }
    let memory = child::memory_bytes(server.id(), "VmHWM").unwrap_or(0) as f64 / MEBIBYTE;
    report.figure("questions: peak memory of the server", Must::Nothing, memory, "MB");
    Ok(())
}

impl Known {
    fn read(logs: &Logs, client: &mut Client) -> Result<Self> {
        let texts = logs.texts(FILES)?;
        let values = |attribute: &str| -> Result<Vec<String>> {
            let mut all = BTreeSet::new();
            for text in &texts {
                all.extend(sample::values(text, attribute, VALUES)?);
            }
            Ok(all.into_iter().collect())
        };
        let extent = client.pugmark("Extent", "{}")?.json("Extent")?;
        let time = |name: &str| extent.get(name).and_then(Value::as_i64);
        let (oldest, newest) =
            time("oldest").zip(time("newest")).context("no record has a time")?;
        Ok(Self {
            keys: values("SessionKey")?,
            names: values("EventName")?,
            users: values("Username")?,
            addresses: values("SourceIp")?,
            resources: values("ResourceName")?,
            oldest,
            newest,
        })
    }

    /// Every question with its promise and the inputs to go round.
    fn questions(&self) -> [(&'static str, f64, Vec<Value>); 6] {
        let whole = self.searches();
        // What is explained is a selection: all records have nothing to differ from.
        let parts = whole.get(1..).unwrap_or_default().to_vec();
        let one = |value: &String| json!({ "value": value });
        let entities = [&self.keys, &self.users, &self.addresses, &self.resources];
        let ages = [7, 30, 60, 90].map(|days| self.newest - days * DAY_MS);
        [
            ("Session", SESSION_MS, self.keys.iter().map(one).collect()),
            ("Entity", OTHER_MS, turns(&entities).into_iter().map(one).collect()),
            ("Histogram", OTHER_MS, whole.clone()),
            ("Facets", OTHER_MS, whole),
            ("Explain", OTHER_MS, parts),
            ("Unused", OTHER_MS, ages.map(|since| json!({ "since": since })).to_vec()),
        ]
    }

    /// Selections of every size, all records first.
    fn searches(&self) -> Vec<Value> {
        let week = json!({ "times": { "start": self.newest - 7 * DAY_MS, "end": self.newest } });
        let mut all = vec![json!({}), term("Failed", "true"), term("ReadOnly", "false"), week];
        let some =
            [("EventName", &self.names), ("Who", &self.users), ("SourceIp", &self.addresses)];
        for (what, values) in some {
            all.extend(values.iter().take(VALUES_SOME).map(|value| term(what, value)));
        }
        all.into_iter().map(|search| json!({ "search": search })).collect()
    }
}

/// The selection whose attribute is exactly this.
fn term(what: &str, value: &str) -> Value {
    let term = json!({ "what": what, "matches": { "is": value } });
    json!({ "terms": [term] })
}

/// One of each list in turn, so that few questions touch all kinds.
fn turns<'a>(lists: &[&'a Vec<String>]) -> Vec<&'a String> {
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    (0..longest).flat_map(|at| lists.iter().filter_map(move |list| list.get(at))).collect()
}

fn ask(
    client: &mut Client,
    server: &Server,
    (operation, most_ms): (&str, f64),
    inputs: &[Value],
    count: usize,
    report: &mut Report,
) -> Result<()> {
    if inputs.is_empty() {
        report.describe(operation, "not measured: no record has such a value".to_owned());
        return Ok(());
    }
    let before_s = child::cpu_s(server.id());
    let (mut latencies, mut slowest) = (Vec::with_capacity(count), (0.0, &Value::Null));
    for input in inputs.iter().cycle().take(count) {
        let body = input.to_string();
        let watch = Stopwatch::start();
        let answer = client.pugmark(operation, &body)?;
        let latency = ms(watch.elapsed());
        answer.json(operation).with_context(|| format!("asked {body}"))?;
        if latency > slowest.0 {
            slowest = (latency, input);
        }
        latencies.push(latency);
    }
    let cpu_ms = 1e3 * (child::cpu_s(server.id()) - before_s) / count.max(1) as f64;
    let row = |what: &str| format!("{operation}: {what}");
    report.figure(&row("p50"), Must::Nothing, percentile(&latencies, 50.0), "ms");
    report.figure(&row("p99"), Must::AtMost(most_ms), percentile(&latencies, 99.0), "ms");
    report.figure(&row("server CPU a question"), Must::Nothing, cpu_ms, "ms");
    report.describe(&row("slowest"), format!("{:.1} ms for {}", slowest.0, slowest.1));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            keys: vec!["ASIAX".to_owned()],
            names: vec!["ListUsers".to_owned()],
            users: vec!["otto".to_owned()],
            oldest: 0,
            newest: 90 * DAY_MS,
            ..Known::default()
        }
    }

    #[test]
    fn asks_every_question_and_promises_sessions_most() {
        let asked =
            known().questions().map(|(name, most_ms, inputs)| (name, most_ms, inputs.len()));
        let names = asked.map(|(name, ..)| name);
        assert_eq!(names, ["Session", "Entity", "Histogram", "Facets", "Explain", "Unused"]);
        assert!(asked.iter().all(|(_, _, inputs)| *inputs > 0), "{asked:?}");
        assert!(asked.iter().all(|(name, most, _)| (*most < 300.0) == (*name == "Session")));
    }

    #[test]
    fn explains_parts_only() {
        let [.., histogram, _, explain, _] = known().questions();
        assert_eq!(histogram.2[0], json!({"search": {}}));
        assert!(explain.2.iter().all(|input| *input != json!({"search": {}})));
        assert_eq!(explain.2.len() + 1, histogram.2.len());
    }

    #[test]
    fn takes_turns() {
        let (a, b) = (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]);
        assert_eq!(turns(&[&a, &b]), ["a", "c", "b"]);
    }
}
