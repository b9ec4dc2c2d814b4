//! Objects of buckets: put, removed, listed, kept over starts and crashes.

use crate::home::{Home, quiet};
use crate::lab::Lab;
use engine::{Engine, Error, Listing, Outcome, Settings, verify, verify_on};
use model::resource::{
    BodyRef, Encryption, NULL_VERSION, Object, ObjectLock, Sealed, Upload, UploadPart,
};
use model::{Change, Effect, Timestamp};

const BUCKET: &str = "logs";

/// An object as tests put it.
pub(crate) fn object(key: &str, order: u64) -> Object {
    Object {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        version: Object::version_of(order, 7),
        order,
        marker: false,
        size: 5,
        etag: "5d41402abc4b2a76b9719d911017c592".to_owned(),
        modified: Timestamp(order as i64),
        owner: crate::call::account("111122223333"),
        headers: [("content-type".to_owned(), "text/plain".to_owned())].into(),
        metadata: Default::default(),
        tags: Default::default(),
        storage_class: "STANDARD".to_owned(),
        checksum: None,
        encryption: Encryption::Aes256,
        parts: Vec::new(),
        lock: ObjectLock::default(),
        bodies: Vec::new(),
    }
}

/// The change that removes an object.
pub(crate) fn removed(object: &Object) -> Change {
    Change::ObjectRemoved {
        bucket: object.bucket.clone(),
        key: object.key.clone(),
        version: object.version.clone(),
        order: object.order,
        dropped: object.files().map(str::to_owned).collect(),
    }
}

pub(crate) fn commit(engine: &Engine, changes: Vec<Change>) -> Result<(), Error> {
    let effect = Effect { changes, ..Effect::default() };
    engine.commit(move |_| ((), effect)).wait().map(drop)
}

fn put(engine: &Engine, objects: impl IntoIterator<Item = Object>) {
    let changes = objects.into_iter().map(|it| Change::ObjectPut(Box::new(it))).collect();
    commit(engine, changes).unwrap();
}

fn marker(key: &str, order: u64) -> Object {
    Object { marker: true, ..object(key, order) }
}

/// Keys and common prefixes of all pages, told page by page.
fn pages(engine: &Engine, listing: &Listing<'_>) -> Vec<String> {
    let (state, mut told, mut after) = (engine.state(), Vec::new(), listing.after.to_owned());
    loop {
        let page = state.list_current(&Listing { after: &after, ..*listing }).unwrap();
        let keys = page.objects.iter().map(|object| object.key.clone());
        let mut both: Vec<String> = keys.chain(page.prefixes).collect();
        both.sort_unstable();
        assert!(both.len() <= listing.limit);
        told.push(both.join(" "));
        match page.next {
            Some(next) => after = next,
            None => return told,
        }
    }
}

#[track_caller]
fn lists(engine: &Engine, prefix: &str, delimiter: &str, after: &str, expected: &str) {
    for limit in [1, 2, 1_000] {
        let listing = Listing { bucket: BUCKET, prefix, delimiter, after, limit };
        assert_eq!(pages(engine, &listing).join(" "), expected, "by {limit}");
    }
}

#[test]
fn keys_are_listed_in_order_with_what_they_have_in_common() {
    let lab = Lab::new();
    let engine = lab.open();
    let keys = ["a", "a/1", "a/2", "a/b/1", "a/b/2", "a0", "b//x", "c", "ä/é", "ä/ö"];
    put(&engine, keys.iter().zip(0..).map(|(key, order)| object(key, order)));
    put(&engine, [object("a", 50), marker("c", 51), object("gone/1", 52), marker("gone/1", 53)]);
    put(&engine, [Object { bucket: "logs-2".to_owned(), ..object("other", 60) }]);
    lists(&engine, "", "", "", "a a/1 a/2 a/b/1 a/b/2 a0 b//x ä/é ä/ö");
    lists(&engine, "", "/", "", "a a/ a0 b/ ä/");
    lists(&engine, "a/", "/", "", "a/1 a/2 a/b/");
    lists(&engine, "a", "", "", "a a/1 a/2 a/b/1 a/b/2 a0");
    lists(&engine, "b/", "/", "", "b//");
    lists(&engine, "", "", "a/2", "a/b/1 a/b/2 a0 b//x ä/é ä/ö");
    lists(&engine, "", "/", "a/", "a0 b/ ä/");
    lists(&engine, "", "/", "a/2", "a/ a0 b/ ä/");
    lists(&engine, "", "é", "", "a a/1 a/2 a/b/1 a/b/2 a0 b//x ä/é ä/ö");
    lists(&engine, "gone", "/", "", "");
    lists(&engine, "z", "/", "", "");
    let state = engine.state();
    assert_eq!(state.object(BUCKET, "a").unwrap().unwrap().order, 50);
    assert!(state.object(BUCKET, "c").unwrap().unwrap().marker);
    assert_eq!(state.object(BUCKET, "nobody").unwrap(), None);
    assert!(state.bucket_is_empty("log").unwrap() && !state.bucket_is_empty("logs-2").unwrap());
}

#[test]
fn versions_are_listed_newest_first_and_found_by_name() {
    let lab = Lab::new();
    let engine = lab.open();
    let null = Object { version: NULL_VERSION.to_owned(), ..object("k", 3) };
    let versions = [object("k", 9), marker("k", 7), null.clone(), object("k", 2)];
    put(&engine, versions.iter().rev().cloned());
    put(&engine, [object("j", 4), object("k/1", 5), object("k/2", 6)]);
    let state = engine.state();
    for limit in [1, 2, 3, 100] {
        let (mut after, mut version, mut told) = (String::new(), None, Vec::new());
        loop {
            let listing =
                Listing { bucket: BUCKET, delimiter: "/", after: &after, limit, prefix: "" };
            let page = state.list_versions(&listing, version.as_deref()).unwrap();
            told.extend(page.versions.iter().map(|(it, now)| (it.key.clone(), it.order, *now)));
            told.extend(page.prefixes.into_iter().map(|prefix| (prefix, 0, false)));
            let Some(next) = page.next else { break };
            (after, version) = next;
        }
        let k = |order, now| ("k".to_owned(), order, now);
        let mut expected = vec![("j".to_owned(), 4, true), k(9, true)];
        expected.extend([k(7, false), k(3, false), k(2, false), ("k/".to_owned(), 0, false)]);
        assert_eq!(told, expected, "by {limit}");
    }
    for version in &versions {
        let found = state.object_version(BUCKET, "k", &version.version).unwrap();
        assert_eq!(found.as_ref(), Some(version));
    }
    for absent in [Object::version_of(9, 8), Object::version_of(8, 7), "x".to_owned()] {
        assert_eq!(state.object_version(BUCKET, "k", &absent).unwrap(), None);
    }
    assert_eq!(state.object_version(BUCKET, "j", NULL_VERSION).unwrap(), None);
    assert_eq!(state.next_order(), 10);
}

#[test]
fn many_delete_markers_and_long_prefixes_are_skipped() {
    let lab = Lab::new();
    let engine = lab.open();
    put(&engine, (0..2_000).map(|n| object(&format!("a/{n:05}"), n)));
    put(&engine, (0..2_000).map(|n| marker(&format!("b/{n:05}"), n)));
    put(&engine, (0..300).map(|n| object("c", n)));
    put(&engine, [object("d", 1)]);
    lists(&engine, "", "/", "", "a/ c d");
}

fn upload(key: &str, id: &str) -> Upload {
    let Object { owner, storage_class, encryption, lock, .. } = object(key, 0);
    Upload {
        bucket: BUCKET.to_owned(),
        key: key.to_owned(),
        id: id.to_owned(),
        initiated: Timestamp(1),
        owner,
        initiator: "arn:aws:iam::111122223333:user/ann".to_owned(),
        headers: Default::default(),
        metadata: Default::default(),
        tags: Default::default(),
        storage_class,
        checksum: None,
        encryption,
        lock,
    }
}

fn part(upload: &Upload, number: u16) -> UploadPart {
    UploadPart {
        bucket: upload.bucket.clone(),
        key: upload.key.clone(),
        upload: upload.id.clone(),
        number,
        size: 1,
        etag: "e".to_owned(),
        modified: Timestamp(2),
        checksum: None,
        body: None,
    }
}

#[test]
fn uploads_are_listed_and_go_with_their_parts() {
    let lab = Lab::new();
    let engine = lab.open();
    let uploads = [upload("a", "1"), upload("a", "2"), upload("b/x", "3"), upload("b/y", "1")];
    let puts = uploads.iter().map(|it| Change::UploadPut(Box::new(it.clone())));
    commit(&engine, puts.collect()).unwrap();
    let parts = [1, 2, 300].map(|number| part(&uploads[1], number));
    let puts = parts
        .iter()
        .rev()
        .map(|part| Change::UploadPartPut { part: Box::new(part.clone()), dropped: Vec::new() });
    commit(&engine, puts.collect()).unwrap();
    let state = engine.state();
    assert_eq!(state.upload(BUCKET, "a", "2").unwrap().as_ref(), Some(&uploads[1]));
    assert_eq!(state.upload_parts(&uploads[1], 0, 100).unwrap(), parts);
    assert_eq!(state.upload_parts(&uploads[1], 1, 1).unwrap(), parts[1..2]);
    assert_eq!(state.upload_parts(&uploads[0], 0, 100).unwrap(), []);
    let listing = Listing { bucket: BUCKET, delimiter: "/", limit: 2, ..Listing::default() };
    let page = state.uploads(&listing, None).unwrap();
    assert_eq!(page.uploads, uploads[..2]);
    let (key, id) = page.next.unwrap();
    let page = state.uploads(&Listing { after: &key, ..listing }, id.as_deref()).unwrap();
    assert_eq!((page.uploads, page.prefixes), (vec![], vec!["b/".to_owned()]));
    assert_eq!(page.next, None);
    let gone = Change::UploadRemoved {
        bucket: BUCKET.to_owned(),
        key: "a".to_owned(),
        id: "2".to_owned(),
        parts: vec![1, 2, 300],
        dropped: Vec::new(),
    };
    commit(&engine, vec![gone]).unwrap();
    let state = engine.state();
    assert_eq!(state.upload(BUCKET, "a", "2").unwrap(), None);
    assert_eq!(state.upload_parts(&uploads[1], 0, 100).unwrap(), []);
}

#[test]
fn what_does_not_fit_is_refused_and_harms_nobody_else() {
    let lab = Lab::new();
    let engine = lab.open();
    let long = "k".repeat(5_000);
    let metadata = [("large".to_owned(), "x".repeat(5 << 20))].into();
    let odd = BodyRef::File {
        name: "../root.key".to_owned(),
        size: 1,
        stored: 1,
        key: Sealed(String::new()),
    };
    for wrong in [
        object("nul\0", 1),
        object(&long, 1),
        Object { order: 2, ..object("k", 1) },
        Object { version: "latest".to_owned(), ..object("k", 1) },
        Object { metadata, ..object("k", 1) },
        Object { bodies: vec![odd], ..object("k", 1) },
    ] {
        let outcome = commit(&engine, vec![Change::ObjectPut(Box::new(wrong))]);
        let refused = matches!(outcome, Err(Error::TooLarge { .. } | Error::BadQuestion { .. }));
        assert!(refused, "{outcome:?}");
    }
    put(&engine, [object("k", 2)]);
    assert_eq!(engine.state().object(BUCKET, "k").unwrap(), Some(object("k", 2)));
}

/// Starts, stops and merges, with objects that come and go.
#[test]
fn objects_survive_starts_and_merges_and_old_runs_go() {
    let home = Home::new();
    let settings = || Settings { snapshot_bytes: 20_000, ..quiet() };
    let mut engine = home.try_open(settings()).unwrap().engine;
    for round in 0..30_u64 {
        put(&engine, (0..100).map(|n| object(&format!("{n}"), round * 100 + n)));
        let old = (0..100).map(|n| object(&format!("{n}"), round.saturating_sub(2) * 100 + n));
        if round >= 2 {
            commit(&engine, old.map(|object| removed(&object)).collect()).unwrap();
        }
        while engine.merge_cold().unwrap() {}
        if round % 10 == 9 {
            engine.close();
            drop(engine);
            let report = verify(&home.data());
            assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
            assert!(report.checked.runs > 0);
            engine = home.try_open(settings()).unwrap().engine;
        }
    }
    let state = engine.state();
    for n in 0..100 {
        let found = state.object(BUCKET, &n.to_string()).unwrap();
        assert_eq!(found, Some(object(&n.to_string(), 2_900 + n)));
    }
    let listing = Listing { bucket: BUCKET, limit: 1_000, ..Listing::default() };
    assert_eq!(state.list_versions(&listing, None).unwrap().versions.len(), 200);
    assert!(crate::home::names(&home.data().join("cold")).len() <= 20);
}

#[test]
fn a_long_replay_spills_and_a_crash_meanwhile_leaves_nothing_behind() {
    let mut lab = Lab::new();
    let engine = lab.open();
    for round in 0..20_u64 {
        put(&engine, (0..50).map(|n| object(&format!("{n}"), round * 50 + n)));
    }
    lab.settings.cold_bytes = 20_000;
    lab.disk = {
        engine.settle();
        let disk = lab.disk.crash();
        drop(engine);
        disk
    };
    for cut in 1..40 {
        lab.disk.cut_power_at(cut);
        let disk = std::sync::Arc::new(lab.disk.clone());
        let opened = Engine::simulated(disk, lab.settings.clone(), lab.env.clone());
        drop(opened.map(|opened| opened.engine.settle()));
        lab.disk = lab.disk.crash();
        let report = verify_on(&lab.disk);
        assert_eq!(report.outcome(), Outcome::Proved, "{report:?}");
    }
    let engine = lab.open();
    assert!(lab.files("cold").len() > 2, "{:?}", lab.files("cold"));
    assert!(lab.files("cold").iter().all(|name| name.ends_with(".run")));
    let listing = Listing { bucket: BUCKET, limit: 2_000, ..Listing::default() };
    assert_eq!(engine.state().list_versions(&listing, None).unwrap().versions.len(), 1_000);
    engine.close();
}
