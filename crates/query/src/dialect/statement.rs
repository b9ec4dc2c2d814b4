//! One statement, from its text to its syntax tree.

use datafusion::sql::sqlparser::ast::{Query, Statement};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};

use crate::dialect::{place, tokens, trino};
use crate::error::{Error, Place, Result};
use crate::gate::Gate;

/// Reads `sql`, which must be one SELECT within the limits of `gate`.
pub(crate) fn parse(sql: &str, gate: &Gate) -> Result<Box<Query>> {
    gate.text(sql)?;
    let tokens = tokens(sql)?;
    gate.tokens(&tokens)?;
    let parser = Parser::new(&trino::Trino)
        .with_recursion_limit(gate.brackets_deep_max + gate.operators_deep_max)
        .with_tokens_with_locations(tokens)
        .parse_statements();
    match parser.map_err(|error| syntax(&error))?.pop() {
        Some(Statement::Query(query)) => Ok(query),
        _ => Err(Error::syntax("this is no question").hint("only SELECT is answered")),
    }
}

fn syntax(error: &ParserError) -> Error {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "too deeply nested",
    };
    let (message, at) = located(text);
    let error = Error::syntax(message).at(at);
    match text.contains("found: EOF") {
        true => error.hint("the statement ends too early"),
        false => error,
    }
}

/// Takes `… at Line: 3, Column: 14` off the end of the parser's message.
fn located(text: &str) -> (String, Option<Place>) {
    let Some((message, at)) = text.rsplit_once(" at Line: ") else {
        return (lowered(text), None);
    };
    let mut numbers = at.split(", Column: ").map(|n| n.trim().parse().unwrap_or(0));
    let found = place(numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    (lowered(message), found)
}

/// `Expected: an expression, found: FROM` to `expected an expression, found `FROM``.
fn lowered(message: &str) -> String {
    let text = message.replacen("Expected: ", "expected ", 1);
    match text.split_once(", found: ") {
        Some((expected, "EOF")) => format!("{expected}, found the end"),
        Some((expected, found)) => format!("{expected}, found `{found}`"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(sql: &str) -> String {
        parse(sql, &Gate::default()).map(|q| q.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn says_what_was_expected_and_where() {
        assert_eq!(
            complaint("SELECT a\nFROM WHERE x"),
            "line 2, column 6: expected a table, found `WHERE`; \
             write an event data store's id or `events`"
        );
        assert_eq!(
            complaint("SELECT a +\n, b FROM events"),
            "line 2, column 1: expected an expression, found `,`"
        );
        assert_eq!(
            complaint("SELECT a FROM"),
            "expected identifier, found the end; the statement ends too early"
        );
    }

    #[test]
    fn reads_what_people_write_for_lake() {
        for sql in [
            "SELECT requestParameters['x'] FROM 11111111-2222-3333-4444-555555555555",
            "SELECT transform(a, x -> x.b), filter(a, (x) -> x > 1) FROM events",
            "SELECT x FROM events CROSS JOIN UNNEST(resources) AS t(x)",
            "SELECT date_add('day', -7, now()), INTERVAL '7' DAY, timestamp '2026-01-01'",
            "SELECT try_cast(a AS bigint), cast(b AS array(varchar)), cast(c AS map(varchar, json))",
            "SELECT element_at(resources, 1).arn FROM events FETCH FIRST 3 ROWS ONLY",
            "SELECT count(*) FILTER (WHERE a IS NOT DISTINCT FROM b) FROM e GROUP BY 1",
            "SELECT count_if(a), rank() OVER (PARTITION BY b ORDER BY c NULLS LAST) FROM e",
            "SELECT listagg(a, ',') WITHIN GROUP (ORDER BY b) FROM e",
            "SELECT json_extract_scalar(a, '$.b') AT TIME ZONE 'UTC' FROM e",
        ] {
            assert!(parse(sql, &Gate::default()).is_ok(), "{sql}: {}", complaint(sql));
        }
    }
}
