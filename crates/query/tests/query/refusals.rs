//! What is refused, and in which words.

use crate::lab::ask;
use query::ErrorKind;

fn check(sql: &str, kind: ErrorKind, said: &str) {
    match ask(sql) {
        Ok(answer) => panic!("{sql}: answered {}", answer.text()),
        Err(error) => {
            assert!(error.to_string().contains(said), "{sql}: {error}");
            assert_eq!(error.kind, kind, "{sql}: {error}");
        }
    }
}

#[test]
fn names_the_place_and_the_nearest_name() {
    use ErrorKind::{Invalid, Syntax, UnknownColumn, UnknownFunction, UnknownTable};
    for (sql, kind, said) in [
        ("SELECT a\nFROM WHERE", Syntax, "line 2, column 6: expected"),
        (
            "SELECT evntName FROM events",
            UnknownColumn,
            "line 1, column 8: there is no column `evntName`; did you mean `eventName`?",
        ),
        ("SELECT userIdentity.arm FROM events", UnknownColumn, "did you mean `userIdentity.arn`?"),
        ("SELECT e.evntName FROM events e", UnknownColumn, "did you mean `eventName`?"),
        ("SELECT eventName.x FROM events", UnknownColumn, "there is no column `eventName.x`"),
        (
            "SELECT x.a FROM (SELECT eventName AS b FROM events) x",
            UnknownColumn,
            "there is no column `a`",
        ),
        (
            "SELECT eventName AS n FROM events WHERE n = 'x'",
            UnknownColumn,
            "there is no column `n`",
        ),
        ("SELECT \"some text\" FROM events", UnknownColumn, "text is written in single quotes"),
        (
            "SELECT count_iff(readOnly) FROM events",
            UnknownFunction,
            "line 1, column 8: there is no function `count_iff`; did you mean `count_if`?",
        ),
        (
            "SELECT 1 FROM event",
            UnknownTable,
            "line 1, column 15: there is no event data store or table `event`; did you mean `events`?",
        ),
        ("SELECT 1 FROM default.awsconfig", UnknownTable, "`default.awsconfig`"),
        (
            "SELECT eventName FROM events a, events b",
            Invalid,
            "line 1, column 8: `eventName` is a column of more than one table",
        ),
        ("SELECT 1 FROM events, events", Invalid, "`events` stands twice"),
        ("SELECT 1 FROM events WHERE eventTime > 'yesterday'", Invalid, "`yesterday` is no time"),
        ("SELECT eventName, count(*) FROM events", Invalid, "GROUP BY"),
        ("SELECT 1 UNION SELECT 1, 2", Invalid, "1 and 2 columns"),
        ("SELECT 1 ORDER BY 2", Invalid, "the result has 1 columns"),
        ("SELECT upper(eventTime) FROM events", Invalid, "'upper' requires String"),
        ("SELECT split_part('a') FROM events", Invalid, "`split_part` takes 3 arguments, not 1"),
        ("SELECT if(true) FROM events", Invalid, "write if(condition, a [, b])"),
        ("SELECT rank() FROM events", Invalid, "`rank` needs OVER"),
        ("SELECT cast('x' AS bigint) FROM events", Invalid, "x"),
        ("SELECT 1 / 0 FROM events", Invalid, "zero"),
    ] {
        check(sql, kind, said);
    }
}

#[test]
fn refuses_by_name_what_is_not_done() {
    for (sql, said) in [
        ("WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t", "`WITH RECURSIVE` is not supported"),
        (
            "SELECT reduce(ARRAY[1], 0, (s, x) -> s + x, s -> s) FROM events",
            "the function `reduce` is not supported",
        ),
        (
            "SELECT map_agg(eventName, 1) FROM events",
            "the function `map_agg` is not supported: maps are JSON here",
        ),
        ("SELECT random() FROM events", "`random` is not supported"),
        (
            "SELECT eventTime AT TIME ZONE 'Asia/Tokyo' FROM events",
            "`AT TIME ZONE` is not supported: all times are UTC",
        ),
        ("SELECT * FROM events NATURAL JOIN events b", "`NATURAL JOIN` is not supported"),
        ("SELECT * FROM events, LATERAL (SELECT 1) t", "`LATERAL` is not supported"),
        ("SELECT * FROM generate_series(1, 10)", "not supported"),
        ("SELECT * FROM events TABLESAMPLE BERNOULLI (10)", "not supported"),
        ("VALUES (1)", "`VALUES` as a query is not supported"),
        ("SELECT cast(eventName AS blob) FROM events", "CAST to `BLOB` is not supported"),
        ("SELECT * INTO x FROM events", "`SELECT INTO` is not supported"),
        ("SELECT eventName FROM events FOR UPDATE", "`FOR UPDATE` is not supported"),
        ("SELECT try(1 / 0) FROM events", "`try` of this is not supported"),
        ("SELECT 1 WHERE 1 = ANY (SELECT 1)", "not supported"),
    ] {
        check(sql, ErrorKind::Refused, said);
    }
}

#[test]
fn lets_nothing_but_questions_in() {
    for sql in [
        "INSERT INTO events VALUES (1)",
        "DELETE FROM events",
        "CREATE TABLE x (a int)",
        "COPY events TO '/tmp/x'",
        "SHOW TABLES",
        "SET datafusion.execution.target_partitions = 1",
        "EXPLAIN SELECT 1",
        "DESCRIBE events",
        "SELECT 1; DROP TABLE events",
    ] {
        check(sql, ErrorKind::Syntax, "");
    }
    for sql in [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM datafusion.public.scan_s1",
    ] {
        let error = ask(sql).map(|answer| answer.text()).unwrap_err();
        assert!(
            matches!(error.kind, ErrorKind::UnknownTable | ErrorKind::Syntax),
            "{sql}: {error}"
        );
    }
    for function in [
        "current_database()",
        "arrow_cast('a', 'Binary')",
        "input_file_name()",
        "get_field(a, 'b')",
    ] {
        check(
            &format!("SELECT {function} FROM events"),
            ErrorKind::UnknownFunction,
            "there is no function",
        );
    }
}
