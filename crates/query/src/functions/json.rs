//! Functions over JSON, which is text to the engine. What a path finds is given as it stands in
//! the text; nothing is parsed that the path does not pass.

use std::borrow::Cow;

use model::json;

use crate::error::{Error, Result};
use crate::functions::scalar::{Cell, Eval, Said, Scalar, Take};

pub(crate) static JSON: &[Scalar] = &[
    Scalar::new("json_extract", &[Take::Text, Take::Text], 2, Eval::Json(extract)),
    Scalar::new("json_extract_scalar", &[Take::Text, Take::Text], 2, Eval::Text(extract_scalar)),
    Scalar::new("json_array_length", &[Take::Text], 1, Eval::Int(array_length)),
    Scalar::new("json_array_get", &[Take::Text, Take::Int], 2, Eval::Json(array_get)),
    Scalar::new("json_array_contains", &[Take::Text, Take::Text], 2, Eval::Bool(array_contains)),
    Scalar::new("json_size", &[Take::Text, Take::Text], 2, Eval::Int(size)),
    Scalar::new("json_parse", &[Take::Text], 1, Eval::Json(parse)),
    Scalar::new("json_format", &[Take::Text], 1, Eval::Text(format)),
    Scalar::new("json_exists", &[Take::Text, Take::Text], 2, Eval::Bool(exists)),
    Scalar::new("is_json_scalar", &[Take::Text], 1, Eval::Bool(is_scalar)),
    Scalar::new("field_get", &[Take::Text, Take::Text], 2, Eval::Text(field_get)),
    Scalar::new("map_get", &[Take::Text, Take::Text], 2, Eval::Text(map_get)),
    Scalar::new("map_keys", &[Take::Text], 1, Eval::Texts(map_keys)),
    Scalar::new("map_values", &[Take::Text], 1, Eval::Texts(map_values)),
    Scalar::new("to_map", &[Take::Text], 1, Eval::Map(to_map)),
    Scalar::new("map", &[Take::Texts, Take::Texts], 2, Eval::Map(map)),
];

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// The whole text if it is one JSON value.
fn value(text: &str) -> Option<&str> {
    let text = trimmed(text);
    let end = json::value_end(text.as_bytes(), 0, 0).ok()?;
    (end == text.len()).then_some(text)
}

fn to_str(raw: &[u8]) -> Option<&str> {
    std::str::from_utf8(raw).ok()
}

/// A string's text; other values as they stand.
pub(crate) fn plain(raw: &str) -> Cow<'_, str> {
    json::text(raw.as_bytes()).unwrap_or(Cow::Borrowed(raw))
}

fn is_null(raw: &str) -> bool {
    raw == "null"
}

fn is_container(raw: &str) -> bool {
    raw.starts_with(['{', '['])
}

/// The elements of an array.
pub(crate) fn elements(text: &str) -> Option<Vec<&str>> {
    let text = value(text).filter(|text| text.starts_with('['))?;
    json::items(text.as_bytes()).map(to_str).collect()
}

/// The members of an object: keys without escapes, and values as they stand.
pub(crate) fn members(text: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    let text = value(text).filter(|text| text.starts_with('{'))?;
    let mut members = json::Members::new(text.as_bytes(), 0, 0).ok()?;
    let mut found = Vec::new();
    while let Ok(Some(member)) = members.next() {
        found.push((json::unescape(member.key)?, to_str(member.value)?));
    }
    Some(found)
}

/// One step of a JSON path.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Reads `$.a.b[0]["c d"]`. Keys without quotes may hold anything but dots and brackets, as
/// `AWS:ComplianceItem` does.
fn path(text: &str) -> Result<Vec<Step>> {
    let wrong = || {
        Error::invalid(format!("`{text}` is no JSON path that we read"))
            .hint("write '$.a.b[0][\"c\"]'; wildcards and filters are not read")
    };
    let bare = text.trim_start_matches("lax ").trim_start_matches("strict ").trim();
    let mut rest = bare.strip_prefix('$').unwrap_or(bare);
    if rest.len() == bare.len() && !rest.is_empty() {
        return Ok(vec![Step::Key(bare.to_owned())]);
    }
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, left) = match rest.strip_prefix('.') {
            Some(key) => dotted(key).ok_or_else(wrong)?,
            None => bracketed(rest.strip_prefix('[').ok_or_else(wrong)?).ok_or_else(wrong)?,
        };
        steps.push(step);
        rest = left;
    }
    Ok(steps)
}

fn dotted(rest: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let (key, left) = quoted.split_once('"')?;
        return Some((Step::Key(key.to_owned()), left));
    }
    let (key, left) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    let sane = !key.is_empty() && !key.contains(['*', '?', '(']);
    sane.then(|| (Step::Key(key.to_owned()), left))
}

fn bracketed(rest: &str) -> Option<(Step, &str)> {
    for quote in ['"', '\''] {
        if let Some(inner) = rest.strip_prefix(quote) {
            let (key, left) = inner.split_once(quote)?;
            return Some((Step::Key(key.to_owned()), left.strip_prefix(']')?));
        }
    }
    let (index, left) = rest.split_once(']')?;
    Some((Step::Index(index.trim().parse().ok()?), left))
}

/// What a path finds in a text; `None` too where the text is no JSON.
fn find<'a>(text: &'a str, steps: &[Step]) -> Option<&'a str> {
    let mut found = value(text)?;
    for step in steps {
        let raw = found.as_bytes();
        let next = match step {
            Step::Key(key) => json::member(raw, key)?,
            Step::Index(index) if found.starts_with('[') => json::items(raw).nth(*index)?,
            Step::Index(_) => return None,
        };
        found = to_str(next)?;
    }
    Some(found)
}

fn extract(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, at] = cells else { return Ok(None) };
    let steps = path(at.text())?;
    Ok(find(text.text(), &steps).map(|found| to.push_str(found)))
}

fn extract_scalar(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, at] = cells else { return Ok(None) };
    let steps = path(at.text())?;
    let found = find(text.text(), &steps).filter(|raw| !is_null(raw) && !is_container(raw));
    Ok(found.map(|raw| to.push_str(&plain(raw))))
}

fn exists(cells: &[Cell<'_>]) -> Said<bool> {
    let [text, at] = cells else { return Ok(None) };
    let steps = path(at.text())?;
    Ok(value(text.text()).map(|text| find(text, &steps).is_some()))
}

fn array_length(cells: &[Cell<'_>]) -> Said<i64> {
    let found = cells.first().and_then(|cell| elements(cell.text()));
    Ok(found.map(|found| count(found.len())))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn array_get(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, index] = cells else { return Ok(None) };
    let found = elements(text.text()).and_then(|all| {
        let back =
            index.int().unsigned_abs().try_into().ok().and_then(|n| all.len().checked_sub(n));
        let index = if index.int() < 0 { back } else { index.int().try_into().ok() };
        index.and_then(|index: usize| all.get(index).copied())
    });
    Ok(found.map(|raw| to.push_str(raw)))
}

fn array_contains(cells: &[Cell<'_>]) -> Said<bool> {
    let [text, wanted] = cells else { return Ok(None) };
    let found = elements(text.text());
    Ok(found.map(|found| found.iter().any(|raw| plain(raw) == wanted.text())))
}

fn size(cells: &[Cell<'_>]) -> Said<i64> {
    let [text, at] = cells else { return Ok(None) };
    let steps = path(at.text())?;
    let found = find(text.text(), &steps);
    Ok(found.map(|raw| length(raw).unwrap_or(0)))
}

/// The members or elements of a value; `None` if it has none.
pub(crate) fn length(raw: &str) -> Option<i64> {
    let elements = elements(raw).map(|found| found.len());
    elements.or_else(|| members(raw).map(|found| found.len())).map(count)
}

fn parse(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let text = cells.first().map(Cell::text).unwrap_or_default();
    match value(text) {
        Some(text) => to.push_str(text),
        None => {
            let start: String = text.chars().take(40).collect();
            return Err(Error::invalid(format!("json_parse: `{start}` is no JSON")));
        }
    }
    Ok(Some(()))
}

fn format(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    Ok(cells.first().map(|cell| to.push_str(cell.text())))
}

fn is_scalar(cells: &[Cell<'_>]) -> Said<bool> {
    Ok(cells.first().and_then(|cell| value(cell.text())).map(|raw| !is_container(raw)))
}

/// A member of a row: its name is taken in any case, NULL where it is null or not there.
fn field_get(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, name] = cells else { return Ok(None) };
    let exact = json::member(trimmed(text.text()).as_bytes(), name.text()).and_then(to_str);
    let found = exact.or_else(|| {
        let members = members(text.text())?;
        let mut same = members.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name.text()));
        same.next().map(|(_, raw)| *raw)
    });
    Ok(found.filter(|raw| !is_null(raw)).map(|raw| to.push_str(&plain(raw))))
}

/// The value of a key in a map.
fn map_get(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, key] = cells else { return Ok(None) };
    let found = json::member(trimmed(text.text()).as_bytes(), key.text()).and_then(to_str);
    Ok(found.filter(|raw| !is_null(raw)).map(|raw| to.push_str(&plain(raw))))
}

fn map_keys(cells: &[Cell<'_>], to: &mut Vec<Option<String>>) -> Said<()> {
    let found = cells.first().and_then(|cell| members(cell.text()));
    Ok(found.map(|found| to.extend(found.into_iter().map(|(key, _)| Some(key.into_owned())))))
}

fn map_values(cells: &[Cell<'_>], to: &mut Vec<Option<String>>) -> Said<()> {
    let found = cells.first().and_then(|cell| members(cell.text()));
    let text = |raw: &str| (!is_null(raw)).then(|| plain(raw).into_owned());
    Ok(found.map(|found| to.extend(found.into_iter().map(|(_, raw)| text(raw)))))
}

fn to_map(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let text = cells.first().map(Cell::text).unwrap_or_default();
    let is_map = value(text).filter(|text| text.starts_with('{'));
    Ok(is_map.map(|text| to.push_str(text)))
}

/// `map (ARRAY[keys], ARRAY[values])`.
fn map(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [Cell::Texts(keys), Cell::Texts(values)] = cells else { return Ok(None) };
    let keys: Vec<&str> = keys.iter().flatten().collect();
    let values: Vec<Option<&str>> = values.iter().collect();
    if keys.len() != values.len() {
        let (a, b) = (keys.len(), values.len());
        return Err(Error::invalid(format!("map: {a} keys and {b} values")));
    }
    let pairs = keys.into_iter().zip(values).map(|(k, v)| (k.to_owned(), v.into()));
    let object: serde_json::Map<String, serde_json::Value> = pairs.collect();
    to.push_str(&serde_json::Value::Object(object).to_string());
    Ok(Some(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(f: fn(&[Cell<'_>], &mut String) -> Said<()>, args: &[&str]) -> Option<String> {
        let cells: Vec<Cell<'_>> = args.iter().map(|arg| Cell::Text(arg)).collect();
        let mut to = String::new();
        f(&cells, &mut to).unwrap().map(|()| to)
    }

    #[test]
    fn extracts_by_path() {
        let doc = r#"{"a":{"b":[1,"x\"y",null,{"c:d":true}]},"s":"t"}"#;
        for (at, json, scalar) in [
            ("$", Some(doc), None),
            ("$.s", Some("\"t\""), Some("t")),
            ("s", Some("\"t\""), Some("t")),
            ("$.a.b[0]", Some("1"), Some("1")),
            ("$.a[\"b\"][1]", Some("\"x\\\"y\""), Some("x\"y")),
            ("lax $.a.b[2]", Some("null"), None),
            ("$.a.b[3].c:d", Some("true"), Some("true")),
            ("$.a", Some(r#"{"b":[1,"x\"y",null,{"c:d":true}]}"#), None),
            ("$.a.b[9]", None, None),
            ("$.z", None, None),
        ] {
            assert_eq!(text(extract, &[doc, at]).as_deref(), json, "{at}");
            assert_eq!(text(extract_scalar, &[doc, at]).as_deref(), scalar, "{at}");
        }
        assert_eq!(text(extract, &["no json", "$.a"]), None);
    }

    #[test]
    fn refuses_paths_that_it_does_not_read() {
        for at in ["$.a[*]", "$..a", "$.a[", "$a", "$.a[?(@.b)]"] {
            assert!(path(at).is_err(), "{at}: {:?}", path(at));
        }
    }

    #[test]
    fn takes_members_of_rows_in_any_case_and_of_maps_exactly() {
        let doc = r#"{"userName":"x","n":null,"o":{"a":1}}"#;
        assert_eq!(text(field_get, &[doc, "username"]).as_deref(), Some("x"));
        assert_eq!(text(map_get, &[doc, "username"]), None);
        assert_eq!(text(map_get, &[doc, "o"]).as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(text(map_get, &[doc, "n"]), None);
        assert_eq!(text(field_get, &["", "x"]), None);
    }

    #[test]
    fn counts_and_finds_in_arrays() {
        let cells = [Cell::Text(r#"["a",1,[2]]"#), Cell::Text("a")];
        assert_eq!(array_length(&cells).unwrap(), Some(3));
        assert_eq!(array_contains(&cells).unwrap(), Some(true));
        assert_eq!(text(array_get_text, &["[1,2]"]).as_deref(), Some("2"));
        assert_eq!(array_length(&[Cell::Text("{}")]).unwrap(), None);
    }

    fn array_get_text(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
        array_get(&[cells[0].clone(), Cell::Int(-1)], to)
    }
}
