//! Functions whose result depends on the type of what they are given.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Datum, Int64Builder, ListArray, ListBuilder,
    StringViewBuilder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::kernels::cmp::{gt_eq, lt_eq};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{is_null, nullif};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use arrow::error::ArrowError;
use datafusion::common::Result as EngineResult;
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use crate::error::{Error, ErrorKind, Result};
use crate::functions::adapter::{is_text, type_name};
use crate::functions::json;
use crate::render;
use crate::table::schema::JSON;

/// What such a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Act {
    /// A JSON array as an array of text.
    ToArray,
    /// A JSON array as an array of JSON.
    ToJsonArray,
    /// A JSON object as a map whose values stay JSON.
    ToJsonMap,
    /// JSON strings lose their quotes; everything else stays.
    Unjson,
    /// Text as Lake shows it.
    ToVarchar,
    /// The elements of an array, the entries of a map.
    Cardinality,
    /// An array with one NULL for an empty or missing one.
    OrOneNull,
    /// The numbers from one to another.
    Sequence,
    /// The greatest of all; NULL if any is.
    Greatest,
    /// The least of all; NULL if any is.
    Least,
}

const ACTS: [(&str, Act); 10] = [
    ("to_array", Act::ToArray),
    ("to_json_array", Act::ToJsonArray),
    ("to_json_map", Act::ToJsonMap),
    ("unjson", Act::Unjson),
    ("to_varchar", Act::ToVarchar),
    ("cardinality", Act::Cardinality),
    ("or_one_null", Act::OrOneNull),
    ("sequence", Act::Sequence),
    ("greatest", Act::Greatest),
    ("least", Act::Least),
];

/// The most elements that `sequence` makes, as in Trino.
const SEQUENCE_MAX: i64 = 10_000;

pub(crate) fn all() -> impl Iterator<Item = ScalarUDF> {
    ACTS.iter().map(|(name, act)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        ScalarUDF::new_from_impl(Value { name, act: *act, signature })
    })
}

#[derive(Debug)]
struct Value {
    name: &'static str,
    act: Act,
    signature: Signature,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.act == other.act
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.act.hash(state);
    }
}

fn is_list(given: &DataType) -> bool {
    matches!(given, DataType::List(_))
}

fn texts() -> DataType {
    DataType::new_list(DataType::Utf8View, true)
}

fn json_texts() -> DataType {
    let mark = [(JSON.to_owned(), "json".to_owned())].into();
    let item = Field::new(Field::LIST_FIELD_DEFAULT_NAME, DataType::Utf8View, true);
    DataType::List(Arc::new(item.with_metadata(mark)))
}

/// What the metadata of a field says of its text: `json`, `map`, `row`, `array`, or nothing.
fn mark(field: &Field) -> Option<&str> {
    field.metadata().get(JSON).map(String::as_str)
}

impl Value {
    fn result(&self, given: &DataType) -> DataType {
        match self.act {
            Act::ToArray | Act::ToJsonArray | Act::OrOneNull if is_list(given) => given.clone(),
            Act::ToArray => texts(),
            Act::ToJsonArray => json_texts(),
            Act::ToJsonMap | Act::ToVarchar => DataType::Utf8View,
            Act::Unjson | Act::OrOneNull | Act::Greatest | Act::Least => given.clone(),
            Act::Cardinality => DataType::Int64,
            Act::Sequence => DataType::new_list(DataType::Int64, true),
        }
    }
}

impl ScalarUDFImpl for Value {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> EngineResult<Vec<DataType>> {
        let wanted = match self.act {
            Act::Sequence => 2..=3,
            Act::Greatest | Act::Least => 1..=usize::MAX,
            _ => 1..=1,
        };
        if !wanted.contains(&types.len()) {
            let said = format!("`{}` does not take {} arguments", self.name, types.len());
            return Err(Error::invalid(said).into());
        }
        if matches!(self.act, Act::Greatest | Act::Least) {
            return Ok(vec![common(types)?; types.len()]);
        }
        Ok(types.iter().map(|given| self.taken(given)).collect::<Result<_>>()?)
    }

    fn return_type(&self, types: &[DataType]) -> EngineResult<DataType> {
        Ok(self.result(types.first().unwrap_or(&DataType::Null)))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> EngineResult<FieldRef> {
        let given = args.arg_fields.first().map_or(&DataType::Null, |field| field.data_type());
        let field = Field::new(self.name, self.result(given), true);
        Ok(Arc::new(match self.act {
            Act::ToJsonMap => field.with_metadata([(JSON.to_owned(), "map".to_owned())].into()),
            _ => field,
        }))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some((array, field)) = arrays.first().zip(args.arg_fields.first()) else {
            return Err(Error::internal("a function without arguments").into());
        };
        let made = match self.act {
            Act::ToArray => to_list(array, false)?,
            Act::ToJsonArray => to_list(array, true)?,
            Act::ToJsonMap => Arc::clone(array),
            Act::Unjson => unjson(array, mark(field) == Some("json")),
            Act::ToVarchar => to_varchar(array, field)?,
            Act::Cardinality => cardinality(array),
            Act::OrOneNull => or_one_null(array)?,
            Act::Sequence => sequence(&arrays)?,
            Act::Greatest => extreme(&arrays, gt_eq)?,
            Act::Least => extreme(&arrays, lt_eq)?,
        };
        Ok(ColumnarValue::Array(made))
    }
}

impl Value {
    fn taken(&self, given: &DataType) -> Result<DataType> {
        let fits = match self.act {
            Act::Unjson | Act::ToVarchar | Act::Greatest | Act::Least => true,
            Act::Sequence => given.is_integer(),
            Act::OrOneNull => is_list(given),
            Act::ToJsonMap => is_text(given),
            Act::ToArray | Act::ToJsonArray | Act::Cardinality => is_text(given) || is_list(given),
        };
        match fits {
            true if is_text(given) => Ok(DataType::Utf8View),
            true if self.act == Act::Sequence => Ok(DataType::Int64),
            true => Ok(given.clone()),
            false => Err(self.misfit(given)),
        }
    }

    fn misfit(&self, given: &DataType) -> Error {
        let is = type_name(given);
        match self.act {
            Act::Sequence => Error::invalid(format!("`sequence` takes integers, not {is}")),
            _ => Error::invalid(format!("an array or JSON is wanted, not {is}")),
        }
    }
}

/// The type in which all are compared.
fn common(types: &[DataType]) -> Result<DataType> {
    let first = types.first().cloned().unwrap_or(DataType::Null);
    types.iter().skip(1).try_fold(first, |all, next| {
        comparison_coercion(&all, next).ok_or_else(|| {
            let (a, b) = (type_name(&all), type_name(next));
            Error::invalid(format!("{a} and {b} do not compare"))
        })
    })
}

type Compare = fn(&dyn Datum, &dyn Datum) -> std::result::Result<BooleanArray, ArrowError>;

fn extreme(arrays: &[ArrayRef], better: Compare) -> EngineResult<ArrayRef> {
    let Some((first, rest)) = arrays.split_first() else {
        return Err(Error::internal("no arguments").into());
    };
    let mut best = Arc::clone(first);
    for next in rest {
        let stays = better(&best, next)?;
        let chosen = zip(&stays, &best, next)?;
        // A comparison with NULL is NULL, and so is the answer.
        best = nullif(&chosen, &is_null(&stays)?)?;
    }
    Ok(best)
}

/// JSON arrays as lists; what is no JSON array is NULL.
fn to_list(array: &ArrayRef, raw: bool) -> Result<ArrayRef> {
    let Some(texts) = array.as_string_view_opt() else { return Ok(Arc::clone(array)) };
    let mut built = ListBuilder::new(StringViewBuilder::new());
    if let DataType::List(field) = if raw { json_texts() } else { self::texts() } {
        built = built.with_field(field);
    }
    for text in texts.iter() {
        let elements = text.and_then(json::elements);
        for element in elements.iter().flatten() {
            match (raw, *element) {
                (false, "null") => built.values().append_null(),
                (false, element) => built.values().append_value(json::plain(element)),
                (true, element) => built.values().append_value(element),
            }
        }
        built.append(elements.is_some());
    }
    Ok(Arc::new(built.finish()))
}

fn unjson(array: &ArrayRef, marked: bool) -> ArrayRef {
    let Some(texts) = array.as_string_view_opt().filter(|_| marked) else {
        return Arc::clone(array);
    };
    let mut built = StringViewBuilder::new();
    for text in texts.iter() {
        built.append_option(text.filter(|text| *text != "null").map(json::plain));
    }
    Arc::new(built.finish())
}

fn to_varchar(array: &ArrayRef, field: &Field) -> EngineResult<ArrayRef> {
    match (array.data_type(), mark(field)) {
        (DataType::Utf8View, Some("json")) => Ok(unjson(array, true)),
        (DataType::Utf8View, _) => Ok(Arc::clone(array)),
        (given, _) if is_text(given) => Ok(arrow::compute::cast(array, &DataType::Utf8View)?),
        _ => {
            let mut built = StringViewBuilder::new();
            let mut text = String::new();
            for row in 0..array.len() {
                text.clear();
                let shown = render::cell(array, row, None, &mut text)?;
                built.append_option(shown.then_some(text.as_str()));
            }
            Ok(Arc::new(built.finish()))
        }
    }
}

fn cardinality(array: &ArrayRef) -> ArrayRef {
    let mut built = Int64Builder::with_capacity(array.len());
    for row in 0..array.len() {
        let count = match array.data_type() {
            _ if array.is_null(row) => None,
            DataType::Utf8View => json::length(array.as_string_view().value(row)),
            DataType::List(_) => Some(i64::from(array.as_list::<i32>().value_length(row))),
            _ => None,
        };
        built.append_option(count);
    }
    Arc::new(built.finish())
}

/// Appends one NULL to the values and lets every list that is empty or missing point at it.
fn or_one_null(array: &ArrayRef) -> EngineResult<ArrayRef> {
    let Some(lists) = array.as_list_opt::<i32>() else { return Ok(Arc::clone(array)) };
    let DataType::List(field) = array.data_type() else { return Ok(Arc::clone(array)) };
    let hole = arrow::array::new_null_array(lists.values().data_type(), 1);
    let mut indices = Int64Builder::new();
    let mut lengths = Vec::with_capacity(lists.len());
    let missing = i64::try_from(lists.values().len()).unwrap_or(i64::MAX);
    for (row, bounds) in lists.value_offsets().windows(2).enumerate() {
        let (start, end) = match bounds {
            [start, end] if !lists.is_null(row) && end > start => (*start, *end),
            _ => {
                indices.append_value(missing);
                lengths.push(1);
                continue;
            }
        };
        (start..end).for_each(|index| indices.append_value(i64::from(index)));
        lengths.push(usize::try_from(end - start).unwrap_or_default());
    }
    let all = arrow::compute::concat(&[lists.values().as_ref(), hole.as_ref()])?;
    let values = arrow::compute::take(&all, &indices.finish(), None)?;
    let field = Arc::new(field.as_ref().clone().with_nullable(true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(field, offsets, values, None::<NullBuffer>)?))
}

fn sequence(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let numbers = arrays.iter().map(|array| array.as_primitive_opt::<Int64Type>());
    let numbers: Option<Vec<_>> = numbers.collect();
    let numbers = numbers.ok_or_else(|| Error::internal("sequence of no integers"))?;
    let rows = numbers.first().map_or(0, |first| first.len());
    let mut built = ListBuilder::new(Int64Builder::new());
    let mut spent: i64 = 0;
    for row in 0..rows {
        if numbers.iter().any(|array| array.is_null(row)) {
            built.append(false);
            continue;
        }
        let at = |index: usize| numbers.get(index).map(|array| array.value(row));
        let (from, to) = (at(0).unwrap_or_default(), at(1).unwrap_or_default());
        let step = at(2).unwrap_or(if to >= from { 1 } else { -1 });
        let count = length(from, to, step)?;
        spent = spent.saturating_add(count);
        if spent > 100 * SEQUENCE_MAX {
            return Err(Error::new(ErrorKind::Limit, "`sequence` makes too many numbers"));
        }
        (0..count).for_each(|n| built.values().append_value(from + n * step));
        built.append(true);
    }
    Ok(Arc::new(built.finish()))
}

fn length(from: i64, to: i64, step: i64) -> Result<i64> {
    let span = i128::from(to) - i128::from(from);
    if step == 0 || (span != 0 && (span < 0) != (step < 0)) {
        let said = format!("sequence: no step of {step} leads from {from} to {to}");
        return Err(Error::invalid(said));
    }
    let count = i64::try_from(span / i128::from(step) + 1).unwrap_or(i64::MAX);
    match count <= SEQUENCE_MAX {
        true => Ok(count),
        false => {
            let said = format!("`sequence` makes at most {SEQUENCE_MAX} numbers");
            Err(Error::new(ErrorKind::Limit, said))
        }
    }
}
