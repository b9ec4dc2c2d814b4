//! The queries of a directory: started, watched, remembered for seven days.

use super::live::Live;
use super::pool::Pool;
use super::run::{self, Sink};
use super::spool::{self, RowPage, RowPlace, Spool};
use super::warm::Warmth;
use super::watch::Watch;
use super::worker::WorkerCommand;
use crate::engine::{commit, spawn};
use crate::error::Error;
use crate::settings::{
    QUERIES_KEPT_MAX, QUERIES_PER_ACCOUNT, QUERY_BYTES_MAX, QUERY_KEPT_MS, QUERY_ROWS_MAX,
};
use crate::shared::Shared;
use crate::state::State;
use crypt::Keys;
use lake::feed::{ColumnName, RowForm, Scanned, Scope, Statement};
use model::resource::{Query, QueryDelivery, QueryDeliveryStatus, QueryStatus};
use model::{AccountId, Change, Effect};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a check waits for a worker, and how long it may take.
const CHECK_WAITS: Duration = Duration::from_millis(500);
const CHECK_TIME: Duration = Duration::from_secs(30);

/// A query to be started.
#[derive(Clone, Debug)]
pub struct QueryRequest {
    /// Whose it is.
    pub account: AccountId,
    /// The region it is started in.
    pub region: String,
    /// The SQL.
    pub statement: String,
    /// ARN of the first event data store that the statement names.
    pub store: String,
    /// The tables it may name.
    pub tables: Vec<Scope>,
    /// Where its rows are to be delivered: `s3://BUCKET[/PREFIX]`.
    pub delivery: Option<String>,
}

/// An answer held in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The columns, in order.
    pub columns: Vec<ColumnName>,
    /// The rows, in the form that was asked for.
    pub lines: Vec<u8>,
    /// How many rows there are.
    pub count: u64,
    /// What it took.
    pub scanned: Scanned,
}

/// The workers, and the queries under way.
#[derive(Debug)]
pub(crate) struct Registry {
    pool: Pool,
    live: Mutex<HashMap<String, (AccountId, Arc<Live>)>>,
    watch: Arc<Watch>,
    pub(crate) warmth: Warmth,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Registry {
    /// `keys`: what the parts are encrypted under.
    pub(crate) fn new(
        command: Option<WorkerCommand>,
        parts: PathBuf,
        keys: Option<Keys>,
        workers: usize,
    ) -> Self {
        Self {
            pool: Pool::new(command, parts, keys, workers),
            live: Mutex::default(),
            watch: Arc::default(),
            warmth: Warmth::default(),
            threads: Mutex::default(),
        }
    }

    fn live(&self) -> MutexGuard<'_, HashMap<String, (AccountId, Arc<Live>)>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A query under way. One that has ended for all to see is none, though its thread may still
    /// be about to take its leave.
    fn find(&self, state: &State, id: &str) -> Option<Arc<Live>> {
        self.live().get(id).filter(|_| !has_ended(state, id)).map(|(_, live)| Arc::clone(live))
    }

    /// Takes one of the account's places.
    fn enter(&self, state: &State, id: &str, account: &AccountId) -> Result<Arc<Live>, Error> {
        let mut all = self.live();
        all.retain(|id, _| !has_ended(state, id));
        if all.values().filter(|(whose, _)| whose == account).count() >= QUERIES_PER_ACCOUNT {
            return Err(Error::TooManyQueries { limit: QUERIES_PER_ACCOUNT });
        }
        let live = Arc::new(Live::default());
        all.insert(id.to_owned(), (account.clone(), Arc::clone(&live)));
        Ok(live)
    }

    /// Ends everything under way, and waits for it. A thread may be starting a process, which
    /// shares the directory's lock until it runs its program.
    pub(crate) fn close(&self) {
        self.live().values().for_each(|(_, live)| live.cancel());
        self.warmth.close();
        self.pool.close();
        self.watch.close();
        let threads = std::mem::take(&mut *self.threads());
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a query ended in a panic");
            }
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a thread among those that are waited for at the end.
    pub(crate) fn keep(&self, thread: JoinHandle<()>) {
        let mut threads = self.threads();
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
    }
}

fn has_ended(state: &State, id: &str) -> bool {
    state.query(id).is_some_and(Query::has_ended)
}

/// Starts a query and gives its id.
pub(crate) fn start(shared: &Arc<Shared>, request: QueryRequest) -> Result<String, Error> {
    let id = shared.env.uuid();
    let live = shared.queries.enter(&shared.state(), &id, &request.account)?;
    let query = Query {
        id: id.clone(),
        account: request.account,
        region: request.region,
        statement: request.statement,
        store: request.store,
        created: shared.env.now(),
        ended: None,
        status: QueryStatus::Running,
        columns: Vec::new(),
        rows: 0,
        scanned: 0,
        matched: 0,
        bytes: 0,
        delivery: request.delivery.map(delivery_to),
    };
    let (runner, tables) = (Arc::clone(shared), request.tables);
    let begun = put(shared, query.clone())
        .and_then(|()| spawn("query", move || finish(&runner, &live, query, tables)));
    match begun {
        Ok(thread) => shared.queries.keep(thread),
        Err(error) => {
            shared.queries.live().remove(&id);
            return Err(error);
        }
    }
    Ok(id)
}

fn delivery_to(uri: String) -> QueryDelivery {
    let (status, files) = (QueryDeliveryStatus::Pending, Vec::new());
    QueryDelivery { uri, status, files, rows: 0, at: None, complete: false }
}

/// Of an answer that is not complete nothing is delivered.
fn end_delivery(query: &mut Query) {
    let status = match query.status {
        QueryStatus::Finished => return,
        QueryStatus::Cancelled => QueryDeliveryStatus::Cancelled,
        _ => QueryDeliveryStatus::Failed,
    };
    query.delivery.iter_mut().for_each(|delivery| delivery.status = status);
}

fn put(shared: &Shared, query: Query) -> Result<(), Error> {
    commit(shared, move |_| ((), Effect::from(Change::QueryPut(query)))).wait().map(drop)
}

/// Runs a query to its end and remembers how it ended.
fn finish(shared: &Arc<Shared>, live: &Arc<Live>, mut query: Query, tables: Vec<Scope>) {
    let statement = Statement {
        sql: query.statement.clone(),
        tables,
        rows_max: QUERY_ROWS_MAX,
        bytes_max: QUERY_BYTES_MAX,
        form: RowForm::Json,
    };
    let outcome = Spool::create(&*shared.disk, &query.id).and_then(|spool| {
        let mut sink = ToSpool { spool, query: &mut query };
        let scanned = watched(shared, live, statement, shared.settings.query_time, &mut sink)?;
        sink.spool.seal(&*shared.disk)?;
        Ok(scanned)
    });
    let outcome = outcome.and_then(|scanned| match scanned.cut {
        true => Err(Error::AnswerTooLarge { rows: query.rows }),
        false => Ok(scanned),
    });
    if let Ok(scanned) = &outcome {
        (query.scanned, query.matched) = (scanned.records, scanned.matched);
        query.bytes = scanned.bytes;
    }
    query.status = status(live, outcome.map(drop));
    query.ended = Some(shared.env.now());
    end_delivery(&mut query);
    let id = query.id.clone();
    if let Err(error) = put(shared, query) {
        tracing::warn!(%error, id, "the end of a query could not be kept");
    }
    shared.queries.live().remove(&id);
}

fn status(live: &Live, outcome: Result<(), Error>) -> QueryStatus {
    match outcome {
        Ok(()) => QueryStatus::Finished,
        Err(_) if live.is_cancelled() => QueryStatus::Cancelled,
        Err(_) if live.is_timed_out() => QueryStatus::TimedOut,
        Err(error) => QueryStatus::Failed(error.to_string()),
    }
}

/// Runs a statement and ends it when its time is over.
pub(super) fn watched(
    shared: &Shared,
    live: &Arc<Live>,
    statement: Statement,
    time: Duration,
    sink: &mut dyn Sink,
) -> Result<Scanned, Error> {
    let moment = || shared.view.load().snapshot();
    let queries = &shared.queries;
    in_time(queries, live, time, || run::run(&queries.pool, live, &moment, statement, sink))
}

/// Does `work`, and ends its worker where it takes longer than `time`.
fn in_time<T>(
    queries: &Registry,
    live: &Arc<Live>,
    time: Duration,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    if let Some(thread) = queries.watch.started()? {
        queries.keep(thread);
    }
    let _watched = queries.watch.over(live, time);
    work()
}

/// Ends a statement from another thread.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Live>);

impl Cancel {
    /// Ends it now, or as soon as it begins.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether it was to end.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Runs a statement at once; its rows are held in memory.
pub(crate) fn now(
    shared: &Arc<Shared>,
    statement: Statement,
    time: Duration,
    cancel: &Cancel,
) -> Result<Rows, Error> {
    run_now(shared, &cancel.0, statement, time)
}

/// The same, for whoever has the query in hand already.
pub(crate) fn run_now(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    statement: Statement,
    time: Duration,
) -> Result<Rows, Error> {
    let mut rows = Rows::default();
    let outcome = watched(shared, live, statement, time, &mut rows);
    match outcome {
        Err(_) if live.is_timed_out() => Err(Error::QueryTimedOut { seconds: time.as_secs() }),
        outcome => {
            rows.scanned = outcome?;
            Ok(rows)
        }
    }
}

/// Whether a statement can be answered: the tables it names, by their places; `None` where all
/// workers are busy, so that it will show.
pub(crate) fn check(
    shared: &Arc<Shared>,
    statement: Statement,
) -> Result<Option<Vec<usize>>, Error> {
    let live = Arc::new(Live::default());
    let deadline = Instant::now() + CHECK_WAITS;
    let Some(seat) = shared.queries.pool.sit(|| Instant::now() > deadline) else {
        return Ok(None);
    };
    let moment = || shared.view.load().snapshot();
    let check = || run::check(&seat, &live, &moment, statement);
    in_time(&shared.queries, &live, CHECK_TIME, check).map(Some)
}

/// A query as it stands, and whether it still waits for a worker.
pub(crate) fn describe(shared: &Shared, id: &str) -> Option<(Query, bool)> {
    // The list is looked at first: who ends in between is in State by then.
    let live = shared.queries.find(&shared.state(), id);
    let mut query = shared.state().query(id)?.clone();
    if !query.has_ended() && live.is_none() {
        let why = "the server stopped while it ran; start it again";
        query.status = QueryStatus::Failed(why.to_owned());
        query.ended = Some(query.created);
        end_delivery(&mut query);
    }
    let waits = !query.has_ended() && live.is_some_and(|live| !live.has_started());
    Some((query, waits))
}

/// Ends a query under way; `false` where it has ended already.
pub(crate) fn cancel(shared: &Shared, id: &str) -> bool {
    let live = shared.queries.find(&shared.state(), id);
    live.is_some_and(|live| {
        live.cancel();
        true
    })
}

/// Some rows of an answer that is complete.
pub(crate) fn rows(
    shared: &Shared,
    id: &str,
    from: Option<RowPlace>,
    limit: usize,
) -> Result<RowPage, Error> {
    spool::page(&*shared.disk, id, from, limit)
}

/// Forgets queries that are seven days old, and the oldest where there are too many.
pub(crate) fn forget(shared: &Shared) -> Result<(), Error> {
    shared.queries.pool.dismiss(Instant::now());
    let state = shared.state();
    let mut all: Vec<(_, &String)> =
        state.queries().map(|query| (query.created, &query.id)).collect();
    all.sort_unstable();
    let old = shared.env.now().0 - QUERY_KEPT_MS;
    let excess = all.len().saturating_sub(QUERIES_KEPT_MAX);
    let gone = all.iter().enumerate().filter(|(place, (created, id))| {
        (*place < excess || created.0 < old) && shared.queries.find(&state, id).is_none()
    });
    let gone: Vec<String> = gone.map(|(_, (_, id))| (*id).clone()).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let change = Change::QueriesForgotten(gone.clone());
    let _ = commit(shared, move |_| ((), Effect::from(change))).wait()?;
    gone.iter().for_each(|id| spool::remove(&*shared.disk, id));
    Ok(())
}

/// Removes the rows of queries that nobody knows any more.
pub(crate) fn remove_orphans(shared: &Shared) -> Result<(), Error> {
    let state = shared.state();
    let names = shared.disk.list(Path::new(spool::QUERIES));
    let names = names.map_err(Error::io("list", spool::QUERIES))?;
    let ids = names.iter().filter_map(|name| name.strip_suffix(".rows"));
    ids.filter(|id| state.query(id).is_none()).for_each(|id| spool::remove(&*shared.disk, id));
    Ok(())
}

struct ToSpool<'a> {
    spool: Spool,
    query: &'a mut Query,
}

impl Sink for ToSpool<'_> {
    fn columns(&mut self, columns: Vec<ColumnName>) {
        self.query.columns = columns.into_iter().map(|column| column.name).collect();
    }

    fn rows(&mut self, count: u64, lines: &[u8]) -> io::Result<()> {
        self.spool.add(lines)?;
        self.query.rows += count;
        Ok(())
    }
}

impl Sink for Rows {
    fn columns(&mut self, columns: Vec<ColumnName>) {
        self.columns = columns;
    }

    fn rows(&mut self, count: u64, lines: &[u8]) -> io::Result<()> {
        self.lines.extend_from_slice(lines);
        self.count += count;
        Ok(())
    }
}
