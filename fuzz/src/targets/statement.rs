//! Lake's SQL, as far as it goes before the engine: the gate, and the parser behind it.
//!
//! Claims: what the gate lets through, the parser reads or refuses without following its nesting
//! too deep; a refusal has a place within the text, and is one line; a new line in front moves
//! every place by one and changes nothing else.

use crate::dialect::{parse, tokens};
use crate::error::Error;
use crate::gate::Gate;

/// One a line.
const STATEMENTS: &str = include_str!("../../seeds/statements.sql");

pub(crate) fn run(data: &[u8]) {
    let Ok(sql) = str::from_utf8(data) else { return };
    let gate = Gate::default();
    let answer = parse(sql, &gate);
    match &answer {
        Ok(query) => {
            assert!(sql.chars().count() <= gate.chars_max);
            assert!(!query.to_string().is_empty());
        }
        Err(error) => check(error, sql),
    }
    if sql.chars().count() < gate.chars_max {
        moved(sql, &gate, answer.map(|query| query.to_string()));
    }
    let _ = tokens(sql);
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let deep = format!("SELECT {}1{}", "(".repeat(40), ")".repeat(40));
    let long = format!("SELECT 1 WHERE {}1=1", "a OR ".repeat(200));
    let mut seeds = vec![deep, long];
    seeds.extend(STATEMENTS.lines().map(str::to_owned));
    seeds.into_iter().map(String::into_bytes).collect()
}

fn check(error: &Error, sql: &str) {
    assert!(!error.message.is_empty());
    let Some(place) = error.place else { return };
    let lines = sql.split('\n').count() as u64;
    assert!(place.line <= lines, "{place} of {lines} lines");
}

fn moved(sql: &str, gate: &Gate, before: Result<String, Error>) {
    let after = parse(&format!("\n{sql}"), gate).map(|query| query.to_string());
    match (before, after) {
        (Ok(before), Ok(after)) => assert_eq!(before, after),
        (Err(before), Err(after)) => {
            assert_eq!((before.kind, &before.message), (after.kind, &after.message));
            let next = before.place.map(|place| (place.line + 1, place.column));
            assert_eq!(next, after.place.map(|place| (place.line, place.column)));
        }
        (before, after) => panic!("a new line changes the answer: {before:?}, {after:?}"),
    }
}
