//! Keys, what is derived from them, and AES-256-GCM under them.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// Bytes that encryption adds.
pub(crate) const TAG_BYTES: usize = 16;

/// Bytes of a nonce.
pub(crate) const NONCE_BYTES: usize = NONCE_LEN;

/// A key. Cleared from memory when dropped; never printed.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

impl Key {
    pub(crate) fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// The key that belongs to a purpose and a salt: HMAC-SHA256. None leads to another, or back.
    pub(crate) fn derive(&self, purpose: &str, salt: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0[..]);
        let mut context = hmac::Context::with_key(&key);
        context.update(purpose.as_bytes());
        context.update(salt);
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        let tag = context.sign();
        bytes.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        Self(bytes)
    }

    /// `None` never happens: a key has the length that it must have.
    pub(crate) fn cipher(&self) -> Option<Cipher> {
        UnboundKey::new(&AES_256_GCM, &self.0[..]).ok().map(LessSafeKey::new).map(Cipher)
    }
}

/// Seals and opens under one key.
pub(crate) struct Cipher(LessSafeKey);

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher")
    }
}

impl Cipher {
    /// Encrypts what stands in `bytes` from `from` on; the tag goes behind it. `None` beyond 64
    /// GiB.
    ///
    /// INVARIANT (no nonce twice): whoever calls this has a key that never sees this nonce again.
    pub(crate) fn seal(
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
    pub(crate) fn open<'a>(
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
    fn what_is_derived_depends_on_key_purpose_and_salt() {
        let key = Key::new([1; KEY_BYTES]);
        let base = *key.derive("a", b"b").expose();
        assert_eq!(*key.derive("a", b"b").expose(), base);
        for other in
            [key.derive("a", b"c"), key.derive("c", b"b"), Key::new([2; 32]).derive("a", b"b")]
        {
            assert_ne!(*other.expose(), base);
        }
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let cipher = Key::new([1; KEY_BYTES]).cipher().unwrap();
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
