//! Functions over text. Those that can make long texts of short ones stop at
//! [`TEXT_BYTES_MAX`](crate::functions::scalar::TEXT_BYTES_MAX).

use crate::error::{Error, Result};
use crate::functions::scalar::{Cell, Eval, Said, Scalar, Take, room};

pub(crate) static TEXT: &[Scalar] = &[
    Scalar { rest: true, ..Scalar::new("concat", &[Take::Text], 1, Eval::Text(concat)) },
    Scalar {
        rest: true,
        nulls: true,
        ..Scalar::new("concat_ws", &[Take::Text, Take::Text], 2, Eval::Text(concat_ws))
    },
    Scalar::new("repeat", &[Take::Text, Take::Int], 2, Eval::Text(repeat)),
    Scalar::new("lpad", &[Take::Text, Take::Int, Take::Text], 3, Eval::Text(lpad)),
    Scalar::new("rpad", &[Take::Text, Take::Int, Take::Text], 3, Eval::Text(rpad)),
    Scalar::new("replace", &[Take::Text, Take::Text, Take::Text], 2, Eval::Text(replace)),
    Scalar::new("split", &[Take::Text, Take::Text, Take::Int], 2, Eval::Texts(split)),
    Scalar::new("split_part", &[Take::Text, Take::Text, Take::Int], 3, Eval::Text(split_part)),
    Scalar::new("strpos", &[Take::Text, Take::Text], 2, Eval::Int(strpos)),
    Scalar::new("codepoint", &[Take::Text], 1, Eval::Int(codepoint)),
    Scalar::new("array_join", &[Take::Texts, Take::Text, Take::Text], 2, Eval::Text(array_join)),
    Scalar::new("levenshtein_distance", &[Take::Text, Take::Text], 2, Eval::Int(levenshtein)),
    Scalar::new("hamming_distance", &[Take::Text, Take::Text], 2, Eval::Int(hamming)),
];

fn concat(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    room(cells.iter().map(|cell| cell.text().len()).sum())?;
    cells.iter().for_each(|cell| to.push_str(cell.text()));
    Ok(Some(()))
}

fn concat_ws(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let Some((Cell::Text(separator), rest)) = cells.split_first() else { return Ok(None) };
    let there = rest.iter().filter(|cell| matches!(cell, Cell::Text(_)));
    for (index, cell) in there.enumerate() {
        room(to.len() + separator.len() + cell.text().len())?;
        if index > 0 {
            to.push_str(separator);
        }
        to.push_str(cell.text());
    }
    Ok(Some(()))
}

/// A length given by the user.
fn length(given: i64) -> Result<usize> {
    usize::try_from(given).map_err(|_| Error::invalid(format!("`{given}` is no length")))
}

fn repeat(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, times] = cells else { return Ok(None) };
    let times = length(times.int())?;
    room(text.text().len().saturating_mul(times))?;
    (0..times).for_each(|_| to.push_str(text.text()));
    Ok(Some(()))
}

fn lpad(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    pad(cells, to, true)
}

fn rpad(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    pad(cells, to, false)
}

fn pad(cells: &[Cell<'_>], to: &mut String, left: bool) -> Said<()> {
    let [text, size, with] = cells else { return Ok(None) };
    let size = length(size.int())?;
    room(size)?;
    if with.text().is_empty() {
        return Err(Error::invalid("padding with nothing: give lpad or rpad some text"));
    }
    let missing = size.saturating_sub(text.text().chars().count());
    let padding = with.text().chars().cycle().take(missing);
    match left {
        true => {
            to.extend(padding);
            to.extend(text.text().chars().take(size));
        }
        false => {
            to.extend(text.text().chars().take(size));
            to.extend(padding);
        }
    }
    Ok(Some(()))
}

fn replace(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let (text, what) = match cells {
        [text, what] | [text, what, _] => (text.text(), what.text()),
        _ => return Ok(None),
    };
    let with = cells.get(2).map_or("", Cell::text);
    for (index, piece) in text.split(what).enumerate() {
        room(to.len() + with.len() + piece.len())?;
        if index > 0 {
            to.push_str(with);
        }
        to.push_str(piece);
    }
    Ok(Some(()))
}

fn split(cells: &[Cell<'_>], to: &mut Vec<Option<String>>) -> Said<()> {
    let (Some(text), Some(by)) = (cells.first(), cells.get(1)) else { return Ok(None) };
    if by.text().is_empty() {
        return Err(Error::invalid("split: the delimiter is empty"));
    }
    let limit = cells.get(2).map_or(Ok(usize::MAX), |cell| length(cell.int()))?;
    to.extend(text.text().splitn(limit, by.text()).map(|piece| Some(piece.to_owned())));
    Ok(Some(()))
}

fn split_part(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, by, index] = cells else { return Ok(None) };
    if by.text().is_empty() || index.int() < 1 {
        return Err(Error::invalid("split_part: the delimiter is empty or the index below 1"));
    }
    let piece = text.text().split(by.text()).nth(length(index.int())? - 1);
    Ok(piece.map(|piece| to.push_str(piece)))
}

fn strpos(cells: &[Cell<'_>]) -> Said<i64> {
    let [text, what] = cells else { return Ok(None) };
    let found = text.text().split_once(what.text());
    let place = found.map_or(0, |(before, _)| before.chars().count() + 1);
    Ok(i64::try_from(place).ok())
}

fn codepoint(cells: &[Cell<'_>]) -> Said<i64> {
    Ok(cells.first().and_then(|cell| cell.text().chars().next()).map(|c| i64::from(u32::from(c))))
}

fn array_join(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let Some(Cell::Texts(items)) = cells.first() else { return Ok(None) };
    let separator = cells.get(1).map_or("", Cell::text);
    let missing = cells.get(2).map(Cell::text);
    let mut first = true;
    for item in items.iter().filter_map(|item| item.or(missing)) {
        room(to.len() + separator.len() + item.len())?;
        if !std::mem::take(&mut first) {
            to.push_str(separator);
        }
        to.push_str(item);
    }
    Ok(Some(()))
}

/// Work that one comparison of texts may take.
const EDITS_MAX: usize = 1 << 24;

fn levenshtein(cells: &[Cell<'_>]) -> Said<i64> {
    let [a, b] = cells else { return Ok(None) };
    let b: Vec<char> = b.text().chars().collect();
    if a.text().chars().count().saturating_mul(b.len()) > EDITS_MAX {
        return Err(Error::invalid("levenshtein_distance: the texts are too long"));
    }
    let mut row: Vec<i64> = (0..=b.len()).filter_map(|n| i64::try_from(n).ok()).collect();
    for (index, x) in a.text().chars().enumerate() {
        let mut before = row.first().copied().unwrap_or_default();
        let mut left = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        row.iter_mut().take(1).for_each(|first| *first = left);
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let changed = before + i64::from(x != *y);
            before = *cell;
            left = changed.min(before + 1).min(left + 1);
            *cell = left;
        }
    }
    Ok(row.last().copied())
}

fn hamming(cells: &[Cell<'_>]) -> Said<i64> {
    let [a, b] = cells else { return Ok(None) };
    let (a, b) = (a.text(), b.text());
    if a.chars().count() != b.chars().count() {
        return Err(Error::invalid("hamming_distance: texts of different lengths"));
    }
    let different = a.chars().zip(b.chars()).filter(|(x, y)| x != y).count();
    Ok(i64::try_from(different).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(f: fn(&[Cell<'_>], &mut String) -> Said<()>, cells: &[Cell<'_>]) -> String {
        let mut to = String::new();
        f(cells, &mut to).unwrap().map_or("NULL".to_owned(), |()| to)
    }

    #[test]
    fn makes_text() {
        let t = Cell::Text;
        assert_eq!(said(repeat, &[t("ab"), Cell::Int(3)]), "ababab");
        assert_eq!(said(lpad, &[t("7"), Cell::Int(3), t("01")]), "017");
        assert_eq!(said(rpad, &[t("long"), Cell::Int(2), t("x")]), "lo");
        assert_eq!(said(replace, &[t("a-b-c"), t("-")]), "abc");
        assert_eq!(said(split_part, &[t("a,b"), t(","), Cell::Int(2)]), "b");
        assert_eq!(said(split_part, &[t("a,b"), t(","), Cell::Int(3)]), "NULL");
        assert_eq!(said(concat_ws, &[t("-"), t("a"), Cell::Null, t("b")]), "a-b");
        assert_eq!(levenshtein(&[t("kitten"), t("sitting")]).unwrap(), Some(3));
        assert_eq!(levenshtein(&[t(""), t("äb")]).unwrap(), Some(2));
        assert_eq!(strpos(&[t("äbc"), t("c")]).unwrap(), Some(3));
        assert_eq!(strpos(&[t("abc"), t("z")]).unwrap(), Some(0));
    }

    #[test]
    fn stops_before_texts_get_long() {
        let long = "x".repeat(600_000);
        let mut to = String::new();
        assert!(repeat(&[Cell::Text("x"), Cell::Int(1_000_000_000)], &mut to).is_err());
        assert!(lpad(&[Cell::Text("x"), Cell::Int(i64::MAX), Cell::Text("x")], &mut to).is_err());
        assert!(concat(&[Cell::Text(&long), Cell::Text(&long)], &mut to).is_err());
        let cells = [Cell::Text(&long), Cell::Text(""), Cell::Text("yyyy")];
        assert!(replace(&cells, &mut to).is_err());
        assert!(repeat(&[Cell::Text("x"), Cell::Int(-1)], &mut to).is_err());
    }
}
