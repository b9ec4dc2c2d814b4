//! An encrypted file, open for reading.

use crate::cipher::{Cipher, TAG_BYTES};
use crate::header::CHUNK_BYTES;
use crate::header::{self, HEADER_BYTES, Header, STORED_BYTES, nonce, rot};
use crate::keys::Keys;
use model::disk::{File, read_exact};
use std::io;
use std::sync::Arc;

/// Chunks that are read at one time.
const CHUNKS_MAX: u64 = 64;

/// A file that shows its bytes in the clear. Each chunk is checked before any of it is given.
#[derive(Debug)]
pub(crate) struct Reading {
    file: Arc<dyn File>,
    cipher: Cipher,
    bound: [u8; HEADER_BYTES],
    chunks: u64,
    len: u64,
}

impl Reading {
    /// Opens a file that begins with `head`.
    pub(crate) fn open(file: Arc<dyn File>, head: &[u8], keys: &Keys) -> io::Result<Self> {
        let header = Header::read(head)?;
        let cipher = keys.cipher(&header)?;
        let cut = || rot("the encrypted file is cut off");
        let (chunks, len) = header::extent(file.len()?).ok_or_else(cut)?;
        let bound = header.bytes();
        let reading = Self { file, cipher, bound, chunks, len };
        // The last chunk alone shows that the file ends where it was ended.
        reading.read_at(&mut [0], len.saturating_sub(1))?;
        Ok(reading)
    }

    /// The chunks from `first` on, at most `count`, in the clear.
    fn chunks(&self, first: u64, count: u64) -> io::Result<Vec<u8>> {
        let count = count.min(self.chunks.saturating_sub(first));
        let at = HEADER_BYTES as u64 + first * STORED_BYTES as u64;
        let is_last = first + count == self.chunks;
        let plain = self.len - first * CHUNK_BYTES as u64;
        let stored = match is_last {
            true => plain + count * TAG_BYTES as u64,
            false => count * STORED_BYTES as u64,
        };
        let mut bytes = read_exact(&*self.file, at, stored as usize)?;
        let mut clear = Vec::with_capacity(bytes.len());
        for (number, chunk) in (first..).zip(bytes.chunks_mut(STORED_BYTES)) {
            let nonce = nonce(number, number + 1 == self.chunks);
            let opened = self.cipher.open(nonce, &self.bound, chunk);
            let damaged = || rot("a chunk of the encrypted file is not what was written");
            clear.extend_from_slice(opened.ok_or_else(damaged)?);
        }
        Ok(clear)
    }
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "an encrypted file is never written again")
}

impl File for Reading {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let mut rest = buffer.get_mut(..wanted).unwrap_or_default();
        let mut at = offset;
        // A file of nothing has a chunk all the same, which is checked when it is opened.
        if self.len == 0 {
            return self.chunks(0, 1).map(|_| 0);
        }
        while !rest.is_empty() {
            let first = at / CHUNK_BYTES as u64;
            let skip = (at % CHUNK_BYTES as u64) as usize;
            let count = (skip + rest.len()).div_ceil(CHUNK_BYTES) as u64;
            let clear = self.chunks(first, count.min(CHUNKS_MAX))?;
            let piece = clear.get(skip..).unwrap_or_default();
            let len = piece.len().min(rest.len());
            let (to, after) = rest.split_at_mut(len);
            to.copy_from_slice(piece.get(..len).unwrap_or_default());
            (rest, at) = (after, at + len as u64);
        }
        Ok(wanted)
    }

    fn append(&self, _: &[u8]) -> io::Result<()> {
        Err(refused())
    }

    fn truncate(&self, _: u64) -> io::Result<()> {
        Err(refused())
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.len)
    }
}
