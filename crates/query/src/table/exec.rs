//! The scan as a node of a physical plan.

use crate::table::counts::{Counting, Counts};
use crate::table::scan::{Batches, Scan};
use crate::table::sorted;
use crate::table::source::Source;
use crate::table::tally::Tally;
use arrow::datatypes::SchemaRef;
use datafusion::common::Statistics;
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_expr_common::physical_expr::is_volatile;
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions, SchedulingType,
};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation, PushedDown,
};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::sort_pushdown::SortOrderPushdownResult;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::stream::{self, StreamExt, TryStreamExt};
use std::fmt;
use std::sync::Arc;

/// Reads a table.
#[derive(Clone, Debug)]
pub(crate) struct LakeExec {
    scan: Arc<Scan>,
    partitions: usize,
    /// By time, where that was asked for: whether the latest comes first.
    descending: Option<bool>,
    fetch: Option<usize>,
    /// How many rows there are: exactly where no condition can hide some, else a guess, by which
    /// joins choose the side that they hold in memory.
    rows: Precision<usize>,
    /// Where only counts by the values of one column are wanted.
    counting: Option<Counting>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl LakeExec {
    pub(crate) fn new(
        scan: Scan,
        partitions: usize,
        fetch: Option<usize>,
        rows: Precision<usize>,
    ) -> Self {
        let partitions = partitions.max(1);
        let properties = properties(&scan.schema, partitions, &[]);
        let scan = Arc::new(scan);
        Self {
            scan,
            partitions,
            descending: None,
            fetch,
            rows,
            counting: None,
            properties,
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }

    /// The same rows, counted by the values of one text column; `None` where that cannot be.
    pub(crate) fn counting(
        &self,
        column: usize,
        schema: SchemaRef,
    ) -> Option<Arc<dyn ExecutionPlan>> {
        let source = self.scan.sources.get(column)?.clone();
        let plain = self.plain_scan().is_some() && self.descending.is_none();
        if !plain || !matches!(source, Source::Text(_)) {
            return None;
        }
        Some(Arc::new(Self {
            rows: Precision::Absent,
            properties: properties(&schema, self.partitions, &[]),
            counting: Some(Counting { source, schema }),
            metrics: ExecutionPlanMetricsSet::new(),
            ..self.clone()
        }))
    }

    /// The scan, where all its rows are given out, each one, in any order.
    pub(crate) fn plain_scan(&self) -> Option<&Arc<Scan>> {
        let plain = self.counting.is_none() && self.fetch.is_none();
        plain.then_some(&self.scan)
    }

    /// How many partitions it has, each with a thread of its own.
    pub(crate) const fn partitions(&self) -> usize {
        self.partitions
    }

    #[cfg(test)]
    pub(crate) fn scan(&self) -> &Scan {
        &self.scan
    }

    fn in_order(&self, order: &PhysicalSortExpr) -> Self {
        Self {
            descending: Some(order.options.descending),
            properties: properties(&self.scan.schema, 1, std::slice::from_ref(order)),
            ..self.clone()
        }
    }
}

fn properties(
    schema: &SchemaRef,
    partitions: usize,
    order: &[PhysicalSortExpr],
) -> Arc<PlanProperties> {
    let orders = (!order.is_empty()).then(|| order.to_vec());
    let equivalence = EquivalenceProperties::new_with_orderings(Arc::clone(schema), orders);
    let partitioning = Partitioning::UnknownPartitioning(partitions);
    let properties = PlanProperties::new(
        equivalence,
        partitioning,
        EmissionType::Incremental,
        Boundedness::Bounded,
    );
    Arc::new(properties.with_scheduling_type(SchedulingType::Cooperative))
}

impl DisplayAs for LakeExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scan.write_node("LakeExec", &self.scan.schema, f)?;
        if let Some(descending) = self.descending {
            write!(f, ", by time {}", if descending { "down" } else { "up" })?;
        }
        if self.counting.is_some() {
            write!(f, ", counted")?;
        }
        self.fetch.map_or(Ok(()), |fetch| write!(f, ", fetch={fetch}"))
    }
}

impl ExecutionPlan for LakeExec {
    fn name(&self) -> &str {
        "LakeExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.scan.show_filters(f)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let reservation =
            MemoryConsumer::new(format!("lake scan {partition}")).register(context.memory_pool());
        let scan = Arc::clone(&self.scan);
        let (fetch, share) = (self.fetch, (partition, self.partitions));
        let tally = Tally::new(&self.metrics, partition);
        if let Some(counting) = &self.counting {
            let schema = Arc::clone(&counting.schema);
            let counts = Counts::new(&scan, counting.clone(), share, tally, reservation);
            let stream = RecordBatchStreamAdapter::new(schema, stream::iter(counts));
            return Ok(Box::pin(cooperative(stream)));
        }
        let stream = match self.descending {
            Some(descending) => {
                let threads = self.partitions;
                let picked = sorted::pick(scan, descending, fetch, threads, tally, reservation);
                stream::once(picked).map_ok(stream::iter).try_flatten().boxed()
            }
            None => {
                let batches = Batches::new(&scan, share, fetch, tally, reservation);
                stream::iter(batches).boxed()
            }
        };
        let schema = Arc::clone(&self.scan.schema);
        Ok(Box::pin(cooperative(RecordBatchStreamAdapter::new(schema, stream))))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema());
        if partition.is_none() {
            statistics.num_rows = match self.fetch {
                Some(fetch) => self.rows.min(&Precision::Exact(fetch)),
                None => self.rows,
            };
        }
        Ok(Arc::new(statistics))
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn with_fetch(&self, fetch: Option<usize>) -> Option<Arc<dyn ExecutionPlan>> {
        if self.counting.is_some() {
            return None;
        }
        Some(Arc::new(Self { fetch, ..self.clone() }))
    }

    fn fetch(&self) -> Option<usize> {
        self.fetch
    }

    /// Takes the conditions that joins and sorts find out while they run. They stay where they
    /// are as well: here they only keep rows from being read in vain.
    fn handle_child_pushdown_result(
        &self,
        phase: FilterPushdownPhase,
        pushed: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        let unsupported = vec![PushedDown::No; pushed.parent_filters.len()];
        let outcome = FilterPushdownPropagation::with_parent_pushdown_result(unsupported);
        if !matches!(phase, FilterPushdownPhase::Post)
            || self.fetch.is_some()
            || self.counting.is_some()
        {
            return Ok(outcome);
        }
        let found = pushed.parent_filters.into_iter().map(|parent| parent.filter);
        let found = found.filter(|filter| !is_volatile(filter));
        let filters: Vec<_> = self.scan.filters.iter().cloned().chain(found).collect();
        let scan = Arc::new(Scan { filters, ..Scan::clone(&self.scan) });
        let node: Arc<dyn ExecutionPlan> =
            Arc::new(Self { scan, rows: self.rows.to_inexact(), ..self.clone() });
        Ok(outcome.with_updated_node(node))
    }

    fn try_pushdown_sort(
        &self,
        order: &[PhysicalSortExpr],
    ) -> Result<SortOrderPushdownResult<Arc<dyn ExecutionPlan>>> {
        let [one] = order else { return Ok(SortOrderPushdownResult::Unsupported) };
        let column = one.expr.downcast_ref::<Column>();
        let by_time = column.is_some_and(|column| column.name() == "eventtime");
        if !by_time || self.fetch.is_some() || self.counting.is_some() {
            return Ok(SortOrderPushdownResult::Unsupported);
        }
        Ok(SortOrderPushdownResult::Exact { inner: Arc::new(self.in_order(one)) })
    }
}
