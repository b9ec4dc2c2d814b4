//! Bodies as they are stored: encrypted chunk by chunk, so that any range can be read and checked.
//!
//! A head of 16 bytes, then chunks of 64 KiB, the last one shorter: AES-256-GCM under a key that
//! no other body has, its tag of 16 bytes behind each. The nonce says which chunk it is and
//! whether it is the last; the head is bound in. So no chunk can be cut off, moved or repeated.
//! `docs/formats/body.md` describes the bytes.

use crypt::NONCE_BYTES;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes in the clear of every chunk but the last.
pub(crate) const CHUNK_BYTES: usize = 64 << 10;

/// Bytes that encryption adds to a chunk.
pub(crate) use crypt::TAG_BYTES;

/// `PUGMARKB`, version 1, bytes of a chunk.
pub(crate) const HEAD: [u8; 16] = *b"PUGMARKB\x01\0\0\0\0\0\x01\0";

/// The key of one body. Cleared from memory when dropped; never printed.
#[derive(Clone)]
pub struct BodyKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for BodyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[data key]")
    }
}

impl BodyKey {
    /// Takes a key in: it must be random, and used for one body only.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The key, for whoever seals it.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn cipher(&self) -> Option<Cipher> {
        crypt::Cipher::new(&self.0[..]).map(Cipher)
    }
}

/// Seals and opens the chunks of one body.
#[derive(Debug)]
pub(crate) struct Cipher(crypt::Cipher);

fn nonce(number: u64, is_last: bool) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    let bytes = [u8::from(is_last), 0, 0, 0].into_iter().chain(number.to_be_bytes());
    nonce.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    nonce
}

impl Cipher {
    /// Encrypts a chunk in place; its tag goes behind it. `None` never happens to what is as short
    /// as a chunk.
    pub(crate) fn seal(&self, number: u64, is_last: bool, chunk: &mut Vec<u8>) -> Option<()> {
        self.0.seal(nonce(number, is_last), &HEAD, chunk, 0)
    }

    /// Decrypts a chunk in place; `None` where it is not what was written there.
    pub(crate) fn open(&self, number: u64, is_last: bool, mut chunk: Vec<u8>) -> Option<Vec<u8>> {
        let len = self.0.open(nonce(number, is_last), &HEAD, &mut chunk)?.len();
        chunk.truncate(len);
        Some(chunk)
    }
}

/// How many chunks a body of `size` bytes has.
pub(crate) const fn chunks(size: u64) -> u64 {
    size.div_ceil(CHUNK_BYTES as u64)
}

/// How long a body of `size` bytes is when it is stored; `None` beyond any disk.
pub(crate) fn stored_len(size: u64) -> Option<u64> {
    let tags = chunks(size).checked_mul(TAG_BYTES as u64)?;
    size.checked_add(tags)?.checked_add(HEAD.len() as u64)
}

/// Where a chunk begins in what is stored, and how long it is there.
pub(crate) fn place(number: u64, size: u64) -> (u64, usize) {
    let chunk = CHUNK_BYTES as u64;
    let at = HEAD.len() as u64 + number * (chunk + TAG_BYTES as u64);
    let plain = size.saturating_sub(number * chunk).min(chunk);
    (at, plain as usize + TAG_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_opens_in_its_place_only() {
        let cipher = BodyKey::new([1; 32]).cipher().unwrap();
        let mut chunk = b"some bytes".to_vec();
        cipher.seal(3, false, &mut chunk).unwrap();
        assert_eq!(chunk.len(), 10 + TAG_BYTES);
        assert_eq!(cipher.open(3, false, chunk.clone()).unwrap(), b"some bytes");
        assert_eq!(cipher.open(4, false, chunk.clone()), None);
        assert_eq!(cipher.open(3, true, chunk.clone()), None);
        assert_eq!(BodyKey::new([2; 32]).cipher().unwrap().open(3, false, chunk), None);
    }

    fn example() -> std::path::PathBuf {
        let formats = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats");
        formats.join("examples/body-v1.body")
    }

    fn plain() -> Vec<u8> {
        (0..=250).cycle().take(70_000).collect()
    }

    /// Run once for each new version, never again for an old one.
    #[test]
    #[ignore = "writes the frozen example of a new version"]
    fn freeze() {
        let (cipher, mut bytes) = (BodyKey::new([7; 32]).cipher().unwrap(), HEAD.to_vec());
        for (number, chunk) in (0..).zip(plain().chunks(CHUNK_BYTES)) {
            let mut chunk = chunk.to_vec();
            cipher.seal(number, number == 1, &mut chunk).unwrap();
            bytes.extend(chunk);
        }
        std::fs::write(example(), bytes).unwrap();
    }

    #[test]
    fn reads_a_body_of_version_1() {
        let bytes = std::fs::read(example()).unwrap();
        let (cipher, size) = (BodyKey::new([7; 32]).cipher().unwrap(), plain().len() as u64);
        assert_eq!(bytes[..16], HEAD);
        assert_eq!(Some(bytes.len() as u64), stored_len(size));
        let mut found = Vec::new();
        for number in 0..chunks(size) {
            let (at, len) = place(number, size);
            let chunk = bytes[at as usize..at as usize + len].to_vec();
            found.extend(cipher.open(number, number == 1, chunk).unwrap());
        }
        assert_eq!(found, plain());
    }

    #[test]
    fn lengths_add_up() {
        let chunk = CHUNK_BYTES as u64;
        for size in [1, chunk - 1, chunk, chunk + 1, 5 * chunk, 5 * chunk + 7] {
            let last = place(chunks(size) - 1, size);
            assert_eq!(Some(last.0 + last.1 as u64), stored_len(size), "{size}");
        }
        assert_eq!(stored_len(u64::MAX), None);
    }
}
