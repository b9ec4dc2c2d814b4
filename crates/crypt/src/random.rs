//! Randomness as a parameter, so that a simulation can own it.

use std::fmt;
use std::sync::Arc;

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Where random bytes come from: salts, nonces and keys are made of them. What it gives must not
/// repeat as long as the same key is in use.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    /// Randomness that `fill` gives.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// A random array.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Bytes that never repeat.
    pub(crate) fn counting() -> Random {
        let next = AtomicU64::new(1);
        Random::new(move |bytes| {
            for piece in bytes.chunks_mut(8) {
                let word = next.fetch_add(1, Ordering::Relaxed).to_le_bytes();
                piece.iter_mut().zip(word).for_each(|(to, from)| *to = from);
            }
        })
    }

    #[test]
    fn gives_what_it_was_made_of() {
        assert_eq!(Random::new(|bytes| bytes.fill(7)).bytes(), [7; 3]);
        let random = counting();
        assert_ne!(random.bytes::<16>(), random.bytes::<16>());
    }
}
