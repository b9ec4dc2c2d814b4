//! One statement on its thread: read, rewritten, planned, answered.

use std::any::Any;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{self, Expr, visit_expressions};
use futures::StreamExt;
use lake::feed::ColumnName;
use tokio::runtime::Handle;

use crate::database::{Limits, Stats, Tables};
use crate::dialect::{Rewriter, Rewritten, Scan, parse};
use crate::error::{Error, ErrorKind, Result};
use crate::functions::clock;
use crate::gate::Gate;
use crate::session::Session;
use crate::straight;
use crate::straight_groups;
use crate::table::Wanted;
use crate::table::schema::JSON;

/// What a statement gives, in this order: columns, batches, the end. An error may be the only one.
pub(crate) enum Event {
    Columns(Vec<ColumnName>, SchemaRef),
    Batch(RecordBatch),
    End(Result<Stats>),
}

/// A statement to be answered.
pub(crate) struct Run {
    pub(crate) sql: String,
    pub(crate) now_ms: i64,
    pub(crate) tables: Arc<dyn Tables>,
    pub(crate) session: Session,
    pub(crate) limits: Limits,
    /// Set when nobody waits for the answer any more; `None` where somebody does to the end.
    pub(crate) stop: Option<Arc<AtomicBool>>,
}

/// Takes what a statement gives; `false` where it takes no more.
pub(crate) type Take<'a> = dyn FnMut(Event) -> bool + 'a;

/// Something that takes time to be taken down.
pub(crate) type Held = Arc<dyn Any + Send + Sync>;

/// How long a statement nobody waits for may go on.
const GLANCE: Duration = Duration::from_millis(20);

/// Reads and rewrites a statement.
pub(crate) fn rewritten(
    sql: &str,
    gate: &Gate,
    now_ms: i64,
    tables: &dyn Tables,
) -> Result<Rewritten> {
    let query = parse(sql, gate)?;
    let find = |name: &str| {
        tables.find(name).ok_or_else(|| {
            let names = tables.names();
            let known = names.iter().map(String::as_str);
            let what = "event data store or table";
            let error = Error::unknown(ErrorKind::UnknownTable, what, name, known);
            match error.hint {
                Some(_) => error,
                None => error.hint("`events` holds everything you may read"),
            }
        })
    };
    Rewriter::new(&find, clock::show(now_ms), gate.relations_max).statement(query)
}

impl Run {
    /// Answers it; what it gives goes to `take` as it comes, but for the end. What it made on the
    /// way is put into `held`, to be dropped when the answer is out.
    pub(crate) fn run(
        &self,
        handle: &Handle,
        take: &mut Take<'_>,
        held: &mut Vec<Held>,
    ) -> Result<Stats> {
        let rewritten = rewritten(&self.sql, &self.limits.gate, self.now_ms, &*self.tables)?;
        let tables = self.open(&rewritten)?;
        let _guard = handle.enter();
        let plan = handle.block_on(self.plan(rewritten.statement, &rewritten.scans, &tables))?;
        let named = columns(rewritten.columns, &plan);
        if !take(Event::Columns(named, plan.schema())) {
            return Ok(Stats::default());
        }
        held.push(Arc::new(Arc::clone(&plan)));
        let task = self.session.task(self.limits.memory_bytes);
        let stream = execute_stream(Arc::clone(&plan), Arc::new(task))?;
        handle.block_on(self.answer(stream, take))?;
        Ok(scanned(plan.as_ref()))
    }

    /// The tables that a statement reads, with the columns that it names.
    fn open(&self, rewritten: &Rewritten) -> Result<Vec<Arc<dyn TableProvider>>> {
        let names = names(&rewritten.statement);
        let open = |scan: &Scan| {
            let paths: Vec<_> = scan.paths.iter().cloned().collect();
            let wanted = Wanted::named(&names, &paths);
            self.tables.open(scan.table, &wanted).map_err(Error::invalid)
        };
        rewritten.scans.iter().map(open).collect()
    }

    async fn plan(
        &self,
        statement: ast::Statement,
        scans: &[Scan],
        tables: &[Arc<dyn TableProvider>],
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if let [table] = tables {
            let state = self.session.state();
            if let Some(plan) = straight::plan(state, &statement, table).await {
                return Ok(plan);
            }
            if let Some(plan) = straight_groups::plan(state, &statement, table).await {
                return Ok(plan);
            }
        }
        let names = scans.iter().map(|scan| scan.registered.as_str());
        let state = self.session.with_tables(names.zip(tables.iter().cloned()))?;
        let statement = Statement::Statement(Box::new(statement));
        let plan = state.statement_to_plan(statement).await?;
        Ok(state.create_physical_plan(&plan).await?)
    }

    async fn answer(
        &self,
        mut stream: SendableRecordBatchStream,
        take: &mut Take<'_>,
    ) -> Result<()> {
        loop {
            let batch = tokio::select! {
                batch = stream.next() => batch,
                () = self.stopped() => return Ok(()),
            };
            let Some(batch) = batch else { return Ok(()) };
            if !take(Event::Batch(batch?)) {
                return Ok(());
            }
        }
    }

    /// Comes back when nobody waits for the answer any more.
    async fn stopped(&self) {
        let Some(stop) = &self.stop else { return std::future::pending().await };
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(GLANCE).await;
        }
    }
}

/// The names in a rewritten statement, in which every column is named.
fn names(statement: &ast::Statement) -> HashSet<String> {
    let mut names = HashSet::new();
    let seen = visit_expressions(statement, |expr| {
        match expr {
            Expr::Identifier(name) => drop(names.insert(name.value.clone())),
            Expr::CompoundIdentifier(parts) => {
                names.extend(parts.last().map(|name| name.value.clone()));
            }
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    debug_assert!(seen.is_continue(), "nothing stops the walk");
    names
}

/// The names that the statement gives, and the types that the plan does.
fn columns(names: Vec<String>, plan: &Arc<dyn ExecutionPlan>) -> Vec<ColumnName> {
    let schema = plan.schema();
    let kinds = schema.fields().iter().map(|field| kind(field));
    names.into_iter().zip(kinds).map(|(name, kind)| ColumnName { name, kind }).collect()
}

/// The type of a column, in Trino's words.
fn kind(field: &Field) -> String {
    let word = match field.data_type() {
        DataType::Boolean => "boolean",
        DataType::Int8 => "tinyint",
        DataType::Int16 | DataType::UInt8 => "smallint",
        DataType::Int32 | DataType::UInt16 => "integer",
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint",
        DataType::Float32 => "real",
        DataType::Float64 => "double",
        DataType::Timestamp(..) => "timestamp",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::List(_) => "array",
        _ => field.metadata().get(JSON).map_or("varchar", String::as_str),
    };
    word.to_owned()
}

/// Sums what the leaves of a plan counted.
fn scanned(plan: &dyn ExecutionPlan) -> Stats {
    let mut stats = Stats::default();
    let mut open = vec![plan.children()];
    if plan.children().is_empty() {
        count(plan, &mut stats);
    }
    while let Some(children) = open.pop() {
        for child in children {
            match child.children() {
                below if below.is_empty() => count(child.as_ref(), &mut stats),
                below => open.push(below),
            }
        }
    }
    stats
}

fn count(leaf: &dyn ExecutionPlan, stats: &mut Stats) {
    let Some(metrics) = leaf.metrics() else { return };
    let sum = |name: &str| {
        metrics.sum_by_name(name).map_or(0, |value| u64::try_from(value.as_usize()).unwrap_or(0))
    };
    stats.records_scanned += sum("records_scanned");
    stats.bytes_scanned += sum("bytes_scanned");
    stats.records_matched += u64::try_from(metrics.output_rows().unwrap_or(0)).unwrap_or(0);
}
