//! A small lake: made-up records of two accounts, some in parts, the latest in the tail.

use crate::memory::MemoryDisk;
use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::DataType;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use lake::{Draft, Entry, Flags, Generation, Numbering, Part, PartCache, Row, Snapshot};
use model::{
    AccountId, Body, Category, Origin, PartMeta, Record, RecordId, RecordView, Scan, Seq, SeqRange,
    Timestamp,
};
use query::table::{
    CountByCode, Dictionaries, GroupByCode, JsonPath, LakeTable, TableSpec, Wanted,
};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Records of the small lake.
const COUNT: u64 = 900;
/// From this record on they are in the tail.
const SEALED: u64 = 700;

/// A record with what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) seq: u64,
    pub(crate) owner: &'static str,
    pub(crate) origin: Origin,
    pub(crate) hidden: bool,
    pub(crate) time: i64,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Known {
    /// Every so many records are in one store, some in two.
    pub(crate) fn stores(&self) -> Option<&'static str> {
        match (self.seq.is_multiple_of(4), self.seq.is_multiple_of(6)) {
            (true, true) => Some("even,third"),
            (true, false) => Some("even"),
            (false, true) => Some("third"),
            (false, false) => None,
        }
    }

    /// The member at a dotted path, or within `eventData`; `null` is nothing.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        let pointer = format!("/{}", path.replace('.', "/"));
        let found = |pointer: &str| self.json.pointer(pointer).filter(|value| !value.is_null());
        found(&pointer).or_else(|| found(&format!("/eventData{pointer}")))
    }

    pub(crate) fn text(&self, path: &str) -> Option<String> {
        self.at(path).map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }

    pub(crate) fn id(&self) -> String {
        self.text("eventID").unwrap()
    }

    pub(crate) fn read_only(&self) -> Option<bool> {
        self.at("readOnly").and_then(Value::as_bool)
    }
}

const NAMES: &[&str] = &["GetObject", "PutObject", "ConsoleLogin", "AssumeRole", "RunInstances"];

fn identity(n: u64) -> Value {
    match n % 4 {
        0 => {
            json!({"type": "IAMUser", "userName": format!("u{}", n % 9), "accountId": "111122223333",
            "arn": format!("arn:aws:iam::111122223333:user/u{}", n % 9),
            "accessKeyId": format!("AKIA{:04}", n % 9)})
        }
        1 => {
            json!({"type": "AssumedRole", "arn": format!("arn:aws:sts::1:assumed-role/R/s{}", n % 50),
            "accessKeyId": format!("ASIA{:04}", n % 60),
            "sessionContext": {"attributes": {"creationDate": "2026-03-01T00:00:00Z",
                "mfaAuthenticated": "false"},
            "sessionIssuer": {"type": "Role", "userName": "R"}}})
        }
        2 => json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}),
        _ => Value::Null,
    }
}

fn parameters(n: u64) -> Value {
    match n % 6 {
        0 => json!({"bucketName": format!("bucket-{}", n % 13), "key": format!("a/b \"{n}\" é")}),
        1 => {
            json!({"groupSet": {"items": [{"groupId": format!("sg-0abc{n}")}]}, "dryRun": n % 12 == 1})
        }
        2 => json!({"list": [1, 2, n], "nested": {"deep": {"name": format!("n{n}")}}}),
        3 => json!({"bucketName": n, "id": format!("6f8dc1a4-0000-4000-a000-{n:012x}")}),
        4 => Value::Null,
        _ => json!({}),
    }
}

fn audit(n: u64, id: &str) -> Value {
    json!({"eventVersion": "1.0", "eventCategory": "ActivityAuditLog", "eventID": id,
        "metadata": {"ingestionTime": "2026-03-01T00:00:00Z", "channelARN": "arn:c"},
        "eventData": {"eventName": "Custom", "userIdentity": {"type": "Custom",
            "principalId": format!("p{n}")}, "requestParameters": {"bucketName": "outside"}}})
}

fn body(n: u64) -> Value {
    let id = format!("{n:08x}-0000-4000-a000-00000000000a");
    let time = model::format_seconds(1_772_000_000 + (n as i64 * 7_919) % 90_000);
    let mut record = match n % 37 {
        5 => audit(n, &id),
        _ => {
            json!({"eventVersion": "1.08", "userIdentity": identity(n), "eventName": NAMES[(n % 5) as usize],
            "eventSource": if n % 5 < 2 { "s3.amazonaws.com" } else { "ec2.amazonaws.com" },
            "awsRegion": "eu-west-1", "sourceIPAddress": format!("10.0.0.{}", n % 7),
            "requestParameters": parameters(n), "responseElements": Value::Null, "eventID": id,
            "readOnly": n.is_multiple_of(3), "managementEvent": n.is_multiple_of(2), "eventCategory": "Management"})
        }
    };
    record["eventTime"] = Value::from(time);
    if n.is_multiple_of(11) {
        record["errorCode"] =
            Value::from(if n.is_multiple_of(2) { "AccessDenied" } else { "Throttling" });
        record["errorMessage"] = Value::from(format!("no \\ \"way\" {n}"));
    }
    if n % 5 == 3 {
        record["responseElements"] =
            json!({"credentials": {"accessKeyId": format!("ASIA{:04}", (n + 1) % 60)}});
    }
    if n % 5 == 2 {
        record["additionalEventData"] =
            json!({"MFAUsed": if n.is_multiple_of(4) { "No" } else { "Yes" }});
    }
    if n.is_multiple_of(41) {
        // Members that are not what they should be.
        record["errorCode"] = json!(7);
        record["sharedEventID"] = json!("6f8dc1a4-0000-4000-a000-0000000000ff");
    }
    record
}

fn known(n: u64) -> Known {
    let json = body(n);
    let text = if n.is_multiple_of(2) {
        json.to_string()
    } else {
        serde_json::to_string_pretty(&json).unwrap()
    };
    let time = Timestamp::parse(json["eventTime"].as_str().unwrap()).unwrap().0;
    let origins = [Origin::Imported, Origin::Recorded, Origin::Put];
    Known {
        seq: n,
        owner: if n % 3 == 1 { "444455556666" } else { "111122223333" },
        origin: origins[(n % 3) as usize],
        hidden: n % 29 == 7,
        time,
        text,
        json,
    }
}

/// The lake and its records.
pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
    pub(crate) records: Vec<Known>,
}

fn flags(record: &Known) -> Flags {
    let failed = record.at("errorCode").is_some();
    Flags::new(record.origin, Category::Management, record.read_only(), failed, record.hidden)
}

fn with_row<T>(record: &Known, take: impl FnOnce(&Row<'_>) -> T) -> T {
    let mut scan = Scan::default();
    scan.read(record.text.as_bytes(), 0).unwrap();
    take(&Row {
        view: RecordView::new(record.text.as_bytes(), &scan),
        id: RecordId::from_uuid(record.id().as_bytes()).unwrap(),
        time: Timestamp(record.time),
        ingested: Timestamp(1_780_000_000_000 + record.seq as i64),
        flags: flags(record),
        username: None,
        resources: &[],
        stores: record.stores(),
        payload: [0; 32],
    })
}

fn entry(record: &Known) -> Arc<Entry> {
    let mut scan = Scan::default();
    scan.read(record.text.as_bytes(), 0).unwrap();
    Arc::new(Entry {
        seq: Seq(record.seq),
        record: Record {
            owner: AccountId::parse(record.owner).unwrap(),
            origin: record.origin,
            ingested: Timestamp(1_780_000_000_000 + record.seq as i64),
            stores: record.stores().map(Into::into),
            body: Body::ApiCall(record.text.as_bytes().into()),
        },
        id: RecordId::from_uuid(record.id().as_bytes()).unwrap(),
        time: Timestamp(record.time),
        flags: flags(record),
        scan,
        username: None,
        resources: Vec::new(),
        payload: [0; 32],
        is_named: OnceLock::new(),
    })
}

fn part(disk: &MemoryDisk, cache: &PartCache, records: &[&Known]) -> Arc<Part> {
    let mut draft = Draft::default();
    for record in records {
        with_row(record, |row| draft.push(row)).unwrap();
    }
    let owner = AccountId::parse(records[0].owner).unwrap();
    let sealed = draft.seal(&owner, Numbering::ByPush).unwrap();
    let seqs = records.iter().map(|record| SeqRange { first: Seq(record.seq), count: 1 });
    let meta = PartMeta { seqs: seqs.collect(), ..sealed.meta };
    disk.put(meta.id.file_name(), sealed.bytes);
    Arc::new(Part::open(disk, Path::new(""), meta, cache).unwrap())
}

impl World {
    pub(crate) fn new() -> Self {
        let records: Vec<Known> = (0..COUNT).map(known).collect();
        let (disk, cache) = (MemoryDisk::default(), PartCache::new(64 << 20));
        let mut parts = Vec::new();
        for owner in ["111122223333", "444455556666"] {
            for range in [0..SEALED / 2, SEALED / 2..SEALED] {
                let own = records.iter().filter(|r| r.owner == owner && range.contains(&r.seq));
                parts.push(part(&disk, &cache, &own.collect::<Vec<_>>()));
            }
        }
        let generation = Generation::default();
        generation.join(records.iter().filter(|record| record.seq >= SEALED).map(entry));
        // The last ones came after the question was asked.
        let end = Seq(COUNT - 20);
        let snapshot = Snapshot { parts: Arc::new(parts), tail: vec![Arc::new(generation)], end };
        let records = records.into_iter().filter(|record| record.seq < end.0);
        Self { snapshot, records: records.collect() }
    }

    /// The records that are rows.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Known> {
        self.records.iter().filter(|record| !record.hidden)
    }

    pub(crate) fn context(&self, spec: &TableSpec, paths: &[JsonPath]) -> SessionContext {
        let config = SessionConfig::new().with_target_partitions(2);
        let builder = SessionStateBuilder::new().with_default_features().with_config(config);
        let builder = builder.with_physical_optimizer_rule(Arc::new(GroupByCode));
        let state = builder.with_physical_optimizer_rule(Arc::new(CountByCode)).build();
        let context = SessionContext::new_with_state(state);
        let dictionaries = Dictionaries::new(16 << 20);
        let table = LakeTable::new(&self.snapshot, spec, &Wanted::all(paths), &dictionaries);
        context.register_table("events", Arc::new(table)).unwrap();
        context
    }
}

/// The answer as text, row by row; NULL is `None`.
pub(crate) async fn ask(context: &SessionContext, sql: &str) -> Vec<Vec<Option<String>>> {
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    batches.iter().flat_map(rows).collect()
}

fn rows(batch: &RecordBatch) -> Vec<Vec<Option<String>>> {
    let text = |column: &ArrayRef| arrow::compute::cast(column, &DataType::Utf8).unwrap();
    let columns: Vec<_> = batch.columns().iter().map(text).collect();
    let cell = |column: &Arc<dyn Array>, row| {
        let texts = column.as_any().downcast_ref::<arrow::array::StringArray>().unwrap();
        (!texts.is_null(row)).then(|| texts.value(row).to_owned())
    };
    (0..batch.num_rows()).map(|row| columns.iter().map(|c| cell(c, row)).collect()).collect()
}
