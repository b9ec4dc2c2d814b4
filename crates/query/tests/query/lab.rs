//! A table of a dozen records in memory, and statements asked of it.

use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, BooleanArray, RecordBatch, StringViewArray, TimestampMillisecondArray,
};
use arrow::datatypes::Schema;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use lake::feed::ColumnName;
use query::table::{Kind, Wanted};
use query::{Cancel, Database, Error, Flow, Limits, Sink, Stats, Tables};
use serde_json::{Value, json};

/// 2026-11-20 02:13:07 UTC: what `now()` means.
pub(crate) const NOW: i64 = 1_795_140_787_000;

/// A result: names and rows; NULL is `None`.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
    pub(crate) stats: Stats,
}

impl Answer {
    /// Rows as lines, values with ` | ` between.
    pub(crate) fn text(&self) -> String {
        let row = |row: &Vec<Option<String>>| {
            let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL"));
            cells.collect::<Vec<_>>().join(" | ")
        };
        self.rows.iter().map(row).collect::<Vec<_>>().join("\n")
    }
}

impl Sink for Answer {
    fn columns(&mut self, columns: &[ColumnName], _: &Schema) -> std::io::Result<()> {
        self.columns = columns.iter().map(|column| column.name.clone()).collect();
        Ok(())
    }

    fn row(&mut self, json: &[u8]) -> std::io::Result<Flow> {
        self.rows.push(serde_json::from_slice(json)?);
        Ok(Flow::On)
    }
}

/// Stores and their records.
pub(crate) struct Lab {
    stores: Vec<(String, Vec<Value>)>,
}

/// The id of the second store, which has the failed calls only.
pub(crate) const STORE: &str = "11111111-2222-3333-4444-555555555555";
const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/";

impl Lab {
    pub(crate) fn new() -> Self {
        let all = records();
        let failed: Vec<Value> =
            all.iter().filter(|r| r["errorCode"].is_string()).cloned().collect();
        let stores = vec![("events".to_owned(), all), (STORE.to_owned(), failed)];
        Self { stores }
    }

    /// `events` with this many records.
    pub(crate) fn of(records: Vec<Value>) -> Self {
        Self { stores: vec![("events".to_owned(), records)] }
    }
}

fn at<'v>(record: &'v Value, path: &[String]) -> Option<&'v Value> {
    let step = |value: &'v Value, key: &String| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    };
    path.iter().try_fold(record, step).filter(|value| !value.is_null())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn array(records: &[Value], path: &[String], kind: Kind) -> ArrayRef {
    let found = records.iter().map(|record| at(record, path));
    match kind {
        Kind::Time => {
            Arc::new(TimestampMillisecondArray::from_iter(found.map(|value| {
                value.map(|v| model::Timestamp::parse(v.as_str().unwrap()).unwrap().0)
            })))
        }
        Kind::Boolean => {
            Arc::new(BooleanArray::from_iter(found.map(|value| value.and_then(Value::as_bool))))
        }
        _ => Arc::new(StringViewArray::from_iter(found.map(|value| value.map(text)))),
    }
}

impl Tables for Lab {
    fn find(&self, name: &str) -> Option<usize> {
        let bare = name.strip_prefix(ARN).unwrap_or(name);
        self.stores.iter().position(|(store, _)| store.eq_ignore_ascii_case(bare))
    }

    fn names(&self) -> Vec<String> {
        self.stores.iter().map(|(name, _)| name.clone()).collect()
    }

    fn open(&self, table: usize, wanted: &Wanted) -> Result<Arc<dyn TableProvider>, String> {
        let (_, records) = &self.stores[table];
        let keys = |dotted: &str| dotted.split('.').map(str::to_owned).collect::<Vec<_>>();
        let mut fields = Vec::new();
        let mut arrays = Vec::new();
        for column in &wanted.columns {
            fields.push(column.field());
            arrays.push(match column.canonical {
                "eventJson" => Arc::new(StringViewArray::from_iter(
                    records.iter().map(|record| Some(record.to_string())),
                )),
                "session_chain" => Arc::new(StringViewArray::from_iter(
                    records
                        .iter()
                        .map(|record| Some(format!("[\"root\",{}]", record["eventName"]))),
                )),
                canonical => array(records, &keys(canonical), column.kind),
            });
        }
        for path in &wanted.paths {
            fields.push(path.field());
            let whole = [keys(&path.member), path.keys.clone()].concat();
            arrays.push(array(records, &whole, Kind::Text));
        }
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
        let table = MemTable::try_new(schema, vec![vec![batch]]).unwrap();
        Ok(Arc::new(table))
    }
}

pub(crate) fn limits() -> Limits {
    Limits {
        memory_bytes: 256 << 20,
        timeout: Duration::from_secs(60),
        threads: 2.try_into().unwrap(),
        ..Limits::default()
    }
}

/// The answer of a lab of its own.
pub(crate) fn ask(sql: &str) -> Result<Answer, Error> {
    ask_of(Arc::new(Lab::new()), sql, limits())
}

pub(crate) fn ask_of(tables: Arc<dyn Tables>, sql: &str, limits: Limits) -> Result<Answer, Error> {
    let database = Database::new(limits).unwrap();
    let mut answer = Answer::default();
    answer.stats = database.run(sql, NOW, tables, &Cancel::default(), &mut answer)?;
    Ok(answer)
}

fn identity(n: usize) -> Value {
    match n % 3 {
        0 => json!({"type": "IAMUser", "principalId": "AIDA1", "userName": "ada",
            "arn": "arn:aws:iam::111122223333:user/ada", "accountId": "111122223333",
            "accessKeyId": "AKIA1"}),
        1 => json!({"type": "AssumedRole", "principalId": "AROA1:s", "accountId": "111122223333",
            "arn": "arn:aws:sts::111122223333:assumed-role/ops/s", "accessKeyId": "ASIA1",
            "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "ops"},
                "attributes": {"mfaAuthenticated": "false"}}}),
        _ => json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}),
    }
}

fn parameters(n: usize) -> Value {
    match n % 4 {
        0 => json!({"bucketName": format!("b{n}"), "key": "a/b", "maxKeys": n}),
        1 => json!({"iamInstanceProfile": {"name": "web"}, "instancesSet": {"items":
            [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}, "tags": ["x", "y"]}),
        2 => {
            json!({"policyDocument": "{\"Version\":\"2012\",\"Statement\":[{\"Effect\":\"Allow\"}]}"})
        }
        _ => Value::Null,
    }
}

/// Twelve records, an hour and a bit apart, the first at 2026-11-19 00:00:00.
pub(crate) fn records() -> Vec<Value> {
    let names = ["GetObject", "RunInstances", "PutRolePolicy", "StopLogging"];
    let sources = ["s3", "ec2", "iam", "cloudtrail"];
    (0..12).map(|n| {
        let seconds = 1_795_046_400 + 4_000 * n as i64;
        let mut record = json!({"eventVersion": "1.11", "userIdentity": identity(n),
            "eventTime": model::format_seconds(seconds), "eventName": names[n % 4],
            "eventSource": format!("{}.amazonaws.com", sources[n % 4]),
            "awsRegion": if n % 2 == 0 { "us-east-1" } else { "eu-west-1" },
            "sourceIPAddress": format!("10.0.0.{}", n % 5), "readOnly": n % 4 == 0,
            "managementEvent": n % 4 != 0, "eventID": format!("{n:08x}-0000-4000-a000-000000000000"),
            "requestParameters": parameters(n), "responseElements": null,
            "recipientAccountId": "111122223333",
            "eventCategory": if n % 4 == 0 { "Data" } else { "Management" }});
        if n % 5 == 0 {
            record["errorCode"] = json!("AccessDenied");
            record["errorMessage"] = json!("no \"way\"");
        }
        if n % 4 == 0 {
            record["resources"] = json!([
                {"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::b{n}/a/b")},
                {"accountId": "111122223333", "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::b{n}")}]);
        }
        if n == 3 {
            record["sessionCredentialFromConsole"] = json!("true");
            record["tlsDetails"] = json!({"tlsVersion": "TLSv1.3", "cipherSuite": "X"});
        }
        record
    }).collect()
}
