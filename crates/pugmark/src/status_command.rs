//! `pugmark status`: what is kept, and whether a server runs.

use crate::complaint::{Complaint, Exit};
use crate::output::{self, Column, Format, Printer, Row, facts};
use crate::reach::Reach;
use crate::standing::Standing;
use crate::talk::{bytes, grouped};
use engine::Status;
use model::Timestamp;
use serde::Serialize;
use std::borrow::Cow;
use std::path::Path;

const COLUMNS: &[Column] = &[Column::text("name"), Column::text("value")];

/// Shows it.
pub(crate) fn run(reach: &Reach, data: &Path, asked: Option<Format>) -> Result<Exit, Complaint> {
    let standing = reach.status()?;
    let server = reach.server();
    let lines = lines(&standing, data, server.as_deref());
    match Format::chosen(asked) {
        Format::Table => output::print(facts(&lines).as_bytes())?,
        Format::Csv => {
            let mut printer = Printer::new(Format::Csv, COLUMNS);
            for (name, value) in &lines {
                printer.row(&Line(name, value))?;
            }
            printer.finish()?;
        }
        format => json(&standing, data, server.as_deref(), format)?,
    }
    // A directory that no longer takes records is a check that failed.
    Ok(match standing.status.poisoned {
        Some(_) => Exit::Failed,
        None => Exit::Ok,
    })
}

fn lines(
    standing: &Standing,
    data: &Path,
    server: Option<&str>,
) -> Vec<(&'static str, String)> {
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
}

fn json(
    standing: &Standing,
    data: &Path,
    server: Option<&str>,
    format: Format,
) -> Result<(), Complaint> {
    let (oldest, newest) = standing.times();
    let whole = Whole {
        data: data.to_string_lossy(),
        server,
        version: env!("CARGO_PKG_VERSION"),
        account: account(standing),
        oldest: oldest.map(|time| time.to_string()),
        newest: newest.map(|time| time.to_string()),
        status: &standing.status,
    };
    let line = match format {
        Format::Json => serde_json::to_string_pretty(&whole),
        _ => serde_json::to_string(&whole),
    };
    // INVARIANT: strings and numbers always are JSON.
    output::print(format!("{}\n", line.unwrap_or_default()).as_bytes())
}

struct Line<'a>(&'a str, &'a str);

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        vec![self.0.to_owned(), self.1.to_owned()]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(b"null")
    }
}
