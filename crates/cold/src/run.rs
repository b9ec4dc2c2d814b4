//! A run: an immutable file of entries in order.

use crate::block::Block;
use crate::cache::next_serial;
use crate::cursor::Cursor;
use crate::error::{Corrupt, Error};
use crate::format::{self, FOOTER_BYTES, Fence, Footer, HEADER_BYTES, Header, Strange};
use crate::limits::WRITE_BYTES;
use crate::{BlockCache, Bytes, Home};
use model::disk::{File, read_exact};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// What a written-out store says of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunMeta {
    /// XXH3-128 of the file, 32 hex digits: the file is `<id>.run`.
    pub id: String,
    /// Number of the first spill in it.
    pub first: u64,
    /// Number of the last spill in it.
    pub last: u64,
    /// Length of the file.
    pub bytes: u64,
    /// Keys in it.
    pub entries: u64,
    /// Keys of these that are removed here.
    pub removed: u64,
}

impl RunMeta {
    /// The name of the file.
    pub fn file_name(&self) -> String {
        format!("{}.run", self.id)
    }

    /// The id that a file of this name has; `None` for what is no run.
    pub fn id_of(name: &str) -> Option<&str> {
        let is_hex = |id: &&str| {
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        name.strip_suffix(".run").filter(is_hex)
    }
}

/// A run of a store. Whoever holds one can go on reading it, also when its name is gone.
#[derive(Debug)]
pub struct Run {
    /// What State says of it.
    pub meta: RunMeta,
    /// `None` until the store is attached to its disk.
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    path: PathBuf,
    file: Arc<dyn File>,
    directory: [u8; 16],
    index: Vec<Fence>,
    cache: BlockCache,
    serial: u64,
}

impl Run {
    pub(crate) const fn named(meta: RunMeta) -> Self {
        Self { meta, open: None }
    }

    /// Opens a run and reads its index.
    ///
    /// # Errors
    /// A run that is missing, damaged, of a newer version or of another directory.
    pub fn open(home: &Home<'_>, meta: RunMeta) -> Result<Self, Error> {
        let path = home.path(&meta.file_name());
        if RunMeta::id_of(&meta.file_name()).is_none() {
            return Err(Corrupt("its name is none").of(&path, 0));
        }
        let file = home.disk.open(&path).map_err(Error::io("open", &path))?;
        let len = file.len().map_err(Error::io("measure", &path))?;
        let body_at = (HEADER_BYTES + FOOTER_BYTES) as u64;
        if len != meta.bytes || len < body_at {
            return Err(Corrupt("its length").of(&path, len));
        }
        let read = |at, len| read_exact(&*file, at, len).map_err(Error::io("read", &path));
        let strange = |strange| match strange {
            Strange::Corrupt(corrupt) => corrupt.of(&path, 0),
            Strange::Newer { version, key } => Error::Newer { path: path.clone(), version, key },
            Strange::Elsewhere => Error::WrongDirectory { path: path.clone() },
        };
        let header = Header::decode(&read(0, HEADER_BYTES)?, &home.directory).map_err(strange)?;
        if (header.first, header.last) != (meta.first, meta.last) {
            return Err(Corrupt("it holds other spills than State says").of(&path, 0));
        }
        let at = len - FOOTER_BYTES as u64;
        let (footer, index_len) = Footer::decode(&read(at, FOOTER_BYTES)?, &home.directory, len)
            .map_err(|corrupt| corrupt.of(&path, at))?;
        if (footer.entries, footer.removed) != (meta.entries, meta.removed) {
            return Err(Corrupt("it holds other entries than State says").of(&path, at));
        }
        let index = read(footer.index_at, index_len)?;
        if format::checksum(&home.directory, &index) != footer.index_sum {
            return Err(Corrupt("the index's checksum").of(&path, footer.index_at));
        }
        let index = format::fences(&index, footer.blocks, footer.index_at)
            .map_err(|corrupt| corrupt.of(&path, footer.index_at))?;
        let (cache, directory) = (home.cache.clone(), home.directory);
        let open = Open { path, file, directory, index, cache, serial: next_serial() };
        Ok(Self { meta, open: Some(open) })
    }

    fn opened(&self) -> Result<&Open, Error> {
        self.open.as_ref().ok_or_else(|| Error::Detached { run: self.meta.id.clone() })
    }

    /// The block in which a key is, if it is in this run.
    pub(crate) fn block_of(&self, key: &[u8]) -> Result<usize, Error> {
        let above = self.opened()?.index.partition_point(|fence| *fence.key <= *key);
        Ok(above.saturating_sub(1))
    }

    /// A block; `None` behind the last one. One that is `aside` leaves no trace in the cache.
    pub(crate) fn block(&self, place: usize, aside: bool) -> Result<Option<Arc<Block>>, Error> {
        let open = self.opened()?;
        let Some(fence) = open.index.get(place) else {
            return Ok(None);
        };
        let found = open.cache.find((open.serial, place)).filter(|_| !aside);
        if let Some(block) = found {
            return Ok(Some(block));
        }
        let block = Arc::new(open.read(place, fence)?);
        if !aside {
            open.cache.keep((open.serial, place), Arc::clone(&block));
        }
        Ok(Some(block))
    }

    /// What this run says of a key; the inner `None`: it is removed.
    pub(crate) fn value(&self, key: &[u8]) -> Result<Option<Option<Bytes>>, Error> {
        let block = self.block(self.block_of(key)?, false)?;
        Ok(block.and_then(|block| block.find(key).ok().map(|place| block.value(place))))
    }

    /// Reads all of it, past the cache: that the file has the hash that it is named for, that
    /// every block decodes, that keys ascend, that there are as many as State says.
    ///
    /// # Errors
    /// [`Error::Damaged`] with the place, or what the disk says.
    pub fn check(self: &Arc<Self>) -> Result<(), Error> {
        let open = self.opened()?;
        let (mut cursor, mut before) = (Cursor::start(Arc::clone(self), true)?, None::<Bytes>);
        let (mut entries, mut removed) = (0, 0);
        while let Some(key) = cursor.key() {
            if before.is_some_and(|before| *before >= *key) {
                return Err(Corrupt("keys do not ascend").of(&open.path, cursor.offset()));
            }
            before = Some(key.into());
            entries += 1;
            removed += u64::from(cursor.value().is_none());
            cursor.advance()?;
        }
        if (entries, removed) != (self.meta.entries, self.meta.removed) {
            return Err(Corrupt("it does not hold what it says").of(&open.path, 0));
        }
        match open.fingerprint(self.meta.bytes)? == self.meta.id {
            true => Ok(()),
            false => Err(Corrupt("its bytes are not those that it is named for").of(&open.path, 0)),
        }
    }

    /// Where a block lies in the file, in bytes.
    pub(crate) fn offset(&self, place: usize) -> u64 {
        let fence = self.open.as_ref().and_then(|open| open.index.get(place));
        fence.map_or(0, |fence| fence.offset)
    }
}

impl Open {
    fn read(&self, place: usize, fence: &Fence) -> Result<Block, Error> {
        let raw = read_exact(&*self.file, fence.offset, fence.len);
        let raw = raw.map_err(Error::io("read", &self.path))?;
        let damaged = |corrupt: Corrupt| corrupt.of(&self.path, fence.offset);
        if format::checksum(&self.directory, &raw) != fence.sum {
            return Err(damaged(Corrupt("a block's checksum")));
        }
        let block = Block::decode(&raw).map_err(damaged)?;
        let next = self.index.get(place + 1).map(|next| &*next.key);
        let first = block.key(0).is_some_and(|first| *fence.key <= *first);
        let last = block.key(block.len() - 1);
        match first && next.is_none_or(|next| last.is_some_and(|last| last < next)) {
            true => Ok(block),
            false => Err(damaged(Corrupt("a block lies where its keys do not belong"))),
        }
    }

    fn fingerprint(&self, len: u64) -> Result<String, Error> {
        let (mut hasher, mut offset) = (Xxh3::new(), 0);
        while offset < len {
            let stretch = (len - offset).min(WRITE_BYTES as u64);
            let bytes = read_exact(&*self.file, offset, stretch as usize);
            hasher.update(&bytes.map_err(Error::io("read", &self.path))?);
            offset += stretch;
        }
        Ok(format!("{:032x}", hasher.digest128()))
    }
}
