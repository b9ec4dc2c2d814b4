//! AES-256-GCM: the one cipher of everything that is encrypted here.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fmt;

/// Bytes that encryption adds.
pub const TAG_BYTES: usize = 16;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = NONCE_LEN;

/// Seals and opens under one key.
pub struct Cipher(LessSafeKey);

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher")
    }
}

impl Cipher {
    /// Under this key; `None` where it has not 32 bytes.
    pub fn new(key: &[u8]) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new).map(Self)
    }

    /// Encrypts what stands in `bytes` from `from` on; the tag goes behind it. `None` beyond 64
    /// GiB.
    ///
    /// INVARIANT (no nonce twice): whoever calls this has a key that never sees this nonce again.
    pub fn seal(
        &self,
        nonce: [u8; NONCE_BYTES],
        bound: &[u8],
        bytes: &mut Vec<u8>,
        from: usize,
    ) -> Option<()> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let clear = bytes.get_mut(from..)?;
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(bound), clear).ok()?;
        bytes.extend_from_slice(tag.as_ref());
        Some(())
    }

    /// Decrypts in place; the bytes in the clear. `None` where they are not what was sealed.
    pub fn open<'a>(
        &self,
        nonce: [u8; NONCE_BYTES],
        bound: &[u8],
        bytes: &'a mut [u8],
    ) -> Option<&'a [u8]> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0.open_in_place(nonce, Aad::from(bound), bytes).ok().map(|clear| &*clear)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_32_bytes() {
        assert!(Cipher::new(&[1; 32]).is_some());
        assert!(Cipher::new(&[1; 31]).is_none() && Cipher::new(&[1; 33]).is_none());
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let cipher = Cipher::new(&[1; 32]).unwrap();
        let mut bytes = b"head|text".to_vec();
        cipher.seal([3; NONCE_BYTES], b"bound", &mut bytes, 5).unwrap();
        let sealed = &bytes[5..];
        assert_eq!(sealed.len(), 4 + TAG_BYTES);
        let open = |nonce, bound: &[u8], bytes: &[u8]| {
            cipher.open([nonce; NONCE_BYTES], bound, &mut bytes.to_vec()).map(<[u8]>::to_vec)
        };
        assert_eq!(open(3, b"bound", sealed).unwrap(), b"text");
        assert_eq!(open(4, b"bound", sealed), None);
        assert_eq!(open(3, b"other", sealed), None);
        assert_eq!(open(3, b"bound", &sealed[1..]), None);
    }
}
