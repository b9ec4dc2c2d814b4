//! One JSON array.

use super::{Row, Sink, shown};
use std::io::{self, Write};

pub(super) struct Json {
    out: Box<dyn Write>,
    terminal: bool,
    open: bool,
}

impl Json {
    pub(super) fn new(out: Box<dyn Write>, terminal: bool) -> Self {
        let open = false;
        Self { out, terminal, open }
    }
}

impl Sink for Json {
    fn row(&mut self, row: &dyn Row) -> io::Result<()> {
        let before: &[u8] = if self.open { b",\n" } else { b"[\n" };
        self.open = true;
        self.out.write_all(before)?;
        self.out.write_all(&shown(&row.json(), self.terminal))
    }

    fn finish(&mut self) -> io::Result<()> {
        let end: &[u8] = if self.open { b"\n]\n" } else { b"[]\n" };
        self.out.write_all(end)?;
        self.out.flush()
    }
}
