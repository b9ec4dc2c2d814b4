//! Bytes on their way out: a range of an object, chunk by chunk, each checked before it is given.

use super::cipher::{self, BodyKey, CHUNK_BYTES, Cipher, HEAD};
use super::path_of;
use crate::error::Error;
use crate::shared::Shared;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::disk::{Disk, File, read_exact};
use model::resource::{BodyRef, Sealed};
use ring::digest::{SHA256, digest};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Opens the sealed key of the body of a name; `None` where it is not the key of that body.
pub type OpenKey = Arc<dyn Fn(&str, &Sealed) -> Option<BodyKey> + Send + Sync>;

/// Reads a range of an object's bytes. What it reads stays there until it is dropped.
pub struct BodyReader {
    shared: Arc<Shared>,
    open_key: OpenKey,
    /// For messages.
    object: String,
    /// Bodies that are not begun yet, last first, each with the range that is wanted of it.
    ahead: Vec<(BodyRef, Range<u64>)>,
    current: Option<Current>,
    /// Files that must stay.
    held: Vec<String>,
    is_over: bool,
}

impl fmt::Debug for BodyReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyReader({})", self.object)
    }
}

/// A body that is being read.
struct Current {
    source: Source,
    cipher: Cipher,
    size: u64,
    /// What is still wanted.
    range: Range<u64>,
    file: String,
}

enum Source {
    File(Arc<dyn File>),
    Memory(Vec<u8>),
}

impl BodyReader {
    /// Reads `range` of the bodies put together; all where there is none.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        object: String,
        bodies: &[BodyRef],
        range: Option<Range<u64>>,
        open_key: OpenKey,
    ) -> Result<Self, Error> {
        let range = range.unwrap_or(0..u64::MAX);
        let (mut ahead, mut start) = (Vec::new(), 0_u64);
        for body in bodies {
            let end = start.saturating_add(body.size());
            let wanted = range.start.max(start)..range.end.min(end);
            if wanted.start < wanted.end {
                ahead.push((body.clone(), wanted.start - start..wanted.end - start));
            }
            start = end;
        }
        ahead.reverse();
        let held = ahead.iter().filter_map(|(body, _)| body.file().map(str::to_owned));
        let held = shared.bodies.hold(held.collect());
        let shared = Arc::clone(shared);
        let (current, is_over) = (None, false);
        let mut reader = Self { shared, open_key, object, ahead, current, held, is_over };
        // What is missing is told before the first byte is given.
        reader.begin_next()?;
        Ok(reader)
    }

    fn wrong(&self, file: &str, what: impl ToString) -> Error {
        let object = self.object.clone();
        Error::Body { object, file: file.to_owned(), what: what.to_string() }
    }

    /// Begins the next body; `false` where there is none.
    fn begin_next(&mut self) -> Result<bool, Error> {
        let Some((body, range)) = self.ahead.pop() else {
            self.current = None;
            return Ok(false);
        };
        let begun = Current::begin(&*self.shared.disk, &body, range, &*self.open_key);
        self.current = Some(begun.map_err(|(file, what)| self.wrong(&file, what))?);
        Ok(true)
    }

    fn step(&mut self) -> Result<Option<Bytes>, Error> {
        while self.current.as_ref().is_none_or(|current| current.range.is_empty()) {
            if !self.begin_next()? {
                return Ok(None);
            }
        }
        let Some(current) = &mut self.current else {
            return Ok(None);
        };
        match current.chunk() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(what) => {
                let file = current.file.clone();
                Err(self.wrong(&file, what))
            }
        }
    }
}

/// The bytes as stored, their name, and what to call the place where they are; else that place and
/// what is wrong there.
fn source(disk: &dyn Disk, body: &BodyRef) -> Result<(Source, String, String), (String, String)> {
    let size = body.size();
    match body {
        BodyRef::File { name, stored, .. } => {
            let path = path_of(name).display().to_string();
            let wrong = |error: std::io::Error| (path.clone(), error.to_string());
            let file = disk.open(&path_of(name)).map_err(wrong)?;
            let len = file.len().map_err(wrong)?;
            if len != *stored || Some(len) != cipher::stored_len(size) {
                return Err((path, format!("its length is {len} bytes")));
            }
            match read_exact(&*file, 0, HEAD.len()).map_err(wrong)? {
                head if head == HEAD => Ok((Source::File(file), name.clone(), path)),
                _ => Err((path, "it does not begin as a body does".to_owned())),
            }
        }
        BodyRef::Inline { stored, .. } => {
            let place = "State".to_owned();
            let bytes = STANDARD.decode(stored).unwrap_or_default();
            let is_whole = Some(bytes.len() as u64) == cipher::stored_len(size);
            if !is_whole || !bytes.starts_with(&HEAD) {
                return Err((place, "they are not what was written".to_owned()));
            }
            let name = digest(&SHA256, &bytes);
            let name = model::hex(name.as_ref());
            Ok((Source::Memory(bytes), name, place))
        }
    }
}

/// All bytes of some bodies, in the clear, without an engine: one chunk at a time is in memory.
pub(crate) struct Clear<'a> {
    disk: &'a dyn Disk,
    open_key: &'a KeyOpener<'a>,
    ahead: std::slice::Iter<'a, BodyRef>,
    current: Option<Current>,
    chunk: Bytes,
}

type KeyOpener<'a> = dyn Fn(&str, &Sealed) -> Option<BodyKey> + 'a;

impl<'a> Clear<'a> {
    pub(crate) fn new(
        disk: &'a dyn Disk,
        bodies: &'a [BodyRef],
        open_key: &'a KeyOpener<'a>,
    ) -> Self {
        Self { disk, open_key, ahead: bodies.iter(), current: None, chunk: Bytes::new() }
    }

    /// The next chunk; `None` behind the last.
    fn next(&mut self) -> Result<Option<Bytes>, String> {
        loop {
            if let Some(current) = self.current.as_mut().filter(|it| !it.range.is_empty()) {
                return current.chunk().map(Some);
            }
            let Some(body) = self.ahead.next() else { return Ok(None) };
            let begun = Current::begin(self.disk, body, 0..body.size(), self.open_key);
            self.current = Some(begun.map_err(|(file, what)| format!("{file}: {what}"))?);
        }
    }
}

impl std::io::Read for Clear<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.chunk.is_empty() {
            let next = self.next().map_err(std::io::Error::other)?;
            self.chunk = next.unwrap_or_default();
        }
        let len = buffer.len().min(self.chunk.len());
        let taken = self.chunk.split_to(len);
        buffer.get_mut(..len).unwrap_or_default().copy_from_slice(&taken);
        Ok(len)
    }
}

impl Current {
    fn begin(
        disk: &dyn Disk,
        body: &BodyRef,
        range: Range<u64>,
        open_key: &KeyOpener<'_>,
    ) -> Result<Self, (String, String)> {
        let (source, name, file) = source(disk, body)?;
        let cipher = open_key(&name, body.key()).and_then(|key| key.cipher());
        match cipher {
            Some(cipher) => Ok(Self { source, cipher, size: body.size(), range, file }),
            None => Err((file, "its key cannot be opened".to_owned())),
        }
    }

    /// What is wanted of the chunk where the range begins.
    fn chunk(&mut self) -> Result<Bytes, String> {
        let chunk = CHUNK_BYTES as u64;
        let number = self.range.start / chunk;
        let (at, len) = cipher::place(number, self.size);
        let sealed = match &self.source {
            Source::File(file) => read_exact(&**file, at, len).map_err(|it| it.to_string())?,
            Source::Memory(bytes) => {
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                let stored = bytes.get(at..).and_then(|rest| rest.get(..len));
                stored.ok_or("they end too early")?.to_vec()
            }
        };
        let is_last = number + 1 == cipher::chunks(self.size);
        let plain = self.cipher.open(number, is_last, sealed);
        let plain =
            plain.ok_or_else(|| format!("the chunk at byte {at} is not what was written"))?;
        let start = (self.range.start - number * chunk) as usize;
        let end = (self.range.end - number * chunk).min(plain.len() as u64) as usize;
        self.range.start = (number + 1).saturating_mul(chunk).min(self.range.end);
        Ok(Bytes::from(plain).slice(start..end))
    }
}

impl Iterator for BodyReader {
    type Item = Result<Bytes, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let step = self.step().transpose();
        self.is_over = !matches!(step, Some(Ok(_)));
        step
    }
}

impl Drop for BodyReader {
    fn drop(&mut self) {
        self.shared.bodies.release(&self.held);
    }
}
