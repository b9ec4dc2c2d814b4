//! What a scan looked at, for whoever wants to know afterwards.

use datafusion::physical_plan::metrics::{Count, ExecutionPlanMetricsSet, MetricBuilder};

/// Counters of one partition.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    records: Count,
    bytes: Count,
    matched: Count,
}

impl Tally {
    /// Counters named `records_scanned`, `bytes_scanned` and, for rows that passed,
    /// `output_rows`.
    pub(crate) fn new(metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        Self {
            records: MetricBuilder::new(metrics).counter("records_scanned", partition),
            bytes: MetricBuilder::new(metrics).counter("bytes_scanned", partition),
            matched: MetricBuilder::new(metrics).output_rows(partition),
        }
    }

    pub(crate) fn scanned(&self, records: u64, bytes: u64) {
        self.records.add(usize::try_from(records).unwrap_or(usize::MAX));
        self.bytes.add(usize::try_from(bytes).unwrap_or(usize::MAX));
    }

    pub(crate) fn matched(&self, rows: usize) {
        self.matched.add(rows);
    }
}
