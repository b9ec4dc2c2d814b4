//! One JSON value per line.

use super::{Row, Sink, shown};
use std::io::{self, Write};

pub(super) struct Ndjson {
    out: Box<dyn Write>,
    terminal: bool,
}

impl Ndjson {
    pub(super) fn new(out: Box<dyn Write>, terminal: bool) -> Self {
        Self { out, terminal }
    }
}

impl Sink for Ndjson {
    fn row(&mut self, row: &dyn Row) -> io::Result<()> {
        let json = row.json();
        let mut line = shown(&json, self.terminal).into_owned();
        // A record may come laid out over several lines. Between its members a line end is
        // nothing but white space, and inside its strings there can be none.
        for byte in &mut line {
            if matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        line.push(b'\n');
        self.out.write_all(&line)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
