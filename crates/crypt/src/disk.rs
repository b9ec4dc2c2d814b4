//! A disk whose files are encrypted.

use crate::header::{self, HEADER_BYTES, rot};
use crate::keys::{Keys, RING};
use crate::name::KeyName;
use crate::reading::Reading;
use crate::writing::Writing;
use model::disk::{Disk, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// What stays as it is: the stamp, from which others learn that they are too old; the ring, which
/// is sealed itself; the journal and the bytes of objects, which are encrypted by whoever writes
/// them. Whatever is not named here is encrypted.
const AS_IT_IS: [&str; 6] =
    ["directory.json", "directory.new", RING, "keys.new", "journal", "objects"];

/// A disk whose files are encrypted, over another one.
///
/// A file is written from its beginning to its end, and ended by the first sync. One in the clear
/// is damage, unless the directory is still being encrypted.
#[derive(Clone, Debug)]
pub struct CryptDisk<D> {
    below: D,
    keys: Keys,
    name: KeyName,
}

impl<D: Disk> CryptDisk<D> {
    /// Encrypts what is written to `below` under the key of the directory.
    pub const fn new(below: D, keys: Keys) -> Self {
        Self { below, keys, name: KeyName::Directory }
    }

    /// The same disk, writing under another key.
    pub fn under(&self, name: KeyName) -> Self
    where
        D: Clone,
    {
        Self { name, ..self.clone() }
    }

    /// The keys.
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Whether a file lies in the clear that should not.
    ///
    /// # Errors
    /// What the disk says.
    pub fn is_clear(&self, path: &Path) -> io::Result<bool> {
        let file = self.below.open(path)?;
        Ok(!stays(path) && !header::is_encrypted(&head(&*file)?))
    }
}

fn stays(path: &Path) -> bool {
    let first = path.components().next();
    first.is_none_or(|first| AS_IT_IS.iter().any(|name| first.as_os_str() == *name))
}

fn head(file: &dyn File) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEADER_BYTES];
    let len = file.read_at(&mut head, 0)?;
    head.truncate(len);
    Ok(head)
}

impl<D: Disk> Disk for CryptDisk<D> {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        if stays(path) {
            return self.below.create(path);
        }
        // The key is durable before the file is there.
        let (header, cipher) = self.keys.begin(&self.below, &self.name)?;
        Ok(Arc::new(Writing::begin(self.below.create(path)?, &header, cipher)?))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let file = self.below.open(path)?;
        if stays(path) {
            return Ok(file);
        }
        let head = head(&*file)?;
        if header::is_encrypted(&head) {
            return Ok(Arc::new(Reading::open(file, &head, &self.keys)?));
        }
        match self.keys.is_partial() {
            true => Ok(file),
            false => Err(rot("it does not begin as a file of an encrypted directory does")),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.below.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.below.remove(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        self.below.list(dir)
    }

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        self.below.create_dir(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.below.sync_dir(dir)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;
    use crate::header::{CHUNK_BYTES, STORED_BYTES};
    use crate::random::tests::counting;
    use crate::root::RootKey;
    use model::AccountId;
    use model::disk::{is_rot, read_all, read_exact, replace};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::sync::Mutex;

    /// A disk in memory.
    #[derive(Clone, Debug, Default)]
    struct Memory(Arc<Mutex<BTreeMap<PathBuf, Arc<Bytes>>>>);

    #[derive(Debug, Default)]
    struct Bytes(Mutex<Vec<u8>>);

    impl File for Bytes {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            let bytes = self.0.lock().unwrap();
            let rest = &bytes[bytes.len().min(offset as usize)..];
            let len = rest.len().min(buffer.len());
            buffer[..len].copy_from_slice(&rest[..len]);
            Ok(len)
        }
        fn append(&self, bytes: &[u8]) -> io::Result<()> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(())
        }
        fn truncate(&self, len: u64) -> io::Result<()> {
            self.0.lock().unwrap().truncate(len as usize);
            Ok(())
        }
        fn sync(&self) -> io::Result<()> {
            Ok(())
        }
        fn len(&self) -> io::Result<u64> {
            Ok(self.0.lock().unwrap().len() as u64)
        }
    }

    impl Memory {
        fn raw(&self, path: &str) -> Arc<Bytes> {
            Arc::clone(&self.0.lock().unwrap()[Path::new(path)])
        }
    }

    impl Disk for Memory {
        fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
            let file = Arc::new(Bytes::default());
            self.0.lock().unwrap().insert(path.to_owned(), Arc::clone(&file));
            Ok(file)
        }
        fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
            let files = self.0.lock().unwrap();
            let file = files.get(path).ok_or(io::ErrorKind::NotFound)?;
            Ok(Arc::clone(file) as Arc<dyn File>)
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            let mut files = self.0.lock().unwrap();
            let file = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
            files.insert(to.to_owned(), file);
            Ok(())
        }
        fn remove(&self, path: &Path) -> io::Result<()> {
            let gone = self.0.lock().unwrap().remove(path);
            gone.map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
        }
        fn list(&self, _: &Path) -> io::Result<Vec<String>> {
            Ok(Vec::new())
        }
        fn create_dir(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }
        fn sync_dir(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }
    }

    fn root() -> RootKey {
        RootKey::make(&Random::new(|bytes| bytes.fill(7)))
    }

    fn disk() -> (CryptDisk<Memory>, Memory) {
        let memory = Memory::default();
        let keys = Keys::make(&memory, &root(), counting(), false).unwrap();
        (CryptDisk::new(memory.clone(), keys), memory)
    }

    fn text(len: usize) -> Vec<u8> {
        b"canary".iter().copied().cycle().take(len).collect()
    }

    fn owner(month: i32) -> KeyName {
        KeyName::Owner { owner: AccountId::parse("111111111111").unwrap(), month }
    }

    proptest! {
        #[test]
        fn any_range_comes_back_however_it_was_written(
            pieces in prop::collection::vec(0_usize..50_000, 0..6),
            start in 0_usize..150_000,
            len in 0_usize..60_000,
        ) {
            let (disk, memory) = disk();
            let all = text(pieces.iter().sum());
            let file = disk.create(Path::new("parts/a")).unwrap();
            let mut rest = all.as_slice();
            for piece in pieces {
                let (now, after) = rest.split_at(piece);
                file.append(now).unwrap();
                rest = after;
            }
            file.sync().unwrap();
            let file = disk.open(Path::new("parts/a")).unwrap();
            prop_assert_eq!(file.len().unwrap(), all.len() as u64);
            let (start, end) = (start.min(all.len()), (start + len).min(all.len()));
            let found = read_exact(&*file, start as u64, end.max(start) - start).unwrap();
            prop_assert_eq!(&found[..], &all[start..end.max(start)]);
            let raw = memory.raw("parts/a");
            let raw = raw.0.lock().unwrap();
            prop_assert!(!raw.windows(6).any(|some| some == b"canary"));
        }
    }

    #[test]
    fn every_length_around_a_chunk_comes_back() {
        let (disk, memory) = disk();
        for len in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES] {
            let path = Path::new("state/a");
            replace(&disk, path, &text(len)).unwrap();
            assert_eq!(read_all(&disk, path).unwrap(), text(len), "{len}");
            let raw = memory.raw("state/a").len().unwrap() as usize;
            assert_eq!(raw, HEADER_BYTES + len + 16 * len.div_ceil(CHUNK_BYTES).max(1));
        }
    }

    #[test]
    fn a_flipped_bit_a_cut_and_a_swapped_chunk_are_rot() {
        let (disk, memory) = disk();
        let path = Path::new("cold/a");
        replace(&disk, path, &text(3 * CHUNK_BYTES)).unwrap();
        let raw = memory.raw("cold/a");
        let good = raw.0.lock().unwrap().clone();
        let refused = |bytes: Vec<u8>, what: &str| {
            *raw.0.lock().unwrap() = bytes;
            let error = read_all(&disk, path).unwrap_err();
            assert!(is_rot(&error), "{what}: {error}");
        };
        for byte in (8..good.len()).step_by(97).chain([good.len() - 1]) {
            let mut bent = good.clone();
            bent[byte] ^= 1;
            refused(bent, &format!("byte {byte}"));
        }
        for len in [64, 65, HEADER_BYTES + STORED_BYTES, good.len() - STORED_BYTES, good.len() - 1]
        {
            refused(good[..len].to_vec(), &format!("cut at {len}"));
        }
        let mut swapped = good.clone();
        let (first, rest) = swapped[HEADER_BYTES..].split_at_mut(STORED_BYTES);
        first.swap_with_slice(&mut rest[..STORED_BYTES]);
        refused(swapped, "swapped");
        refused([&good[..], &good[good.len() - STORED_BYTES..]].concat(), "repeated");
        *raw.0.lock().unwrap() = good;
        assert_eq!(read_all(&disk, path).unwrap().len(), 3 * CHUNK_BYTES);
    }

    #[test]
    fn a_file_that_was_not_ended_is_cut_off() {
        let (disk, _) = disk();
        let path = Path::new("queries/a");
        let file = disk.create(path).unwrap();
        file.append(&text(5 * CHUNK_BYTES)).unwrap();
        assert!(is_rot(&disk.open(path).unwrap_err()));
        file.sync().unwrap();
        assert_eq!(read_all(&disk, path).unwrap().len(), 5 * CHUNK_BYTES);
        assert!(file.append(b"more").is_err());
    }

    #[test]
    fn each_name_has_its_key_and_a_destroyed_one_opens_nothing() {
        let (disk, memory) = disk();
        for (path, month) in [("parts/old", 1), ("parts/new", 2)] {
            replace(&disk.under(owner(month)), Path::new(path), b"canary").unwrap();
        }
        let again = || Keys::open(&memory, &root(), counting()).unwrap().unwrap();
        assert_eq!(read_all(&disk, Path::new("parts/old")).unwrap(), b"canary");
        assert!(disk.keys().destroy(&memory, &owner(1)).unwrap());
        assert!(!disk.keys().destroy(&memory, &owner(1)).unwrap());
        for disk in [disk, CryptDisk::new(memory.clone(), again())] {
            let error = read_all(&disk, Path::new("parts/old")).unwrap_err();
            assert!(error.to_string().contains("not on the key ring"), "{error}");
            assert!(!is_rot(&error));
            assert_eq!(read_all(&disk, Path::new("parts/new")).unwrap(), b"canary");
            replace(&disk.under(owner(1)), Path::new("parts/old2"), b"x").unwrap();
            assert!(read_all(&disk, Path::new("parts/old")).is_err(), "an id was given twice");
        }
    }

    #[test]
    fn what_lies_in_the_clear_is_read_only_while_the_directory_is_being_encrypted() {
        let memory = Memory::default();
        replace(&memory, Path::new("parts/a"), b"clear").unwrap();
        replace(&memory, Path::new("directory.json"), b"{}").unwrap();
        let keys = Keys::make(&memory, &root(), counting(), true).unwrap();
        let disk = CryptDisk::new(memory.clone(), keys);
        assert!(disk.is_clear(Path::new("parts/a")).unwrap());
        assert!(!disk.is_clear(Path::new("directory.json")).unwrap());
        assert_eq!(read_all(&disk, Path::new("parts/a")).unwrap(), b"clear");
        disk.keys().finish(&memory, 9).unwrap();
        assert!(is_rot(&read_all(&disk, Path::new("parts/a")).unwrap_err()));
        assert_eq!(read_all(&disk, Path::new("directory.json")).unwrap(), b"{}");
        let again = Keys::open(&memory, &root(), counting()).unwrap().unwrap();
        assert_eq!((again.is_partial(), again.clear_frames()), (false, 9));
    }

    #[test]
    fn another_process_reads_with_the_keys_that_it_was_told() {
        let (disk, memory) = disk();
        replace(&disk.under(owner(1)), Path::new("parts/a"), b"canary").unwrap();
        let other = CryptDisk::new(memory, Keys::none());
        assert!(read_all(&other, Path::new("parts/a")).is_err());
        let (ring, keys) = disk.keys().tell(0);
        other.keys().learn(ring, keys.iter().map(|(id, key)| (*id, **key)).collect());
        assert_eq!(read_all(&other, Path::new("parts/a")).unwrap(), b"canary");
        assert!(other.create(Path::new("parts/b")).is_err(), "it cannot make keys");
        assert!(disk.keys().tell(1).1.is_empty());
    }

    #[test]
    fn a_file_of_another_directory_is_told() {
        let (disk, memory) = disk();
        let (_, other) = self::disk();
        let keys = Keys::make(&other, &root(), Random::new(|bytes| bytes.fill(9)), false).unwrap();
        let elsewhere = CryptDisk::new(other.clone(), keys);
        replace(&elsewhere, Path::new("parts/a"), b"canary").unwrap();
        let file = memory.create(Path::new("parts/a")).unwrap();
        file.append(&read_all(&other, Path::new("parts/a")).unwrap()).unwrap();
        let error = read_all(&disk, Path::new("parts/a")).unwrap_err();
        assert!(error.to_string().contains("another data directory"), "{error}");
    }

    const CANARIES: usize = 40_000;

    fn example(name: &str) -> PathBuf {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/examples");
        examples.join(name)
    }

    /// Run once for each new version, never again for an old one.
    #[test]
    #[ignore = "writes the frozen examples of a new version"]
    fn freeze() {
        let (disk, memory) = disk();
        // For the journal's example.
        replace(&disk, Path::new("b"), b"").unwrap();
        replace(&disk.under(owner(24_311)), Path::new("a"), &text(CANARIES)).unwrap();
        for (name, file) in [("encrypted-v1.enc", "a"), ("key-ring-1.ring", RING)] {
            std::fs::write(example(name), read_all(&memory, Path::new(file)).unwrap()).unwrap();
        }
    }

    #[test]
    fn reads_a_file_and_a_ring_of_version_1() {
        let memory = Memory::default();
        for (name, file) in [("encrypted-v1.enc", "a"), ("key-ring-1.ring", RING)] {
            let bytes = std::fs::read(example(name)).unwrap();
            memory.create(Path::new(file)).unwrap().append(&bytes).unwrap();
        }
        let keys = Keys::open(&memory, &root(), counting()).unwrap().unwrap();
        let disk = CryptDisk::new(memory, keys);
        assert_eq!(read_all(&disk, Path::new("a")).unwrap(), text(CANARIES));
    }
}
