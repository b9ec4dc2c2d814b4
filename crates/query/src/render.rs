//! Values as Lake shows them: everything is text or NULL.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Field, Float32Type, Float64Type, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::error::{Error, Result};
use crate::functions::clock;
use crate::functions::json::{elements, members, plain};
use crate::table::schema::JSON;

/// Deepest nesting shown of a row or map; what lies deeper is shown as JSON.
const DEPTH_MAX: usize = 16;

/// The text of one value; `false` for NULL. `json` is what the field's metadata says of JSON.
pub(crate) fn cell(
    array: &ArrayRef,
    row: usize,
    json: Option<&str>,
    to: &mut String,
) -> Result<bool> {
    if array.is_null(row) {
        return Ok(false);
    }
    match array.data_type() {
        DataType::Utf8View => text(array.as_string_view().value(row), json, to),
        DataType::Utf8 => text(array.as_string::<i32>().value(row), json, to),
        DataType::LargeUtf8 => text(array.as_string::<i64>().value(row), json, to),
        DataType::Timestamp(unit, _) => moment(array, row, *unit, to),
        DataType::Date32 => {
            let days = i64::from(array.as_primitive::<Date32Type>().value(row));
            to.extend(clock::show(days * clock::DAY).chars().take(10));
        }
        DataType::Float64 => number(array.as_primitive::<Float64Type>().value(row), to),
        DataType::Float32 => number(array.as_primitive::<Float32Type>().value(row).into(), to),
        DataType::List(field) => {
            let list = array.as_list::<i32>().value(row);
            return listed(&list, field, to);
        }
        _ => other(array, row, to)?,
    }
    Ok(true)
}

fn other(array: &ArrayRef, row: usize, to: &mut String) -> Result<()> {
    let options = FormatOptions::default();
    let shown = ArrayFormatter::try_new(array.as_ref(), &options)
        .map_err(|error| Error::internal(error.to_string()))?;
    write!(to, "{}", shown.value(row)).map_err(|error| Error::internal(error.to_string()))
}

fn moment(array: &ArrayRef, row: usize, unit: TimeUnit, to: &mut String) {
    let millis = match unit {
        TimeUnit::Second => {
            array.as_primitive::<TimestampSecondType>().value(row).saturating_mul(1_000)
        }
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row),
        TimeUnit::Microsecond => {
            array.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(1_000)
        }
        TimeUnit::Nanosecond => {
            array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000_000)
        }
    };
    to.push_str(&clock::show(millis));
}

/// As Trino writes a double: `0.5`, `12.0`, `1.0E10`, `NaN`.
fn number(value: f64, to: &mut String) {
    let size = value.abs();
    let said = match () {
        () if value.is_nan() => "NaN".to_owned(),
        () if value.is_infinite() => {
            (if value > 0.0 { "Infinity" } else { "-Infinity" }).to_owned()
        }
        () if size != 0.0 && !(1e-3..1e7).contains(&size) => scientific(value),
        () => format!("{value:?}"),
    };
    to.push_str(&said);
}

fn scientific(value: f64) -> String {
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

fn listed(list: &ArrayRef, field: &Field, to: &mut String) -> Result<bool> {
    let json = field.metadata().get(JSON).map(String::as_str);
    to.push('[');
    for index in 0..list.len() {
        if index > 0 {
            to.push_str(", ");
        }
        if !cell(list, index, json, to)? {
            to.push_str("null");
        }
    }
    to.push(']');
    Ok(true)
}

fn text(text: &str, json: Option<&str>, to: &mut String) {
    match json {
        Some("map" | "row" | "array") => shown(text, json == Some("map"), 0, to),
        _ => to.push_str(text),
    }
}

/// `{type=IAMUser, arn=…}`, `[a, b]`. The values of maps are text to Lake: what is JSON there
/// stays JSON.
fn shown(raw: &str, is_map: bool, depth: usize, to: &mut String) {
    let deep = depth > DEPTH_MAX || (is_map && depth > 0);
    let (members, elements) = match deep {
        true => (None, None),
        false => (members(raw), elements(raw)),
    };
    if let Some(members) = members {
        to.push('{');
        for (index, (key, value)) in members.into_iter().enumerate() {
            to.push_str(if index > 0 { ", " } else { "" });
            to.push_str(&key);
            to.push('=');
            shown(value, is_map, depth + 1, to);
        }
        to.push('}');
    } else if let Some(elements) = elements {
        to.push('[');
        for (index, value) in elements.into_iter().enumerate() {
            to.push_str(if index > 0 { ", " } else { "" });
            shown(value, is_map, depth + 1, to);
        }
        to.push(']');
    } else {
        to.push_str(&plain(raw));
    }
}

/// Writes rows as lists of JSON: `["StopLogging",null]`.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    text: String,
    json: Vec<u8>,
}

impl Rows {
    /// One row, without a line's end.
    pub(crate) fn row(&mut self, batch: &RecordBatch, row: usize) -> Result<&[u8]> {
        self.json.clear();
        self.json.push(b'[');
        let schema = batch.schema_ref();
        for (index, (array, field)) in batch.columns().iter().zip(schema.fields()).enumerate() {
            if index > 0 {
                self.json.push(b',');
            }
            self.text.clear();
            let json = field.metadata().get(JSON).map(String::as_str);
            match cell(array, row, json, &mut self.text)? {
                true => serde_json::to_writer(&mut self.json, &self.text)
                    .map_err(|error| Error::internal(error.to_string()))?,
                false => self.json.extend_from_slice(b"null"),
            }
        }
        self.json.push(b']');
        Ok(&self.json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{
        BooleanArray, Float64Array, Int64Array, StringViewArray, TimestampMillisecondArray,
    };
    use std::sync::Arc;

    fn said(array: ArrayRef, json: Option<&str>) -> String {
        let mut to = String::new();
        match cell(&array, 0, json, &mut to).unwrap() {
            true => to,
            false => "NULL".to_owned(),
        }
    }

    #[test]
    fn shows_plain_values() {
        let moment = clock::parse("2026-11-20 02:13:07").unwrap();
        let moments = TimestampMillisecondArray::from(vec![moment]);
        assert_eq!(said(Arc::new(moments), None), "2026-11-20 02:13:07.000");
        assert_eq!(said(Arc::new(BooleanArray::from(vec![true])), None), "true");
        assert_eq!(said(Arc::new(Int64Array::from(vec![-7])), None), "-7");
        assert_eq!(said(Arc::new(Int64Array::from(vec![None])), None), "NULL");
        assert_eq!(said(Arc::new(StringViewArray::from(vec![""])), None), "");
    }

    #[test]
    fn shows_doubles_as_trino_does() {
        for (value, text) in [
            (0.5, "0.5"),
            (12.0, "12.0"),
            (0.0, "0.0"),
            (1e10, "1.0E10"),
            (1.25e-7, "1.25E-7"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(said(Arc::new(Float64Array::from(vec![value])), None), text);
        }
    }

    #[test]
    fn shows_rows_maps_and_arrays() {
        let doc = r#"{"type":"IAMUser","n":null,"in":{"a":["x",1]},"b":true}"#;
        let array: ArrayRef = Arc::new(StringViewArray::from(vec![doc]));
        let row = "{type=IAMUser, n=null, in={a=[x, 1]}, b=true}";
        assert_eq!(said(Arc::clone(&array), Some("row")), row);
        let map = r#"{type=IAMUser, n=null, in={"a":["x",1]}, b=true}"#;
        assert_eq!(said(Arc::clone(&array), Some("map")), map);
        assert_eq!(said(array, None), doc);
    }

    #[test]
    fn writes_rows_as_lists() {
        let schema = arrow::datatypes::Schema::new(vec![
            Field::new("c0", DataType::Utf8View, true),
            Field::new("c1", DataType::Int64, true),
        ]);
        let texts: ArrayRef = Arc::new(StringViewArray::from(vec![Some("a\"b"), None]));
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        let batch = RecordBatch::try_new(Arc::new(schema), vec![texts, numbers]).unwrap();
        let mut rows = Rows::default();
        assert_eq!(rows.row(&batch, 0).unwrap(), br#"["a\"b","1"]"#);
        assert_eq!(rows.row(&batch, 1).unwrap(), br#"[null,"2"]"#);
    }
}
