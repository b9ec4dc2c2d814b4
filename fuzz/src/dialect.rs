//! As much of the crate `query`'s module of this name as reads a statement; what rewrites it
//! needs the engine.

use crate::error::Place;
use sqlparser::tokenizer::Span;

#[path = "../../crates/query/src/dialect/statement.rs"]
mod statement;
#[path = "../../crates/query/src/dialect/trino.rs"]
mod trino;
#[path = "../../crates/query/src/dialect/words.rs"]
mod words;

pub(crate) use statement::parse;
pub(crate) use words::tokens;

pub(crate) fn place(line: u64, column: u64) -> Option<Place> {
    (line > 0).then_some(Place { line, column })
}

pub(crate) fn place_of(span: Span) -> Option<Place> {
    place(span.start.line, span.start.column)
}
