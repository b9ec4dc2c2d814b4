//! Keys, and what is derived from them.

use crate::cipher::Cipher;
use ring::hmac;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

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
        Cipher::new(&self.0[..])
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
}
