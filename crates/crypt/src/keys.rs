//! The keys of a directory, as whoever reads and writes its files uses them.

use crate::cipher::Cipher;
use crate::error::Error;
use crate::frame::FrameCipher;
use crate::header::{Header, PURPOSE, rot};
use crate::key::Key;
use crate::name::KeyName;
use crate::random::Random;
use crate::ring::{Entry, Ring};
use crate::root::RootKey;
use model::disk::{self, Disk};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// The file that holds them, sealed.
pub const RING: &str = "keys.ring";

/// Most bytes of a ring that are read.
const RING_BYTES_MAX: u64 = 256 << 20;

/// What a segment's key is derived for.
const SEGMENT: &str = "pugmark journal segment 1";

/// A key's id and its bytes, for a process that is trusted with them.
pub type KeyBytes = (u32, Zeroizing<[u8; 32]>);

/// The keys of a directory. Copies are the same keys.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// `None`: nothing can be added, and there is no file.
    root: Option<RootKey>,
    random: Random,
    ring: Mutex<Ring>,
}

impl Keys {
    fn of(root: Option<RootKey>, random: Random, ring: Ring) -> Self {
        Self(Arc::new(Inner { root, random, ring: Mutex::new(ring) }))
    }

    /// Reads the ring of a directory; `None` where there is none, and so nothing is encrypted.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Damaged`], [`Error::Newer`], or what the disk says.
    pub fn open(disk: &dyn Disk, root: &RootKey, random: Random) -> Result<Option<Self>, Error> {
        let io = |source| Error::Io { operation: "read", source };
        let file = match disk.open(Path::new(RING)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(io)?,
        };
        let len = file.len().map_err(io)?;
        if len > RING_BYTES_MAX {
            return Err(Error::Damaged { what: "it is longer than any key ring" });
        }
        let bytes = disk::read_exact(&*file, 0, len as usize).map_err(io)?;
        let ring = Ring::open(&bytes, root)?;
        Ok(Some(Self::of(Some(root.clone()), random, ring)))
    }

    /// Makes a ring, durably. `is_partial`: the directory holds files in the clear, which are to be
    /// encrypted; [`Keys::finish`] says when they are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn make(
        disk: &dyn Disk,
        root: &RootKey,
        random: Random,
        is_partial: bool,
    ) -> Result<Self, Error> {
        let ring = Ring::new(random.bytes(), is_partial);
        let keys = Self::of(Some(root.clone()), random, ring);
        keys.save(disk, &keys.ring())?;
        Ok(keys)
    }

    /// No keys: they are to be [learned](Keys::learn). Files in the clear are read too.
    pub fn none() -> Self {
        Self::of(None, Random::new(|_| ()), Ring::new([0; 16], true))
    }

    /// Takes in keys of another process: those of the ring `ring`.
    pub fn learn(&self, id: [u8; 16], keys: Vec<(u32, [u8; 32])>) {
        let mut ring = self.ring();
        ring.id = id;
        for (id, key) in keys {
            if ring.find(id).is_none() {
                ring.keys.push(Entry { id, name: None, key: Key::new(key) });
            }
        }
    }

    /// The ring's id, and all keys but the first `known`: for [`Keys::learn`].
    pub fn tell(&self, known: usize) -> ([u8; 16], Vec<KeyBytes>) {
        let ring = self.ring();
        let bytes = |entry: &Entry| (entry.id, Zeroizing::new(*entry.key.expose()));
        (ring.id, ring.keys.iter().skip(known).map(bytes).collect())
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.ring().keys.len()
    }

    /// Whether files of the directory may still be in the clear.
    pub fn is_partial(&self) -> bool {
        self.ring().is_partial
    }

    /// Segments of the journal that begin before this frame are in the clear.
    pub fn clear_frames(&self) -> u64 {
        self.ring().clear_frames
    }

    /// From here on nothing in the clear is believed, but for segments of the journal that begin
    /// before frame `clear_frames`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn finish(&self, disk: &dyn Disk, clear_frames: u64) -> Result<(), Error> {
        let mut ring = self.ring();
        let finished = Ring { is_partial: false, clear_frames, ..ring.clone() };
        self.save(disk, &finished)?;
        *ring = finished;
        Ok(())
    }

    /// Takes the key of this name off the ring, durably: what was encrypted under it is gone for
    /// whoever has no copy of an older ring. Whether there was one.
    ///
    /// # Errors
    /// What the disk says; then the key is still there.
    pub fn destroy(&self, disk: &dyn Disk, name: &KeyName) -> Result<bool, Error> {
        let mut ring = self.ring();
        let mut without = ring.clone();
        without.keys.retain(|entry| entry.name.as_ref() != Some(name));
        let is_less = without.keys.len() < ring.keys.len();
        if is_less {
            self.save(disk, &without)?;
            *ring = without;
        }
        Ok(is_less)
    }

    /// The cipher for a new segment of the journal: its key's id, the salt and itself.
    ///
    /// # Errors
    /// [`Error::Full`], or what the disk says: the key may have to be made.
    pub fn new_frame_cipher(&self, disk: &dyn Disk) -> io::Result<(u32, [u8; 16], FrameCipher)> {
        let id = self.named(disk, &KeyName::Directory)?.id;
        let salt = self.0.random.bytes();
        Ok((id, salt, self.frame_cipher(id, &salt)?))
    }

    /// The cipher of a segment of the journal that is there.
    ///
    /// # Errors
    /// A key that is not on the ring.
    pub fn frame_cipher(&self, key: u32, salt: &[u8; 16]) -> io::Result<FrameCipher> {
        let cipher = self.derived(key, SEGMENT, salt)?;
        Ok(FrameCipher::new(cipher, self.0.random.clone()))
    }

    /// The head of a new file under the key of a name, and its cipher.
    pub(crate) fn begin(&self, disk: &dyn Disk, name: &KeyName) -> io::Result<(Header, Cipher)> {
        let key = self.named(disk, name)?.id;
        let (ring, salt) = (self.ring().id, self.0.random.bytes());
        Ok((Header { key, ring, salt }, self.derived(key, PURPOSE, &salt)?))
    }

    /// The cipher of a file that is there.
    pub(crate) fn cipher(&self, header: &Header) -> io::Result<Cipher> {
        if self.ring().id != header.ring {
            return Err(rot("the encrypted file belongs to another data directory"));
        }
        self.derived(header.key, PURPOSE, &header.salt)
    }

    fn derived(&self, key: u32, purpose: &str, salt: &[u8; 16]) -> io::Result<Cipher> {
        let found = self.ring().find(key).map(|key| key.derive(purpose, salt));
        let gone = || {
            let what = format!("it is encrypted under key {key}, which is not on the key ring");
            io::Error::new(io::ErrorKind::PermissionDenied, what)
        };
        found.ok_or_else(gone)?.cipher().ok_or_else(|| io::Error::other("a key of a wrong length"))
    }

    /// The key of a name; made, and durable before it is used, where there is none.
    fn named(&self, disk: &dyn Disk, name: &KeyName) -> Result<Entry, Error> {
        let mut ring = self.ring();
        if let Some(entry) = ring.named(name) {
            return Ok(entry.clone());
        }
        let mut grown = ring.clone();
        let entry = grown.add(name.clone(), &self.0.random)?;
        self.save(disk, &grown)?;
        *ring = grown;
        Ok(entry)
    }

    fn save(&self, disk: &dyn Disk, ring: &Ring) -> Result<(), Error> {
        let refused = || io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
        let sealed = self.0.root.as_ref().and_then(|root| ring.seal(root, &self.0.random));
        let written = sealed.ok_or_else(refused);
        let written = written.and_then(|bytes| disk::replace(disk, Path::new(RING), &bytes));
        written.map_err(|source| Error::Io { operation: "write", source })
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
