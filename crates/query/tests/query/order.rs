//! Order, limits, groups and joins.

use crate::world::{Known, World, ask};
use query::table::{JsonPath, TableSpec};
use std::collections::BTreeMap;

async fn times(world: &World, sql: &str) -> Vec<String> {
    let context = world.context(&TableSpec::default(), &[]);
    ask(&context, sql).await.into_iter().map(|row| row[0].clone().unwrap()).collect()
}

fn wanted(world: &World, passes: fn(&Known) -> bool) -> Vec<i64> {
    let mut times: Vec<i64> = world.shown().filter(|r| passes(r)).map(|r| r.time).collect();
    times.sort_unstable();
    times
}

fn text(ms: &i64) -> String {
    ms.to_string()
}

const TIME: &str = "CAST(eventtime AS BIGINT) ms";

#[tokio::test]
async fn rows_come_in_order_of_time() {
    let world = World::new();
    let all = wanted(&world, |_| true);
    let up = times(&world, &format!("SELECT {TIME} FROM events ORDER BY eventtime")).await;
    assert_eq!(up, all.iter().map(text).collect::<Vec<_>>());
    let down = times(&world, &format!("SELECT {TIME} FROM events ORDER BY eventtime DESC")).await;
    assert_eq!(down, all.iter().rev().map(text).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_first_few_are_the_first_few() {
    let world = World::new();
    for (limit, offset) in [(1, 0), (7, 0), (50, 13), (10_000, 0), (5, 870)] {
        let rest = format!("LIMIT {limit} OFFSET {offset}");
        let sql = format!(
            "SELECT {TIME}, eventname FROM events WHERE readonly ORDER BY eventtime DESC {rest}"
        );
        let found = times(&world, &sql).await;
        let all = wanted(&world, |r| r.read_only() == Some(true));
        let some: Vec<String> = all.iter().rev().skip(offset).take(limit).map(text).collect();
        assert_eq!(found, some, "{rest}");
    }
}

#[tokio::test]
async fn order_by_time_needs_no_sort() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    let sql = "SELECT eventname FROM events WHERE readonly ORDER BY eventtime DESC LIMIT 5";
    let plan = context.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    let shown = datafusion::physical_plan::displayable(&*plan).indent(true).to_string();
    assert!(!shown.contains("SortExec"), "{shown}");
    assert!(shown.contains("fetch=5"), "{shown}");
}

/// A join reads the side that it is shown first into memory.
#[tokio::test]
async fn a_join_holds_the_side_that_has_conditions() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    let some = "(SELECT eventid, eventtime FROM events WHERE eventname = 'AssumeRole') s";
    for tables in [format!("events e JOIN {some}"), format!("{some} JOIN events e")] {
        let sql = format!(
            "SELECT count(*), min(e.eventtime) FROM {tables} ON e.requestid = s.eventid WHERE \
             e.eventtime >= s.eventtime"
        );
        let plan = context.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(&*plan).indent(true).to_string();
        let (_, below) = shown.split_once("HashJoinExec").unwrap();
        let first = below.lines().find(|line| line.contains("LakeExec")).unwrap();
        assert!(first.contains("AssumeRole"), "{shown}");
    }
}

#[tokio::test]
async fn values_stay_with_their_rows_in_order() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    let sql = "SELECT eventid, eventname, requestparameters IS NULL FROM events ORDER BY eventtime";
    let by_id: BTreeMap<String, &Known> = world.shown().map(|r| (r.id(), r)).collect();
    for row in ask(&context, sql).await {
        let record = by_id[row[0].as_deref().unwrap()];
        assert_eq!(row[1], record.text("eventName"));
        assert_eq!(
            row[2].as_deref(),
            Some(if record.at("requestParameters").is_none() { "true" } else { "false" })
        );
    }
}

#[tokio::test]
async fn limits_without_order_give_so_many() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    for limit in [0, 1, 100] {
        let sql = format!("SELECT eventid FROM events LIMIT {limit}");
        assert_eq!(ask(&context, &sql).await.len(), limit);
    }
}

#[tokio::test]
async fn groups_count_what_is_there() {
    let world = World::new();
    let path = JsonPath::text("requestParameters", &["bucketName"]);
    let context = world.context(&TableSpec::default(), &[path]);
    for (column, path) in [
        ("eventname", "eventName"),
        ("\"requestparameters#bucketName\"", "requestParameters.bucketName"),
        ("errorcode", "errorCode"),
    ] {
        let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
        world.shown().for_each(|r| *counts.entry(r.text(path)).or_default() += 1);
        let sql = format!("SELECT {column}, count(*) FROM events GROUP BY 1");
        let found: BTreeMap<Option<String>, usize> = ask(&context, &sql)
            .await
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone().unwrap().parse().unwrap()))
            .collect();
        assert_eq!(found, counts, "{column}");
    }
}

#[tokio::test]
async fn joins_find_every_pair() {
    let world = World::new();
    let path = JsonPath::text("responseElements", &["credentials", "accessKeyId"]);
    let context = world.context(&TableSpec::default(), std::slice::from_ref(&path));
    let sql = format!(
        "WITH s AS (SELECT \"{}\" k FROM events WHERE eventname = 'AssumeRole') \
         SELECT count(*) FROM events e JOIN s ON e.\"useridentity.accesskeyid\" = s.k",
        path.column_name()
    );
    let issued: Vec<String> = world
        .shown()
        .filter(|r| r.text("eventName").as_deref() == Some("AssumeRole"))
        .filter_map(|r| r.text("responseElements.credentials.accessKeyId"))
        .collect();
    let used = world.shown().filter_map(|r| r.text("userIdentity.accessKeyId"));
    let pairs: usize = used.map(|key| issued.iter().filter(|k| **k == key).count()).sum();
    assert!(pairs > 0);
    assert_eq!(ask(&context, &sql).await, [[Some(pairs.to_string())]]);
}
