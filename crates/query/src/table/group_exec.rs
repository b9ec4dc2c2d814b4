//! Groups of rows as a node of a physical plan, and the rule that puts it there.

use crate::table::grouping::Grouping;
use crate::table::groups;
use crate::table::tally::Tally;
use arrow::datatypes::SchemaRef;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions, SchedulingType,
};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::stream::{self, StreamExt, TryStreamExt};
use std::fmt;
use std::sync::Arc;

/// Lets the scan group rows, and count rows and distinct texts of each group.
#[derive(Debug)]
pub struct GroupByCode;

impl PhysicalOptimizerRule for GroupByCode {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let grouped = |node: Arc<dyn ExecutionPlan>| {
            Ok(match Grouping::of(&node) {
                Some(grouping) => Transformed::yes(instead_of(&node, grouping)?),
                None => Transformed::no(node),
            })
        };
        plan.transform_down(grouped).data()
    }

    fn name(&self) -> &str {
        "group_by_code"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The groups, spread as those of the node were: whoever is above may count on that.
fn instead_of(node: &Arc<dyn ExecutionPlan>, grouping: Grouping) -> Result<Arc<dyn ExecutionPlan>> {
    let groups: Arc<dyn ExecutionPlan> = Arc::new(GroupExec::new(grouping, node.schema()));
    let spread = node.properties().output_partitioning();
    if spread.partition_count() <= 1 {
        return Ok(groups);
    }
    Ok(Arc::new(RepartitionExec::try_new(groups, spread.clone())?))
}

/// Groups rows of a scan, in one partition and with threads of its own.
#[derive(Clone, Debug)]
pub(crate) struct GroupExec {
    grouping: Grouping,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl GroupExec {
    pub(crate) fn new(grouping: Grouping, schema: SchemaRef) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let properties = Arc::new(properties.with_scheduling_type(SchedulingType::Cooperative));
        Self { grouping, schema, properties, metrics: ExecutionPlanMetricsSet::new() }
    }
}

impl DisplayAs for GroupExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.grouping.scan.write_node("GroupExec", &self.schema, f)
    }
}

impl ExecutionPlan for GroupExec {
    fn name(&self) -> &str {
        "GroupExec"
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
        self.grouping.scan.show_filters(f)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let reservation = MemoryConsumer::new("lake groups").register(context.memory_pool());
        let tally = Tally::new(&self.metrics, partition);
        let (grouping, schema) = (self.grouping.clone(), Arc::clone(&self.schema));
        let counted = groups::count(grouping, Arc::clone(&schema), tally, reservation);
        let stream = stream::once(counted).map_ok(stream::iter).try_flatten().boxed();
        Ok(Box::pin(cooperative(RecordBatchStreamAdapter::new(schema, stream))))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
