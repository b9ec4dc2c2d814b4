//! SQL: statements run in processes of their own, their rows lie in files.
#![allow(
    clippy::disallowed_methods,
    reason = "processes live by the machine's clock; what is kept goes by Env's"
)]

mod live;
mod pool;
pub(crate) mod registry;
mod run;
mod spool;
mod to_file;
mod warm;
mod watch;
mod worker;

pub use registry::{Cancel, QueryRequest, Rows};
pub use spool::{RowPage, RowPlace};
pub use worker::WorkerCommand;

pub(crate) use registry::Registry;
pub(crate) use spool::{HEAD, QUERIES};

use crate::Engine;
use crate::error::Error;
use crate::shelf::Table;
use lake::feed::{Scope, Statement};
use model::resource::Query;
use std::path::Path;
use std::time::Duration;

impl From<Table> for Scope {
    fn from(table: Table) -> Self {
        let Table { names, owner, store, since, .. } = table;
        Self { names, owner: Some(owner), store, since }
    }
}

impl Engine {
    /// Begins what the first question would have to wait for.
    pub fn warm_up(&self) {
        warm::begin(&self.0.shared);
    }

    /// Whether that is done: the first question takes hardly longer than later ones.
    pub fn is_warm(&self) -> bool {
        self.0.shared.queries.warmth.is_warm()
    }

    /// Starts a query and gives its id; its rows are spooled to a file.
    ///
    /// # Errors
    /// [`Error::TooManyQueries`]; what the disk says.
    pub fn start_query(&self, request: QueryRequest) -> Result<String, Error> {
        registry::start(&self.0.shared, request)
    }

    /// A query as it stands, and whether it still waits for a worker.
    pub fn query(&self, id: &str) -> Option<(Query, bool)> {
        registry::describe(&self.0.shared, id)
    }

    /// Ends a query under way; `false` where it has ended already.
    pub fn cancel_query(&self, id: &str) -> bool {
        registry::cancel(&self.0.shared, id)
    }

    /// Some rows of a query that has ended.
    ///
    /// # Errors
    /// What the disk says.
    pub fn query_rows(
        &self,
        id: &str,
        from: Option<RowPlace>,
        limit: usize,
    ) -> Result<RowPage, Error> {
        registry::rows(&self.0.shared, id, from, limit)
    }

    /// Whether a statement can be answered: the tables it names, by their places; `None` where
    /// all workers are busy, so that it will show when it runs.
    ///
    /// # Errors
    /// [`Error::Query`] where the statement is wrong.
    pub fn check_query(&self, statement: Statement) -> Result<Option<Vec<usize>>, Error> {
        registry::check(&self.0.shared, statement)
    }

    /// Runs a statement and waits for its rows, which are held in memory. Takes time.
    ///
    /// # Errors
    /// [`Error::Query`] where the statement is wrong; [`Error::QueryTimedOut`];
    /// [`Error::WorkerDied`].
    pub fn query_now(
        &self,
        statement: Statement,
        time: Duration,
        cancel: &Cancel,
    ) -> Result<Rows, Error> {
        registry::now(&self.0.shared, statement, time, cancel)
    }

    /// Runs a statement and writes its rows into a new file as they come; gives how many there
    /// were. The file is durable then; its name is the caller's to sync. Takes time.
    ///
    /// # Errors
    /// Those of [`Engine::query_now`]; what the disk says.
    pub fn query_to_file(
        &self,
        statement: Statement,
        time: Duration,
        path: &Path,
    ) -> Result<u64, Error> {
        to_file::run(&self.0.shared, statement, time, path)
    }
}
