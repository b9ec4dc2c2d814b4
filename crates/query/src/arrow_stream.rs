//! An answer as one stream of Arrow's, for whoever computes with it.
//!
//! <https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format>

use std::io;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;
use lake::feed::ColumnName;

/// Writes batches one after the other; what was written is taken away as often as wanted.
pub(crate) struct ArrowStream {
    schema: SchemaRef,
    writer: StreamWriter<Vec<u8>>,
}

impl ArrowStream {
    /// The beginning of a stream: the columns as the statement spells them.
    pub(crate) fn new(columns: &[ColumnName], schema: &Schema) -> io::Result<Self> {
        let named = columns.iter().zip(schema.fields());
        let field = |(column, field): (&ColumnName, &Arc<Field>)| {
            let plain = Field::new(&column.name, told(field.data_type()), field.is_nullable());
            plain.with_metadata(field.metadata().clone())
        };
        let schema = Arc::new(Schema::new(named.map(field).collect::<Vec<_>>()));
        let writer = StreamWriter::try_new(Vec::new(), &schema).map_err(broken)?;
        Ok(Self { schema, writer })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let fields = batch.columns().iter().zip(self.schema.fields());
        let columns = fields.map(|(column, field)| cast(column, field.data_type()));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(broken)?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(broken)?;
        self.writer.write(&batch).map_err(broken)
    }

    /// The end of the stream.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.writer.finish().map_err(broken)
    }

    /// What was written since the last time.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.writer.get_mut())
    }
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

fn broken(error: ArrowError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, AsArray, Int64Array, StringViewArray};
    use arrow::ipc::reader::StreamReader;

    fn batch(texts: [Option<&str>; 2]) -> RecordBatch {
        let texts: ArrayRef = Arc::new(texts.into_iter().collect::<StringViewArray>());
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        RecordBatch::try_from_iter_with_nullable([("c0", texts, true), ("c1", numbers, true)])
            .unwrap()
    }

    #[test]
    fn a_stream_is_read_back_under_the_names_of_the_statement() {
        let column = |name: &str| ColumnName { name: name.to_owned(), kind: String::new() };
        let first = batch([Some("a"), None]);
        let mut stream =
            ArrowStream::new(&[column("who"), column("who")], &first.schema()).unwrap();
        let mut bytes = Vec::new();
        for batch in [first, batch([Some("b"), Some("")])] {
            stream.write(&batch).unwrap();
            bytes.extend(stream.take());
        }
        stream.finish().unwrap();
        bytes.extend(stream.take());
        let batches: Vec<RecordBatch> =
            StreamReader::try_new(&*bytes, None).unwrap().map(Result::unwrap).collect();
        let read = batches.iter().flat_map(|batch| batch.column(0).as_string::<i32>());
        assert_eq!(read.collect::<Vec<_>>(), [Some("a"), None, Some("b"), Some("")]);
        assert_eq!(batches[0].schema().field(1).name(), "who");
    }
}
