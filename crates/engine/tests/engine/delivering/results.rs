//! The rows of a query on their way into a bucket.

use super::Desk;
use super::own::{bytes, keep, keys, object};
use crate::call::{somebody, uuid};
use engine::Settings;
use ledger::Hash;
use model::disk::{Disk, replace};
use model::resource::{Bucket, Query, QueryDelivery, QueryDeliveryStatus, QueryStatus};
use model::{Change, Timestamp};
use serde_json::Value;
use std::path::Path;

const STORE: &str = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/x";

fn bucket(source: &str) -> Bucket {
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",
        "Principal":{{"Service":"cloudtrail.amazonaws.com"}},"Action":"s3:PutObject*",
        "Resource":"arn:aws:s3:::audit/*","Condition":{{"StringLike":{{
        "aws:SourceArn":"{source}"}}}}}}]}}"#
    );
    let bucket = Bucket::new("audit".into(), somebody(), "us-east-1".into(), Timestamp(0));
    Bucket { policy: Some(policy), ..bucket }
}

impl Desk {
    /// With an answer of so many rows, of which each file takes a thousand.
    fn with_rows(rows: u64) -> Self {
        let mut desk = Self::with(Settings::default());
        desk.lab.settings.result_bytes = 40;
        desk = desk.crash();
        let row = |row: u64| format!("[\"{row:010}\",null]\n");
        let text: String = (0..rows).map(row).collect();
        let path = format!("queries/{}.rows", uuid(5));
        desk.lab.disk.create_dir(Path::new("queries")).unwrap();
        let text = format!("{{\"pugmarkRows\":1}}\n{text}");
        replace(&desk.lab.disk, Path::new(&path), text.as_bytes()).unwrap();
        let query = Query {
            id: uuid(5),
            account: somebody(),
            region: "us-east-1".to_owned(),
            statement: String::new(),
            store: STORE.to_owned(),
            created: desk.now(),
            ended: Some(desk.now()),
            status: QueryStatus::Finished,
            columns: vec!["n".to_owned(), "x".to_owned()],
            rows,
            scanned: 0,
            matched: 0,
            bytes: 0,
            delivery: Some(QueryDelivery {
                uri: "s3://audit/results".to_owned(),
                status: QueryDeliveryStatus::Pending,
                files: Vec::new(),
                rows: 0,
                at: None,
                complete: false,
            }),
        };
        desk.commit(vec![Change::QueryPut(query)], Vec::new());
        desk
    }

    fn delivery(&self) -> QueryDelivery {
        self.engine.query(&uuid(5)).unwrap().0.delivery.unwrap()
    }

    fn text(&self, name: &str) -> String {
        let (bytes, metadata) = (bytes(self, &object(self, name)), Vec::new());
        String::from_utf8(super::archive::Stored { bytes, metadata }.text()).unwrap()
    }
}

#[test]
fn every_file_is_put_once_wherever_the_power_goes() {
    let mut desk = Desk::with_rows(2_500);
    keep(&desk, &bucket(STORE));
    let mut steps = 0;
    while desk.engine.deliver_results().unwrap() {
        desk = desk.crash();
        steps += 1;
        assert_eq!(keys(&desk).len(), steps, "a file in each frame");
    }
    let told = desk.delivery();
    assert_eq!((told.status, told.rows), (QueryDeliveryStatus::Success, 2_500));
    assert_eq!((steps, told.files.len()), (4, 3));
    let folder = keys(&desk)[0].rsplit_once('/').unwrap().0.to_owned();
    let day = model::format_seconds(desk.now().seconds())[..10].replace('-', "/");
    let id = uuid(5);
    assert_eq!(folder, format!("results/AWSLogs/111122223333/CloudTrail-Lake/Query/{day}/{id}"));
    let mut rows = Vec::new();
    for file in &told.files {
        let text = desk.text(&file.name);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("n,x"));
        rows.extend(lines.map(str::to_owned));
    }
    assert_eq!(rows, (0..2_500).map(|row| format!("{row:010},")).collect::<Vec<_>>());
}

#[test]
fn the_list_is_signed_over_the_hashes_of_the_files() {
    let desk = Desk::with_rows(2_500);
    keep(&desk, &bucket(STORE));
    while desk.engine.deliver_results().unwrap() {}
    let list: Value =
        serde_json::from_slice(&bytes(&desk, &object(&desk, "result_sign.json"))).unwrap();
    let files = list["files"].as_array().unwrap();
    let mut hashes = Vec::new();
    for file in files {
        let name = file["fileName"].as_str().unwrap();
        let hash = Hash::of_bytes(&bytes(&desk, &object(&desk, name))).to_string();
        assert_eq!(file["fileHashValue"], *hash);
        hashes.push(hash);
    }
    assert_eq!(files[0]["fileName"], "result_1.csv.gz");
    let state = desk.engine.state();
    let known = state.digest_keys(&somebody(), "us-east-1").next().unwrap();
    assert_eq!(list["publicKeyFingerprint"], *known.fingerprint);
    assert!(known.from <= desk.now() && desk.now() < known.until);
    let signature = list["hashSignature"].as_str().unwrap();
    assert!(verified(&known.public, &hashes.join(" "), signature));
    assert!(!verified(&known.public, &hashes.join(""), signature));
}

fn verified(public: &str, text: &str, signature: &str) -> bool {
    use base64::Engine as _;
    let der = base64::engine::general_purpose::STANDARD.decode(public).unwrap();
    let bytes = |at| u8::from_str_radix(&signature[at..at + 2], 16).unwrap();
    let signature: Vec<u8> = (0..signature.len()).step_by(2).map(bytes).collect();
    let rule = &ring::signature::RSA_PKCS1_2048_8192_SHA256;
    let key = ring::signature::UnparsedPublicKey::new(rule, &der);
    key.verify(text.as_bytes(), &signature).is_ok()
}

#[test]
fn an_answer_without_rows_is_a_file_of_its_columns() {
    let desk = Desk::with_rows(0);
    keep(&desk, &bucket(STORE));
    while desk.engine.deliver_results().unwrap() {}
    assert_eq!(desk.delivery().status, QueryDeliveryStatus::Success);
    assert_eq!(desk.text("result_1.csv.gz"), "n,x\r\n");
}

#[test]
fn a_bucket_that_refuses_is_told_in_awss_words() {
    let desk = Desk::with_rows(2);
    assert!(!desk.engine.deliver_results().unwrap());
    assert_eq!(desk.delivery().status, QueryDeliveryStatus::ResourceNotFound);
    let desk = Desk::with_rows(2);
    keep(&desk, &bucket("arn:of:another"));
    assert!(!desk.engine.deliver_results().unwrap());
    assert_eq!(desk.delivery().status, QueryDeliveryStatus::AccessDenied);
    let desk = Desk::with_rows(1);
    keep(&desk, &bucket(STORE));
    while !desk.delivery().complete {
        assert!(desk.engine.deliver_results().unwrap());
    }
    keep(&desk, &bucket("arn:of:another"));
    assert!(!desk.engine.deliver_results().unwrap());
    assert_eq!(desk.delivery().status, QueryDeliveryStatus::AccessDeniedSigningFile);
    assert!(!desk.engine.deliver_results().unwrap(), "it is not tried again");
}
