//! Groups that are counted by codes and stretches of time, against a plain count.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::Arc;

use crate::lab::{ask_of, limits};
use crate::world::{Known, World};
use query::table::{Dictionaries, TableSpec};
use query::{LakeTables, Limits, Named, Tables};

/// Budgets of the dictionaries, in bytes: from one in which no value has a number, over those in
/// which the values of some parts and columns have one, to one with room for all.
const BUDGETS: [u64; 5] = [8, 40_000, 80_000, 160_000, 16 << 20];

const DAY: i64 = 86_400_000;

fn tables(world: &World, budget: u64) -> Arc<dyn Tables> {
    let store = TableSpec { store: Some("even".to_owned()), ..TableSpec::default() };
    let late = model::Timestamp(1_772_042_400_000);
    let late = TableSpec { since: Some(late), ..TableSpec::default() };
    let named = |name: &str, spec| Named { names: vec![name.to_owned()], spec };
    let specs =
        vec![named("events", TableSpec::default()), named("even", store), named("late", late)];
    let dictionaries = Dictionaries::new(budget);
    Arc::new(LakeTables::new(Arc::new(world.snapshot.clone()), dictionaries, specs))
}

/// Asks with every budget, twice each, with one thread and with two.
fn check(world: &World, sql: &str, wanted: &BTreeSet<String>) {
    for budget in BUDGETS {
        let tables = tables(world, budget);
        for threads in [1, 2, 2].into_iter().filter_map(NonZero::new) {
            let limits = Limits { threads, ..limits() };
            // With an offset the planner looks, else the statement itself tells how.
            for sql in [sql, &format!("{sql} OFFSET 0")] {
                let answer = ask_of(Arc::clone(&tables), sql, limits).unwrap();
                assert_eq!(answer.rows.len(), wanted.len(), "{sql}, {budget}");
                let found: BTreeSet<String> = answer.text().lines().map(str::to_owned).collect();
                assert_eq!(&found, wanted, "{sql}, {budget}");
            }
        }
    }
}

fn shown(value: Option<String>) -> String {
    value.unwrap_or_else(|| "NULL".to_owned())
}

fn moment(ms: i64) -> String {
    let text = model::format_seconds(ms.div_euclid(1_000));
    text.replace('T', " ").replace('Z', ".000")
}

/// Counts rows, and distinct values of a text, of each group.
fn counted(
    world: &World,
    holds: impl Fn(&Known) -> bool,
    keys: impl Fn(&Known) -> Vec<String>,
    distinct: &str,
) -> BTreeMap<Vec<String>, (usize, BTreeSet<String>)> {
    let mut groups: BTreeMap<Vec<String>, (usize, BTreeSet<String>)> = BTreeMap::new();
    for known in world.shown().filter(|known| holds(known)) {
        let (rows, values) = groups.entry(keys(known)).or_default();
        *rows += 1;
        values.extend(known.text(distinct));
    }
    groups
}

const ARN: &str = "userIdentity.arn";

#[test]
fn two_texts_and_an_hour() {
    let world = World::new();
    let keys = |known: &Known| {
        let hour = known.time.div_euclid(DAY / 24) * (DAY / 24);
        vec![shown(known.text("eventName")), moment(hour), shown(known.text("errorCode"))]
    };
    let lines = counted(&world, |_| true, keys, ARN)
        .into_iter()
        .map(|(keys, (rows, _))| format!("{} | {rows}", keys.join(" | ")));
    let sql = "SELECT eventName, date_trunc('hour', eventTime), errorCode, count(*) FROM events \
               GROUP BY 1, 2, 3";
    check(&world, sql, &lines.collect());
}

#[test]
fn distinct_values_of_a_group() {
    let world = World::new();
    let keys = |known: &Known| {
        vec![shown(known.text("sourceIPAddress")), moment(known.time.div_euclid(DAY) * DAY)]
    };
    let lines: BTreeSet<String> = counted(&world, |k| k.read_only() == Some(true), keys, ARN)
        .into_iter()
        .map(|(keys, (_, values))| format!("{} | {}", keys.join(" | "), values.len()))
        .collect();
    assert!(lines.iter().any(|line| !line.ends_with("| 0")), "{lines:?}");
    let sql = "SELECT sourceIPAddress, date_trunc('day', eventTime), \
               count(DISTINCT userIdentity.arn) FROM events WHERE readOnly = 'true' GROUP BY 1, 2";
    check(&world, sql, &lines);
}

#[test]
fn rows_and_distinct_values_at_once() {
    let world = World::new();
    let late = |known: &Known| known.time >= 1_772_042_400_000;
    let keys = |known: &Known| vec![shown(known.text("eventName"))];
    let lines = counted(&world, late, keys, ARN)
        .into_iter()
        .map(|(keys, (rows, values))| format!("{} | {rows} | {}", keys.join(""), values.len()));
    let sql = "SELECT eventName, count(*), count(DISTINCT userIdentity.arn) FROM late GROUP BY 1";
    check(&world, sql, &lines.collect());
}

#[test]
fn weeks_of_a_store() {
    let world = World::new();
    let within = |known: &Known| known.stores().is_some_and(|stores| stores.contains("even"));
    let keys = |known: &Known| {
        vec![moment((known.time + 3 * DAY).div_euclid(7 * DAY) * 7 * DAY - 3 * DAY)]
    };
    let lines = counted(&world, within, keys, ARN)
        .into_iter()
        .map(|(keys, (rows, _))| format!("{} | {rows}", keys.join("")));
    let sql = "SELECT date_trunc('week', eventTime), count(*) FROM even GROUP BY 1";
    check(&world, sql, &lines.collect());
}

#[test]
fn without_groups_there_is_one_answer() {
    let world = World::new();
    let all = counted(&world, |_| true, |_| Vec::new(), ARN);
    let (rows, values) = &all[&Vec::new()];
    check(
        &world,
        "SELECT count(DISTINCT userIdentity.arn) FROM events",
        &[values.len().to_string()].into(),
    );
    let both = "SELECT count(*), count(DISTINCT userIdentity.arn) FROM events";
    check(&world, both, &[format!("{rows} | {}", values.len())].into());
    let none = "SELECT count(DISTINCT userIdentity.arn) FROM events WHERE eventName = 'no'";
    check(&world, none, &["0".to_owned()].into());
    let none =
        "SELECT eventName, errorCode, count(*) FROM events WHERE eventName = 'no' GROUP BY 1, 2";
    check(&world, none, &BTreeSet::new());
}

#[test]
fn groups_are_joined_and_grouped_again() {
    let world = World::new();
    let keys = |known: &Known| vec![shown(known.text("eventName"))];
    let wanted = counted(&world, |_| true, keys, ARN)
        .into_iter()
        .map(|(keys, (rows, values))| format!("{} | {rows} | {}", keys.join(""), values.len()));
    let sql = "WITH a AS (SELECT eventName AS name, awsRegion AS r, count(*) AS n FROM events \
               GROUP BY 1, 2), b AS (SELECT eventName AS name, count(DISTINCT userIdentity.arn) \
               AS d FROM events GROUP BY 1) SELECT a.name, sum(a.n), max(b.d) FROM a JOIN b ON \
               a.name = b.name GROUP BY a.name";
    check(&world, sql, &wanted.collect());
}

#[tokio::test]
async fn the_plan_counts_by_codes() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    for (sql, grouped) in [
        ("SELECT eventname, count(DISTINCT \"useridentity.arn\") FROM events GROUP BY 1", true),
        ("SELECT eventname, errorcode, count(*) FROM events GROUP BY 1, 2 ORDER BY 3", true),
        ("SELECT DISTINCT eventname, errorcode FROM events", true),
        ("SELECT count(DISTINCT \"useridentity.arn\") FROM events", true),
        ("SELECT eventname, count(*) FROM events GROUP BY 1", true),
        ("SELECT eventname, errorcode, max(eventtime) FROM events GROUP BY 1, 2", false),
        ("SELECT eventname, readonly, count(*) FROM events GROUP BY 1, 2", false),
        ("SELECT eventname, count(DISTINCT upper(errorcode)) FROM events GROUP BY 1", false),
        (
            "SELECT eventname, errorcode, count(*) FROM events \
          GROUP BY GROUPING SETS (eventname, errorcode)",
            false,
        ),
    ] {
        let frame = context.sql(sql).await.unwrap();
        let plan = frame.create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(&*plan).indent(true).to_string();
        assert_eq!(shown.contains("GroupExec"), grouped, "{sql}\n{shown}");
    }
}
