//! A run that is being written: to a name of its own, synced, renamed, its directory synced.

use crate::block::{Draft, common};
use crate::error::Error;
use crate::format::{self, Footer, HEADER_BYTES, Header};
use crate::limits::{INDEX_BYTES_MAX, WRITE_BYTES};
use crate::{Bytes, Home, Run, RunMeta};
use model::disk::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// Writes entries, whose keys ascend, as a run; `None` where there are none. Where it fails,
/// nothing of it stays.
pub(crate) fn write(
    home: &Home<'_>,
    header: Header,
    entries: impl Iterator<Item = Result<(Bytes, Option<Bytes>), Error>>,
) -> Result<Option<Run>, Error> {
    let temporary = home.path(&format!("{:016x}-{:016x}.new", header.first, header.last));
    let outcome = Writing::write(home, header, &temporary, entries);
    if !matches!(outcome, Ok(Some(_))) {
        // It may not have come that far.
        let _ = home.disk.remove(&temporary);
    }
    outcome?.map(|meta| Run::open(home, meta)).transpose()
}

struct Writing<'a> {
    home: &'a Home<'a>,
    file: Arc<dyn File>,
    path: &'a PathBuf,
    hasher: Xxh3,
    buffer: Vec<u8>,
    /// Bytes so far, the buffer's and the draft's not counted.
    offset: u64,
    draft: Draft,
    /// The fence of the draft.
    fence: Vec<u8>,
    index: Vec<u8>,
    /// The last fence in the index.
    indexed: Vec<u8>,
    last: Bytes,
    footer: Footer,
}

impl<'a> Writing<'a> {
    fn write(
        home: &'a Home<'a>,
        header: Header,
        path: &'a PathBuf,
        entries: impl Iterator<Item = Result<(Bytes, Option<Bytes>), Error>>,
    ) -> Result<Option<RunMeta>, Error> {
        let mut entries = entries.peekable();
        if entries.peek().is_none() {
            return Ok(None);
        }
        let mut writing = Self::begin(home, header, path)?;
        for entry in entries {
            let (key, value) = entry?;
            writing.push(key, value.as_deref())?;
        }
        writing.finish(header).map(Some)
    }

    fn begin(home: &'a Home<'a>, header: Header, path: &'a PathBuf) -> Result<Self, Error> {
        match home.disk.remove(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("remove", path)(error));
            }
            _ => {}
        }
        let file = home.disk.create(path).map_err(Error::io("create", path))?;
        Ok(Self {
            buffer: header.encode(&home.directory),
            home,
            file,
            path,
            hasher: Xxh3::new(),
            offset: 0,
            draft: Draft::default(),
            fence: Vec::new(),
            index: Vec::new(),
            indexed: Vec::new(),
            last: Bytes::default(),
            footer: Footer::default(),
        })
    }

    fn push(&mut self, key: Bytes, value: Option<&[u8]>) -> Result<(), Error> {
        if self.draft.is_empty() {
            // The shortest that tells this key from the one before it.
            let is_first = self.footer.entries == 0;
            let len = if is_first { 0 } else { common(&self.last, &key) + 1 };
            self.fence = key.get(..len).unwrap_or(&key).to_vec();
        }
        self.draft.push(&key, value);
        self.footer.entries += 1;
        self.footer.removed += u64::from(value.is_none());
        self.last = key;
        match self.draft.is_full() {
            true => self.end_block(),
            false => Ok(()),
        }
    }

    fn end_block(&mut self) -> Result<(), Error> {
        let bytes = std::mem::take(&mut self.draft).bytes;
        let sum = format::checksum(&self.home.directory, &bytes);
        let fence = std::mem::take(&mut self.fence);
        format::put_fence(&mut self.index, &self.indexed, &fence, bytes.len(), sum);
        self.indexed = fence;
        self.footer.blocks += 1;
        self.buffer.extend(bytes);
        if self.index.len() > INDEX_BYTES_MAX {
            let (bytes, limit) = (self.index.len(), INDEX_BYTES_MAX);
            return Err(Error::TooLarge { what: "run's index", bytes, limit });
        }
        match self.buffer.len() >= WRITE_BYTES {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.hasher.update(&self.buffer);
        self.file.append(&self.buffer).map_err(Error::io("write", self.path))?;
        self.offset += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self, header: Header) -> Result<RunMeta, Error> {
        if !self.draft.is_empty() {
            self.end_block()?;
        }
        self.footer.index_at = self.offset + self.buffer.len() as u64;
        self.footer.index_sum = format::checksum(&self.home.directory, &self.index);
        let index = std::mem::take(&mut self.index);
        self.buffer.extend(index);
        self.buffer.extend(self.footer.encode(&self.home.directory));
        self.flush()?;
        debug_assert!(self.offset > HEADER_BYTES as u64, "a run holds something");
        let Header { first, last } = header;
        let id = format!("{:032x}", self.hasher.digest128());
        let Footer { entries, removed, .. } = self.footer;
        let meta = RunMeta { id, first, last, bytes: self.offset, entries, removed };
        self.publish(&meta)?;
        Ok(meta)
    }

    fn publish(&self, meta: &RunMeta) -> Result<(), Error> {
        self.file.sync().map_err(Error::io("sync", self.path))?;
        let path = self.home.path(&meta.file_name());
        self.home.disk.rename(self.path, &path).map_err(Error::io("name", &path))?;
        self.home.disk.sync_dir(self.home.dir).map_err(Error::io("sync", self.home.dir))
    }
}
