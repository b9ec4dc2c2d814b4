//! Statements that only pick rows are planned without the planner: they say the same with it. An
//! `OFFSET` of nothing is enough to make it look.

use std::num::NonZero;
use std::sync::Arc;

use crate::lab::{Answer, ask_of, limits};
use crate::world::World;
use query::table::{Dictionaries, TableSpec};
use query::{LakeTables, Limits, Named, Tables};

const CONDITIONS: &[&str] = &[
    "",
    "WHERE eventName = 'GetObject'",
    "WHERE eventID = '0000002a-0000-4000-a000-00000000000a'",
    "WHERE eventID = '00000352-0000-4000-a000-00000000000a'",
    "WHERE eventID IN ('0000002a-0000-4000-a000-00000000000a', 'no id at all', NULL)",
    "WHERE eventID <> '0000002a-0000-4000-a000-00000000000a'",
    "WHERE eventTime >= timestamp '2026-02-25 12:00:00' AND errorCode IS NOT NULL",
    "WHERE eventTime BETWEEN timestamp '2026-02-25 12:00:00' AND timestamp '2026-02-25 18:00:00'",
    "WHERE eventTime > now()",
    "WHERE date_trunc('day', eventTime) = timestamp '2026-02-25 00:00:00'",
    "WHERE errorCode IS NULL AND NOT (eventName LIKE 'Get%' OR readOnly = 'true')",
    "WHERE requestParameters LIKE '%sg-0abc1%'",
    "WHERE requestParameters['bucketName'] = 'bucket-6' OR sourceIPAddress IN ('10.0.0.1')",
    "WHERE lower(eventName) = 'consolelogin' AND regexp_like(eventSource, '^ec2')",
    "WHERE eventName = errorCode OR awsRegion = 'eu-west-1'",
    "WHERE errorCode = '7' OR errorCode > 'T'",
    "WHERE CASE WHEN readOnly = 'true' THEN eventName ELSE errorCode END = 'GetObject'",
    "WHERE 1 = 0",
    "WHERE 'a' = 'a'",
    "WHERE NULL",
    "WHERE userIdentity.sessionContext.sessionIssuer.userName = 'R'",
];

const COLUMNS: &[&str] = &[
    "*",
    "eventTime, eventID, eventName",
    "eventID AS a, eventID AS b, eventTime, readOnly, requestParameters, \
     requestParameters.nested.deep.name",
];

fn tables(world: &World) -> Arc<dyn Tables> {
    let named = |name: &str, spec| Named { names: vec![name.to_owned()], spec };
    let owner = model::AccountId::parse("111122223333");
    let specs = vec![
        named("events", TableSpec::default()),
        named("mine", TableSpec { owner, ..TableSpec::default() }),
    ];
    let dictionaries = Dictionaries::new(16 << 20);
    Arc::new(LakeTables::new(Arc::new(world.snapshot.clone()), dictionaries, specs))
}

fn ask(tables: &Arc<dyn Tables>, sql: &str, threads: usize) -> Answer {
    let threads = NonZero::new(threads).unwrap();
    let limits = Limits { threads, ..limits() };
    ask_of(Arc::clone(tables), sql, limits).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn sorted(answer: &Answer) -> Vec<Vec<Option<String>>> {
    let mut rows = answer.rows.clone();
    rows.sort();
    rows
}

#[test]
fn the_planner_says_the_same() {
    let world = World::new();
    let tables = tables(&world);
    for (place, condition) in CONDITIONS.iter().enumerate() {
        for columns in COLUMNS {
            let table = if place % 3 == 2 { "mine" } else { "events" };
            let sql = format!("SELECT {columns} FROM {table} {condition}");
            let planned = ask(&tables, &format!("{sql} OFFSET 0"), 2);
            for threads in [1, 2] {
                let straight = ask(&tables, &sql, threads);
                assert_eq!(straight.columns, planned.columns, "{sql}");
                assert_eq!(sorted(&straight), sorted(&planned), "{sql}");
                assert_eq!(straight.stats.rows, planned.stats.rows, "{sql}");
            }
        }
    }
}

#[test]
fn order_and_limit_are_kept() {
    let world = World::new();
    let tables = tables(&world);
    for condition in CONDITIONS {
        for order in ["ORDER BY eventTime", "ORDER BY t DESC", "ORDER BY 2 ASC", "ORDER BY 2 DESC"]
        {
            for limit in ["", "LIMIT 1", "LIMIT 17", "LIMIT 100000"] {
                let sql = format!(
                    "SELECT eventName, eventTime AS t FROM events {condition} {order} {limit}"
                );
                let times = |answer: &Answer| -> Vec<Option<String>> {
                    answer.rows.iter().map(|row| row[1].clone()).collect()
                };
                let planned = ask(&tables, &format!("{sql} OFFSET 0"), 2);
                assert_eq!(times(&ask(&tables, &sql, 2)), times(&planned), "{sql}");
            }
        }
    }
}

/// What is counted, by what, and an order that leaves no two rows alike.
const COUNTED: &[(&str, &str, &str)] = &[
    ("eventName AS a, count(*) AS n", "1", "n DESC, a"),
    ("count(*) AS n, eventName AS a, errorCode", "errorCode, 2", "errorCode DESC, n, a DESC"),
    ("date_trunc('hour', eventTime) AS h, count(*) AS n", "date_trunc('hour', eventTime)", "h"),
    (
        "sourceIPAddress, date_trunc('day', eventTime) AS d, count(DISTINCT userIdentity.arn) AS n",
        "1, 2",
        "3 DESC, d NULLS FIRST, 1",
    ),
    ("count(*) AS n, count(DISTINCT awsRegion) AS d, userIdentity.arn", "3", "d, n DESC, 3"),
    ("requestParameters.bucketName AS b, count(*)", "1", "count(*) DESC, b NULLS FIRST"),
    ("eventName", "eventName", "1 DESC"),
    ("eventName, eventName AS again, count(*)", "1", "1"),
    ("requestParameters, count(*)", "1", "2, 1"),
    ("readOnly, count(*)", "1", "1"),
    ("date_trunc('month', eventTime), count(*)", "1", "1"),
];

#[test]
fn groups_are_those_of_the_planner() {
    let world = World::new();
    let tables = tables(&world);
    for (place, condition) in CONDITIONS.iter().enumerate() {
        for (columns, groups, order) in COUNTED {
            for limit in [["", "LIMIT 7"], ["LIMIT 1", "LIMIT 100000"]][place % 2] {
                let sql = format!(
                    "SELECT {columns} FROM events {condition} GROUP BY {groups} ORDER BY {order} \
                     {limit}"
                );
                let planned = ask(&tables, &format!("{sql} OFFSET 0"), 2);
                let straight = ask(&tables, &sql, 2);
                assert_eq!(straight.columns, planned.columns, "{sql}");
                assert_eq!(straight.rows, planned.rows, "{sql}");
                assert_eq!(straight.stats.rows, planned.stats.rows, "{sql}");
            }
        }
    }
}

#[test]
fn the_most_frequent_are_the_most_frequent() {
    let world = World::new();
    let tables = tables(&world);
    let counts = |sql: &str| -> Vec<Option<String>> {
        ask(&tables, sql, 2).rows.iter().map(|row| row[0].clone()).collect()
    };
    for what in ["count(*)", "count(DISTINCT eventName)"] {
        for order in ["1 DESC", "1"] {
            for limit in [1, 2, 5, 1_000_000] {
                let sql = format!(
                    "SELECT {what}, sourceIPAddress, date_trunc('hour', eventTime) FROM events \
                     GROUP BY 2, 3 ORDER BY {order} LIMIT {limit}"
                );
                assert_eq!(counts(&sql), counts(&format!("{sql} OFFSET 0")), "{sql}");
            }
        }
    }
}

#[test]
fn a_limit_without_order_gives_so_many() {
    let world = World::new();
    let tables = tables(&world);
    let all = world.shown().count();
    for (limit, rows) in [(1, 1), (100, 100), (all, all), (all + 1, all), (10 * all, all)] {
        for threads in [1, 2] {
            let sql = format!("SELECT eventID FROM events LIMIT {limit}");
            assert_eq!(ask(&tables, &sql, threads).rows.len(), rows, "{sql}");
        }
    }
}

#[test]
fn complaints_are_the_planners() {
    let world = World::new();
    let tables = tables(&world);
    for condition in ["WHERE eventTime = 'no time'", "WHERE eventName", "WHERE count(*) > 1"] {
        let said = |sql: &str| ask_of(Arc::clone(&tables), sql, limits()).map(|it| it.rows.len());
        let sql = format!("SELECT eventID FROM events {condition}");
        let planned = said(&format!("{sql} OFFSET 0")).map_err(|error| error.to_string());
        assert_eq!(said(&sql).map_err(|error| error.to_string()), planned, "{sql}");
    }
}
