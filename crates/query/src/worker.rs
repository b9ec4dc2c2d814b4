//! A process that answers statements for another one. What it is asked and what it answers goes
//! through pipes (`lake::feed`); when it dies of a statement, nothing else does.

use crate::batch_stream::BatchStream;
use crate::database::{Database, Flow, Limits as Bounds, Sink, Stats, Tables};
use crate::error::{Error, ErrorKind};
use crate::lake_tables::{LakeTables, Named};
use crate::run::Held;
use crate::table::{Dictionaries, TableSpec};
use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use lake::feed::{
    self, Answer, Ask, ColumnName, Feed, Refusal, RefusalKind, RowForm, Scanned, Scope, Statement,
};
use lake::{Mirror, PartCache, Snapshot};
use model::Seq;
use model::disk::Disk;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Decoded sections of parts kept, in bytes.
const CACHE_BYTES: u64 = 768 << 20;
/// Dictionaries kept as Arrow arrays, in bytes.
const DICTIONARY_BYTES: u64 = 256 << 20;
/// Rows handed over at one time, in bytes; as Arrow, in rows.
const PIECE_BYTES: usize = 256 << 10;
const PIECE_ROWS: usize = 1_024;

/// The stack that [`serve`] needs, in bytes: statements run on its thread.
pub const STACK_BYTES: usize = crate::database::STACK_BYTES;

/// Takes in keys of a ring.
pub type TakeKeys<'a> = dyn FnMut([u8; 16], Vec<(u32, [u8; 32])>) + 'a;

/// Answers until nobody asks any more. `memory_bytes` is for sorting, joining and grouping. Keys go
/// to `take_keys`: the disk is whoever calls this's.
///
/// # Errors
/// A pipe that broke, or on which nonsense came.
pub fn serve(
    disk: Arc<dyn Disk>,
    memory_bytes: usize,
    take_keys: &mut TakeKeys<'_>,
    input: &mut dyn Read,
    output: &mut dyn Write,
) -> io::Result<()> {
    let bounds = Bounds { memory_bytes, ..Bounds::default() };
    let database = Database::new(bounds).map_err(io::Error::other)?;
    let mut worker = Worker {
        database,
        mirror: Mirror::new(disk, PathBuf::new(), PartCache::new(CACHE_BYTES)),
        moment: Arc::new(Snapshot { parts: Arc::default(), tail: Vec::new(), end: Seq(0) }),
        dictionaries: Dictionaries::new(DICTIONARY_BYTES),
        held: Vec::new(),
    };
    while let Some((ask, body)) = feed::read::<Ask>(input)? {
        match ask {
            Ask::Keys { ring, keys } => {
                take_keys(ring, keys.iter().map(|fed| (fed.id, fed.key)).collect());
                feed::write(output, &Answer::Learned, &[])?;
            }
            ask => worker.answer(ask, &body, output)?,
        }
        output.flush()?;
        // Whoever asked does not wait until all of it is taken down.
        worker.held.clear();
    }
    Ok(())
}

struct Worker {
    database: Database,
    mirror: Mirror,
    moment: Arc<Snapshot>,
    dictionaries: Dictionaries,
    /// What the last statement made.
    held: Vec<Held>,
}

impl Worker {
    fn answer(&mut self, ask: Ask, body: &[u8], output: &mut dyn Write) -> io::Result<()> {
        let last = match ask {
            // Taken by whoever has the disk.
            Ask::Keys { .. } => Answer::Learned,
            Ask::Check(feed, statement) => match self.take(feed, body) {
                Ok(()) => self.check(&statement),
                Err(stale) => stale,
            },
            Ask::Run(feed, statement) => match self.take(feed, body) {
                Ok(()) => self.run(&statement, output)?,
                Err(stale) => stale,
            },
        };
        feed::write(output, &last, &[])
    }

    fn take(&mut self, feed: Feed, body: &[u8]) -> Result<(), Answer> {
        let moment = self.mirror.take(feed, body);
        self.moment = Arc::new(moment.map_err(|error| Answer::Stale(error.to_string()))?);
        Ok(())
    }

    fn check(&self, statement: &Statement) -> Answer {
        match self.database.check(&statement.sql, &self.tables(statement)) {
            Ok(tables) => Answer::Sound(tables),
            Err(error) => Answer::Failed(refusal(error)),
        }
    }

    fn run(&mut self, statement: &Statement, output: &mut dyn Write) -> io::Result<Answer> {
        let mut rows = Rows::new(statement, output);
        let tables = self.tables(statement);
        let (sql, held) = (&statement.sql, &mut self.held);
        let outcome = self.database.run_here(sql, now_ms(), tables, &mut rows, held);
        rows.end()?;
        Ok(match outcome {
            Ok(stats) => Answer::Done(scanned(stats)),
            Err(error) => Answer::Failed(refusal(error)),
        })
    }

    fn tables(&self, statement: &Statement) -> Arc<dyn Tables> {
        let named = statement.tables.iter().cloned().map(Named::from).collect();
        Arc::new(LakeTables::new(Arc::clone(&self.moment), self.dictionaries.clone(), named))
    }
}

impl From<Scope> for Named {
    fn from(scope: Scope) -> Self {
        let Scope { names, owner, store, since } = scope;
        Self { names, spec: TableSpec { owner, store, since } }
    }
}

#[expect(clippy::disallowed_methods, reason = "what `now()` means; the server's clock is the same")]
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

const fn scanned(stats: Stats) -> Scanned {
    Scanned {
        records: stats.records_scanned,
        matched: stats.records_matched,
        bytes: stats.bytes_scanned,
        cut: stats.cut,
    }
}

fn refusal(error: Error) -> Refusal {
    let kind = match error.kind {
        ErrorKind::UnknownTable => RefusalKind::NoTable(error.name.clone().unwrap_or_default()),
        ErrorKind::Limit | ErrorKind::Timeout => RefusalKind::TooLarge,
        ErrorKind::Internal | ErrorKind::Cancelled => RefusalKind::Internal,
        _ => RefusalKind::Invalid,
    };
    Refusal { kind, message: error.to_string() }
}

/// Hands rows over, some at a time.
struct Rows<'a> {
    statement: &'a Statement,
    output: &'a mut dyn Write,
    piece: Vec<u8>,
    held: u64,
    count: u64,
    bytes: u64,
    /// Where rows are wanted as batches, once the columns are known.
    stream: Option<BatchStream>,
}

impl<'a> Rows<'a> {
    fn new(statement: &'a Statement, output: &'a mut dyn Write) -> Self {
        Self { statement, output, piece: Vec::new(), held: 0, count: 0, bytes: 0, stream: None }
    }

    /// Hands over what is left.
    fn end(&mut self) -> io::Result<()> {
        if let Some(stream) = &mut self.stream {
            stream.finish()?;
            return feed::write(self.output, &Answer::Rows(0), &stream.take());
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held > 0 {
            feed::write(self.output, &Answer::Rows(self.held), &self.piece)?;
            self.piece.clear();
            self.held = 0;
        }
        Ok(())
    }
}

impl Sink for Rows<'_> {
    fn columns(&mut self, columns: &[ColumnName], schema: &Schema) -> io::Result<()> {
        feed::write(self.output, &Answer::Columns(columns.to_vec()), &[])?;
        let stream = match self.statement.form {
            RowForm::Json => return Ok(()),
            RowForm::Arrow => BatchStream::arrow(columns, schema)?,
            RowForm::Parquet => BatchStream::parquet(columns, schema)?,
        };
        let stream = self.stream.insert(stream);
        feed::write(self.output, &Answer::Rows(0), &stream.take())
    }

    fn batch(&mut self, batch: &RecordBatch) -> io::Result<Option<Flow>> {
        let Some(stream) = &mut self.stream else { return Ok(None) };
        let mut start = 0;
        while start < batch.num_rows() {
            let left = self.statement.rows_max - self.count;
            let rows = PIECE_ROWS.min(batch.num_rows() - start).min(left as usize);
            if rows == 0 || self.bytes + stream.held_bytes() > self.statement.bytes_max {
                return Ok(Some(Flow::Cut));
            }
            stream.write(&batch.slice(start, rows))?;
            let piece = stream.take();
            let bytes = self.bytes + piece.len() as u64;
            // Of a stream the last piece may be left out, of a file nothing that it counts on.
            if self.statement.form == RowForm::Arrow && bytes > self.statement.bytes_max {
                return Ok(Some(Flow::Cut));
            }
            feed::write(self.output, &Answer::Rows(rows as u64), &piece)?;
            (self.count, self.bytes) = (self.count + rows as u64, bytes);
            start += rows;
        }
        Ok(Some(Flow::On))
    }

    fn row(&mut self, json: &[u8]) -> io::Result<Flow> {
        let bytes = self.bytes + json.len() as u64 + 1;
        if self.count == self.statement.rows_max || bytes > self.statement.bytes_max {
            return Ok(Flow::Cut);
        }
        self.piece.extend_from_slice(json);
        self.piece.push(b'\n');
        (self.count, self.held, self.bytes) = (self.count + 1, self.held + 1, bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(Flow::On)
    }
}
