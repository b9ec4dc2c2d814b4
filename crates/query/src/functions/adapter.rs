//! How a [`Scalar`] becomes one of the engine's functions.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Float64Builder, Int64Builder, ListBuilder,
    StringViewBuilder, TimestampMillisecondBuilder,
};
use arrow::datatypes::{
    DataType, Field, FieldRef, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType,
};
use datafusion::common::{Result as EngineResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use crate::error::{Error, Result};
use crate::functions::scalar::{Cell, Eval, Said, Scalar, TEXT_BYTES_MAX, Take, too_long};
use crate::table::schema::JSON;

/// What a function may make of one batch of rows; it is not seen by the memory pool.
const BATCH_BYTES_MAX: usize = 64 << 20;
/// The longest text that a function may make of constants: the engine may repeat it for every
/// row of a batch.
const CONSTANT_BYTES_MAX: usize = 32 << 10;

/// A [`Scalar`] as the engine sees it.
#[derive(Clone)]
pub(crate) struct Adapter {
    scalar: &'static Scalar,
    signature: Signature,
}

impl Adapter {
    pub(crate) fn new(scalar: &'static Scalar) -> Self {
        Self { scalar, signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl std::fmt::Debug for Adapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.scalar.name)
    }
}

impl PartialEq for Adapter {
    fn eq(&self, other: &Self) -> bool {
        self.scalar.name == other.scalar.name
    }
}

impl Eq for Adapter {}

impl Hash for Adapter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.scalar.name.hash(state);
    }
}

impl ScalarUDFImpl for Adapter {
    fn name(&self) -> &str {
        self.scalar.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> EngineResult<Vec<DataType>> {
        let (least, most) = (self.scalar.needs, self.scalar.takes.len());
        if types.len() < least || (types.len() > most && !self.scalar.rest) {
            let said = format!("`{}` takes {}", self.scalar.name, counted(least, most));
            return Err(Error::invalid(format!("{said}, not {}", types.len())).into());
        }
        let taken = types.iter().enumerate().map(|(index, given)| {
            let take = self.scalar.take(index).unwrap_or(Take::Text);
            coerced(self.scalar.name, index, take, given)
        });
        Ok(taken.collect::<Result<_>>()?)
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(match self.scalar.eval {
            Eval::Text(_) | Eval::Json(_) | Eval::Map(_) => DataType::Utf8View,
            Eval::Int(_) => DataType::Int64,
            Eval::Double(_) => DataType::Float64,
            Eval::Bool(_) => DataType::Boolean,
            Eval::Time(_) => DataType::Timestamp(TimeUnit::Millisecond, None),
            Eval::Texts(_) => DataType::new_list(DataType::Utf8View, true),
        })
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> EngineResult<FieldRef> {
        let field = Field::new(self.name(), self.return_type(&[])?, true);
        let mark = match self.scalar.eval {
            Eval::Json(_) => "json",
            Eval::Map(_) => "map",
            _ => return Ok(Arc::new(field)),
        };
        Ok(Arc::new(field.with_metadata([(JSON.to_owned(), mark.to_owned())].into())))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let scalar = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { args.number_rows };
        let columns: EngineResult<Vec<Column>> = args.args.iter().map(Column::new).collect();
        let array = evaluate(self.scalar, &columns?, rows)?;
        match scalar {
            true => {
                let value = ScalarValue::try_from_array(&array, 0)?;
                if value.size() > CONSTANT_BYTES_MAX && !matches!(value, ScalarValue::List(_)) {
                    return Err(too_long(CONSTANT_BYTES_MAX).into());
                }
                Ok(ColumnarValue::Scalar(value))
            }
            false => Ok(ColumnarValue::Array(array)),
        }
    }
}

fn counted(least: usize, most: usize) -> String {
    match (least, most) {
        (1, 1) => "1 argument".to_owned(),
        (a, b) if a == b => format!("{a} arguments"),
        (a, b) => format!("{a} to {b} arguments"),
    }
}

/// The type that an argument is cast to, or a complaint that the user can act on.
fn coerced(name: &str, index: usize, take: Take, given: &DataType) -> Result<DataType> {
    let wanted = match take {
        Take::Text if is_text(given) => Some(DataType::Utf8View),
        Take::Int if given.is_integer() || given.is_null() => Some(DataType::Int64),
        Take::Double if given.is_numeric() || given.is_null() => Some(DataType::Float64),
        Take::Time if is_time(given) || is_text(given) => {
            Some(DataType::Timestamp(TimeUnit::Millisecond, None))
        }
        Take::Texts if matches!(given, DataType::List(_)) || given.is_null() => {
            Some(DataType::new_list(DataType::Utf8View, true))
        }
        _ => None,
    };
    wanted.ok_or_else(|| {
        let wants = match take {
            Take::Text => "varchar",
            Take::Int => "bigint",
            Take::Double => "a number",
            Take::Time => "a timestamp",
            Take::Texts => "an array",
        };
        let is = type_name(given);
        let error =
            Error::invalid(format!("argument {} of `{name}` is {wants}, not {is}", index + 1));
        match take {
            Take::Text => error.hint("cast (… as varchar) makes text of it"),
            _ => error,
        }
    })
}

pub(crate) fn is_text(given: &DataType) -> bool {
    match given {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

fn is_time(given: &DataType) -> bool {
    matches!(given, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64)
}

/// The user's word for a type.
pub(crate) fn type_name(given: &DataType) -> &'static str {
    match given {
        DataType::Boolean => "boolean",
        given if given.is_integer() => "bigint",
        given if given.is_floating() => "double",
        given if given.is_decimal() => "decimal",
        DataType::Timestamp(..) => "timestamp",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Interval(_) => "interval",
        DataType::List(_) | DataType::LargeList(_) | DataType::ListView(_) => "array",
        given if is_text(given) => "varchar",
        _ => "a value of another kind",
    }
}

/// An argument for all rows: an array, or one value for all.
struct Column {
    array: ArrayRef,
    constant: bool,
}

impl Column {
    fn new(value: &ColumnarValue) -> EngineResult<Self> {
        Ok(match value {
            ColumnarValue::Array(array) => Self { array: Arc::clone(array), constant: false },
            ColumnarValue::Scalar(scalar) => Self { array: scalar.to_array()?, constant: true },
        })
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        let row = if self.constant { 0 } else { row };
        if self.array.is_null(row) {
            return Cell::Null;
        }
        match self.array.data_type() {
            DataType::Utf8View => Cell::Text(self.array.as_string_view().value(row)),
            DataType::Int64 => Cell::Int(self.array.as_primitive::<Int64Type>().value(row)),
            DataType::Float64 => Cell::Double(self.array.as_primitive::<Float64Type>().value(row)),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                Cell::Int(self.array.as_primitive::<TimestampMillisecondType>().value(row))
            }
            DataType::List(_) => {
                let list = self.array.as_list::<i32>().value(row);
                list.as_string_view_opt().map_or(Cell::Null, |texts| Cell::Texts(texts.clone()))
            }
            _ => Cell::Null,
        }
    }
}

fn evaluate(scalar: &Scalar, columns: &[Column], rows: usize) -> Result<ArrayRef> {
    let walk = Walk { columns, rows, nulls: scalar.nulls };
    match scalar.eval {
        Eval::Text(f) | Eval::Json(f) | Eval::Map(f) => walk.texts(f),
        Eval::Texts(f) => walk.lists(f),
        Eval::Int(f) => {
            let mut built = Int64Builder::with_capacity(rows);
            walk.each(f, |value| built.append_option(value))?;
            Ok(Arc::new(built.finish()))
        }
        Eval::Double(f) => {
            let mut built = Float64Builder::with_capacity(rows);
            walk.each(f, |value| built.append_option(value))?;
            Ok(Arc::new(built.finish()))
        }
        Eval::Bool(f) => {
            let mut built = BooleanBuilder::with_capacity(rows);
            walk.each(f, |value| built.append_option(value))?;
            Ok(Arc::new(built.finish()))
        }
        Eval::Time(f) => {
            let mut built = TimestampMillisecondBuilder::with_capacity(rows);
            walk.each(f, |value| built.append_option(value))?;
            Ok(Arc::new(built.finish()))
        }
    }
}

/// The rows of one batch.
struct Walk<'a> {
    columns: &'a [Column],
    rows: usize,
    nulls: bool,
}

impl Walk<'_> {
    /// Gives each row's cells, or nothing where a NULL settles the answer.
    fn rows(&self, mut put: impl FnMut(Option<&[Cell<'_>]>) -> Result<()>) -> Result<()> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for row in 0..self.rows {
            cells.clear();
            cells.extend(self.columns.iter().map(|column| column.cell(row)));
            let asks = self.nulls || !cells.iter().any(Cell::is_null);
            put(asks.then_some(cells.as_slice()))?;
        }
        Ok(())
    }

    fn each<T>(&self, f: fn(&[Cell<'_>]) -> Said<T>, mut put: impl FnMut(Option<T>)) -> Result<()> {
        self.rows(|cells| {
            put(cells.map_or(Ok(None), f)?);
            Ok(())
        })
    }

    fn texts(&self, f: fn(&[Cell<'_>], &mut String) -> Said<()>) -> Result<ArrayRef> {
        let mut built = StringViewBuilder::new();
        let (mut text, mut spent) = (String::new(), 0);
        self.rows(|cells| {
            text.clear();
            let said = cells.map_or(Ok(None), |cells| f(cells, &mut text))?;
            spend(&mut spent, text.len())?;
            built.append_option(said.map(|()| text.as_str()));
            Ok(())
        })?;
        Ok(Arc::new(built.finish()))
    }

    fn lists(&self, f: fn(&[Cell<'_>], &mut Vec<Option<String>>) -> Said<()>) -> Result<ArrayRef> {
        let mut built = ListBuilder::new(StringViewBuilder::new());
        let (mut items, mut spent) = (Vec::new(), 0);
        self.rows(|cells| {
            items.clear();
            let said = cells.map_or(Ok(None), |cells| f(cells, &mut items))?;
            for item in items.iter().filter(|_| said.is_some()) {
                spend(&mut spent, 16 + item.as_ref().map_or(0, String::len))?;
                built.values().append_option(item.as_deref());
            }
            built.append(said.is_some());
            Ok(())
        })?;
        Ok(Arc::new(built.finish()))
    }
}

fn spend(spent: &mut usize, bytes: usize) -> Result<()> {
    *spent += bytes;
    match bytes > TEXT_BYTES_MAX || *spent > BATCH_BYTES_MAX {
        true => Err(too_long(TEXT_BYTES_MAX)),
        false => Ok(()),
    }
}
