//! Runs of cold State: as they lie there, with every checksum made right over strange content, and
//! those that a store writes itself, compared with a map.
//!
//! Claims: what opens can be asked and read through, and answers or says that it is damaged, twice
//! alike, with a cache and without; what passes the check holds what it says, in order, and every
//! key is found; a store says what a map says, over any number of levels, spills and merges; a run
//! that was changed on the disk gives what was written or an error.

use crate::bits::Bits;
use crate::memory::MemoryDisk;
use cold::{BlockCache, Home, KEY_BYTES_MAX, Run, RunMeta, Store};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// A run of our own making, and the directory that it belongs to.
const EXAMPLE: &[u8] = include_bytes!("../../../docs/formats/examples/cold-v1.run");
const HEADER_BYTES: usize = 64;
const FOOTER_BYTES: usize = 48;
const DIRECTORY: [u8; 16] = [7; 16];
/// Asking costs by the key.
const KEYS_MAX: usize = 64;

type Entries = Vec<(Vec<u8>, Vec<u8>)>;
type Map = BTreeMap<Vec<u8>, Vec<u8>>;

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    match bits.byte() % 3 {
        0 => look_at(bits.0, directory_of(bits.0)),
        1 => look_at(&sealed(&mut bits), DIRECTORY),
        _ => compared(&mut bits),
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let blocks = EXAMPLE[HEADER_BYTES..EXAMPLE.len() - FOOTER_BYTES].to_vec();
    let two = [&[0, 1, 3][..], b"ahi", &[0, 2, 0], b"bc", &[1, 1, 1], b"d"].concat();
    let mut made = vec![1];
    for (fence, block) in [(&b""[..], &two[..]), (b"c", &[0, 1, 2, b'c', b'x'])] {
        made.push(fence.len() as u8);
        made.extend(fence);
        made.extend((block.len() as u16).to_be_bytes());
        made.extend(block);
        made.push(2);
    }
    let put = |key: u8, len: u8| vec![0, 1, key, len];
    let ops =
        [put(b'a', 3), put(b'b', 200), vec![2], put(b'a', 4), vec![1, 1, b'b'], vec![2], vec![3]];
    let ops = [&[2][..], &ops.concat()].concat();
    vec![
        [&[0], EXAMPLE].concat(),
        [&[1, 0][..], &(blocks.len() as u16).to_be_bytes(), &blocks].concat(),
        made,
        ops.clone(),
        [&ops[..], &[7, 0, 70, 1]].concat(),
    ]
}

/// A run's own directory; that of none where it says nothing.
fn directory_of(run: &[u8]) -> [u8; 16] {
    run.get(16..32).and_then(|it| it.try_into().ok()).unwrap_or_default()
}

// --- Files -----------------------------------------------------------------------------------

/// A run whose checksums are right, whatever its blocks hold.
fn sealed(bits: &mut Bits<'_>) -> Vec<u8> {
    let (mut run, mut index, mut before, mut blocks) = (header(), Vec::new(), Vec::new(), 0_u64);
    while !bits.is_over() {
        let len = usize::from(bits.byte());
        let fence = bits.take(len).to_vec();
        let len = bits.word();
        let block = bits.take(len);
        let how = bits.byte();
        let shared = fence.iter().zip(&before).take_while(|(a, b)| a == b).count();
        // Now and then the index says something else.
        put(&mut index, shared + usize::from(how == 0));
        put(&mut index, fence.len() - shared);
        index.extend(&fence[shared..]);
        put(&mut index, block.len() + usize::from(how == 1));
        index.extend(sum(block).to_le_bytes());
        run.extend(block);
        before = fence;
        blocks += 1;
    }
    let (entries, removed) = counted(&run[HEADER_BYTES..]);
    let mut footer = (run.len() as u64).to_le_bytes().to_vec();
    [blocks, entries, removed].iter().for_each(|number| footer.extend(number.to_le_bytes()));
    footer.extend(sum(&index).to_le_bytes());
    let checked = sum(&footer).to_le_bytes();
    footer.extend(checked);
    footer.extend(b"PUGCEND\n");
    [run, index, footer].concat()
}

fn header() -> Vec<u8> {
    let mut bytes = b"PUGMARKC\x01\0\0\0\0\0\0\0".to_vec();
    bytes.extend(DIRECTORY);
    bytes.resize(HEADER_BYTES - 4, 0);
    let checked = sum(&bytes).to_le_bytes();
    bytes.extend(checked);
    bytes
}

fn sum(bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&DIRECTORY), bytes)
}

fn put(out: &mut Vec<u8>, mut n: usize) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// How many entries there would be in blocks, and how many without a value.
fn counted(mut blocks: &[u8]) -> (u64, u64) {
    let (mut entries, mut removed) = (0, 0);
    let number = |blocks: &mut &[u8]| {
        let (byte, rest) = blocks.split_first()?;
        *blocks = rest;
        // Longer numbers are not counted on.
        Some(usize::from(*byte & 0x7f))
    };
    while !blocks.is_empty() {
        let (_, own) = (number(&mut blocks), number(&mut blocks).unwrap_or(0));
        let value = number(&mut blocks).unwrap_or(0);
        let len = own + value.saturating_sub(1);
        blocks = blocks.get(len..).unwrap_or_default();
        entries += 1;
        removed += u64::from(value == 0);
    }
    (entries, removed)
}

/// What State would say of a run, as far as its own words go.
fn meta_of(run: &[u8]) -> RunMeta {
    let number = |at: usize| {
        let bytes = run.get(at..at + 8).and_then(|it| it.try_into().ok());
        bytes.map_or(0, u64::from_le_bytes)
    };
    let footer = run.len().saturating_sub(FOOTER_BYTES);
    RunMeta {
        id: format!("{:032x}", xxh3_128(run)),
        first: number(32),
        last: number(40),
        bytes: run.len() as u64,
        entries: number(footer + 16),
        removed: number(footer + 24),
    }
}

// --- Questions -------------------------------------------------------------------------------

fn home<'a>(disk: &'a MemoryDisk, directory: [u8; 16], cache: &'a BlockCache) -> Home<'a> {
    Home { disk, dir: Path::new("cold"), directory, cache }
}

fn look_at(bytes: &[u8], directory: [u8; 16]) {
    let (disk, meta) = (MemoryDisk::default(), meta_of(bytes));
    disk.put(Path::new("cold").join(meta.file_name()), bytes.to_vec());
    let (warm, none) = (BlockCache::new(1 << 20), BlockCache::new(0));
    let Ok(run) = Run::open(&home(&disk, directory, &warm), meta.clone()) else { return };
    let checked = Arc::new(run).check();
    let runs = serde_json::json!({ "runs": [meta.clone()] });
    let Ok(mut store) = serde_json::from_value::<Store>(runs) else {
        return assert!(meta.first > meta.last, "a run of its own is none");
    };
    let mut looked = Vec::new();
    for cache in [&warm, &none, &warm] {
        store.attach(&home(&disk, directory, cache)).expect("it was opened before");
        looked.push(look(&store));
    }
    assert!(looked.windows(2).all(|pair| pair[0] == pair[1]), "a second look differs");
    if checked.is_ok() {
        sound(&store, &meta);
    }
}

/// Everything that there is to know of a store, as texts.
fn look(store: &Store) -> Vec<String> {
    let told = |entry: Result<(cold::Bytes, cold::Bytes), cold::Error>| match entry {
        Ok((key, value)) => format!("{key:?} {value:?}"),
        Err(error) => error.to_string(),
    };
    let all = (Bound::Unbounded, Bound::Unbounded);
    let mut seen: Vec<String> = store.scan(all.0, all.1).map(told).collect();
    for key in [&b""[..], b"a", b"b", b"bc", b"\xff"] {
        seen.push(format!("{:?}", store.get(key).map_err(|error| error.to_string())));
        let scan = store.scan(Bound::Excluded(key), Bound::Included(b"c"));
        seen.extend(scan.take(3).map(told));
    }
    seen
}

/// A run that passes the check is in order and whole.
fn sound(store: &Store, meta: &RunMeta) {
    let entries: Entries = scanned(store).expect("a checked run can be read");
    assert!(entries.windows(2).all(|pair| pair[0].0 < pair[1].0), "keys do not ascend");
    assert_eq!(entries.len() as u64, meta.entries - meta.removed);
    for (key, value) in entries.iter().take(KEYS_MAX) {
        let found = store.get(key).expect("a checked run can be asked");
        assert_eq!(found.as_deref(), Some(&value[..]));
        assert!(key.len() <= KEY_BYTES_MAX);
    }
}

fn scanned(store: &Store) -> Result<Entries, cold::Error> {
    let entries = store.scan(Bound::Unbounded, Bound::Unbounded);
    entries.map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec()))).collect()
}

// --- A store and a map -----------------------------------------------------------------------

fn compared(bits: &mut Bits<'_>) {
    let (disk, cache) = (MemoryDisk::default(), BlockCache::new(1 << 16));
    let home = home(&disk, DIRECTORY, &cache);
    let (mut store, mut map) = (Store::default(), Map::new());
    let mut held: Vec<(Store, Map)> = Vec::new();
    while !bits.is_over() {
        match bits.byte() % 8 {
            0 => {
                let (key, len) = (key(bits), usize::from(bits.byte()));
                let value = vec![len as u8; len * len / 4];
                store.put(&key, Some(value.as_slice().into())).expect("a small value");
                map.insert(key, value);
            }
            1 => {
                let key = key(bits);
                store.put(&key, None).expect("a small key");
                map.remove(&key);
            }
            2 => drop(store.spill(&home).expect("a disk in memory")),
            3 => merge(&mut store, &home),
            4 if held.len() < 4 => held.push((store.clone(), map.clone())),
            5 => reopened(&mut store, &home),
            6 => ranges(bits, &store, &map),
            _ => return rotten(bits, store, &map, &home),
        }
    }
    for (store, map) in held.iter().chain([&(store, map)]) {
        let expected: Entries = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        assert_eq!(scanned(store).expect("a sound disk"), expected);
        for key in map.keys().take(KEYS_MAX) {
            let found = store.get(key).expect("a sound disk");
            assert_eq!(found.as_deref(), map.get(key).map(Vec::as_slice));
        }
    }
}

fn key(bits: &mut Bits<'_>) -> Vec<u8> {
    let len = usize::from(bits.byte() % 12);
    bits.take(len).to_vec()
}

fn merge(store: &mut Store, home: &Home<'_>) {
    if let Some(merge) = store.mergeable() {
        let merged = merge.run(home, &|| true).expect("a sound disk");
        assert!(store.replace(&merged), "nobody else merges");
    }
}

/// What a spilled store is when it was written out and read again.
fn reopened(store: &mut Store, home: &Home<'_>) {
    store.spill(home).expect("a disk in memory");
    let written = serde_json::to_value(&*store).expect("all is spilled");
    *store = serde_json::from_value(written).expect("what was written can be read");
    store.attach(home).expect("its runs are there");
    store.runs().for_each(|run| run.check().expect("a run that was just written"));
}

fn ranges(bits: &mut Bits<'_>, store: &Store, map: &Map) {
    let (from, to, how) = (key(bits), key(bits), bits.byte());
    let bound = |key: Vec<u8>, how: u8| match how % 3 {
        0 => Bound::Included(key),
        1 => Bound::Excluded(key),
        _ => Bound::Unbounded,
    };
    let (from, to) = (bound(from, how), bound(to, how / 3));
    let slice = |bound: &Bound<Vec<u8>>| bound.clone();
    let within = |key: &Vec<u8>| {
        let above = match &from {
            Bound::Included(from) => key >= from,
            Bound::Excluded(from) => key > from,
            Bound::Unbounded => true,
        };
        above
            && match &to {
                Bound::Included(to) => key <= to,
                Bound::Excluded(to) => key < to,
                Bound::Unbounded => true,
            }
    };
    let expected: Vec<&Vec<u8>> = map.keys().filter(|key| within(key)).collect();
    let (low, high) = (slice(&from), slice(&to));
    let scan = store.scan(low.as_ref().map(Vec::as_slice), high.as_ref().map(Vec::as_slice));
    let found: Vec<Vec<u8>> = scan.map(|entry| entry.expect("a sound disk").0.to_vec()).collect();
    assert!(found.iter().eq(expected), "{from:?} to {to:?}");
}

/// The newest run is changed where it lies.
fn rotten(bits: &mut Bits<'_>, mut store: Store, map: &Map, home: &Home<'_>) {
    store.spill(home).expect("a disk in memory");
    let Some(run) = store.runs().next() else { return };
    let path = Path::new("cold").join(run.meta.file_name());
    let before = model::disk::read_all(home.disk, &path).expect("it is there");
    let mut bytes = before.clone();
    while !bits.is_over() {
        let at = bits.word() % bytes.len();
        bytes[at] ^= bits.byte();
    }
    let harmed = MemoryDisk::default();
    for run in store.runs() {
        let path = Path::new("cold").join(run.meta.file_name());
        harmed.put(&path, model::disk::read_all(home.disk, &path).expect("it is there"));
    }
    harmed.put(&path, bytes.clone());
    let harmed = Home { disk: &harmed, ..*home };
    let opened = store.attach(&harmed);
    let read = opened.and_then(|()| scanned(&store));
    let expected: Entries = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    assert!(bytes != before || read.is_ok(), "a false alarm");
    if let Ok(read) = read {
        assert_eq!(read, expected, "other entries");
    }
}
