//! One statement, from a free seat to its last row.

use super::live::Live;
use super::pool::{Pool, Seat};
use super::spool;
use super::worker::{self, Worker};
use crate::error::Error;
use lake::Snapshot;
use lake::feed::{Answer, Ask, ColumnName, Feed, Refusal, Scanned, Statement};
use std::io;

/// Feeds that may fail because the lake moved on meanwhile.
const FEEDS_MAX: usize = 5;

/// Where rows go.
pub(crate) trait Sink {
    /// The columns, before any row.
    fn columns(&mut self, columns: Vec<ColumnName>);
    /// `count` rows, each on its own line.
    fn rows(&mut self, count: u64, lines: &[u8]) -> io::Result<()>;
}

/// Runs `statement` over what `moment` gives.
pub(crate) fn run(
    pool: &Pool,
    live: &Live,
    moment: &dyn Fn() -> Snapshot,
    statement: Statement,
    sink: &mut dyn Sink,
) -> Result<Scanned, Error> {
    let seat = pool.sit(|| live.is_over()).ok_or(Error::QueryEnded)?;
    with_worker(&seat, live, |worker| {
        let first = asked(worker, moment, |feed| Ask::Run(feed, statement.clone()))?;
        rows(worker, first, sink)
    })
}

/// Asks whether `statement` could be run.
pub(crate) fn check(
    seat: &Seat<'_>,
    live: &Live,
    moment: &dyn Fn() -> Snapshot,
    statement: Statement,
) -> Result<Vec<usize>, Error> {
    with_worker(seat, live, |worker| {
        match asked(worker, moment, |feed| Ask::Check(feed, statement.clone()))?.0 {
            Answer::Sound(tables) => Ok(tables),
            Answer::Failed(refusal) => Err(End::Refused(refusal)),
            _ => Err(End::Dead(worker::nonsense())),
        }
    })
}

/// Does `work` with a worker, and keeps the worker where it is sound afterwards.
fn with_worker<T>(
    seat: &Seat<'_>,
    live: &Live,
    work: impl FnOnce(&mut Worker) -> Result<T, End>,
) -> Result<T, Error> {
    let mut worker = seat.worker()?;
    live.runs_on(worker.process());
    let outcome = work(&mut worker);
    live.lets_go();
    match outcome {
        _ if live.is_over() => Err(Error::QueryEnded),
        Ok(done) => {
            seat.keep(worker);
            Ok(done)
        }
        Err(End::Refused(refusal)) => {
            seat.keep(worker);
            Err(Error::Query(refusal))
        }
        Err(End::Full(source)) => Err(Error::io("write", spool::QUERIES)(source)),
        Err(End::Dead(error)) => {
            tracing::warn!(%error, "a query worker died");
            Err(Error::WorkerDied)
        }
    }
}

/// What an answer ends with, other than its last row.
enum End {
    /// The statement's fault; the worker is sound.
    Refused(Refusal),
    /// The rows found no room; the worker has more of them.
    Full(io::Error),
    /// The worker is no more, or talks nonsense.
    Dead(io::Error),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Dead(error)
    }
}

/// Asks, and gives the first frame of the answer.
fn asked(
    worker: &mut Worker,
    moment: &dyn Fn() -> Snapshot,
    ask: impl Fn(Feed) -> Ask,
) -> io::Result<(Answer, Vec<u8>)> {
    for _ in 0..FEEDS_MAX {
        worker.ask(&moment(), &ask)?;
        match worker.answer()? {
            (Answer::Stale(part), _) => {
                tracing::debug!(part, "a worker was fed a part that is gone");
                worker.forget();
            }
            first => return Ok(first),
        }
    }
    Err(io::Error::other("the parts that it was fed were gone each time"))
}

fn rows(
    worker: &mut Worker,
    first: (Answer, Vec<u8>),
    sink: &mut dyn Sink,
) -> Result<Scanned, End> {
    let mut next = first;
    loop {
        match next {
            (Answer::Columns(columns), _) => sink.columns(columns),
            (Answer::Rows(count), lines) => sink.rows(count, &lines).map_err(End::Full)?,
            (Answer::Done(scanned), _) => return Ok(scanned),
            (Answer::Failed(refusal), _) => return Err(End::Refused(refusal)),
            _ => return Err(End::Dead(worker::nonsense())),
        }
        next = worker.answer()?;
    }
}
