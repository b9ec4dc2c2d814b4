//! `pugmark status`: what is kept, and whether a server runs.

use crate::complaint::{Complaint, Exit};
use crate::output::{self, Column, Format, Printer, Row, facts};
use crate::progress::files;
use crate::reach::Reach;
use crate::standing::Standing;
use crate::talk::{bytes, grouped};
use engine::Status;
use model::Timestamp;
use model::resource::Import;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::path::Path;

const COLUMNS: &[Column] = &[Column::text("name", 1, 0), Column::text("value", 1, 0)];

/// Shows it.
pub(crate) fn run(reach: &Reach, data: &Path, asked: Option<Format>) -> Result<Exit, Complaint> {
    let standing = reach.status()?;
    let unfinished = reach.unfinished()?;
    let server = reach.server();
    let server = server.as_deref();
    match Format::chosen(asked) {
        Format::Table => {
            let mut lines = lines(&standing, data, server);
            lines.extend(unfinished.iter().map(|import| ("unfinished", unfinished_line(import))));
            output::print(facts(&lines).as_bytes())?;
        }
        format => whole(&standing, &unfinished, data, server).print(format)?,
    }
    // A directory that no longer takes records is a check that failed.
    Ok(match standing.status.poisoned {
        Some(_) => Exit::Failed,
        None => Exit::Ok,
    })
}

fn lines(standing: &Standing, data: &Path, server: Option<&str>) -> Vec<(&'static str, String)> {
    let status = &standing.status;
    let (oldest, newest) = standing.times();
    let time = |time: Option<Timestamp>| time.map_or("none".to_owned(), |it| it.to_string());
    let parts = format!("{} ({})", grouped(status.parts), bytes(status.part_bytes));
    let mode = if status.dev { "dev" } else { "secure" };
    vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("data directory", data.display().to_string()),
        ("server", server.unwrap_or("none runs").to_owned()),
        ("account", account(standing).to_owned()),
        ("mode", mode.to_owned()),
        ("state", status.poisoned.as_deref().unwrap_or("well").to_owned()),
        ("records", grouped(status.records)),
        ("oldest", time(oldest)),
        ("newest", time(newest)),
        ("owners", grouped(status.owners)),
        ("parts", parts),
        ("not yet sealed", grouped(status.tail_records)),
        ("conflicts", grouped(status.conflicts)),
    ]
}

/// One that runs, or was cut off and waits to be gone on with.
fn unfinished_line(import: &Import) -> String {
    let paths = import.paths.join(", ");
    format!("import of {paths}: {}; if it was cut off, --resume goes on", files(import))
}

fn account(standing: &Standing) -> &str {
    let birth = standing.birth.as_ref();
    birth.map_or("", |birth| birth.account.as_str())
}

#[derive(Serialize)]
struct Whole<'a> {
    data: Cow<'a, str>,
    server: Option<&'a str>,
    version: &'static str,
    account: &'a str,
    oldest: Option<String>,
    newest: Option<String>,
    #[serde(flatten)]
    status: &'a Status,
    unfinished: &'a [Import],
}

fn whole<'a>(
    standing: &'a Standing,
    unfinished: &'a [Import],
    data: &'a Path,
    server: Option<&'a str>,
) -> Whole<'a> {
    let (oldest, newest) = standing.times();
    Whole {
        data: data.to_string_lossy(),
        server,
        version: env!("CARGO_PKG_VERSION"),
        account: account(standing),
        oldest: oldest.map(|time| time.to_string()),
        newest: newest.map(|time| time.to_string()),
        status: &standing.status,
        unfinished,
    }
}

impl Whole<'_> {
    fn print(&self, format: Format) -> Result<(), Complaint> {
        // INVARIANT: strings and numbers always are JSON.
        let json = match format {
            Format::Csv => return self.csv(),
            Format::Json => serde_json::to_string_pretty(self),
            _ => serde_json::to_string(self),
        };
        output::print(format!("{}\n", json.unwrap_or_default()).as_bytes())
    }

    fn csv(&self) -> Result<(), Complaint> {
        let mut printer = Printer::new(Format::Csv, COLUMNS);
        let members = serde_json::to_value(self).unwrap_or_default();
        for (name, value) in members.as_object().into_iter().flatten() {
            printer.row(&Line { name, value })?;
        }
        printer.finish().map(drop)
    }
}

/// A member of the answer, as a line.
struct Line<'a> {
    name: &'a str,
    value: &'a Value,
}

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let value = match self.value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        vec![self.name.to_owned(), value]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.value.to_string().into_bytes())
    }
}
