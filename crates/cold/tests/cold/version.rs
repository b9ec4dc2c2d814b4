//! Runs of every version that there ever was: what was frozen is read for ever.

use crate::place::{HERE, Place, all, many};
use cold::{RunMeta, Store};
use std::path::{Path, PathBuf};

const NAME: &str = "cold-v1.run";

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/examples").join(name)
}

/// Run once for each new version, never again for an old one.
#[test]
#[ignore = "writes the frozen example of a new version"]
fn freeze() {
    let (place, mut store) = (Place::new(), Store::default());
    store.put(b"o\0logs\0before", Some((&b"it"[..]).into())).unwrap();
    store.spill(&place.home()).unwrap();
    many(&mut store);
    store.spill(&place.home()).unwrap();
    let newest = store.runs().next().unwrap().meta.clone();
    let path = Path::new("cold").join(newest.file_name());
    let bytes = model::disk::read_all(&place.disk, &path).unwrap();
    std::fs::write(example(NAME), bytes).unwrap();
    println!("{newest:?}");
}

#[test]
fn reads_a_run_of_version_1() {
    let bytes = std::fs::read(example(NAME)).unwrap();
    let meta = RunMeta {
        id: "6175e2053c156f90eff6cb31dd6e41a3".to_owned(),
        first: 1,
        last: 1,
        bytes: bytes.len() as u64,
        entries: 602,
        removed: 1,
    };
    let place = Place::new();
    place.disk.put(Path::new("cold").join(meta.file_name()), bytes);
    assert_eq!(HERE, *b"a data directory");
    let text = serde_json::json!({ "runs": [meta] }).to_string();
    let mut store: Store = serde_json::from_str(&text).unwrap();
    store.attach(&place.home()).unwrap();
    store.runs().for_each(|run| run.check().unwrap());
    let mut expected = Store::default();
    many(&mut expected);
    assert_eq!(all(&store).unwrap(), all(&expected).unwrap());
    assert_eq!(store.get(b"o\0logs\0AWSLogs/00007.json.gz").unwrap(), None);
    assert_eq!(store.get(b"").unwrap().as_deref(), Some(&b"the empty key"[..]));
}
