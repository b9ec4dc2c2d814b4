//! A statement's way from text to rows, within limits.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use datafusion::catalog::TableProvider;
use lake::feed::ColumnName;
use tokio::runtime::Runtime;

use crate::error::{Error, ErrorKind, Result};
use crate::gate::Gate;
use crate::render::Rows;
use crate::run::{Event, Held, Run};
use crate::session::Session;
use crate::table::Wanted;

/// Limits on what a statement may take and give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// On the statement's text.
    pub gate: Gate,
    /// Memory for sorting, joining and grouping.
    pub memory_bytes: usize,
    /// Rows of the result.
    pub rows_max: u64,
    /// Bytes of the result, as JSON.
    pub result_bytes_max: u64,
    /// From the beginning to the last row.
    pub timeout: Duration,
    /// Threads that answer a statement.
    pub threads: NonZeroUsize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            gate: Gate::default(),
            memory_bytes: 1 << 30,
            rows_max: 10_000_000,
            result_bytes_max: 4 << 30,
            timeout: Duration::from_secs(3_600),
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

/// The tables that a statement may read.
pub trait Tables: Send + Sync {
    /// The number of the table with this name, whose case does not matter.
    fn find(&self, name: &str) -> Option<usize>;

    /// Names to suggest where none was found.
    fn names(&self) -> Vec<String>;

    /// The table with this number, with the columns that are `wanted`.
    ///
    /// # Errors
    /// Says in words for the user why it cannot be read.
    fn open(&self, table: usize, wanted: &Wanted) -> Result<Arc<dyn TableProvider>, String>;
}

/// Takes a result.
pub trait Sink {
    /// The columns, before any row: what they are called, and what the batches have.
    ///
    /// # Errors
    /// Ends the statement.
    fn columns(&mut self, columns: &[ColumnName], schema: &Schema) -> std::io::Result<()>;

    /// Some rows at once; `None` where it takes single rows only.
    ///
    /// # Errors
    /// Ends the statement.
    fn batch(&mut self, _: &RecordBatch) -> std::io::Result<Option<Flow>> {
        Ok(None)
    }

    /// A row: a list of JSON with text or null for each column, without a line's end.
    ///
    /// # Errors
    /// Ends the statement.
    fn row(&mut self, json: &[u8]) -> std::io::Result<Flow>;
}

/// What comes after a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next one.
    On,
    /// Nothing: this one was not taken, nor is any further.
    Cut,
}

/// What a statement took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Rows of the result.
    pub rows: u64,
    /// Bytes of the result.
    pub result_bytes: u64,
    /// Records that the tables had to look at.
    pub records_scanned: u64,
    /// Records that passed the conditions on their own columns.
    pub records_matched: u64,
    /// Bytes that were read for it.
    pub bytes_scanned: u64,
    /// There were more rows than the [`Sink`] took.
    pub cut: bool,
}

/// Stops a statement from another thread.
#[derive(Clone, Debug, Default)]
pub struct Cancel(pub(crate) Arc<AtomicBool>);

impl Cancel {
    /// Stops the statement soon; it fails with [`ErrorKind::Cancelled`].
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Answers statements, one at a time or several at once.
#[derive(Debug)]
pub struct Database {
    /// `None` only while it is dropped.
    runtime: Option<Arc<Runtime>>,
    session: Session,
    limits: Limits,
}

/// Room for code that follows a statement's nesting with its own stack.
pub(crate) const STACK_BYTES: usize = 64 << 20;
/// Operators are evaluated here, on as many threads as there are cores.
const OPERATOR_STACK_BYTES: usize = 16 << 20;
/// How long a cancellation may go unnoticed.
const GLANCE: Duration = Duration::from_millis(20);

impl Database {
    /// A database with threads of its own.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] where threads cannot be started.
    pub fn new(limits: Limits) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(limits.threads.get())
            .thread_name("query")
            .thread_stack_size(OPERATOR_STACK_BYTES)
            .enable_time()
            .build();
        let runtime = runtime.map_err(|error| Error::internal(error.to_string()))?;
        let session = Session::new(limits.threads)?;
        Ok(Self { runtime: Some(Arc::new(runtime)), session, limits })
    }

    /// Reads a statement and says what is wrong with it, or which tables it names, by their
    /// numbers in the order of the statement.
    ///
    /// # Errors
    /// As [`Database::run`] before it opens tables.
    pub fn check(&self, sql: &str, tables: &Arc<dyn Tables>) -> Result<Vec<usize>> {
        let (sql, tables, gate) = (sql.to_owned(), Arc::clone(tables), self.limits.gate);
        let spawned = statement_thread().spawn(move || {
            let rewritten = crate::run::rewritten(&sql, &gate, 0, tables.as_ref())?;
            Ok(rewritten.scans.iter().map(|scan| scan.table).collect())
        });
        let joined = spawned.map_err(|error| Error::internal(error.to_string()))?.join();
        joined.unwrap_or_else(|_| Err(panicked()))
    }

    /// Answers a statement. `now_ms` is the moment that `now()` means, in milliseconds since
    /// 1970, UTC.
    ///
    /// # Errors
    /// Everything of [`ErrorKind`]; rows may have been given before.
    pub fn run(
        &self,
        sql: &str,
        now_ms: i64,
        tables: Arc<dyn Tables>,
        cancel: &Cancel,
        sink: &mut dyn Sink,
    ) -> Result<Stats> {
        let Some(runtime) = &self.runtime else { return Err(panicked()) };
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, events) = sync_channel(2);
        let run = self.statement(sql, now_ms, tables, Some(Arc::clone(&stop)))?;
        start(run, Arc::clone(runtime), sender)?;
        let answered = Answer::new(self.limits, cancel).take(&events, sink);
        stop.store(true, Ordering::Relaxed);
        answered
    }

    /// Answers a statement on this thread, which needs a stack of [`crate::worker::STACK_BYTES`].
    /// Nobody can stop it; the time is looked at with each batch. What it made on the way goes
    /// into `held`, to be dropped when the answer is out.
    ///
    /// # Errors
    /// As [`Database::run`].
    pub(crate) fn run_here(
        &self,
        sql: &str,
        now_ms: i64,
        tables: Arc<dyn Tables>,
        sink: &mut dyn Sink,
        held: &mut Vec<Held>,
    ) -> Result<Stats> {
        let Some(runtime) = &self.runtime else { return Err(panicked()) };
        let run = self.statement(sql, now_ms, tables, None)?;
        let cancel = Cancel::default();
        let (mut answer, mut over) = (Answer::new(self.limits, &cancel), None);
        let mut take = |event| {
            over = answer.in_time().and_then(|()| answer.event(event, sink)).transpose();
            over.is_none()
        };
        let done = catch_unwind(AssertUnwindSafe(|| run.run(runtime.handle(), &mut take, held)));
        let end = done.unwrap_or_else(|_| Err(panicked()));
        over.unwrap_or_else(|| end.map(|scanned| answer.ended(scanned)))
    }

    fn statement(
        &self,
        sql: &str,
        now_ms: i64,
        tables: Arc<dyn Tables>,
        stop: Option<Arc<AtomicBool>>,
    ) -> Result<Run> {
        self.limits.gate.text(sql)?;
        let (session, limits) = (self.session.clone(), self.limits);
        Ok(Run { sql: sql.to_owned(), now_ms, tables, session, limits, stop })
    }
}

impl Drop for Database {
    /// Does not wait for statements that were given up.
    fn drop(&mut self) {
        let last = self.runtime.take().and_then(|runtime| Arc::try_unwrap(runtime).ok());
        if let Some(runtime) = last {
            runtime.shutdown_background();
        }
    }
}

fn panicked() -> Error {
    Error::internal("the statement made the engine fail").hint("please report it")
}

fn statement_thread() -> std::thread::Builder {
    std::thread::Builder::new().name("statement".to_owned()).stack_size(STACK_BYTES)
}

/// Runs the statement on a thread of its own, which is left behind where it does not stop.
fn start(run: Run, runtime: Arc<Runtime>, to: SyncSender<Event>) -> Result<()> {
    let spawned = statement_thread().spawn(move || {
        let (mut held, mut take) = (Vec::new(), |event| to.send(event).is_ok());
        let answer = || run.run(runtime.handle(), &mut take, &mut held);
        let end = catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|_| Err(panicked()));
        drop(to.send(Event::End(end)));
        // Whoever asked does not wait until all of it is taken down.
        drop(held);
        if let Ok(runtime) = Arc::try_unwrap(runtime) {
            runtime.shutdown_background();
        }
    });
    spawned.map(drop).map_err(|error| Error::internal(error.to_string()))
}

/// Takes what a statement gives, and gives up on it in time.
struct Answer<'c> {
    limits: Limits,
    cancel: &'c Cancel,
    end: Instant,
    stats: Stats,
    rows: Option<Rows>,
}

impl<'c> Answer<'c> {
    #[expect(clippy::disallowed_methods, reason = "only the time that is left is looked at")]
    fn new(limits: Limits, cancel: &'c Cancel) -> Self {
        let end = Instant::now() + limits.timeout;
        Self { limits, cancel, end, stats: Stats::default(), rows: None }
    }

    #[expect(clippy::disallowed_methods, reason = "only the time that is left is looked at")]
    fn in_time(&self) -> Result<()> {
        if self.cancel.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "the statement was cancelled"));
        }
        match Instant::now() < self.end {
            true => Ok(()),
            false => {
                let seconds = self.limits.timeout.as_secs_f64();
                let message = format!("the statement took longer than {seconds} s");
                Err(Error::new(ErrorKind::Timeout, message)
                    .hint("filter by eventTime, or add conditions"))
            }
        }
    }

    fn take(mut self, events: &Receiver<Event>, sink: &mut dyn Sink) -> Result<Stats> {
        loop {
            self.in_time()?;
            match events.recv_timeout(GLANCE) {
                Ok(event) => {
                    if let Some(stats) = self.event(event, sink)? {
                        return Ok(stats);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(panicked()),
            }
        }
    }

    /// Takes one thing that it gives; what it took, where that is all.
    fn event(&mut self, event: Event, sink: &mut dyn Sink) -> Result<Option<Stats>> {
        match event {
            Event::Columns(columns, schema) => {
                sink.columns(&columns, &schema).map_err(|error| lost(&error))?;
                self.rows = Some(Rows::default());
                Ok(None)
            }
            Event::Batch(batch) => Ok(match self.batch(&batch, sink)? {
                Flow::On => None,
                Flow::Cut => Some(Stats { cut: true, ..self.stats }),
            }),
            Event::End(end) => end.map(|scanned| Some(self.ended(scanned))),
        }
    }

    fn ended(&self, scanned: Stats) -> Stats {
        Stats { rows: self.stats.rows, result_bytes: self.stats.result_bytes, ..scanned }
    }

    fn batch(&mut self, batch: &RecordBatch, sink: &mut dyn Sink) -> Result<Flow> {
        if let Some(flow) = sink.batch(batch).map_err(|error| lost(&error))? {
            self.stats.rows += batch.num_rows() as u64;
            return Ok(flow);
        }
        let Some(rows) = &mut self.rows else {
            return Err(Error::internal("rows without columns"));
        };
        for row in 0..batch.num_rows() {
            let json = rows.row(batch, row)?;
            self.stats.rows += 1;
            self.stats.result_bytes += json.len() as u64;
            if self.stats.rows > self.limits.rows_max {
                return Err(too_much("rows", self.limits.rows_max));
            }
            if self.stats.result_bytes > self.limits.result_bytes_max {
                return Err(too_much("bytes", self.limits.result_bytes_max));
            }
            if sink.row(json).map_err(|error| lost(&error))? == Flow::Cut {
                return Ok(Flow::Cut);
            }
            // A batch may be large and the taker slow.
            if row % 1_024 == 1_023 && self.cancel.is_cancelled() {
                break;
            }
        }
        Ok(Flow::On)
    }
}

fn too_much(what: &str, limit: u64) -> Error {
    Error::new(ErrorKind::Limit, format!("the result has more than {limit} {what}"))
        .hint("add a LIMIT or conditions")
}

fn lost(error: &std::io::Error) -> Error {
    Error::internal(format!("cannot hand on the result: {error}"))
}
