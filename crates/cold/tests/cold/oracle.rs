//! A store against a map that does the same in the simplest way.

use crate::place::{Place, all};
use cold::{Bytes, Error, KEY_BYTES_MAX, Merge, Store, VALUE_BYTES_MAX};
use model::disk::Disk;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds};
use std::path::Path;

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Clone, Debug)]
enum Step {
    Put(Vec<u8>, Vec<u8>),
    Remove(Vec<u8>),
    /// Everybody else sees this moment from now on.
    Publish,
    Spill,
    Merge,
    /// A merge is begun, and installed after what follows.
    Begin,
    Install,
    Reopen,
    Scan(Bound<Vec<u8>>, Bound<Vec<u8>>),
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[a-c]{0,4}".prop_map(String::into_bytes),
        "logs/[0-9]{3}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..3),
    ]
}

fn bound() -> impl Strategy<Value = Bound<Vec<u8>>> {
    prop_oneof![
        Just(Bound::Unbounded),
        key().prop_map(Bound::Included),
        key().prop_map(Bound::Excluded)
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let value = (any::<u8>(), 0..300_usize).prop_map(|(byte, len)| vec![byte; len * len / 40]);
    prop_oneof![
        20 => (key(), value).prop_map(|(key, value)| Step::Put(key, value)),
        6 => key().prop_map(Step::Remove),
        6 => Just(Step::Publish),
        4 => Just(Step::Spill),
        2 => Just(Step::Merge),
        1 => Just(Step::Begin),
        1 => Just(Step::Install),
        2 => Just(Step::Reopen),
        4 => (bound(), bound()).prop_map(|(from, to)| Step::Scan(from, to)),
    ]
}

struct World {
    place: Place,
    store: Store,
    map: Map,
    /// Moments that are still looked at.
    seen: Vec<(Store, Map)>,
    begun: Option<Merge>,
}

impl World {
    fn new() -> Self {
        let (place, store) = (Place::new(), Store::default());
        Self { place, store, map: Map::new(), seen: Vec::new(), begun: None }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Put(key, value) => {
                self.store.put(&key, Some(value[..].into())).unwrap();
                self.map.insert(key, value);
            }
            Step::Remove(key) => {
                self.store.put(&key, None).unwrap();
                self.map.remove(&key);
            }
            Step::Publish => self.seen.push((self.store.clone(), self.map.clone())),
            Step::Spill => drop(self.store.spill(&self.place.home()).unwrap()),
            Step::Merge => self.merge(),
            Step::Begin => self.begun = self.store.mergeable(),
            Step::Install => {
                if let Some(merge) = self.begun.take() {
                    let merged = merge.run(&self.place.home(), &|| true).unwrap();
                    self.store.replace(&merged);
                }
            }
            Step::Reopen => {
                self.store.spill(&self.place.home()).unwrap();
                self.store = self.place.reopen(&self.store).unwrap();
            }
            Step::Scan(from, to) => self.scan(from, to),
        }
    }

    fn merge(&mut self) {
        while let Some(merge) = self.store.mergeable() {
            let merged = merge.run(&self.place.home(), &|| true).unwrap();
            assert!(self.store.replace(&merged));
            assert!(!self.store.replace(&merged) || merged.run().is_none());
        }
        assert!(self.store.runs().len() <= 8);
    }

    fn scan(&self, from: Bound<Vec<u8>>, to: Bound<Vec<u8>>) {
        let (low, high) = (from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice));
        let found: Vec<_> = self.store.scan(low, high).map(Result::unwrap).collect();
        let range = (from, to);
        same(&found, self.map.iter().filter(|(key, _)| range.contains(*key)));
    }

    fn check(&self) {
        let now = [(self.store.clone(), self.map.clone())];
        for (store, map) in self.seen.iter().chain(&now) {
            same(&all(store).unwrap(), map.iter());
            for (key, value) in map {
                assert_eq!(store.get(key).unwrap().as_deref(), Some(&value[..]));
            }
            for absent in [&b"nobody"[..], b"\xff\xff\xff", b"b\0"] {
                assert_eq!(store.get(absent).unwrap().is_some(), map.contains_key(absent));
            }
        }
        self.store.runs().for_each(|run| run.check().unwrap());
    }
}

fn same<'a>(found: &[(Bytes, Bytes)], expected: impl Iterator<Item = (&'a Vec<u8>, &'a Vec<u8>)>) {
    let found: Vec<_> = found.iter().map(|(key, value)| (&key[..], &value[..])).collect();
    let expected: Vec<_> = expected.map(|(key, value)| (&key[..], &value[..])).collect();
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn is_a_map_at_every_moment(steps in proptest::collection::vec(step(), 0..150)) {
        let mut world = World::new();
        steps.into_iter().for_each(|step| world.take(step));
        world.check();
    }
}

#[test]
fn removed_keys_do_not_pile_up() {
    let mut world = World::new();
    let keys = |round: u32| (0..20).map(move |n| (round * 20 + n).to_be_bytes().to_vec());
    for round in 0..200 {
        keys(round).for_each(|key| world.take(Step::Put(key, vec![1; 200])));
        if let Some(before) = round.checked_sub(3) {
            keys(before).for_each(|key| world.take(Step::Remove(key)));
        }
        world.take(Step::Spill);
        world.take(Step::Merge);
    }
    world.check();
    let removed: u64 = world.store.runs().map(|run| run.meta.removed).sum();
    let entries: u64 = world.store.runs().map(|run| run.meta.entries).sum();
    assert!(removed < 500 && entries < 1_000, "{removed} of {entries}");
}

#[test]
fn what_is_all_removed_leaves_no_run() {
    let mut world = World::new();
    for n in 0..4_u8 {
        world.take(Step::Put(vec![n / 2], vec![n]));
        world.take(Step::Spill);
    }
    for n in 0..2 {
        world.take(Step::Remove(vec![n]));
        world.take(Step::Spill);
    }
    world.take(Step::Merge);
    world.check();
    assert_eq!(world.store.runs().len(), 0);
}

#[test]
fn a_merge_that_is_given_up_leaves_nothing() {
    let mut world = World::new();
    for n in 0..4_u8 {
        world.take(Step::Put(vec![n], vec![n; 20_000]));
        world.take(Step::Spill);
    }
    let left = std::cell::Cell::new(2);
    let wanted = || left.replace(left.get() - 1) > 0;
    let merge = world.store.mergeable().unwrap();
    let outcome = merge.run(&world.place.home(), &wanted);
    assert!(matches!(outcome, Err(Error::Interrupted)), "{outcome:?}");
    assert_eq!(world.place.disk.list(Path::new("cold")).unwrap().len(), 4);
    world.take(Step::Merge);
    world.check();
}

#[test]
fn memory_has_few_levels_and_lets_go_of_them_when_spilled() {
    let place = Place::new();
    let (mut store, mut seen) = (Store::default(), Vec::new());
    for n in 0..5_000_u32 {
        store.put(&n.to_be_bytes(), Some((&b"value"[..]).into())).unwrap();
        seen.push(store.clone());
    }
    assert_eq!(store.len_estimate(), 5_000);
    let bytes = store.memory_bytes();
    assert!((45_000..1_000_000).contains(&bytes), "{bytes}");
    assert!(store.spill(&place.home()).unwrap());
    assert!(!store.spill(&place.home()).unwrap(), "nothing is left to spill");
    assert_eq!((store.memory_bytes(), store.len_estimate()), (0, 5_000));
    assert_eq!(all(&seen[123]).unwrap().len(), 124, "who looks at a moment keeps it");
}

#[test]
fn keys_and_values_beyond_their_limits_are_refused() {
    let mut store = Store::default();
    let long = |len: usize| Bytes::from(vec![1; len]);
    store.put(&long(KEY_BYTES_MAX), Some(long(VALUE_BYTES_MAX))).unwrap();
    for (key, value) in [(KEY_BYTES_MAX + 1, 0), (0, VALUE_BYTES_MAX + 1)] {
        let outcome = store.put(&long(key), Some(long(value)));
        assert!(matches!(outcome, Err(Error::TooLarge { .. })), "{outcome:?}");
    }
    let place = Place::new();
    store.spill(&place.home()).unwrap();
    let back = place.reopen(&store).unwrap();
    assert_eq!(back.get(&long(KEY_BYTES_MAX)).unwrap().unwrap().len(), VALUE_BYTES_MAX);
}

#[test]
fn a_store_is_not_written_out_with_something_in_memory() {
    let (place, mut store) = (Place::new(), Store::default());
    store.put(b"a", Some((&b"1"[..]).into())).unwrap();
    assert!(serde_json::to_string(&store).is_err());
    store.spill(&place.home()).unwrap();
    let text = serde_json::to_string(&store).unwrap();
    let detached: Store = serde_json::from_str(&text).unwrap();
    assert!(matches!(detached.get(b"a"), Err(Error::Detached { .. })));
    assert!(matches!(all(&detached), Err(Error::Detached { .. })));
    assert_eq!(place.disk.list(Path::new("cold")).unwrap().len(), 1);
}
