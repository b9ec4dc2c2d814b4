//! Every column of every row holds what the record says.

use crate::world::{Known, World, ask};
use lake::{Actor, Chains};
use query::table::{COLUMNS, JsonPath, Kind, TableSpec};
use serde_json::Value;
use std::collections::BTreeMap;

fn timestamp(ms: i64) -> String {
    let text = model::format_seconds(ms.div_euclid(1_000)).replace('Z', "");
    match ms.rem_euclid(1_000) {
        0 => text,
        millis => format!("{text}.{millis:03}"),
    }
}

fn actor(record: &Known) -> Actor {
    let mut scan = model::Scan::default();
    scan.read(record.text.as_bytes(), 0).unwrap();
    Actor::of(&model::RecordView::new(record.text.as_bytes(), &scan))
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn session(chains: &Chains, record: &Known) -> Option<String> {
    let names = chains.session_chain(&actor(record));
    let names: Vec<String> = names.into_iter().filter_map(some).collect();
    (!names.is_empty()).then(|| Value::from(names).to_string())
}

fn checksum(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn expected(chains: &Chains, record: &Known, canonical: &str, kind: Kind) -> Option<String> {
    match canonical {
        "root_identity" => return some(chains.root_identity(&actor(record))),
        "session_chain" => return session(chains, record),
        "eventJsonChecksum" => return Some(checksum(&record.text)),
        "eventTime" => return Some(timestamp(record.time)),
        "ingestion_time" => return Some(timestamp(1_780_000_000_000 + record.seq as i64)),
        "origin" => return Some(record.origin.as_str().to_owned()),
        "owner" => return Some(record.owner.to_owned()),
        "eventJson" => return Some(record.text.clone()),
        _ => {}
    }
    match kind {
        Kind::Boolean => record.at(canonical).and_then(Value::as_bool).map(|b| b.to_string()),
        Kind::Map | Kind::Row | Kind::Array => record.at(canonical).map(Value::to_string),
        Kind::Text | Kind::Time => record.text(canonical),
    }
}

/// JSON as it stands may have spaces; what it says must be the same.
fn same(kind: Kind, found: Option<&str>, wanted: Option<&str>) -> bool {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    match kind {
        Kind::Map | Kind::Row | Kind::Array => found.map(json) == wanted.map(json),
        _ => found == wanted,
    }
}

#[tokio::test]
async fn columns_hold_what_records_say() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    let by_id: BTreeMap<String, &Known> = world.shown().map(|r| (r.id(), r)).collect();
    let chains = Chains::of(&world.snapshot, None).unwrap();
    for column in COLUMNS {
        let sql = format!("SELECT eventid id, \"{}\" v FROM events", column.name());
        let rows = ask(&context, &sql).await;
        assert_eq!(rows.len(), by_id.len(), "{sql}");
        for row in rows {
            let record = by_id[row[0].as_deref().unwrap()];
            let wanted = expected(&chains, record, column.canonical, column.kind);
            let found = row[1].as_deref();
            let fits = same(column.kind, found, wanted.as_deref());
            assert!(fits, "{}: {found:?}, not {wanted:?}", column.canonical);
        }
    }
}

#[tokio::test]
async fn path_columns_reach_into_json() {
    let world = World::new();
    let paths = [
        ("requestParameters.bucketName", JsonPath::text("requestParameters", &["bucketName"])),
        ("requestParameters.key", JsonPath::text("requestParameters", &["key"])),
        ("requestParameters.list", JsonPath::text("requestParameters", &["list"])),
        ("requestParameters.list.2", JsonPath::text("requestParameters", &["list", "2"])),
        (
            "requestParameters.nested.deep.name",
            JsonPath::text("requestParameters", &["nested", "deep", "name"]),
        ),
        (
            "requestParameters.groupSet.items.0.groupId",
            JsonPath::text("requestParameters", &["groupSet", "items", "0", "groupId"]),
        ),
        ("eventName.none", JsonPath::text("eventName", &["none"])),
    ];
    let columns: Vec<JsonPath> = paths.iter().map(|(_, path)| path.clone()).collect();
    let context = world.context(&TableSpec::default(), &columns);
    let by_id: BTreeMap<String, &Known> = world.shown().map(|r| (r.id(), r)).collect();
    for (dotted, path) in paths {
        let sql = format!("SELECT eventid, \"{}\" FROM events", path.column_name());
        for row in ask(&context, &sql).await {
            let wanted = by_id[row[0].as_deref().unwrap()].text(dotted);
            assert_eq!(row[1], wanted, "{dotted}");
        }
    }
}

#[tokio::test]
async fn raw_paths_keep_quotes() {
    let world = World::new();
    let path = JsonPath { raw: true, ..JsonPath::text("requestParameters", &["bucketName"]) };
    let context = world.context(&TableSpec::default(), std::slice::from_ref(&path));
    let sql =
        format!("SELECT DISTINCT \"{}\" v FROM events ORDER BY v LIMIT 1", path.column_name());
    assert_eq!(ask(&context, &sql).await, [[Some("\"bucket-0\"".to_owned())]]);
}

#[tokio::test]
async fn whoever_is_behind_can_be_asked_for() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &[]);
    let chains = Chains::of(&world.snapshot, None).unwrap();
    let root = |record: &Known| chains.root_identity(&actor(record));
    let borrowed = world.shown().find(|record| root(record) != actor(record).identity()).unwrap();
    let root_of_it = root(borrowed);
    let mut wanted: Vec<Vec<Option<String>>> = world
        .shown()
        .filter(|record| root(record) == root_of_it)
        .map(|record| vec![Some(record.id())])
        .collect();
    wanted.sort();
    let sql = format!("SELECT eventid FROM events WHERE root_identity = '{root_of_it}' ORDER BY 1");
    assert_eq!(ask(&context, &sql).await, wanted);
}
