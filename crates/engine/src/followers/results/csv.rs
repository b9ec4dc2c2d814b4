//! The rows of an answer as CSV (RFC 4180), a file at a time.

use crate::error::Error;
use crate::queries::RowPlace;
use crate::queries::registry;
use crate::shared::Shared;
use formats::Gzip;
use model::resource::Query;

/// Rows read at one time.
const PAGE: usize = 1_000;

/// A file of rows.
#[derive(Debug)]
pub(super) struct Rows {
    /// Compressed.
    pub(super) bytes: Vec<u8>,
    /// Where the next file begins; `None` where there is nothing more.
    pub(super) next: Option<RowPlace>,
}

/// The rows from `from` on, below a line of the columns' names.
pub(super) fn file(
    shared: &Shared,
    query: &Query,
    mut from: Option<RowPlace>,
) -> Result<Rows, Error> {
    let mut gzip = Gzip::default();
    let mut line = Vec::new();
    put(&mut line, query.columns.iter().map(|name| Some(name.as_str())));
    gzip.push(&line);
    let mut text = line.len();
    while text < shared.settings.result_bytes {
        let page = registry::rows(shared, &query.id, from, PAGE)?;
        for row in &page.rows {
            line.clear();
            put(&mut line, row.iter().map(Option::as_deref));
            gzip.push(&line);
            text += line.len();
        }
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    Ok(Rows { bytes: gzip.finish(), next: from })
}

/// One line. NULL is nothing, an empty text is `""`.
fn put<'a>(line: &mut Vec<u8>, values: impl Iterator<Item = Option<&'a str>>) {
    for (place, value) in values.enumerate() {
        if place > 0 {
            line.push(b',');
        }
        value.into_iter().for_each(|value| put_value(line, value));
    }
    line.extend_from_slice(b"\r\n");
}

fn put_value(line: &mut Vec<u8>, value: &str) {
    let is_plain = |b: u8| !matches!(b, b'"' | b',' | b'\r' | b'\n');
    if !value.is_empty() && value.bytes().all(is_plain) {
        return line.extend_from_slice(value.as_bytes());
    }
    line.push(b'"');
    for piece in value.split_inclusive('"') {
        line.extend_from_slice(piece.as_bytes());
        if piece.ends_with('"') {
            line.push(b'"');
        }
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_they_must_be() {
        let check = |values: &[Option<&str>], expected: &str| {
            let mut line = Vec::new();
            put(&mut line, values.iter().copied());
            assert_eq!(String::from_utf8(line).unwrap(), expected);
        };
        check(&[Some("a"), None, Some("b c")], "a,,b c\r\n");
        check(
            &[Some("a,b"), Some("say \"wuff\""), Some("")],
            "\"a,b\",\"say \"\"wuff\"\"\",\"\"\r\n",
        );
        check(&[Some("two\nlines"), Some("\"")], "\"two\nlines\",\"\"\"\"\r\n");
    }
}
