//! Lake's SQL: read, checked, and rewritten to the columns that the table has.

mod access;
mod build;
mod calls;
mod expressions;
mod from;
mod literals;
mod names;
mod rewriter;
mod select;
mod statement;
mod trino;
mod words;

use datafusion::sql::sqlparser::tokenizer::Span;

use crate::error::Place;

pub(crate) use rewriter::{Rewriter, Rewritten, Scan, ordinal};
pub(crate) use statement::parse;
pub(crate) use words::tokens;

pub(crate) fn place(line: u64, column: u64) -> Option<Place> {
    (line > 0).then_some(Place { line, column })
}

pub(crate) fn place_of(span: Span) -> Option<Place> {
    place(span.start.line, span.start.column)
}

/// A statement over one table, rewritten.
#[cfg(test)]
pub(crate) fn read(sql: &str) -> datafusion::sql::sqlparser::ast::Statement {
    let query = parse(sql, &crate::gate::Gate::default()).unwrap();
    let rewritten = Rewriter::new(&|_| Ok(0), "2026-11-20".to_owned(), 16).statement(query);
    rewritten.unwrap().statement
}
