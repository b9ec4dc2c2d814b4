//! Lake's SQL, as far as it goes before the engine: the gate, and the parser behind it.
//!
//! Claims: what the gate lets through, the parser reads or refuses without following its nesting
//! too deep; a refusal has a place within the text, and is one line; a new line in front moves
//! every place by one and changes nothing else.

use crate::dialect::{parse, tokens};
use crate::error::Error;
use crate::gate::Gate;

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
    for sql in [
        "SELECT eventName, count(*) AS n FROM events WHERE eventTime > '2026-01-01 00:00:00' GROUP BY 1 ORDER BY n DESC LIMIT 10",
        "SELECT requestParameters['x'] FROM 11111111-2222-3333-4444-555555555555 WHERE userIdentity.arn LIKE '%a%'",
        "WITH a AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM a JOIN events ON a.x = events.y",
        "SELECT transform(a, x -> x.b), filter(a, (x) -> x > 1) FROM events CROSS JOIN UNNEST(resources) AS t(x)",
        "SELECT CASE WHEN a THEN 1 ELSE NULL END, try_cast(a AS array(varchar)), INTERVAL '7' DAY",
        "SELECT element_at(resources, 1).arn FROM \"a b\" FETCH FIRST 3 ROWS ONLY -- end",
        "SELECT rank() OVER (PARTITION BY b ORDER BY c NULLS LAST) FROM e /* x */ WHERE a IN (1, 2) AND b BETWEEN 1 AND 2",
        "SELECT a FROM eORDER BY aLIMIT 5; ",
        "VALUES (1, 'a''b', X'00', 1.5e9, TRUE)",
    ] {
        seeds.push(sql.to_owned());
    }
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
