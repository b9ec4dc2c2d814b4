//! The hash chain: each frame's hash covers the hash of the frame before it, so a journal that
//! ends at a known hash holds exactly the frames that led there.

use ring::digest::{Context, SHA256};
use std::fmt;

const LABEL: &[u8] = b"pugmark journal 1";

/// The chain's hash after some frame; shown as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chain(pub [u8; 32]);

impl Chain {
    /// The hash before the first frame of a directory. No two directories share it, so no frame
    /// of one can be taken for a frame of another.
    pub fn start(directory: &[u8; 16]) -> Self {
        Self::of(&[LABEL, directory])
    }

    /// The hash after one more frame: of this one, the fixed head of the frame, and its payload
    /// as stored.
    pub(crate) fn after(&self, head: &[u8], payload: &[u8]) -> Self {
        Self::of(&[&self.0, head, payload])
    }

    fn of(pieces: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for piece in pieces {
            context.update(piece);
        }
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
