//! What trails delivered into a bucket, on its way into an event data store.

use super::own::{bucket, keep, keys, step};
use super::{Desk, MINUTE_MS, started, trail};
use crate::bodies::stage;
use crate::call::{account, somebody, uuid};
use crate::lab::DAY_MS;
use crate::objects;
use crate::rows::{numbers, rows};
use crate::stores;
use engine::{Search, Settings};
use model::resource::{
    Bucket, BucketImport, BucketImportStatus, EventDataStore, FailureStatus, ImportFailure,
    ImportProgress, ImportSource, Object,
};
use model::{Change, Record, Timestamp};
use std::collections::BTreeSet;

const IMPORT: u64 = 900;

fn store(number: u64) -> EventDataStore {
    let (created, updated) = (Timestamp(0), Timestamp(0));
    EventDataStore { ingesting: false, created, updated, ..stores::store(number) }
}

fn import(store: u64) -> BucketImport {
    BucketImport {
        id: uuid(IMPORT),
        account: somebody(),
        region: "us-east-1".to_owned(),
        store: uuid(store),
        source: ImportSource {
            uri: "s3://audit".to_owned(),
            region: "us-east-1".to_owned(),
            role: "arn:aws:iam::111122223333:role/importer".to_owned(),
        },
        start: None,
        end: None,
        created: Timestamp(0),
        updated: Timestamp(0),
        status: BucketImportStatus::Initializing,
        progress: ImportProgress::default(),
    }
}

impl Desk {
    /// Calls of three hours in the bucket, a file each, with their digests.
    fn with_archive(settings: Settings) -> (Self, Vec<Record>) {
        let mut desk = Self::with(Settings::default());
        desk.lab.settings.draft_bytes = settings.draft_bytes;
        desk = desk.crash();
        keep(&desk, &bucket(somebody(), trail(1).arn().as_str()));
        desk.put(&started(trail(1), desk.now()));
        let mut called = Vec::new();
        for _ in 0..3 {
            called.extend(desk.call(5, "us-east-1"));
            desk.lab.env.advance(60 * MINUTE_MS);
            step(&mut desk);
        }
        desk.lab.env.advance(60 * MINUTE_MS);
        step(&mut desk);
        (desk, called)
    }

    fn start_import(&self, import: BucketImport) {
        self.commit(vec![Change::BucketImportPut(Box::new(import))], Vec::new());
    }

    fn import(&self) -> BucketImport {
        self.engine.state().bucket_import(&uuid(IMPORT)).unwrap().as_ref().clone()
    }

    fn again(&self) {
        let mut import = self.import();
        import.status = BucketImportStatus::Initializing;
        import.progress.retried_to = Some(String::new());
        self.start_import(import);
    }

    fn run(&self) -> BucketImport {
        while self.engine.carry_imports_on().unwrap() {}
        self.import()
    }

    fn failures(&self) -> Vec<ImportFailure> {
        self.engine.state().import_failures(&uuid(IMPORT), "", 1_000).unwrap()
    }

    /// Texts of what a store shows, sorted; each must be there once.
    fn held(&self, store: u64) -> Vec<Vec<u8>> {
        let question = Search { store: Some(uuid(store)), ..Search::default() };
        let mut all: Vec<Vec<u8>> = rows(&self.engine, &question, 100)
            .unwrap()
            .into_iter()
            .map(|found| found.bytes.to_vec())
            .collect();
        all.sort();
        let different: BTreeSet<&Vec<u8>> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "nothing is there twice");
        all
    }

    /// Puts other bytes in the place of an object.
    fn tamper(&self, object: &Object, text: &[u8]) {
        let staged = stage(&self.engine, &gzip(text)).unwrap();
        let bodies = staged.body.iter().cloned().collect();
        let order = self.engine.state().next_order();
        let version = Object::version_of(order, 7);
        let other = Object { bodies, size: staged.size, order, version, ..object.clone() };
        objects::commit(&self.engine, vec![Change::ObjectPut(Box::new(other))]).unwrap();
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    crate::logs::gzip(text)
}

fn texts(records: &[Record]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = records.iter().map(|it| it.body.bytes().to_vec()).collect();
    all.sort();
    all
}

fn logs(desk: &Desk) -> Vec<String> {
    keys(desk).into_iter().filter(|key| key.contains("/CloudTrail/")).collect()
}

#[test]
fn a_store_shows_what_was_here_already_and_the_lake_shows_it_once() {
    let (desk, called) = Desk::with_archive(Settings::default());
    desk.commit(vec![Change::EventDataStorePut(store(7))], Vec::new());
    let before = rows(&desk.engine, &Search::default(), 100).unwrap().len();
    desk.start_import(import(7));
    let told = desk.run();
    assert_eq!((told.status, desk.failures()), (BucketImportStatus::Completed, Vec::new()));
    assert_eq!((told.progress.files, told.progress.events, told.progress.failed), (3, 15, 0));
    assert_eq!(told.progress.prefixes_found, told.progress.prefixes_done);
    assert_eq!(desk.held(7), texts(&called));
    assert_eq!(rows(&desk.engine, &Search::default(), 100).unwrap().len(), before);
    desk.start_import(import(7));
    assert_eq!(desk.run().progress.events, 0, "once is enough");
    assert_eq!(desk.engine.state().conflicts(), 0);
    // Another store gets its own.
    desk.commit(vec![Change::EventDataStorePut(store(8))], Vec::new());
    desk.start_import(import(8));
    assert_eq!(desk.run().progress.events, 15);
    assert_eq!((desk.held(7), desk.held(8)), (texts(&called), texts(&called)));
    while desk.engine.compact().unwrap() {}
    assert_eq!((desk.held(7), desk.held(8)), (texts(&called), texts(&called)));
}

#[test]
fn every_file_is_taken_in_once_wherever_the_power_goes() {
    let settings = || Settings { draft_bytes: 1, ..Settings::default() };
    let (mut desk, called) = Desk::with_archive(settings());
    desk.commit(vec![Change::EventDataStorePut(store(7))], Vec::new());
    desk.start_import(import(7));
    let mut rounds = 0;
    while desk.engine.carry_imports_on().unwrap() {
        rounds += 1;
        desk = desk.crash();
        let held = desk.held(7).len() as u64;
        assert_eq!(desk.import().progress.events, held, "what is said is there");
    }
    assert!(rounds >= 3, "{rounds} rounds");
    let told = desk.import();
    assert_eq!((told.status, told.progress.files), (BucketImportStatus::Completed, 3));
    assert_eq!(desk.held(7), texts(&called));
    let all = numbers(&desk.engine);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn a_file_that_is_not_what_its_digest_says_stays_outside() {
    let (desk, called) = Desk::with_archive(Settings::default());
    desk.commit(vec![Change::EventDataStorePut(store(7))], Vec::new());
    let file = logs(&desk).remove(1);
    let right = desk.engine.state().object("audit", &file).unwrap().unwrap();
    desk.tamper(&right, br#"{"Records":[]}"#);
    desk.start_import(import(7));
    let told = desk.run();
    assert_eq!((told.status, told.progress.failed), (BucketImportStatus::Failed, 1));
    assert_eq!((told.progress.files, told.progress.events), (2, 10));
    let failures = desk.failures();
    assert_eq!((failures.len(), failures[0].key.as_str()), (1, file.as_str()));
    assert_eq!(failures[0].kind, "HashMismatch");
    assert_eq!(desk.held(7).len(), 10);
    // The right bytes are put back, and the import is tried again.
    let order = desk.engine.state().next_order();
    let version = Object::version_of(order, 7);
    let mended = Object { order, version, ..right };
    objects::commit(&desk.engine, vec![Change::ObjectPut(Box::new(mended))]).unwrap();
    desk.again();
    let told = desk.run();
    assert_eq!((told.status, told.progress.failed), (BucketImportStatus::Completed, 0));
    assert_eq!((told.progress.files, told.progress.events), (3, 15));
    assert_eq!(desk.failures()[0].status, FailureStatus::Succeeded);
    assert_eq!(desk.held(7), texts(&called));
}

#[test]
fn files_of_a_digest_that_was_changed_stay_outside() {
    let (desk, _) = Desk::with_archive(Settings::default());
    desk.commit(vec![Change::EventDataStorePut(store(7))], Vec::new());
    let listing = |key: &String| {
        let found = desk.engine.state().object("audit", key).unwrap().unwrap();
        let (bytes, metadata) = (super::own::bytes(&desk, &found), Vec::new());
        let text = String::from_utf8(super::archive::Stored { bytes, metadata }.text()).unwrap();
        text.contains("/CloudTrail/").then_some((found, text))
    };
    let digests: Vec<(Object, String)> =
        keys(&desk).iter().filter(|key| key.contains("-Digest/")).filter_map(listing).collect();
    let (digest, text) = &digests[0];
    let files = text.matches("\"s3Object\"").count() as u64;
    desk.tamper(digest, text.replace("\"awsAccountId\":\"1", "\"awsAccountId\" :\"1").as_bytes());
    desk.start_import(import(7));
    let told = desk.run();
    assert_eq!((told.status, told.progress.failed), (BucketImportStatus::Failed, files));
    assert!(desk.failures().iter().all(|it| it.kind == "InvalidDigest"), "{:?}", desk.failures());
}

#[test]
fn an_import_that_was_stopped_goes_on_where_it_stood() {
    let settings = Settings { draft_bytes: 1, ..Settings::default() };
    let (desk, called) = Desk::with_archive(settings);
    desk.commit(vec![Change::EventDataStorePut(store(7))], Vec::new());
    desk.start_import(import(7));
    assert!(desk.engine.carry_imports_on().unwrap());
    let stopped = BucketImport { status: BucketImportStatus::Stopped, ..desk.import() };
    desk.start_import(stopped);
    let told = desk.run();
    assert_eq!(told.status, BucketImportStatus::Stopped);
    assert!(told.progress.files < 3, "{:?}", told.progress);
    desk.again();
    let told = desk.run();
    assert_eq!((told.status, told.progress.files), (BucketImportStatus::Completed, 3));
    assert_eq!(desk.held(7), texts(&called));
}

#[test]
fn what_the_bucket_denies_fails_by_name() {
    let (desk, _) = Desk::with_archive(Settings::default());
    desk.commit(vec![Change::EventDataStorePut(store(7))], Vec::new());
    let file = logs(&desk).remove(0);
    let deny = |action: &str, resource: &str| {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":
            {{"AWS":"arn:aws:iam::111122223333:role/importer"}},"Action":"{action}",
            "Resource":"arn:aws:s3:::{resource}"}}]}}"#
        );
        keep(&desk, &Bucket { policy: Some(policy), ..bucket(somebody(), "x") });
    };
    deny("s3:GetObject", &format!("audit/{file}"));
    desk.start_import(import(7));
    assert_eq!(desk.run().progress.failed, 1);
    assert_eq!((desk.failures()[0].kind.as_str(), desk.held(7).len()), ("AccessDenied", 10));
    deny("s3:ListBucket", "audit");
    desk.again();
    let told = desk.run();
    assert_eq!((told.status, told.progress.failed), (BucketImportStatus::Failed, 2));
    assert!(desk.failures().iter().any(|it| it.key == "*" && it.kind == "AccessDenied"));
    keep(&desk, &bucket(somebody(), "x"));
    desk.again();
    assert_eq!(desk.run().status, BucketImportStatus::Completed);
    assert_eq!(desk.held(7).len(), 15);
    // Somebody else's bucket must say yes.
    keep(&desk, &Bucket { account: account("999988887777"), ..bucket(somebody(), "x") });
    desk.start_import(import(7));
    assert_eq!(desk.run().status, BucketImportStatus::Failed);
}

#[test]
fn times_and_retention_leave_records_outside() {
    let (desk, called) = Desk::with_archive(Settings::default());
    let days = u32::try_from((desk.now().0 - crate::call::MARCH.0) / DAY_MS).unwrap();
    let short = EventDataStore { retention_days: days - 1, ..store(7) };
    desk.commit(vec![Change::EventDataStorePut(short)], Vec::new());
    desk.commit(vec![Change::EventDataStorePut(store(8))], Vec::new());
    desk.start_import(import(7));
    assert_eq!(desk.run().progress.events, 0);
    let time = |number: i64| Some(Timestamp(crate::call::MARCH.0 + number * 1_000));
    desk.start_import(BucketImport { start: time(3), ..import(8) });
    assert_eq!(desk.run().progress.events, 12);
    assert_eq!(desk.held(8), texts(&called[3..]));
}

#[test]
fn the_newest_thousand_imports_of_an_account_are_remembered() {
    let desk = Desk::new();
    let ended = |number: u64| BucketImport {
        id: uuid(IMPORT + number),
        created: Timestamp(i64::try_from(number).unwrap()),
        status: BucketImportStatus::Failed,
        ..import(7)
    };
    let puts = (0..1_002).map(|number| Change::BucketImportPut(Box::new(ended(number))));
    desk.commit(puts.collect(), Vec::new());
    let failure = |number: u64| ImportFailure {
        key: format!("{number:04}"),
        status: FailureStatus::Failed,
        kind: "InvalidGzip".to_owned(),
        message: String::new(),
        updated: Timestamp(0),
    };
    let advanced = Change::BucketImportAdvanced {
        id: uuid(IMPORT),
        progress: ImportProgress::default(),
        at: Timestamp(0),
        failures: (0..1_500).map(failure).collect(),
    };
    desk.commit(vec![advanced], Vec::new());
    let mut steps = 0;
    while desk.engine.carry_imports_on().unwrap() {
        steps += 1;
    }
    let state = desk.engine.state();
    assert_eq!((steps, state.bucket_imports(&somebody()).count()), (3, 1_000));
    assert!(state.bucket_import(&uuid(IMPORT + 1)).is_none());
    assert!(desk.failures().is_empty());
}
