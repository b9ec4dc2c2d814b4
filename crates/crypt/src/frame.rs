//! What the journal encrypts: frames, each by itself.

use crate::cipher::{Cipher, NONCE_BYTES, TAG_BYTES};
use crate::random::Random;

/// Bytes that encryption adds to a frame.
pub const FRAME_BYTES_ADDED: usize = NONCE_BYTES + TAG_BYTES;

/// Encrypts the frames of one segment, under a key that no other segment has.
///
/// INVARIANT (no nonce twice): nonces are random. A number would not do: after a crash another
/// frame takes the place and the number of the torn one. A segment has far fewer than 2^32 frames.
#[derive(Debug)]
pub struct FrameCipher {
    cipher: Cipher,
    random: Random,
}

impl FrameCipher {
    pub(crate) const fn new(cipher: Cipher, random: Random) -> Self {
        Self { cipher, random }
    }

    /// The nonce, what was encrypted, its tag. `bound` must be the same when it is opened. `None`
    /// beyond 64 GiB.
    pub fn seal(&self, bound: &[u8], clear: &[u8]) -> Option<Vec<u8>> {
        let nonce = self.random.bytes();
        let mut bytes = Vec::with_capacity(clear.len() + FRAME_BYTES_ADDED);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(clear);
        self.cipher.seal(nonce, bound, &mut bytes, NONCE_BYTES)?;
        Some(bytes)
    }

    /// What [`FrameCipher::seal`] was given; `None` for anything else.
    pub fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let mut bytes = rest.to_vec();
        let len = self.cipher.open(*nonce, bound, &mut bytes)?.len();
        bytes.truncate(len);
        Some(bytes)
    }
}
