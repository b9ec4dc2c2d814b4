//! Statements that would kill a careless server: each ends with an answer or an error that says
//! why, in time and within its memory, and the next one is answered.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::lab::{Lab, ask_of, limits, records};
use query::{ErrorKind, Gate, Limits, Tables};
use serde_json::json;

const RECORDS: usize = 2_000;

fn lab() -> Arc<dyn Tables> {
    static LAB: OnceLock<Arc<Lab>> = OnceLock::new();
    let lab = LAB.get_or_init(|| {
        let all = (0..RECORDS).map(|n| {
            let mut record = records()[n % 12].clone();
            record["eventID"] = json!(format!("{n:08x}-0000-4000-a000-000000000000"));
            record["userAgent"] = json!("a".repeat(200));
            record
        });
        Arc::new(Lab::of(all.collect()))
    });
    Arc::clone(lab) as _
}

fn narrow() -> Limits {
    let gate = Gate { chars_max: 1_000_000, ..Gate::default() };
    Limits {
        gate,
        memory_bytes: 64 << 20,
        timeout: Duration::from_secs(3),
        rows_max: 1_000_000,
        result_bytes_max: 256 << 20,
        ..limits()
    }
}

fn times(text: &str, count: usize) -> String {
    text.repeat(count)
}

fn list(count: usize, item: impl Fn(usize) -> String, between: &str) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(between)
}

/// Long, deep and wide texts.
fn shapes() -> Vec<String> {
    let n = |n: usize| n.to_string();
    vec![
        format!("SELECT {}", list(2_000, n, "+")),
        format!("SELECT {}", list(390, n, "+")),
        format!(
            "SELECT 1 FROM events WHERE {}",
            list(20_000, |i| format!("eventName = 'x{i}'"), " OR ")
        ),
        format!(
            "SELECT 1 FROM events WHERE {}",
            list(190, |i| format!("eventName = 'x{i}'"), " OR ")
        ),
        format!(
            "SELECT 1 FROM events WHERE {}",
            list(190, |i| format!("eventName <> 'x{i}'"), " AND ")
        ),
        list(3_000, |_| "SELECT 1".to_owned(), " UNION ALL "),
        list(48, |_| "SELECT eventName FROM events".to_owned(), " UNION "),
        format!(
            "SELECT count(*) FROM events t0 {}",
            list(500, |i| format!("JOIN events j{i} ON true"), " ")
        ),
        format!(
            "SELECT count(*) FROM events t0 {}",
            list(40, |i| format!("JOIN events j{i} ON j{i}.eventID = t0.eventID"), " ")
        ),
        format!("SELECT {}1{}", times("CASE WHEN true THEN ", 300), times(" ELSE 0 END", 300)),
        format!("SELECT {}1{}", times("CASE WHEN readOnly THEN ", 40), times(" ELSE 0 END", 40))
            + " FROM events",
        format!("SELECT {}1{}", times("(", 10_000), times(")", 10_000)),
        format!("SELECT {}1{}", times("(", 40), times(")", 40)),
        format!("SELECT {}true", times("NOT ", 5_000)),
        format!("SELECT {}1", times("- ", 5_000)),
        format!("SELECT {}'x'{}", times("upper(", 2_000), times(")", 2_000)),
        format!("SELECT {}eventName{} FROM events", times("upper(", 40), times(")", 40)),
        format!(
            "SELECT 1 FROM events WHERE eventName IN ({})",
            list(100_000, |i| format!("'{i}'"), ",")
        ),
        format!(
            "SELECT 1 FROM events WHERE eventName IN ({})",
            list(2_900, |i| format!("'{i}'"), ",")
        ),
        format!("SELECT {}", list(5_000, |i| format!("eventName AS a{i}"), ", ")) + " FROM events",
        format!("SELECT '{}'", times("x", 900_000)),
        format!("SELECT {}", times("9", 100_000)),
        format!("SELECT {}e{}", times("9", 300), times("9", 300)),
        format!("SELECT * FROM {}events{}", times("(SELECT * FROM ", 400), times(")", 400)),
        format!("SELECT * FROM {}events{}", times("(SELECT * FROM ", 30), times(")", 30)),
        format!(
            "WITH {} SELECT * FROM c39",
            list(
                40,
                |i| match i {
                    0 => "c0 AS (SELECT 1 AS a)".to_owned(),
                    i => format!(
                        "c{i} AS (SELECT a FROM c{} UNION ALL SELECT a FROM c{})",
                        i - 1,
                        i - 1
                    ),
                },
                ", "
            )
        ),
        format!(
            "WITH {} SELECT count(*) FROM c20",
            list(
                21,
                |i| match i {
                    0 => "c0 AS (SELECT eventName a FROM events)".to_owned(),
                    i => format!("c{i} AS (SELECT x.a FROM c{} x CROSS JOIN c{} y)", i - 1, i - 1),
                },
                ", "
            )
        ),
        format!(
            "SELECT count(*) FROM events WHERE eventName IN ({})",
            times("SELECT eventName FROM events WHERE eventName IN (", 20)
                + "'a'"
                + &times(")", 20)
        ),
        format!("SELECT requestParameters{}", times("['a']", 3_000)) + " FROM events",
        format!("SELECT a{}", times(".a", 5_000)) + " FROM events",
        format!(
            "SELECT {} FROM events GROUP BY CUBE ({})",
            "count(*)",
            list(20, |i| format!("substr(eventID, {i}, 1)"), ", ")
        ),
        format!("SELECT {}", list(1_000, |_| "count(*) OVER (ORDER BY eventTime)".to_owned(), ","))
            + " FROM events",
        format!("SELECT ARRAY[{}]", list(2_900, n, ",")),
        format!("SELECT {}1{}", times("ARRAY[", 2_000), times("]", 2_000)),
        format!("SELECT concat({})", list(2_900, |_| "userAgent".to_owned(), ",")) + " FROM events",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
            .to_owned(),
        "SELECT transform(ARRAY[1], x -> ".repeat(200) + "1",
        "SELECT \u{0} FROM events".to_owned(),
        "SELECT '\u{202e}' FROM events WHERE \u{1f600} = 1".to_owned(),
        "SELECT /* ".to_owned() + &times("/* ", 10_000),
        "SELECT ".to_owned() + &times("(SELECT ", 5_000),
    ]
}

/// Small texts with large answers.
fn appetites() -> Vec<String> {
    let all = [
        "SELECT count(*) FROM events a CROSS JOIN events b CROSS JOIN events c CROSS JOIN events d",
        "SELECT a.eventJson FROM events a CROSS JOIN events b ORDER BY b.eventID",
        "SELECT count(*) FROM events a JOIN events b ON a.eventTime <> b.eventTime JOIN events c ON b.eventTime <> c.eventTime",
        "SELECT a.eventName FROM events a, events b, events c",
        "SELECT repeat('x', 1000000000)",
        "SELECT length(repeat(repeat('x', 1000), 1000)) FROM events",
        "SELECT repeat(eventJson, 1000) FROM events",
        "SELECT lpad('x', 2000000000, 'y'), rpad(eventName, 1048576, 'z') FROM events",
        "SELECT replace(repeat('x', 100000), 'x', repeat('y', 100000))",
        "SELECT regexp_replace(repeat('x', 100000), '', repeat('y', 1000)) FROM events",
        "SELECT array_join(sequence(1, 1000000000), ',')",
        "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) CROSS JOIN UNNEST(sequence(1, 10000)) b(y) CROSS JOIN UNNEST(sequence(1, 10000)) c(z)",
        "SELECT sequence(1, 10000) FROM events",
        "SELECT array_agg(eventJson) FROM events a CROSS JOIN (SELECT eventName FROM events) b",
        "SELECT listagg(a.eventJson, ',') FROM events a CROSS JOIN (SELECT 1 FROM events) b",
        "SELECT eventJson FROM (SELECT a.eventJson, b.eventID FROM events a CROSS JOIN events b) ORDER BY eventID, eventJson",
        "SELECT a.eventID, b.eventID, count(*) FROM events a CROSS JOIN events b GROUP BY 1, 2",
        "SELECT DISTINCT concat(a.eventJson, b.eventID) FROM events a CROSS JOIN events b",
        "SELECT count(DISTINCT concat(a.eventID, b.eventID)) FROM events a CROSS JOIN events b",
        "SELECT sum(x) OVER (ORDER BY y ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM (SELECT length(a.eventID) x, b.eventID y FROM events a CROSS JOIN events b)",
        "SELECT array_agg(eventJson) OVER (ORDER BY eventID) FROM events",
        "SELECT count(*) FROM events WHERE userAgent LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%b'",
        "SELECT count(*) FROM events WHERE regexp_like(userAgent, '(a+)+$b')",
        "SELECT count(*) FROM events WHERE regexp_like(userAgent, '(a|a)*(a|a)*(a|a)*b')",
        "SELECT count(*) FROM events WHERE regexp_like(userAgent, '(((a{100}){100}){100}){100}')",
        "SELECT count(*) FROM events WHERE regexp_like(userAgent, '^(.*?,){60}P')",
        "SELECT count(*) FROM events WHERE regexp_like(userAgent, concat('a{', cast(length(eventID) AS varchar), '}'))",
        "SELECT count(*) FROM events WHERE (eventID LIKE '%' || eventID || '%')",
        "SELECT (SELECT a.eventID FROM events a) FROM events",
        "SELECT (SELECT count(*) FROM events b WHERE b.eventID > a.eventID) FROM events a",
        "SELECT power(10, 1000000), exp(1000000.0), 9223372036854775807 + 1",
        "SELECT cast(9223372036854775807 AS bigint) * length(eventID) FROM events",
        "SELECT date_add('year', 9223372036854775807, now())",
        "SELECT now() + INTERVAL '999999999' DAY",
        "SELECT timestamp '9999-12-31 23:59:59' + INTERVAL '1' DAY",
        "SELECT from_unixtime(1e300), cast(1e300 AS bigint)",
        "SELECT eventName FROM events LIMIT 9223372036854775807 OFFSET 9223372036854775807",
        "SELECT eventName FROM events LIMIT 99999999999999999999999",
        "SELECT substr(eventName, -9223372036854775808, 9223372036854775807) FROM events",
        "SELECT split_part(eventName, 'e', 9223372036854775807), element_at(resources, 9223372036854775807) FROM events",
        "SELECT slice(ARRAY[1], 9223372036854775807, 9223372036854775807), chr(-1)",
        "SELECT ntile(9223372036854775807) OVER (ORDER BY eventID), lag(eventID, 9223372036854775807) OVER (ORDER BY eventID) FROM events",
        "SELECT sum(1) OVER (ORDER BY eventTime RANGE BETWEEN INTERVAL '99999' DAY PRECEDING AND CURRENT ROW) FROM events",
        "SELECT approx_percentile(length(eventID), 7.5) FROM events",
        "SELECT json_extract(repeat('[', 1000000), '$.a'), json_parse(repeat('[', 1000000))",
        "SELECT json_extract(eventJson, concat('$', repeat('.a', 100000))) FROM events",
        "SELECT format_datetime(eventTime, repeat('yyyy', 200000)) FROM events",
        "SELECT count(*) FROM (SELECT * FROM events EXCEPT SELECT * FROM events) JOIN events ON true",
        "SELECT count(*) FROM events a FULL JOIN events b ON a.eventID < b.eventID",
        "SELECT transform(sequence(1, 10000), x -> repeat('y', 100000))",
        "SELECT transform(sequence(1, 10000), x -> transform(sequence(1, 10000), y -> x * y))",
        "SELECT levenshtein_distance(repeat('x', 1000000), repeat('y', 1000000))",
    ];
    all.map(str::to_owned).to_vec()
}

/// Runs one and says what is wrong with how it ended.
#[expect(clippy::disallowed_methods, reason = "a duration is shown")]
fn end(sql: &str) -> Option<String> {
    let start = Instant::now();
    let answer = ask_of(lab(), sql, narrow());
    let seconds = start.elapsed().as_secs_f64();
    let shown: String = sql.chars().take(90).collect();
    let said = match &answer {
        Ok(answer) => format!("{} rows", answer.rows.len()),
        Err(error) => error.to_string().chars().take(140).collect(),
    };
    println!("{seconds:6.2} s  {shown}  =>  {said}");
    match answer {
        Err(error) if error.kind == ErrorKind::Internal => Some(format!("{shown}: {error}")),
        _ if seconds > 20.0 => Some(format!("{shown}: took {seconds} s")),
        _ => None,
    }
}

fn all_end(statements: &[String]) {
    let wrong: Vec<String> = statements.iter().filter_map(|sql| end(sql)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let after = ask_of(lab(), "SELECT count(*) FROM events", narrow()).unwrap();
    assert_eq!(after.text(), RECORDS.to_string());
}

#[test]
fn long_and_deep_statements_end_cleanly() {
    assert!(shapes().len() + appetites().len() >= 60);
    all_end(&shapes());
}

#[test]
fn hungry_statements_end_cleanly() {
    all_end(&appetites());
}
