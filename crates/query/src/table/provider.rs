//! The table as the planner sees it.

use crate::table::chunk::lake_error;
use crate::table::dictionaries::Dictionaries;
use crate::table::exec::LakeExec;
use crate::table::identities::Identities;
use crate::table::scan::Scan;
use crate::table::schema::{JsonPath, Wanted};
use crate::table::source::Source;
use crate::table::spec::TableSpec;
use crate::table::tail_chunk::TailChunk;
use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::DFSchema;
use datafusion::common::stats::Precision;
use datafusion::error::Result;
use datafusion::logical_expr::{
    BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType,
};
use datafusion::physical_plan::ExecutionPlan;
use lake::{Part, Snapshot};
use model::Timestamp;
use std::sync::Arc;

/// The records of a snapshot that a [`TableSpec`] names.
#[derive(Debug)]
pub struct LakeTable {
    parts: Vec<Arc<Part>>,
    tail: TailChunk,
    since: Option<Timestamp>,
    store: Option<String>,
    dictionaries: Dictionaries,
    schema: SchemaRef,
    sources: Arc<Vec<Source>>,
}

impl LakeTable {
    /// The table with the columns that are `wanted`.
    pub fn new(
        snapshot: &Snapshot,
        spec: &TableSpec,
        wanted: &Wanted,
        dictionaries: &Dictionaries,
    ) -> Self {
        let has = |part: &&Arc<Part>| {
            spec.owner.as_ref().is_none_or(|owner| part.meta.owner == *owner)
                && spec.since.is_none_or(|since| part.meta.time_max >= since)
        };
        let Wanted { columns, paths } = wanted;
        let fields = columns.iter().map(|column| column.field());
        let fields = fields.chain(paths.iter().map(JsonPath::field));
        let identities = Arc::new(Identities::new(snapshot, spec.owner.as_ref()));
        let sources = columns.iter().map(|column| Source::of_column(column, &identities));
        Self {
            parts: snapshot.parts.iter().filter(has).cloned().collect(),
            tail: TailChunk::new(snapshot, spec),
            since: spec.since,
            dictionaries: dictionaries.clone(),
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            sources: Arc::new(sources.chain(paths.iter().map(Source::of_path)).collect()),
            store: spec.store.clone(),
        }
    }

    /// How many rows there are, those that are not shown included. Opens no part.
    fn rows_at_most(&self) -> usize {
        let parts: u64 = self.parts.iter().map(|part| part.meta.rows).sum();
        self.tail.len() + parts as usize
    }

    /// How many rows there are.
    fn rows(&self) -> Result<usize, lake::Error> {
        let mut rows = self.tail.len();
        for part in &self.parts {
            let hidden = part.hidden_rows()?;
            let first = match self.since {
                Some(since) => part.first_at(since)?,
                None => 0,
            };
            let shown = hidden.len() - hidden.partition_point(|row| *row < first);
            rows += (part.rows() - first) as usize - shown;
        }
        Ok(rows)
    }
}

/// Whether a condition leaves the few records of one id, which are found before a second thread
/// has begun.
fn names_one_id(filter: &Expr) -> bool {
    let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = filter else {
        return false;
    };
    match (left.as_ref(), right.as_ref()) {
        (Expr::Column(column), Expr::Literal(..)) => column.name == "eventid",
        _ => false,
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Every condition on a row's own columns is decided here.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let exact = |filter: &&Expr| match filter.is_volatile() {
            true => TableProviderFilterPushDown::Unsupported,
            false => TableProviderFilterPushDown::Exact,
        };
        Ok(filters.iter().map(exact).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let whole = DFSchema::try_from(self.schema.as_ref().clone())?;
        let mut conditions = Vec::with_capacity(filters.len());
        for filter in filters {
            conditions.push(state.create_physical_expr(filter.clone(), &whole)?);
        }
        let all: Vec<usize>;
        let wanted = match projection {
            Some(wanted) => wanted,
            None => {
                all = (0..self.sources.len()).collect();
                &all
            }
        };
        let rows = match conditions.is_empty() && self.store.is_none() {
            true => Precision::Exact(self.rows().map_err(lake_error)?),
            false => Precision::Inexact(guess(self.rows_at_most(), conditions.len())),
        };
        let scan = Scan {
            parts: self.parts.clone(),
            tail: self.tail.clone(),
            since: self.since,
            store: self.store.clone(),
            dictionaries: self.dictionaries.clone(),
            table: Arc::clone(&self.schema),
            table_sources: Arc::clone(&self.sources),
            schema: Arc::new(self.schema.project(wanted)?),
            sources: wanted.iter().filter_map(|p| self.sources.get(*p).cloned()).collect(),
            filters: conditions,
        };
        let partitions = match filters.iter().any(names_one_id) {
            true => 1,
            false => state.config().target_partitions(),
        };
        Ok(Arc::new(LakeExec::new(scan, partitions, limit, rows)))
    }
}
/// How many of `all` rows so many conditions may leave: a tenth each. Right or wrong, it is far
/// fewer than all of them, and that is what the order of a join depends on.
fn guess(all: usize, conditions: usize) -> usize {
    (0..conditions).fold(all, |left, _| left / 10).max(1)
}
