//! Statements of the dialect over parts and tail.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::corpus::OWN;
use crate::lab::{ask_of, limits};
use crate::world::{Known, World};
use query::table::{Dictionaries, TableSpec};
use query::{LakeTables, Named, Tables};

fn tables(world: &World) -> Arc<dyn Tables> {
    let all = Named { names: vec!["events".to_owned()], spec: TableSpec::default() };
    let owner = model::AccountId::parse("111122223333");
    let spec = TableSpec { owner, ..TableSpec::default() };
    let own = Named { names: vec!["mine".to_owned(), "11-22".to_owned()], spec };
    let dictionaries = Dictionaries::new(16 << 20);
    Arc::new(LakeTables::new(Arc::new(world.snapshot.clone()), dictionaries, vec![all, own]))
}

fn ask(tables: &Arc<dyn Tables>, sql: &str) -> String {
    match ask_of(Arc::clone(tables), sql, limits()) {
        Ok(answer) => answer.text(),
        Err(error) => panic!("{sql}: {error}"),
    }
}

fn count(world: &World, holds: impl Fn(&Known) -> bool) -> String {
    world.shown().filter(|known| holds(known)).count().to_string()
}

#[test]
fn conditions_select_the_records_that_they_say() {
    let world = World::new();
    let tables = tables(&world);
    let text = |known: &Known, path: &str| known.text(path).unwrap_or_default();
    let check = |condition: &str, holds: &dyn Fn(&Known) -> bool| {
        let said = ask(&tables, &format!("SELECT count(*) FROM events WHERE {condition}"));
        assert_eq!(said, count(&world, holds), "{condition}");
    };
    check("eventName = 'GetObject'", &|k| text(k, "eventName") == "GetObject");
    check("readOnly = 'true'", &|k| k.read_only() == Some(true));
    check("requestParameters['bucketName'] = 'bucket-6'", &|k| {
        text(k, "requestParameters.bucketName") == "bucket-6"
    });
    check("requestParameters.nested.deep.name LIKE 'n%8'", &|k| {
        text(k, "requestParameters.nested.deep.name").ends_with('8')
    });
    check("userIdentity.sessionContext.sessionIssuer.userName = 'R'", &|k| {
        text(k, "userIdentity.sessionContext.sessionIssuer.userName") == "R"
    });
    check("eventTime >= timestamp '2026-02-25 12:00:00'", &|k| k.time >= 1_772_020_800_000);
    check("errorCode IS NOT NULL AND NOT regexp_like(errorCode, '^Access')", &|k| {
        k.text("errorCode").is_some_and(|code| !code.starts_with("Access"))
    });
}

#[test]
fn groups_count_what_is_there() {
    let world = World::new();
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for known in world.shown() {
        *expected.entry(known.text("eventName").unwrap()).or_default() += 1;
    }
    let lines = expected.iter().map(|(name, count)| format!("{name} | {count}"));
    let sql = "SELECT eventName, count(*) FROM events GROUP BY eventName ORDER BY eventName";
    assert_eq!(ask(&tables(&world), sql), lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn tables_are_named_and_joined() {
    let world = World::new();
    let tables = tables(&world);
    let own = count(&world, |known| known.owner == "111122223333");
    for table in ["mine", "MINE", "11-22"] {
        assert_eq!(ask(&tables, &format!("SELECT count(*) FROM {table}")), own);
    }
    let joined = "SELECT count(*) FROM events JOIN mine ON events.eventID = mine.eventID";
    assert_eq!(ask(&tables, joined), own);
}

#[test]
fn says_what_was_scanned() {
    let world = World::new();
    let tables = tables(&world);
    let sql = "SELECT eventID FROM events WHERE eventName = 'PutObject'";
    let stats = ask_of(tables, sql, limits()).unwrap().stats;
    assert!(stats.records_matched >= stats.rows && stats.rows > 0, "{stats:?}");
    assert!(stats.records_scanned >= stats.records_matched, "{stats:?}");
}

#[test]
fn published_ways_of_asking_run() {
    let world = World::new();
    let tables = tables(&world);
    for sql in OWN {
        ask(&tables, sql);
    }
}
