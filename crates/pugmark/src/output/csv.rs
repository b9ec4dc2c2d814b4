//! Comma-separated values that no spreadsheet runs.

use super::{Column, Row, Sink, escape};
use std::io::{self, Write};

pub(super) struct Csv {
    writer: csv::Writer<Box<dyn Write>>,
    columns: Vec<Column>,
    headed: bool,
}

impl Csv {
    pub(super) fn new(out: Box<dyn Write>, columns: &[Column]) -> Self {
        let columns = columns.to_vec();
        Self { writer: csv::Writer::from_writer(out), columns, headed: false }
    }

    fn head(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.headed, true) {
            return Ok(());
        }
        let names = self.columns.iter().map(|column| escape::csv(&column.name).into_owned());
        self.writer.write_record(names).map_err(cause)
    }
}

impl Sink for Csv {
    fn row(&mut self, row: &dyn Row) -> io::Result<()> {
        self.head()?;
        let cells = row.cells();
        let safe = cells.iter().map(|cell| escape::csv(cell).into_owned());
        self.writer.write_record(safe).map_err(cause)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.head()?;
        self.writer.flush()
    }
}

/// The I/O error inside; the reader that left must stay recognizable.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
