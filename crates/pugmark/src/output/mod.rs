//! Answers on standard output: a table, CSV, NDJSON or JSON. Talk goes to standard error.

mod csv;
pub(crate) mod escape;
mod json;
mod ndjson;
pub(crate) mod pretty;
mod table;

pub(crate) use table::{facts, safe};

use crate::complaint::Complaint;
use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Columns for reading
    Table,
    /// One JSON array
    Json,
    /// One JSON value per line
    Ndjson,
    /// Comma-separated values with a header
    Csv,
}

impl Format {
    /// What was asked for; else a table for people and lines for programs.
    pub(crate) fn chosen(asked: Option<Self>) -> Self {
        asked.unwrap_or(if io::stdout().is_terminal() { Self::Table } else { Self::Ndjson })
    }
}

/// A column of a table or CSV file.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its heading.
    pub(crate) name: Cow<'static, str>,
    /// How it is laid out.
    pub(crate) kind: Kind,
    /// Characters below which it is not worth showing.
    pub(crate) width_min: u16,
    /// The less, the more important; 0 is always shown.
    pub(crate) rank: u8,
}

/// How a column is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Wraps where the terminal is narrow.
    Text,
    /// Stays whole: times and ids, to be copied.
    Whole,
    /// To the right.
    Number,
}

impl Column {
    /// A column that may wrap.
    pub(crate) const fn text(name: &'static str, width_min: u16, rank: u8) -> Self {
        Self::new(name, Kind::Text, width_min, rank)
    }

    /// A column that stays whole.
    pub(crate) const fn whole(name: &'static str, width_min: u16, rank: u8) -> Self {
        Self::new(name, Kind::Whole, width_min, rank)
    }

    /// A column of numbers.
    pub(crate) const fn number(name: &'static str, width_min: u16, rank: u8) -> Self {
        Self::new(name, Kind::Number, width_min, rank)
    }

    const fn new(name: &'static str, kind: Kind, width_min: u16, rank: u8) -> Self {
        Self { name: Cow::Borrowed(name), kind, width_min, rank }
    }
}

/// One line of an answer.
pub(crate) trait Row {
    /// A cell per column, as text; not escaped.
    fn cells(&self) -> Vec<String>;
    /// The same as JSON.
    fn json(&self) -> Cow<'_, [u8]>;
}

/// Writes rows as they come.
pub(crate) struct Printer {
    sink: Box<dyn Sink>,
    rows: u64,
}

/// One way to write rows.
trait Sink {
    fn row(&mut self, row: &dyn Row) -> io::Result<()>;
    fn finish(&mut self) -> io::Result<()>;
}

impl Printer {
    /// Writes to standard output.
    pub(crate) fn new(format: Format, columns: &[Column]) -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        Self::to(Box::new(BufWriter::new(stdout)), format, columns, terminal)
    }

    fn to(out: Box<dyn Write>, format: Format, columns: &[Column], terminal: bool) -> Self {
        let sink: Box<dyn Sink> = match format {
            Format::Table => Box::new(table::Table::new(out, columns)),
            Format::Json => Box::new(json::Json::new(out, terminal)),
            Format::Ndjson => Box::new(ndjson::Ndjson::new(out, terminal)),
            Format::Csv => Box::new(csv::Csv::new(out, columns)),
        };
        Self { sink, rows: 0 }
    }

    /// Writes one row.
    pub(crate) fn row(&mut self, row: &dyn Row) -> Result<(), Complaint> {
        self.rows += 1;
        self.sink.row(row).map_err(|error| Complaint::output(&error))
    }

    /// Writes what is still held back; returns how many rows there were.
    pub(crate) fn finish(mut self) -> Result<u64, Complaint> {
        self.sink.finish().map_err(|error| Complaint::output(&error))?;
        Ok(self.rows)
    }
}

/// Writes text to standard output.
pub(crate) fn print(text: &[u8]) -> Result<(), Complaint> {
    let mut out = io::stdout().lock();
    out.write_all(text).and_then(|()| out.flush()).map_err(|error| Complaint::output(&error))
}

/// JSON as it may be shown: on a terminal nothing in it acts.
fn shown(json: &[u8], terminal: bool) -> Cow<'_, [u8]> {
    if !terminal {
        return Cow::Borrowed(json);
    }
    let text = String::from_utf8_lossy(json);
    Cow::Owned(escape::json(&text).into_owned().into_bytes())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Pair(&'static str, &'static str);

    impl Row for Pair {
        fn cells(&self) -> Vec<String> {
            vec![self.0.to_owned(), self.1.to_owned()]
        }

        fn json(&self) -> Cow<'_, [u8]> {
            let text = format!("{{\"a\":{:?},\n\"b\":{:?}}}", self.0, self.1);
            Cow::Owned(text.into_bytes())
        }
    }

    const COLUMNS: &[Column] = &[Column::text("a", 1, 0), Column::number("b", 1, 0)];

    fn written(format: Format, rows: &[Pair]) -> String {
        let out = Shared::default();
        let mut printer = Printer::to(Box::new(out.clone()), format, COLUMNS, false);
        for row in rows {
            printer.row(row).unwrap();
        }
        assert_eq!(printer.finish().unwrap(), rows.len() as u64);
        let bytes = out.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    const ROWS: &[Pair] = &[Pair("one", "1"), Pair("=two", "22,2")];

    #[test]
    fn writes_a_table() {
        let hostile = written(Format::Table, &[Pair("\u{1b}[2J\nx", "1")]);
        assert_eq!(hostile, "a                b\n\\u{1b}[2J\\u{a}x  1\n");
        assert_eq!(written(Format::Table, ROWS), "a        b\none      1\n=two  22,2\n");
    }

    #[test]
    fn writes_csv_that_no_spreadsheet_runs() {
        assert_eq!(written(Format::Csv, ROWS), "a,b\none,1\n'=two,\"22,2\"\n");
        assert_eq!(written(Format::Csv, &[]), "a,b\n");
    }

    #[test]
    fn writes_one_value_per_line() {
        let want = "{\"a\":\"one\", \"b\":\"1\"}\n{\"a\":\"=two\", \"b\":\"22,2\"}\n";
        assert_eq!(written(Format::Ndjson, ROWS), want);
        assert_eq!(written(Format::Ndjson, &[]), "");
    }

    #[test]
    fn writes_one_array() {
        let value: serde_json::Value = serde_json::from_str(&written(Format::Json, ROWS)).unwrap();
        assert_eq!(value[1]["b"], "22,2");
        assert_eq!(written(Format::Json, &[]), "[]\n");
    }
}
