//! An answer as one stream of Arrow's, or as one Parquet file, for whoever computes with it.
//!
//! <https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format>,
//! <https://parquet.apache.org/docs/file-format/>

use std::io;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::ipc::writer::StreamWriter;
use lake::feed::ColumnName;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// Rows of a row group: all of them are in memory, encoded, until they are written.
const GROUP_ROWS: usize = 32_768;

/// Writes batches one after the other; what was written is taken away as often as wanted.
pub(crate) struct BatchStream {
    schema: SchemaRef,
    writer: Writer,
}

enum Writer {
    Arrow(Box<StreamWriter<Vec<u8>>>),
    Parquet(Box<ArrowWriter<Vec<u8>>>),
}

impl BatchStream {
    /// The beginning of a stream of Arrow's: the columns as the statement spells them.
    pub(crate) fn arrow(columns: &[ColumnName], schema: &Schema) -> io::Result<Self> {
        let schema = spelled(columns, schema);
        let writer = StreamWriter::try_new(Vec::new(), &schema).map_err(io::Error::other)?;
        Ok(Self { schema, writer: Writer::Arrow(Box::new(writer)) })
    }

    /// The beginning of a Parquet file, compressed with zstd.
    pub(crate) fn parquet(columns: &[ColumnName], schema: &Schema) -> io::Result<Self> {
        let schema = spelled(columns, schema);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties));
        let writer = writer.map_err(io::Error::other)?;
        Ok(Self { schema, writer: Writer::Parquet(Box::new(writer)) })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let fields = batch.columns().iter().zip(self.schema.fields());
        let columns = fields.map(|(column, field)| cast(column, field.data_type()));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
        let schema = Arc::clone(&self.schema);
        let batch = RecordBatch::try_new(schema, columns).map_err(io::Error::other)?;
        match &mut self.writer {
            Writer::Arrow(writer) => writer.write(&batch).map_err(io::Error::other),
            Writer::Parquet(writer) => writer.write(&batch).map_err(io::Error::other),
        }
    }

    /// The end of the stream.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        match &mut self.writer {
            Writer::Arrow(writer) => writer.finish().map_err(io::Error::other),
            Writer::Parquet(writer) => writer.finish().map(drop).map_err(io::Error::other),
        }
    }

    /// What was written since the last time.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(match &mut self.writer {
            Writer::Arrow(writer) => writer.get_mut(),
            Writer::Parquet(writer) => writer.inner_mut(),
        })
    }

    /// About how many bytes are held back, to be written later.
    pub(crate) fn held_bytes(&self) -> u64 {
        match &self.writer {
            Writer::Arrow(_) => 0,
            Writer::Parquet(writer) => writer.in_progress_size() as u64,
        }
    }
}

/// The columns under the names of the statement, in types that every reader knows.
fn spelled(columns: &[ColumnName], schema: &Schema) -> SchemaRef {
    let named = columns.iter().zip(schema.fields());
    let field = |(column, field): (&ColumnName, &Arc<Field>)| {
        let plain = Field::new(&column.name, told(field.data_type()), field.is_nullable());
        plain.with_metadata(field.metadata().clone())
    };
    Arc::new(Schema::new(named.map(field).collect::<Vec<_>>()))
}

/// The type that is told: views are younger than many readers.
fn told(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::List(item) => {
            DataType::List(Arc::new(Field::clone(item).with_data_type(told(item.data_type()))))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, AsArray, Int64Array, StringViewArray};
    use arrow::ipc::reader::StreamReader;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

    fn batch(texts: [Option<&str>; 2]) -> RecordBatch {
        let texts: ArrayRef = Arc::new(texts.into_iter().collect::<StringViewArray>());
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        RecordBatch::try_from_iter_with_nullable([("c0", texts, true), ("c1", numbers, true)])
            .unwrap()
    }

    fn columns() -> [ColumnName; 2] {
        ["who", "how.often"].map(|name| ColumnName { name: name.to_owned(), kind: String::new() })
    }

    /// Two batches, as they come out of a stream.
    fn written(mut stream: BatchStream) -> Vec<u8> {
        let mut bytes = Vec::new();
        for batch in [batch([Some("a"), None]), batch([Some("b"), Some("")])] {
            stream.write(&batch).unwrap();
            bytes.extend(stream.take());
        }
        stream.finish().unwrap();
        bytes.extend(stream.take());
        bytes
    }

    fn check(batches: &[RecordBatch]) {
        let read = batches.iter().flat_map(|batch| batch.column(0).as_string::<i32>());
        assert_eq!(read.collect::<Vec<_>>(), [Some("a"), None, Some("b"), Some("")]);
        assert_eq!(batches[0].schema().field(1).name(), "how.often");
    }

    #[test]
    fn a_stream_is_read_back_under_the_names_of_the_statement() {
        let schema = batch([None, None]).schema();
        let bytes = written(BatchStream::arrow(&columns(), &schema).unwrap());
        let batches = StreamReader::try_new(&*bytes, None).unwrap();
        check(&batches.map(Result::unwrap).collect::<Vec<_>>());
    }

    #[test]
    fn a_file_is_read_back_under_the_names_of_the_statement() {
        let schema = batch([None, None]).schema();
        let bytes = written(BatchStream::parquet(&columns(), &schema).unwrap());
        let batches = ParquetRecordBatchReader::try_new(bytes::Bytes::from(bytes), 100).unwrap();
        check(&batches.map(Result::unwrap).collect::<Vec<_>>());
    }
}
