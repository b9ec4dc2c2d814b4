//! Rows that lie together: those of a part, or those of the tail.

use crate::table::source::Source;
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};

/// Rows that lie together, numbered from 0, in order of time.
pub(crate) trait Chunk {
    /// The values of some rows.
    fn column(&mut self, source: &Source, rows: &[u32]) -> Result<ArrayRef>;

    /// When a row's event happened, in milliseconds since 1970.
    fn time(&self, row: u32) -> i64;

    /// A batch of some rows, one column a source.
    fn batch(
        &mut self,
        schema: &SchemaRef,
        sources: &[Source],
        rows: &[u32],
    ) -> Result<RecordBatch> {
        let columns = sources.iter().map(|source| self.column(source, rows));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        Ok(RecordBatch::try_new_with_options(schema.clone(), columns, &options)?)
    }
}

/// Carries an error of the lake through the planner.
pub(crate) fn lake_error(error: lake::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
