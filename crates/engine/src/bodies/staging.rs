//! Bytes on their way in: hashed and encrypted as they come, durable before anything names them.

use super::cipher::{BodyKey, CHUNK_BYTES, Cipher, HEAD};
use super::digests::{Digests, Summed};
use super::sealing::Sealing;
use super::{STAGE, dir_of, path_of};
use crate::error::Error;
use crate::shared::Shared;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use journal::fault::{self, Phase};
use model::disk::File;
use model::resource::{BodyRef, ChecksumAlgorithm, Encryption, Sealed};
use ring::digest::{Context, SHA256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bodies that are no longer than this lie in the object instead of a file.
pub(crate) const INLINE_BYTES_MAX: u64 = 4 << 10;

/// Bytes that are gathered before they are written.
const WRITE_BYTES: usize = 256 << 10;

/// A body on its way in. Dropped unfinished, nothing of it stays.
pub struct Staging {
    shared: Arc<Shared>,
    key: BodyKey,
    cipher: Cipher,
    digests: Digests,
    /// Of what is stored.
    hash: Context,
    size: u64,
    /// In the clear, not encrypted yet.
    plain: Vec<u8>,
    chunks: u64,
    /// Encrypted, not written yet.
    buffer: Vec<u8>,
    written: u64,
    file: Option<Staged>,
}

/// A file without a lasting name.
#[derive(Debug)]
struct Staged {
    path: PathBuf,
    file: Arc<dyn File>,
}

impl std::fmt::Debug for Staging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Staging({} bytes)", self.size)
    }
}

/// A body that is durable and that nothing names yet.
///
/// Keep it until the commit that names it is answered, or move it into what is proposed: when it is
/// dropped and nothing names it, its file goes.
#[derive(Debug)]
pub struct StagedBody {
    /// Where the bytes are; `None` where there were none.
    pub body: Option<BodyRef>,
    /// Length in the clear, in bytes.
    pub size: u64,
    /// MD5 of the bytes in the clear.
    pub md5: [u8; 16],
    /// SHA-256 of the bytes in the clear.
    pub sha256: [u8; 32],
    /// What else was asked for, of the bytes in the clear, in base64.
    pub checksums: BTreeMap<ChecksumAlgorithm, String>,
    shared: Arc<Shared>,
}

impl Drop for StagedBody {
    fn drop(&mut self) {
        self.shared.bodies.drop_files(self.body.as_ref().and_then(BodyRef::file));
    }
}

impl Staging {
    /// Begins a body with a fresh key.
    pub(crate) fn begin(shared: &Arc<Shared>, asked: &[ChecksumAlgorithm]) -> Result<Self, Error> {
        let key = BodyKey::new(shared.env.bytes());
        let cipher = key.cipher().ok_or(Error::Internal)?;
        let mut hash = Context::new(&SHA256);
        hash.update(&HEAD);
        Ok(Self {
            shared: Arc::clone(shared),
            key,
            cipher,
            digests: Digests::new(asked),
            hash,
            size: 0,
            plain: Vec::new(),
            chunks: 0,
            buffer: HEAD.to_vec(),
            written: 0,
            file: None,
        })
    }

    /// Bytes so far, in the clear.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Takes bytes in. May wait for the disk.
    ///
    /// # Errors
    /// [`Error::NoSpace`]; what the disk says. Then the body is lost.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.digests.update(bytes);
        self.size += bytes.len() as u64;
        while !bytes.is_empty() {
            // A full chunk waits: it may be the last one.
            if self.plain.len() == CHUNK_BYTES {
                self.seal(false)?;
            }
            let len = bytes.len().min(CHUNK_BYTES - self.plain.len());
            let (taken, rest) = bytes.split_at(len);
            self.plain.extend_from_slice(taken);
            bytes = rest;
        }
        Ok(())
    }

    fn seal(&mut self, is_last: bool) -> Result<(), Error> {
        self.cipher.seal(self.chunks, is_last, &mut self.plain).ok_or(Error::Internal)?;
        self.hash.update(&self.plain);
        self.chunks += 1;
        self.buffer.append(&mut self.plain);
        match self.buffer.len() >= WRITE_BYTES {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        let staged = match self.file.take() {
            Some(staged) => self.file.insert(staged),
            None => {
                let staged = self.create()?;
                self.file.insert(staged)
            }
        };
        staged.file.append(&self.buffer).map_err(refusal("write", &staged.path))?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// INVARIANT (one writer): whoever opens the directory next finds nobody else writing there.
    fn check_open(&self) -> Result<(), Error> {
        match self.shared.is_stopping() {
            true => Err(Error::Closed),
            false => Ok(()),
        }
    }

    fn create(&self) -> Result<Staged, Error> {
        self.check_open()?;
        let name = format!("{:032x}", u128::from_be_bytes(self.shared.env.bytes()));
        let path = Path::new(STAGE).join(name);
        let file = self.shared.disk.create(&path).map_err(refusal("create", &path))?;
        Ok(Staged { path, file })
    }

    /// Makes the body durable, its key sealed by the directory's: SSE-S3.
    ///
    /// # Errors
    /// Those of [`Staging::write`].
    pub fn finish(self) -> Result<StagedBody, Error> {
        self.finish_sealed(&Sealing::OWN)
    }

    /// Makes the body durable, for the object `key` in `bucket`, its data key sealed as
    /// `encryption` asks; the account's own key for S3 is made where it is the first. Waits for the
    /// disk.
    ///
    /// # Errors
    /// [`Error::Key`] where the key of KMS cannot be used now; those of [`Staging::write`].
    pub fn finish_for(
        self,
        bucket: &str,
        key: &str,
        encryption: &Encryption,
    ) -> Result<StagedBody, Error> {
        crate::keys::managed::make_sure(&self.shared, encryption)?;
        let (state, at) = (self.shared.state(), self.shared.env.now());
        let sealing = Sealing::of(&state, encryption, (bucket, key), at)?;
        self.finish_sealed(&sealing)
    }

    fn finish_sealed(self, sealing: &Sealing) -> Result<StagedBody, Error> {
        let shared = Arc::clone(&self.shared);
        let at = shared.env.now();
        self.finish_with(|name, key| sealing.seal(&shared.vault, at, name, key))
    }

    /// Makes the body durable. `seal` is given the body's name, SHA-256 of what is stored in hex,
    /// which it should bind the key to.
    ///
    /// # Errors
    /// Those of `seal` and of [`Staging::write`].
    pub fn finish_with(
        mut self,
        seal: impl FnOnce(&str, &BodyKey) -> Result<Sealed, Error>,
    ) -> Result<StagedBody, Error> {
        let mut body = None;
        if self.size > 0 {
            self.seal(true)?;
            let hash = self.hash.clone().finish();
            let name = model::hex(hash.as_ref());
            let key = seal(&name, &self.key)?;
            body = Some(self.place(name, key)?);
        }
        let digests = std::mem::replace(&mut self.digests, Digests::new(&[]));
        let Summed { md5, sha256, checksums } = digests.finish();
        let (size, shared) = (self.size, Arc::clone(&self.shared));
        Ok(StagedBody { body, size, md5, sha256, checksums, shared })
    }

    fn place(&mut self, name: String, key: Sealed) -> Result<BodyRef, Error> {
        if self.file.is_none() && self.size <= INLINE_BYTES_MAX {
            let stored = STANDARD.encode(&self.buffer);
            return Ok(BodyRef::Inline { size: self.size, stored, key });
        }
        self.flush()?;
        self.check_open()?;
        let Some(Staged { path, file }) = &self.file else {
            return Err(Error::Internal);
        };
        let (disk, dir, target) = (&self.shared.disk, dir_of(&name), path_of(&name));
        file.sync().map_err(refusal("sync", path))?;
        self.shared.bodies.make_dir(&**disk, &dir)?;
        disk.rename(path, &target).map_err(refusal("name", &target))?;
        self.file = None;
        fault::passes(Phase::Body);
        if let Err(error) = disk.sync_dir(&dir) {
            self.shared.bodies.drop_files(Some(name.as_str()));
            return Err(refusal("sync", &dir)(error));
        }
        Ok(BodyRef::File { name, size: self.size, stored: self.written, key })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if let Some(staged) = &self.file {
            // What stays is removed at the next start.
            let _ = self.shared.disk.remove(&staged.path);
        }
    }
}

/// A full disk is told apart: nothing is broken, and it can be tried again.
fn refusal(operation: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    move |error| match error.kind() {
        std::io::ErrorKind::StorageFull => Error::NoSpace,
        _ => Error::io(operation, path)(error),
    }
}
