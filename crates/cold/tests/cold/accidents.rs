//! Bytes that were touched, cut, moved or taken from elsewhere.

use crate::memory::MemoryDisk;
use crate::place::{HERE, Place, all, many, put};
use cold::{BlockCache, Error, Home, Store};
use std::path::Path;

fn spilled() -> (Place, Store) {
    let (place, mut store) = (Place::new(), Store::default());
    many(&mut store);
    store.spill(&place.home()).unwrap();
    (place, store)
}

/// Opens the store over other bytes; what it holds, where it can be read.
fn over(place: &Place, store: &Store, bytes: &[u8]) -> Result<usize, Error> {
    let (name, _) = place.file();
    place.disk.put(Path::new("cold").join(name), bytes.to_vec());
    let store = place.reopen(store)?;
    let entries = all(&store)?;
    for (key, value) in &entries {
        assert_eq!(store.get(key)?.as_ref(), Some(value));
    }
    store.runs().try_for_each(|run| run.check())?;
    Ok(entries.len())
}

#[test]
fn every_flipped_bit_is_found_and_its_place_told() {
    let (place, store) = spilled();
    let (name, bytes) = place.file();
    assert_eq!(over(&place, &store, &bytes).unwrap(), 601);
    let mut bit = 0;
    while bit < bytes.len() * 8 {
        let mut touched = bytes.clone();
        touched[bit / 8] ^= 1 << (bit % 8);
        match over(&place, &store, &touched) {
            Err(Error::Damaged { path, offset, .. }) => {
                assert!(path.ends_with(&name) && offset <= bytes.len() as u64, "bit {bit}");
            }
            other => panic!("bit {bit}: {other:?}"),
        }
        // All of the frame round the blocks, and some of each block.
        let is_frame = bit < 64 * 8 || bit > (bytes.len() - 400) * 8;
        bit += if is_frame { 1 } else { 1_511 };
    }
}

#[test]
fn cut_and_stretched_files_are_refused() {
    let (place, store) = spilled();
    let (_, bytes) = place.file();
    for len in [0, 1, 63, 111, 112, bytes.len() / 2, bytes.len() - 1] {
        let outcome = over(&place, &store, &bytes[..len]);
        assert!(matches!(outcome, Err(Error::Damaged { .. })), "{len}: {outcome:?}");
    }
    let outcome = over(&place, &store, &[&bytes[..], &[0]].concat());
    assert!(matches!(outcome, Err(Error::Damaged { .. })), "{outcome:?}");
}

#[test]
fn a_missing_run_is_told_by_name() {
    let (place, store) = spilled();
    let elsewhere = Place::new();
    let error = elsewhere.reopen(&store).unwrap_err();
    assert!(error.to_string().contains(&place.file().0), "{error}");
}

#[test]
fn a_run_of_another_directory_is_refused() {
    let (place, store) = spilled();
    let mut store: Store = serde_json::from_str(&serde_json::to_string(&store).unwrap()).unwrap();
    let home = Home { directory: [1; 16], ..place.home() };
    assert!(matches!(store.attach(&home), Err(Error::WrongDirectory { .. })));
}

#[test]
fn a_run_under_another_ones_name_is_found() {
    let (place, store) = spilled();
    let mut other = Store::default();
    put(&mut other, "a", "1");
    let elsewhere = Place::new();
    other.spill(&elsewhere.home()).unwrap();
    let outcome = over(&place, &store, &elsewhere.file().1);
    assert!(matches!(outcome, Err(Error::Damaged { .. })), "{outcome:?}");
}

#[test]
fn a_list_of_runs_that_leaves_something_out_is_refused() {
    let (place, mut store) = spilled();
    for n in 0..2 {
        put(&mut store, "a", &n.to_string());
        store.spill(&place.home()).unwrap();
    }
    let mut written: serde_json::Value = serde_json::to_value(&store).unwrap();
    written["runs"].as_array_mut().unwrap().remove(1);
    let error = serde_json::from_value::<Store>(written).unwrap_err();
    assert!(error.to_string().contains("do not adjoin"), "{error}");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let (place, store) = spilled();
    let mut written: serde_json::Value = serde_json::to_value(&store).unwrap();
    written["runs"][0]["id"] = "../journal/1".into();
    let mut store: Store = serde_json::from_value(written).unwrap();
    assert!(matches!(store.attach(&place.home()), Err(Error::Damaged { .. })));
}

#[test]
fn what_was_left_of_a_write_that_failed_is_in_nobodys_way() {
    let disk = MemoryDisk::default();
    disk.put("cold/0000000000000000-0000000000000000.new", b"half a run".to_vec());
    let cache = BlockCache::new(1 << 20);
    let home = Home { disk: &disk, dir: Path::new("cold"), directory: HERE, cache: &cache };
    let mut store = Store::default();
    put(&mut store, "a", "1");
    assert!(store.spill(&home).unwrap());
    store.runs().for_each(|run| run.check().unwrap());
}
