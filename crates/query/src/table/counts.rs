//! How often each value of a column occurs, counted where the codes are: the first half of
//! `SELECT x, count(*) … GROUP BY x`.

use crate::table::dictionaries::Words;
use crate::table::exec::LakeExec;
use crate::table::grouping::counts_rows;
use crate::table::scan::{BATCH_ROWS, CodeCounts, Scan, Unit, Walker, unit_share};
use crate::table::source::Source;
use crate::table::tally::Tally;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringViewBuilder};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use hashbrown::HashMap;
use std::sync::Arc;

/// Lets the scan count rows by the values of one text column.
#[derive(Debug)]
pub struct CountByCode;

impl PhysicalOptimizerRule for CountByCode {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let counted = |node: Arc<dyn ExecutionPlan>| {
            Ok(match node.downcast_ref::<AggregateExec>().and_then(counting) {
                Some(counting) => Transformed::yes(counting),
                None => Transformed::no(node),
            })
        };
        plan.transform_down(counted).data()
    }

    fn name(&self) -> &str {
        "count_by_code"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn counting(aggregate: &AggregateExec) -> Option<Arc<dyn ExecutionPlan>> {
    let groups = aggregate.group_expr();
    let ([(group, _)], true) = (groups.expr(), groups.is_single()) else { return None };
    let column = group.downcast_ref::<Column>()?;
    let scan = aggregate.input().downcast_ref::<LakeExec>()?;
    let schema = aggregate.schema();
    let (text, numbers) = schema.fields().split_first()?;
    let fits = *aggregate.mode() == AggregateMode::Partial
        && aggregate.limit_options().is_none()
        && aggregate.filter_expr().iter().all(Option::is_none)
        && aggregate.aggr_expr().iter().all(|function| counts_rows(function))
        && *text.data_type() == DataType::Utf8View
        && numbers.len() == aggregate.aggr_expr().len()
        && numbers.iter().all(|number| *number.data_type() == DataType::Int64);
    fits.then(|| scan.counting(column.index(), schema.clone())).flatten()
}

/// What is counted: which column, and the columns of the answer.
#[derive(Clone, Debug)]
pub(crate) struct Counting {
    pub(crate) source: Source,
    pub(crate) schema: SchemaRef,
}

/// The counts of one partition, some thousand values at a time.
pub(crate) struct Counts {
    walker: Walker,
    units: std::vec::IntoIter<Unit>,
    counting: Counting,
    /// By number in the lexicon; NULL is the first.
    numbered: Vec<i64>,
    counted: HashMap<Box<str>, i64>,
    nulls: i64,
    /// Bytes of the values in `counted`.
    held: usize,
    reservation: MemoryReservation,
}

/// Values that are held before they are given out.
const VALUES_MAX: usize = 65_536;
/// Bytes of a value in the table, besides its text.
const ENTRY_BYTES: usize = 48;

impl Counts {
    pub(crate) fn new(
        scan: &Arc<Scan>,
        counting: Counting,
        share: (usize, usize),
        tally: Tally,
        reservation: MemoryReservation,
    ) -> Self {
        Self {
            walker: Walker::new(scan, Some(tally)),
            units: unit_share(scan, share).into_iter(),
            counting,
            numbered: Vec::new(),
            counted: HashMap::new(),
            nulls: 0,
            held: 0,
            reservation,
        }
    }

    fn advance(&mut self) -> Result<Option<RecordBatch>> {
        while self.counted.len() < VALUES_MAX {
            let Some(unit) = self.units.next() else { break };
            self.count(&unit)?;
            let numbered = self.numbered.len() * size_of::<i64>();
            let counted = self.held + self.counted.len() * ENTRY_BYTES;
            self.reservation.try_resize(numbered + counted)?;
        }
        self.spell();
        if self.counted.is_empty() && self.nulls == 0 {
            Ok(None)
        } else {
            self.give_out().map(Some)
        }
    }

    fn count(&mut self, unit: &Unit) -> Result<()> {
        let source = self.counting.source.clone();
        if let Some(counts) = self.walker.whole_counts(unit, &source)? {
            self.add_codes(&counts);
            return Ok(());
        }
        let rows = self.walker.select(unit)?;
        self.walker.matched(rows.len());
        if let Some(counts) = self.walker.code_counts(unit, &source, &rows)? {
            self.add_codes(&counts);
            return Ok(());
        }
        for some in rows.chunks(BATCH_ROWS) {
            let values = self.walker.column(unit, &source, some)?;
            for value in values.as_string_view() {
                self.add(value, 1);
            }
        }
        Ok(())
    }

    fn add_codes(&mut self, codes: &CodeCounts) {
        let found = codes.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        match &codes.words {
            Words::Numbered(numbers) => {
                for (code, count) in found {
                    let number = numbers.get(code).map_or(0, |number| *number as usize);
                    if number >= self.numbered.len() {
                        self.numbered.resize(number + 1, 0);
                    }
                    self.numbered.get_mut(number).into_iter().for_each(|sum| *sum += count);
                }
            }
            Words::Spelled(values) => {
                for (code, count) in found {
                    let text = values.is_valid(code).then(|| values.value(code));
                    self.add(text, *count);
                }
            }
        }
    }

    /// Gives the values of numbers back to what was counted under them.
    fn spell(&mut self) {
        let numbered = std::mem::take(&mut self.numbered);
        let (numbers, counts): (Vec<u32>, Vec<i64>) =
            (0..).zip(numbered).filter(|(_, count)| *count > 0).unzip();
        let texts = self.walker.scan.dictionaries.texts(&numbers);
        for (text, count) in texts.iter().zip(counts) {
            self.add(text.as_deref(), count);
        }
    }

    fn add(&mut self, value: Option<&str>, count: i64) {
        let Some(text) = value else {
            self.nulls += count;
            return;
        };
        match self.counted.get_mut(text) {
            Some(known) => *known += count,
            None => {
                self.held += text.len();
                self.counted.insert(text.into(), count);
            }
        }
    }

    fn give_out(&mut self) -> Result<RecordBatch> {
        self.held = 0;
        let mut texts = StringViewBuilder::with_capacity(self.counted.len());
        let mut numbers = Vec::with_capacity(self.counted.len());
        for (value, count) in self.counted.drain() {
            texts.append_value(value);
            numbers.push(count);
        }
        if self.nulls > 0 {
            texts.append_null();
            numbers.push(std::mem::take(&mut self.nulls));
        }
        let numbers: ArrayRef = Arc::new(Int64Array::from(numbers));
        let schema = &self.counting.schema;
        let repeated = std::iter::repeat_n(numbers, schema.fields().len().saturating_sub(1));
        let texts: ArrayRef = Arc::new(texts.finish());
        let columns = std::iter::once(texts).chain(repeated);
        Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect())?)
    }
}

impl Iterator for Counts {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}
