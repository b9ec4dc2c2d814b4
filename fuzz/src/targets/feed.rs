//! The frames between the server and a process that answers questions.
//!
//! Claims: reading ends; a frame that was read, written again, is read alike; a feed is taken in
//! or refused, and what was taken in can be searched.

use crate::example::{self, PART};
use crate::memory::MemoryDisk;
use lake::feed::{self, Answer, Ask, FedRow, Feed, RowForm, Scope, Statement};
use lake::{Mirror, Part, PartCache, Search};
use model::{AccountId, Origin, PartId, RecordId, Seq, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Searching costs by the record.
const FEEDS_MAX: usize = 4;

pub(crate) fn run(data: &[u8]) {
    frames::<Answer>(data);
    let asks = frames::<Ask>(data);
    let mut mirror = Mirror::new(disk(), PathBuf::new(), PartCache::new(1 << 20));
    for (ask, body) in asks.into_iter().take(FEEDS_MAX) {
        let Ask::Feed(fed) = ask else { continue };
        let Ok(snapshot) = mirror.take(fed, &body) else { continue };
        let search = Search { include_hidden: true, limit: 16, ..Search::default() };
        let page = snapshot.search(&search, &|_| true);
        let rows = page.map(|page| page.rows).unwrap_or_default();
        assert!(rows.iter().all(|row| row.place.seq < snapshot.end), "a row from the future");
        let _ = snapshot.extent(None);
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let scope = Scope { names: vec!["events".to_owned()], ..Scope::default() };
    let statement = Statement {
        sql: "SELECT 1".to_owned(),
        tables: vec![scope],
        rows_max: 10,
        bytes_max: 1 << 20,
        form: RowForm::Json,
    };
    let answers = [Answer::Fed, Answer::Rows(1), Answer::Sound(vec![0])];
    let mut seeds: Vec<Vec<u8>> = answers.iter().map(|answer| framed(answer, b"[1]\n")).collect();
    seeds.push(framed(&Ask::Run(statement.clone()), b""));
    seeds.push(
        [
            framed(&first_feed(), example::records().concat().as_bytes()),
            framed(&Ask::Check(statement), b""),
        ]
        .concat(),
    );
    seeds
}

fn first_feed() -> Ask {
    let meta = Part::describe(&*disk(), Path::new(""), id()).expect("the example");
    let rows = example::records().into_iter().zip(100..).map(|(record, seq)| FedRow {
        seq: Seq(seq),
        owner: AccountId::parse("111122223333").expect("an account"),
        origin: Origin::Imported,
        ingested: Timestamp(1_790_000_000_000),
        id: RecordId([seq as u8; 16]),
        time: Timestamp(1_790_000_000_000 + seq as i64),
        flags: lake::Flags::new(Origin::Imported, model::Category::Management, None, false, false),
        stores: None,
        len: record.len() as u32,
    });
    let (tail_from, end) = (Seq(100), Seq(1_000));
    Ask::Feed(Feed { parts: Some(vec![meta]), tail_from, end, rows: rows.take(3).collect() })
}

fn id() -> PartId {
    PartId("0".repeat(32))
}

fn disk() -> Arc<MemoryDisk> {
    let disk = MemoryDisk::default();
    disk.put(id().file_name(), PART.to_vec());
    Arc::new(disk)
}

fn framed(head: &impl Serialize, body: &[u8]) -> Vec<u8> {
    let mut pipe = Vec::new();
    feed::write(&mut pipe, head, body).expect("writing to memory");
    pipe
}

fn frames<T: Serialize + DeserializeOwned>(mut pipe: &[u8]) -> Vec<(T, Vec<u8>)> {
    let mut found = Vec::new();
    while let Ok(Some((head, body))) = feed::read::<T>(&mut pipe) {
        let again = framed(&head, &body);
        let back = feed::read::<T>(&mut again.as_slice()).expect("what was read can be written");
        let (head_again, body_again) = back.expect("a frame");
        assert_eq!((value(&head), &body), (value(&head_again), &body_again));
        found.push((head, body));
    }
    found
}

fn value(head: &impl Serialize) -> Value {
    serde_json::to_value(head).expect("a head is JSON")
}
