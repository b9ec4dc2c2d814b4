//! An encrypted file on its way to the disk.

use crate::cipher::Cipher;
use crate::header::{CHUNK_BYTES, HEADER_BYTES, Header, STORED_BYTES, nonce};
use model::disk::File;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Chunks that are written at one time.
const CHUNKS_MAX: usize = 64;

/// A file that takes bytes in the clear. The first sync ends it: after that nothing can be added.
/// Without one it is cut off, and reading it says so.
#[derive(Debug)]
pub(crate) struct Writing {
    file: Arc<dyn File>,
    cipher: Cipher,
    bound: [u8; HEADER_BYTES],
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    /// In the clear, not written yet: never empty behind the first byte, so that there is a last
    /// chunk to end with.
    plain: Vec<u8>,
    /// Chunks written.
    chunks: u64,
    len: u64,
    is_ended: bool,
    /// A write failed: what stands in the file is not known.
    is_broken: bool,
}

impl Writing {
    /// Begins a file that was just created.
    pub(crate) fn begin(file: Arc<dyn File>, header: &Header, cipher: Cipher) -> io::Result<Self> {
        let bound = header.bytes();
        file.append(&bound)?;
        Ok(Self { file, cipher, bound, progress: Mutex::default() })
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes as many chunks as `plain` has; at the end, also the last one.
    fn flush(&self, progress: &mut Progress, is_end: bool) -> io::Result<()> {
        let plain = std::mem::take(&mut progress.plain);
        let mut rest = plain.as_slice();
        while rest.len() > CHUNK_BYTES {
            let whole = (rest.len() - 1) / CHUNK_BYTES;
            let (now, after) = rest.split_at(whole.min(CHUNKS_MAX) * CHUNK_BYTES);
            self.write(progress, now, false)?;
            rest = after;
        }
        if is_end {
            self.write(progress, rest, true)?;
            rest = &[];
        }
        progress.plain = rest.to_vec();
        Ok(())
    }

    /// INVARIANT (no nonce twice): a file's key is its own, and its chunks are counted. After a
    /// failed write nothing more is encrypted.
    fn write(&self, progress: &mut Progress, plain: &[u8], is_last: bool) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(plain.len().div_ceil(CHUNK_BYTES) * STORED_BYTES);
        let mut seal = |piece: &[u8]| {
            let from = bytes.len();
            bytes.extend_from_slice(piece);
            let nonce = nonce(progress.chunks, is_last);
            progress.chunks += 1;
            self.cipher.seal(nonce, &self.bound, &mut bytes, from)
        };
        let sealed = match plain.is_empty() {
            true => seal(&[]),
            false => plain.chunks(CHUNK_BYTES).try_for_each(&mut seal),
        };
        sealed.ok_or_else(|| io::Error::other("a chunk cannot be encrypted"))?;
        progress.is_broken = true;
        self.file.append(&bytes)?;
        progress.is_broken = false;
        Ok(())
    }
}

fn refused(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, what)
}

impl Progress {
    fn check(&self) -> io::Result<()> {
        match (self.is_broken, self.is_ended) {
            (true, _) => Err(refused("the encrypted file could not be written before")),
            (_, true) => Err(refused("an encrypted file is never written again")),
            _ => Ok(()),
        }
    }
}

impl File for Writing {
    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Err(refused("an encrypted file cannot be read while it is being written"))
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut progress = self.progress();
        progress.check()?;
        progress.plain.extend_from_slice(bytes);
        progress.len += bytes.len() as u64;
        match progress.plain.len() > CHUNK_BYTES {
            true => self.flush(&mut progress, false),
            false => Ok(()),
        }
    }

    fn truncate(&self, _: u64) -> io::Result<()> {
        Err(refused("an encrypted file cannot be cut"))
    }

    /// Ends the file and makes it durable.
    fn sync(&self) -> io::Result<()> {
        let mut progress = self.progress();
        if !progress.is_ended {
            progress.check()?;
            self.flush(&mut progress, true)?;
            progress.is_ended = true;
        }
        self.file.sync()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.progress().len)
    }
}
