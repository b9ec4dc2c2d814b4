//! A place for runs, in memory.

use crate::memory::MemoryDisk;
use cold::{BlockCache, Bytes, Home, Store};
use model::disk::{Disk, read_all};
use std::ops::Bound;
use std::path::Path;

pub(crate) const HERE: [u8; 16] = *b"a data directory";

pub(crate) struct Place {
    pub(crate) disk: MemoryDisk,
    cache: BlockCache,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { disk: MemoryDisk::default(), cache: BlockCache::new(1 << 20) }
    }

    pub(crate) fn home(&self) -> Home<'_> {
        let (disk, cache): (&dyn Disk, _) = (&self.disk, &self.cache);
        Home { disk, dir: Path::new("cold"), directory: HERE, cache }
    }

    /// A store as State brings it back.
    pub(crate) fn reopen(&self, store: &Store) -> Result<Store, cold::Error> {
        let text = serde_json::to_string(store).unwrap();
        let mut store: Store = serde_json::from_str(&text).unwrap();
        store.attach(&self.home())?;
        Ok(store)
    }

    /// The only file there is.
    pub(crate) fn file(&self) -> (String, Vec<u8>) {
        let names = self.disk.list(Path::new("cold")).unwrap();
        let [name] = &names[..] else { panic!("{names:?}") };
        (name.clone(), read_all(&self.disk, &Path::new("cold").join(name)).unwrap())
    }
}

pub(crate) fn put(store: &mut Store, key: &str, value: &str) {
    store.put(key.as_bytes(), Some(value.as_bytes().into())).unwrap();
}

pub(crate) fn all(store: &Store) -> Result<Vec<(Bytes, Bytes)>, cold::Error> {
    store.scan(Bound::Unbounded, Bound::Unbounded).collect()
}

/// Many entries: several blocks, long and empty values, a removed key.
pub(crate) fn many(store: &mut Store) {
    for n in 0..600 {
        put(store, &format!("o\0logs\0AWSLogs/{n:05}.json.gz"), &"{}".repeat(n % 60));
    }
    put(store, "o\0logs\0large", &"large ".repeat(3_000));
    put(store, "", "the empty key");
    store.put(b"o\0logs\0AWSLogs/00007.json.gz", None).unwrap();
}
