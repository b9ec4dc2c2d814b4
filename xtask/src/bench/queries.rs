//! The ten questions in SQL, and the same in DuckDB when that is asked for.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::child;
use super::duckdb::Peer;
use super::logs::Logs;
use super::peers::Load;
use super::phases::{Bench, MEBIBYTE};
use super::report::{Must, Report};
use super::statements::{self, NOT_OURS, Statement, Values, quoted};
use crate::client::{Answer, Client, Credentials};
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::{median, ms};

/// The place by time of the event that Q1 asks for.
const PLACE: f64 = 0.6;
/// Places by frequency of the user that Q2 asks for, and of the address that Q6 does.
const USER_PLACE: usize = 41;
const ADDRESS_PLACE: usize = 61;
/// Most rows of an answer.
const ROWS_MAX: usize = 100_000;

/// What one statement did.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) wall_ms: f64,
    server_cpu_ms: f64,
    worker_cpu_ms: f64,
    pub(super) rows: Rows,
}

impl Seen {
    /// Of server and worker together.
    pub(super) const fn cpu_ms(&self) -> f64 {
        self.server_cpu_ms + self.worker_cpu_ms
    }

    /// An answer to look at.
    #[cfg(test)]
    pub(super) fn of(wall_ms: f64, body: &str) -> Self {
        let rows = Rows::read(&Answer::of(200, body)).unwrap();
        Self { wall_ms, server_cpu_ms: 0.0, worker_cpu_ms: 0.0, rows }
    }
}

/// An answer: texts and nulls.
#[derive(Debug)]
pub(super) struct Rows {
    names: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

impl Rows {
    fn read(answer: &Answer) -> Result<Self> {
        let mut body = answer.json("Query")?;
        let columns = body.get("columns").and_then(Value::as_array).context("no `columns`")?;
        let name = |column: &Value| Some(column.get("name")?.as_str()?.to_owned());
        let names = columns.iter().filter_map(name).collect();
        if body.get("cut").and_then(Value::as_bool) == Some(true) {
            bail!("the answer is cut: it has more rows or bytes than one answer holds");
        }
        let rows = body.get_mut("rows").map(Value::take).context("no `rows`")?;
        Ok(Self { names, rows: serde_json::from_value(rows)? })
    }

    /// How many rows there are.
    pub(super) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// The sum of the column `n`, where there is one.
    fn tally(&self) -> Option<i64> {
        let place = self.names.iter().position(|name| name == "n")?;
        let cells = self.rows.iter().map(|row| row.get(place)?.as_ref()?.parse::<i64>().ok());
        cells.sum()
    }

    /// A cell of the first row.
    fn first(&self, place: usize) -> Option<&str> {
        self.rows.first()?.get(place)?.as_deref()
    }

    /// The first cell of the last row.
    fn last(&self) -> Option<&str> {
        self.rows.last()?.first()?.as_deref()
    }
}

/// Asks a statement. How long the answer took to arrive, and the answer.
pub(super) fn ask(client: &mut Client, sql: &str) -> Result<(f64, Answer)> {
    let body = json!({ "statement": sql, "limit": ROWS_MAX }).to_string();
    let watch = Stopwatch::start();
    let answer = client.pugmark("Query", &body)?;
    Ok((ms(watch.elapsed()), answer))
}

fn rows(client: &mut Client, sql: &str) -> Result<Rows> {
    Rows::read(&ask(client, sql)?.1).with_context(|| format!("asked `{sql}`"))
}

/// The one number that a statement answers with.
pub(super) fn number(client: &mut Client, sql: &str) -> Result<i64> {
    let rows = rows(client, sql)?;
    let cell = rows.first(0).with_context(|| format!("`{sql}` has no answer"))?;
    cell.parse().with_context(|| format!("`{sql}` answered `{cell}`"))
}

/// Times the ten on an imported lake; beside DuckDB where it is there.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let mut client = Client::connect(&server.address, &Credentials::read(data)?)?;
    let values = values(&mut client)?;
    let runs = bench.scale.query_runs;
    let mut ours = Vec::new();
    for statement in statements::statements(&statements::LAKE, &values) {
        let seen = measure(&mut client, &server, &statement, runs);
        tell(statement.name, &seen, report);
        ours.push((statement.name, seen.ok()));
    }
    let memory = child::children_peak_bytes(server.id()) as f64 / MEBIBYTE;
    report.figure("SQL: peak memory of the worker", Must::Nothing, memory, "MB");
    let memory = child::memory_bytes(server.id(), "VmHWM").unwrap_or(0) as f64 / MEBIBYTE;
    report.figure("SQL: peak memory of the server", Must::Nothing, memory, "MB");
    let own = "SELECT count(*) FROM events WHERE eventSource = 'pugmark.amazonaws.com'";
    let own_calls = number(&mut client, own)?;
    let records = number(&mut client, &format!("SELECT count(*) FROM events WHERE {NOT_OURS}"))?;
    drop(server);
    let Some(duckdb) = &bench.duckdb else {
        return Ok(());
    };
    let asked = statements::statements(&statements::DUCKDB, &values);
    tell_load(duckdb.load(bench.room, bench.logs)?, bench.logs, records, report);
    let peers = duckdb.ask(bench.room, &asked, runs)?;
    for (name, seen) in ours {
        let peer = peers.iter().find(|peer| peer.name == name);
        compare(name, seen.as_ref(), peer, own_calls, report);
    }
    Ok(())
}

/// What to ask for, found through the same door.
pub(super) fn values(client: &mut Client) -> Result<Values> {
    let frequent = |column: &str, place: usize| {
        format!(
            "SELECT {column}, count(*) AS n FROM events WHERE {NOT_OURS} AND {column} IS NOT NULL \
             GROUP BY 1 ORDER BY n DESC, 1 LIMIT {place}"
        )
    };
    let week =
        format!("SELECT date_add('day', -7, max(eventTime)) AS week FROM events WHERE {NOT_OURS}");
    let user = rows(client, &frequent("userIdentity.userName", USER_PLACE))?;
    let address = rows(client, &frequent("sourceIPAddress", ADDRESS_PLACE))?;
    Ok(Values {
        event_id: event_id(client)?,
        user_name: user.last().context("no record names a user")?.to_owned(),
        address: address.last().context("no record has an address")?.to_owned(),
        week: rows(client, &week)?.first(0).context("there is no record")?.to_owned(),
    })
}

/// The id at [`PLACE`], found hour by hour so that nobody sorts all records.
fn event_id(client: &mut Client) -> Result<String> {
    let hours = rows(
        client,
        &format!(
            "SELECT date_trunc('hour', eventTime) AS h, count(*) AS n FROM events WHERE \
             {NOT_OURS} GROUP BY 1 ORDER BY 1"
        ),
    )?;
    let (hour, rest) = hour_of(&hours, PLACE).context("there is no record")?;
    let sql = format!(
        "SELECT eventID FROM events WHERE eventTime >= timestamp {} AND {NOT_OURS} ORDER BY \
         eventTime LIMIT {}",
        quoted(hour),
        (rest + 1).min(ROWS_MAX)
    );
    Ok(rows(client, &sql)?.last().context("an hour has no record")?.to_owned())
}

/// The hour in which a share of all records has passed, and how many of its own had by then.
fn hour_of(hours: &Rows, share: f64) -> Option<(&str, usize)> {
    let all = hours.tally()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let mut left = (all as f64 * share) as usize;
    for row in &hours.rows {
        let [Some(hour), Some(count)] = row.as_slice() else {
            return None;
        };
        let count: usize = count.parse().ok()?;
        if left < count {
            return Some((hour, left));
        }
        left -= count;
    }
    None
}

/// Once to warm up, then some times for the figures.
pub(super) fn measure(
    client: &mut Client,
    server: &Server,
    statement: &Statement,
    runs: usize,
) -> Result<Seen> {
    let rows = rows(client, &statement.sql)?;
    let before = (child::cpu_s(server.id()), child::children_cpu_s(server.id()));
    let mut walls = Vec::with_capacity(runs);
    for _ in 0..runs {
        let (wall_ms, answer) = ask(client, &statement.sql)?;
        walls.push(wall_ms);
        if answer.status != 200 {
            bail!("a later run answered {}", answer.status);
        }
    }
    let each_ms = |now_s: f64, before_s: f64| 1e3 * (now_s - before_s) / runs.max(1) as f64;
    Ok(Seen {
        wall_ms: median(&walls),
        server_cpu_ms: each_ms(child::cpu_s(server.id()), before.0),
        worker_cpu_ms: each_ms(child::children_cpu_s(server.id()), before.1),
        rows,
    })
}

fn tell(name: &str, seen: &Result<Seen>, report: &mut Report) {
    match seen {
        Ok(seen) => {
            let more = format!(
                "ms, {:.1} ms CPU in the server, {:.1} in the worker; {} rows",
                seen.server_cpu_ms,
                seen.worker_cpu_ms,
                seen.rows.rows.len()
            );
            report.figure(name, Must::Nothing, seen.wall_ms, &more);
        }
        Err(error) => {
            report.check(&format!("{name}: is answered"), false);
            report.describe(name, format!("{error:#}"));
        }
    }
}

fn tell_load(load: &Load, logs: &Logs, records: i64, report: &mut Report) {
    let row = |what: &str| format!("DuckDB {}, loading: {what}", load.version);
    report.figure(&row("events per CPU second"), Must::Nothing, load.per_cpu_s(), "events/s");
    report.figure(&row("wall time"), Must::Nothing, load.wall_ms / 1e3, "s");
    report.figure(&row("on disk per event"), Must::Nothing, load.each_bytes(), "bytes");
    report.check("DuckDB has the records that the lake has", load.records == records);
    if load.records != records {
        let found = format!("{} in DuckDB, {records} in the lake", load.records);
        report.describe("records", format!("{found}, {} in the files", logs.records));
    }
}

fn compare(
    name: &str,
    ours: Option<&Seen>,
    peer: Option<&Peer>,
    own_calls: i64,
    report: &mut Report,
) {
    let (Some(ours), Some(peer)) = (ours, peer) else {
        report.check(&format!("{name}: answered by both"), false);
        return;
    };
    let cpu_ms = ours.cpu_ms();
    let more = format!(
        "times DuckDB's {:.1} ms; CPU {cpu_ms:.1} against {:.1} ms",
        peer.wall_ms, peer.cpu_ms
    );
    let ratio = ours.wall_ms / peer.wall_ms;
    report.figure(&format!("{name}: against DuckDB"), Must::AtMost(3.0), ratio, &more);
    report.check(&format!("{name}: the same rows"), is_same(&ours.rows, peer, own_calls));
}

/// As many rows, and the same counts in them; only calls of the benchmark itself may be in ours
/// beyond what the peer counts.
fn is_same(ours: &Rows, peer: &Peer, own_calls: i64) -> bool {
    let is_close = match (ours.tally(), peer.tally) {
        (Some(ours), Some(theirs)) => (theirs..=theirs + own_calls).contains(&ours),
        (ours, theirs) => ours == theirs,
    };
    ours.rows.len() == peer.rows && is_close
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(body: &str) -> Rows {
        Rows::read(&Answer::of(200, body)).unwrap()
    }

    fn hours() -> Rows {
        answered(
            r#"{"columns":[{"name":"h","type":"timestamp"},{"name":"n","type":"bigint"}],
                "rows":[["h1","10"],["h2","30"],["h3","60"]],"cut":false}"#,
        )
    }

    #[test]
    fn reads_rows_and_adds_up_their_counts() {
        let rows = hours();
        assert_eq!((rows.tally(), rows.first(0), rows.last()), (Some(100), Some("h1"), Some("h3")));
        let none = answered(r#"{"columns":[{"name":"x","type":"t"}],"rows":[[null]]}"#);
        assert_eq!((none.tally(), none.first(0)), (None, None));
    }

    #[test]
    fn refuses_half_an_answer() {
        let body = r#"{"columns":[],"rows":[],"cut":true}"#;
        let error = Rows::read(&Answer::of(200, body)).unwrap_err();
        assert!(error.to_string().contains("cut"), "{error}");
        assert!(Rows::read(&Answer::of(400, "")).is_err());
    }

    #[test]
    fn finds_the_hour_of_a_share() {
        assert_eq!(hour_of(&hours(), 0.0), Some(("h1", 0)));
        assert_eq!(hour_of(&hours(), 0.15), Some(("h2", 5)));
        assert_eq!(hour_of(&hours(), 0.6), Some(("h3", 20)));
        assert_eq!(hour_of(&hours(), 1.0), None);
    }

    #[test]
    fn compares_rows_and_counts() {
        let peer =
            |rows, tally| Peer { name: "Q".to_owned(), wall_ms: 1.0, cpu_ms: 1.0, rows, tally };
        assert!(is_same(&hours(), &peer(3, Some(100)), 0));
        assert!(is_same(&hours(), &peer(3, Some(98)), 2), "our own calls are in ours");
        assert!(!is_same(&hours(), &peer(3, Some(97)), 2));
        assert!(!is_same(&hours(), &peer(3, Some(101)), 2));
        assert!(!is_same(&hours(), &peer(4, Some(100)), 0));
        assert!(!is_same(&hours(), &peer(3, None), 0));
    }

    #[test]
    fn says_what_was_missed() {
        let mut report = Report::default();
        compare("Q1", None, None, 0, &mut report);
        tell("Q2", &Err(anyhow::anyhow!("no column `x`")), &mut report);
        let text = report.to_string();
        assert!(text.contains("Q1: answered by both | yes  | no  MISSED"), "{text}");
        assert!(text.contains("Q2: no column `x`"), "{text}");
    }
}
