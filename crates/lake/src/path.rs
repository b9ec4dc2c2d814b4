//! Where in records a value stands, by names.

use model::{Field, json};

/// A place within records. There may be several ways to it; the first that leads to something
/// other than `null` counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    ways: Vec<Vec<String>>,
    as_json: bool,
    /// What the first way leads to.
    first: Option<Field>,
}

impl Path {
    /// The text at the end of one of `ways`: keys from the record's top on, spelled as there. A
    /// key in decimal digits finds an element of an array, counted from 0. Values that are no
    /// strings are given as JSON.
    pub fn text(ways: Vec<Vec<String>>) -> Self {
        let first = ways.first().and_then(|way| Field::from_path(&way.join(".")));
        Self { ways, as_json: false, first }
    }

    /// As [`Path::text`], but strings are given as JSON, too: quotes and escapes as they stand.
    pub const fn json(ways: Vec<Vec<String>>) -> Self {
        Self { ways, as_json: true, first: None }
    }

    pub(crate) const fn as_json(&self) -> bool {
        self.as_json
    }

    pub(crate) fn ways(&self) -> &[Vec<String>] {
        &self.ways
    }

    /// The field of codes that the first way leads to, where its texts are wanted.
    pub(crate) fn field(&self) -> Option<Field> {
        self.first_field().filter(|field| field.coded())
    }

    /// The field that the first way leads to, where its texts are wanted.
    pub(crate) const fn first_field(&self) -> Option<Field> {
        self.first
    }

    /// The last key of each way.
    pub(crate) fn last_keys(&self) -> impl Iterator<Item = &str> {
        self.ways.iter().filter_map(|way| way.last()).map(String::as_str)
    }

    /// Writes the value that the JSON `record` has here behind `out`; `false`: it has none.
    pub(crate) fn read(&self, record: &[u8], out: &mut Vec<u8>) -> bool {
        let found = self.ways.iter().find_map(|way| step(record, way).filter(|v| *v != b"null"));
        found.is_some_and(|value| put(value, self.as_json, out))
    }
}

/// The value below `raw` that `keys` lead to.
pub(crate) fn step<'a>(raw: &'a [u8], keys: &[String]) -> Option<&'a [u8]> {
    keys.iter().try_fold(raw, |raw, key| match raw.first() {
        Some(b'[') => json::items(raw).nth(key.parse().ok()?),
        _ => json::member(raw, key),
    })
}

/// Writes a JSON value behind `out`, strings as text unless `as_json`; `false` for `null`.
pub(crate) fn put(value: &[u8], as_json: bool, out: &mut Vec<u8>) -> bool {
    match value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) {
        Some(inner) if !as_json => put_text(inner, out),
        _ if value == b"null" => return false,
        _ => out.extend_from_slice(value),
    }
    true
}

/// Writes the inside of a JSON string behind `out`, its escapes undone.
pub(crate) fn put_text(inner: &[u8], out: &mut Vec<u8>) {
    match json::unescape(inner) {
        Some(text) if inner.contains(&b'\\') => out.extend_from_slice(text.as_bytes()),
        _ => out.extend_from_slice(inner),
    }
}
