//! A Rust source file as the rules see it: its lines, the same lines with comments and literals
//! blanked, and which of them are production code.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::repository::{Repository, files_below};

/// One Rust file below `src`.
#[derive(Debug, Clone)]
pub(super) struct Source {
    path: String,
    lines: Vec<String>,
    code: Vec<String>,
    production: Vec<bool>,
}

impl Source {
    /// Every Rust file of every package and of the fuzz targets, without test directories.
    pub(super) fn all(repository: &Repository) -> Result<Vec<Self>> {
        let mut sources = Vec::new();
        for directory in repository.sources()? {
            for path in files_below(&directory)? {
                if path.extension().is_some_and(|extension| extension == "rs") {
                    sources.push(Self::read(repository, &path)?);
                }
            }
        }
        Ok(sources)
    }

    fn read(repository: &Repository, path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        Ok(Self::new(&repository.relative(path), &text))
    }

    /// A source from its text.
    pub(super) fn new(path: &str, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let code: Vec<String> = mask(text).lines().map(str::to_owned).collect();
        let production = production_lines(path, &code);
        Self { path: path.to_owned(), lines, code, production }
    }

    /// The path below the top directory.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The crate's directory name: `model` for `crates/model/src/record.rs`.
    pub(super) fn package(&self) -> &str {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next().unwrap_or_default(),
            first => first.unwrap_or_default(),
        }
    }

    /// Lines as written: (number from 1, text), production code only.
    pub(super) fn written(&self) -> impl Iterator<Item = (usize, &str)> {
        self.numbered(&self.lines)
    }

    /// Lines with comments and literals blanked: (number from 1, text), production code only.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.numbered(&self.code)
    }

    /// The line as written at `number`, counted from 1; empty beyond the ends.
    pub(super) fn line(&self, number: usize) -> &str {
        number.checked_sub(1).and_then(|i| self.lines.get(i)).map_or("", String::as_str)
    }

    fn numbered<'a>(&'a self, lines: &'a [String]) -> impl Iterator<Item = (usize, &'a str)> {
        let marks = self.production.iter();
        let numbered = lines.iter().zip(marks).enumerate();
        numbered
            .filter(|(_, (_, mark))| **mark)
            .map(|(index, (line, _))| (index + 1, line.as_str()))
    }
}

/// Marks the lines that are not a `#[cfg(test)]` item.
fn production_lines(path: &str, code: &[String]) -> Vec<bool> {
    let is_test_file = path.ends_with("/tests.rs") || path.contains("/tests/");
    let mut marks = Vec::with_capacity(code.len());
    let mut lines = code.iter();
    while let Some(line) = lines.next() {
        let begins_test = line.trim() == "#[cfg(test)]";
        marks.push(!is_test_file && !begins_test);
        if begins_test {
            let length = item_lines(lines.as_slice());
            marks.extend(lines.by_ref().take(length).map(|_| false));
        }
    }
    marks
}

/// How many lines the item takes that begins here: to its closing brace, or to its semicolon.
fn item_lines(lines: &[String]) -> usize {
    let mut depth = 0_usize;
    for (index, line) in lines.iter().enumerate() {
        let opened = depth > 0 || line.contains('{');
        depth += line.matches('{').count();
        depth = depth.saturating_sub(line.matches('}').count());
        if (opened && depth == 0) || (!opened && line.contains(';')) {
            return index + 1;
        }
    }
    lines.len()
}

/// Blanks comments, strings and characters; line breaks stay where they were.
pub(super) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, is_code) = token(rest, masked.chars().next_back());
        let length = length.clamp(first.len_utf8(), rest.len());
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match is_code {
            true => masked.push_str(piece),
            false => masked.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' })),
        }
        rest = after;
    }
    masked
}

/// The length in bytes of what `rest` starts with, and whether it is code.
fn token(rest: &str, before: Option<char>) -> (usize, bool) {
    let starts_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), false);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), false);
    }
    if let Some(length) = raw_string(rest).filter(|_| starts_word) {
        return (length, false);
    }
    if rest.starts_with('"') {
        return (quoted(rest, '"'), false);
    }
    match rest.starts_with('\'') && is_character(rest) {
        true => (quoted(rest, '\''), false),
        false => (1, true),
    }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        match (tail.starts_with("/*"), tail.starts_with("*/")) {
            (true, _) => depth += 1,
            (_, true) => depth -= 1,
            _ => {
                at += tail.chars().next().map_or(1, char::len_utf8);
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            break;
        }
    }
    at
}

fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let found = body.find(&end)?;
    Some(rest.len() - body.len() + found + end.len())
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, not a lifetime: `'x'` or `'\…'`.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_comments_and_literals_and_keeps_lines() {
        let text = "let a = \"{\"; // {\nlet b = r#\"}\"#; /* { /* } */ */ let c = '{';\n";
        let masked = mask(text);
        assert!(!masked.contains('{') && !masked.contains('}'), "{masked}");
        assert!(masked.contains("let c ="));
        assert_eq!(masked.lines().count(), 2);
    }

    #[test]
    fn takes_a_lifetime_for_code() {
        assert_eq!(mask("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
    }

    #[test]
    fn leaves_test_modules_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        let source = Source::new("crates/model/src/x.rs", text);
        let kept: Vec<&str> = source.code().map(|(_, line)| line).collect();
        assert_eq!(kept, ["fn a() {}", "fn c() {}"]);
    }

    #[test]
    fn leaves_one_line_test_items_out() {
        let text = "#[cfg(test)]\nmod tests;\nfn c() {}\n#[cfg(test)]\nuse a::b;\nfn d() {}\n";
        let source = Source::new("crates/model/src/x.rs", text);
        let kept: Vec<&str> = source.code().map(|(_, line)| line).collect();
        assert_eq!(kept, ["fn c() {}", "fn d() {}"]);
    }

    #[test]
    fn knows_its_package() {
        assert_eq!(Source::new("crates/model/src/x.rs", "").package(), "model");
        assert_eq!(Source::new("xtask/src/main.rs", "").package(), "xtask");
    }
}
