//! Clock and randomness as values: nothing else in the house asks the machine for either.

use model::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Clock and randomness: the machine's, or a simulation's.
#[derive(Clone)]
pub struct Env(Arc<Source>);

enum Source {
    System(SystemRandom),
    Simulated { now_ms: AtomicI64, state: AtomicU64 },
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self.0 {
            Source::System(_) => "Env::System",
            Source::Simulated { .. } => "Env::Simulated",
        })
    }
}

impl Env {
    /// The machine's clock and randomness.
    pub fn system() -> Self {
        Self(Arc::new(Source::System(SystemRandom::new())))
    }

    /// A clock that moves only when told to, and randomness that repeats. For tests.
    pub fn simulated(start: Timestamp, seed: u64) -> Self {
        let (now_ms, state) = (AtomicI64::new(start.0), AtomicU64::new(seed));
        Self(Arc::new(Source::Simulated { now_ms, state }))
    }

    /// The time, in milliseconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the clock")]
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::Simulated { now_ms, .. } => Timestamp(now_ms.load(Ordering::SeqCst)),
            Source::System(_) => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
            }
        }
    }

    /// Moves a simulated clock on; the machine's goes by itself.
    pub fn advance(&self, ms: i64) {
        if let Source::Simulated { now_ms, .. } = &*self.0 {
            now_ms.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Fills `buffer` with random bytes.
    ///
    /// A machine without randomness cannot make keys: zeroes would be worse than stopping, so
    /// this aborts then.
    pub fn random(&self, buffer: &mut [u8]) {
        match &*self.0 {
            Source::System(random) => {
                if random.fill(buffer).is_err() {
                    std::process::abort();
                }
            }
            Source::Simulated { state, .. } => {
                for chunk in buffer.chunks_mut(8) {
                    let word = mix(state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst));
                    chunk.iter_mut().zip(word.to_le_bytes()).for_each(|(b, w)| *b = w);
                }
            }
        }
    }

    /// A random array.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random(&mut bytes);
        bytes
    }

    /// A random UUID (version 4) in lower case.
    pub fn uuid(&self) -> String {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        model::RecordId(bytes).to_uuid()
    }

    /// `len` random characters of base 32, as in AWS's ids.
    pub fn base32(&self, len: usize) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut bytes = vec![0; len];
        self.random(&mut bytes);
        let letter = |b: &u8| LETTERS.get(usize::from(b % 32)).map_or('A', |l| char::from(*l));
        bytes.iter().map(letter).collect()
    }
}

/// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
const fn mix(mut n: u64) -> u64 {
    n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_uuids_are_version_4() {
        let env = |seed| Env::simulated(Timestamp(5), seed);
        assert_eq!(env(1).uuid(), env(1).uuid());
        assert_ne!(env(1).uuid(), env(2).uuid());
        let uuid = Env::system().uuid();
        assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'4'));
    }

    #[test]
    fn a_simulated_clock_moves_when_told() {
        let env = Env::simulated(Timestamp(5), 1);
        env.advance(10);
        assert_eq!(env.now(), Timestamp(15));
    }
}
