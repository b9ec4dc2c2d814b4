//! Which records a table has.

use crate::world::{Known, World, ask};
use model::{AccountId, Timestamp};
use query::table::TableSpec;

async fn check(world: &World, spec: TableSpec, has: impl Fn(&Known) -> bool) {
    let context = world.context(&spec, &[]);
    let mut found: Vec<String> = ask(&context, "SELECT eventid FROM events")
        .await
        .into_iter()
        .map(|row| row[0].clone().unwrap())
        .collect();
    found.sort();
    let mut wanted: Vec<String> = world.shown().filter(|r| has(r)).map(Known::id).collect();
    wanted.sort();
    assert!(!wanted.is_empty());
    assert_eq!(found, wanted, "{spec:?}");
    let count = ask(&context, "SELECT count(*) FROM events").await;
    assert_eq!(count, [[Some(wanted.len().to_string())]], "{spec:?}");
}

#[tokio::test]
async fn a_table_has_what_its_spec_names() {
    let world = World::new();
    let owner = AccountId::parse("444455556666");
    let since = 1_772_042_400_000;
    check(&world, TableSpec::default(), |_| true).await;
    check(&world, TableSpec { owner: owner.clone(), ..TableSpec::default() }, |r| {
        r.owner == "444455556666"
    })
    .await;
    let spec = TableSpec { since: Some(Timestamp(since)), ..TableSpec::default() };
    check(&world, spec, |r| r.time >= since).await;
    let spec = TableSpec { owner, since: Some(Timestamp(since)), store: None };
    check(&world, spec, |r| r.time >= since && r.owner == "444455556666").await;
}

#[tokio::test]
async fn all_rows_are_counted_without_reading_them() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    let plan = context.sql("SELECT count(*) FROM events").await.unwrap();
    let plan = plan.create_physical_plan().await.unwrap();
    let shown = datafusion::physical_plan::displayable(&*plan).indent(true).to_string();
    assert!(!shown.contains("LakeExec"), "{shown}");
}

#[tokio::test]
async fn a_store_has_what_was_decided_when_it_came() {
    let world = World::new();
    for store in ["even", "third"] {
        let spec = TableSpec { store: Some(store.to_owned()), ..TableSpec::default() };
        check(&world, spec, |r| r.stores().is_some_and(|set| set.contains(store))).await;
    }
    let spec = TableSpec { store: Some("eve".to_owned()), ..TableSpec::default() };
    let context = world.context(&spec, &[]);
    assert!(ask(&context, "SELECT eventid FROM events").await.is_empty());
}
