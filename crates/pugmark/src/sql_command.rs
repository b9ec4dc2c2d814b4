//! `pugmark sql`: one statement, or a prompt.

use crate::cli::SqlArgs;
use crate::complaint::Complaint;
use crate::output::{Column, Format, Kind, Printer, Row};
use crate::reach::Reach;
use crate::sql_prompt;
use crate::talk::{again, bytes, count, grouped, say};
use engine::Cancel;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::{IsTerminal, Read};

/// Longest statement read from standard input, in bytes.
const STATEMENT_BYTES_MAX: u64 = 1 << 20;

/// Answers the statement, that of standard input, or those typed at a prompt; returns how many
/// rows there were.
pub(crate) fn run(reach: &Reach, args: &SqlArgs, format: Format) -> Result<u64, Complaint> {
    match &args.statement {
        Some(statement) if statement != "-" => {
            let answer = Answer::of(reach, statement, args.limit)?;
            show(&answer, format, Some(args.limit))
        }
        None if std::io::stdin().is_terminal() => sql_prompt::run(reach, args.limit, format),
        _ => {
            let answer = Answer::of(reach, &piped()?, args.limit)?;
            show(&answer, format, Some(args.limit))
        }
    }
}

fn piped() -> Result<String, Complaint> {
    let mut statement = String::new();
    let read = std::io::stdin().take(STATEMENT_BYTES_MAX).read_to_string(&mut statement);
    read.map(|_| statement).map_err(|error| {
        Complaint::failed(
            format!("standard input cannot be read: {error}"),
            "reading a statement from it",
            "give the statement as an argument: pugmark sql 'SELECT …'",
        )
    })
}

/// The answer to a statement.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    columns: Vec<Heading>,
    rows: Vec<Vec<Option<String>>>,
    cut: bool,
    events_scanned: u64,
    bytes_scanned: u64,
}

#[derive(Debug, Deserialize)]
struct Heading {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Heading {
    /// Whether the texts of its values are JSON as they stand.
    fn is_bare(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "boolean" | "tinyint" | "smallint" | "integer" | "bigint" | "real" | "double"
        )
    }

    fn column(&self) -> Column {
        let kind = match self.kind.as_str() {
            "boolean" => Kind::Text,
            _ if self.is_bare() => Kind::Number,
            "timestamp" => Kind::Whole,
            _ => Kind::Text,
        };
        Column { name: Cow::Owned(self.name.clone()), kind, width_min: 4, rank: 0 }
    }
}

impl Answer {
    /// Asks.
    pub(crate) fn of(reach: &Reach, statement: &str, limit: u64) -> Result<Self, Complaint> {
        reach.query(statement, limit, &Cancel::default())
    }

    /// An answer that the engine of this process gave.
    pub(crate) fn local(rows: engine::Rows) -> Option<Self> {
        let lines = serde_json::Deserializer::from_slice(&rows.lines).into_iter();
        let heading = |it: engine::ColumnName| Heading { name: it.name, kind: it.kind };
        Some(Self {
            columns: rows.columns.into_iter().map(heading).collect(),
            rows: lines.collect::<Result<_, _>>().ok()?,
            cut: rows.scanned.cut,
            events_scanned: rows.scanned.records,
            bytes_scanned: rows.scanned.bytes,
        })
    }
}

/// Writes the rows; says below what it took.
pub(crate) fn show(answer: &Answer, format: Format, limit: Option<u64>) -> Result<u64, Complaint> {
    let columns: Vec<Column> = answer.columns.iter().map(Heading::column).collect();
    let mut printer = Printer::new(format, &columns);
    for row in &answer.rows {
        printer.row(&Line(&answer.columns, row))?;
    }
    let rows = printer.finish()?;
    let took = bytes(answer.bytes_scanned);
    say(format!(
        "{}; {} records scanned, {took}",
        count(rows, "row"),
        grouped(answer.events_scanned)
    ));
    if answer.cut {
        let more = limit.map(|limit| again("--limit", &limit.saturating_mul(10).to_string()));
        say(format!("there are more rows{}", more.map_or(String::new(), |it| format!(": {it}"))));
    }
    Ok(rows)
}

struct Line<'a>(&'a [Heading], &'a [Option<String>]);

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        self.1.iter().map(|cell| cell.clone().unwrap_or_default()).collect()
    }

    /// Numbers and truth values stand bare; everything else is text.
    fn json(&self) -> Cow<'_, [u8]> {
        let mut members = Vec::with_capacity(self.0.len());
        for (heading, cell) in self.0.iter().zip(self.1) {
            let name = Value::String(heading.name.clone());
            members.push(format!("{name}:{}", json_value(heading, cell.as_deref())));
        }
        Cow::Owned(format!("{{{}}}", members.join(",")).into_bytes())
    }
}

fn json_value(heading: &Heading, cell: Option<&str>) -> String {
    let Some(text) = cell else { return "null".to_owned() };
    let bare = heading.is_bare() && serde_json::from_str::<&RawValue>(text).is_ok();
    match bare {
        true => text.to_owned(),
        false => Value::String(text.to_owned()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(name: &str, kind: &str) -> Heading {
        Heading { name: name.to_owned(), kind: kind.to_owned() }
    }

    #[test]
    fn numbers_stand_bare_and_nothing_else_does() {
        let headings = [heading("n", "bigint"), heading("a\"b", "varchar"), heading("x", "double")];
        let row = [Some("12".to_owned()), Some("12".to_owned()), Some("NaN".to_owned())];
        let line = Line(&headings, &row);
        assert_eq!(line.json(), br#"{"n":12,"a\"b":"12","x":"NaN"}"#.as_slice());
        assert_eq!(json_value(&headings[0], None), "null");
    }
}
