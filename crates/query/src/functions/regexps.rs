//! Regular expressions, matched in linear time: no backtracking, so no look-around and no
//! references to groups within a pattern.

use std::cell::RefCell;
use std::rc::Rc;

use regex::{Regex, RegexBuilder};

use crate::error::{Error, Result};
use crate::functions::scalar::{Cell, Eval, Said, Scalar, Take, room};

pub(crate) static REGEXPS: &[Scalar] = &[
    Scalar::new("regexp_like", &[Take::Text, Take::Text], 2, Eval::Bool(like)),
    Scalar::new("regexp_extract", &[Take::Text, Take::Text, Take::Int], 2, Eval::Text(extract)),
    Scalar::new(
        "regexp_extract_all",
        &[Take::Text, Take::Text, Take::Int],
        2,
        Eval::Texts(extract_all),
    ),
    Scalar::new("regexp_replace", &[Take::Text, Take::Text, Take::Text], 2, Eval::Text(replace)),
    Scalar::new("regexp_split", &[Take::Text, Take::Text], 2, Eval::Texts(split)),
    Scalar::new("regexp_count", &[Take::Text, Take::Text], 2, Eval::Int(count)),
    Scalar::new("regexp_position", &[Take::Text, Take::Text], 2, Eval::Int(position)),
];

/// What a compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 1 << 20;
const KEPT: usize = 16;

thread_local! {
    /// Patterns compiled on this thread, the last used at the end: they are the same for every
    /// row.
    static COMPILED: RefCell<Vec<(String, Rc<Regex>)>> = const { RefCell::new(Vec::new()) };
}

fn compiled(pattern: &str) -> Result<Rc<Regex>> {
    let known = COMPILED.with_borrow(|all| {
        all.iter().rev().find(|(text, _)| text == pattern).map(|(_, regex)| Rc::clone(regex))
    });
    if let Some(regex) = known {
        return Ok(regex);
    }
    let built = RegexBuilder::new(pattern)
        .size_limit(PATTERN_BYTES_MAX)
        .dfa_size_limit(PATTERN_BYTES_MAX)
        .build();
    let regex = Rc::new(built.map_err(|error| refused(pattern, &error))?);
    COMPILED.with_borrow_mut(|all| {
        if all.len() >= KEPT {
            all.remove(0);
        }
        all.push((pattern.to_owned(), Rc::clone(&regex)));
    });
    Ok(regex)
}

fn refused(pattern: &str, error: &regex::Error) -> Error {
    let shown: String = pattern.chars().take(60).collect();
    let text = error.to_string();
    let cause = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
    Error::invalid(format!("`{shown}` is no pattern that we read: {cause}"))
        .hint("look-around and back-references are not matched")
}

fn like(cells: &[Cell<'_>]) -> Said<bool> {
    let [text, pattern] = cells else { return Ok(None) };
    Ok(Some(compiled(pattern.text())?.is_match(text.text())))
}

fn group(cells: &[Cell<'_>], regex: &Regex) -> Result<usize> {
    let asked = cells.get(2).map_or(0, Cell::int);
    let there = usize::try_from(asked).ok().filter(|group| *group < regex.captures_len());
    there.ok_or_else(|| Error::invalid(format!("the pattern has no group {asked}")))
}

fn extract(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let (Some(text), Some(pattern)) = (cells.first(), cells.get(1)) else { return Ok(None) };
    let regex = compiled(pattern.text())?;
    let group = group(cells, &regex)?;
    let found = regex.captures(text.text()).and_then(|found| found.get(group));
    Ok(found.map(|found| to.push_str(found.as_str())))
}

fn extract_all(cells: &[Cell<'_>], to: &mut Vec<Option<String>>) -> Said<()> {
    let (Some(text), Some(pattern)) = (cells.first(), cells.get(1)) else { return Ok(None) };
    let regex = compiled(pattern.text())?;
    let group = group(cells, &regex)?;
    let found = regex.captures_iter(text.text());
    to.extend(found.map(|found| found.get(group).map(|found| found.as_str().to_owned())));
    Ok(Some(()))
}

/// Groups are written `$1` and `${name}` in the replacement, and `\$` is a dollar.
fn replace(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let (Some(text), Some(pattern)) = (cells.first(), cells.get(1)) else { return Ok(None) };
    let with = cells.get(2).map_or("", Cell::text).replace("\\$", "$$").replace("\\\\", "\\");
    let regex = compiled(pattern.text())?;
    let mut end = 0;
    for found in regex.captures_iter(text.text()) {
        let Some(whole) = found.get(0) else { continue };
        to.push_str(text.text().get(end..whole.start()).unwrap_or_default());
        found.expand(&with, to);
        end = whole.end();
        room(to.len())?;
    }
    to.push_str(text.text().get(end..).unwrap_or_default());
    Ok(Some(()))
}

fn split(cells: &[Cell<'_>], to: &mut Vec<Option<String>>) -> Said<()> {
    let [text, pattern] = cells else { return Ok(None) };
    let regex = compiled(pattern.text())?;
    to.extend(regex.split(text.text()).map(|piece| Some(piece.to_owned())));
    Ok(Some(()))
}

fn count(cells: &[Cell<'_>]) -> Said<i64> {
    let [text, pattern] = cells else { return Ok(None) };
    Ok(i64::try_from(compiled(pattern.text())?.find_iter(text.text()).count()).ok())
}

fn position(cells: &[Cell<'_>]) -> Said<i64> {
    let [text, pattern] = cells else { return Ok(None) };
    let found = compiled(pattern.text())?.find(text.text()).map(|found| found.start());
    let before = found.and_then(|start| text.text().get(..start));
    Ok(Some(before.map_or(-1, |b| i64::try_from(b.chars().count() + 1).unwrap_or(-1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(f: fn(&[Cell<'_>], &mut String) -> Said<()>, cells: &[Cell<'_>]) -> Option<String> {
        let mut to = String::new();
        f(cells, &mut to).unwrap().map(|()| to)
    }

    #[test]
    fn matches_extracts_and_replaces() {
        let t = Cell::Text;
        assert_eq!(like(&[t("DeleteTrail"), t("^(Delete|Stop)")]).unwrap(), Some(true));
        let cells = [t("role/a/b"), t("role/([^/]+)"), Cell::Int(1)];
        assert_eq!(said(extract, &cells).as_deref(), Some("a"));
        assert_eq!(said(extract, &[t("x"), t("y")]), None);
        let cells = [t("a1b22"), t("([0-9]+)"), t("<$1>")];
        assert_eq!(said(replace, &cells).as_deref(), Some("a<1>b<22>"));
        assert_eq!(count(&[t("a1b22"), t("[0-9]")]).unwrap(), Some(3));
        assert_eq!(position(&[t("äb1"), t("[0-9]")]).unwrap(), Some(3));
    }

    #[test]
    fn explains_patterns_that_it_cannot_match() {
        for pattern in ["(?=x)", "(a)\\1", "(", "a{1000000}"] {
            let said = like(&[Cell::Text("x"), Cell::Text(pattern)]).unwrap_err().to_string();
            assert!(said.contains("no pattern that we read"), "{said}");
        }
        let asked = [Cell::Text("x"), Cell::Text("x"), Cell::Int(1)];
        assert!(extract(&asked, &mut String::new()).is_err());
    }
}
