//! A small generator of numbers, the same everywhere for the same seed (xoshiro256++).

/// The state of one stream of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random([u64; 4]);

impl Random {
    /// A stream of its own for each (seed, number).
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ stream.rotate_left(32);
        Self([split(&mut state), split(&mut state), split(&mut state), split(&mut state)])
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number below `end`; zero when `end` is.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() >> 11).unwrap_or(0).checked_rem(end).unwrap_or(0)
    }

    /// A fraction from zero to below one.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `all`; they must not be none.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, all: &'a [&'a T]) -> Option<&'a T> {
        all.get(self.below(all.len())).copied()
    }

    /// Hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        self.text(b"0123456789abcdef", digits)
    }

    /// Letters and digits as in AWS's key ids.
    pub(crate) fn base32(&mut self, letters: usize) -> String {
        self.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", letters)
    }

    /// What random bytes look like in base64.
    pub(crate) fn base64(&mut self, letters: usize) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.text(alphabet, letters)
    }

    /// A random UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let (head, tail) = (self.hex(20), self.hex(11));
        let (a, b, c, d) = (head.get(..8), head.get(8..12), head.get(12..15), head.get(15..18));
        let parts = [a, b, c, d].map(Option::unwrap_or_default);
        let [a, b, c, d] = parts;
        format!("{a}-{b}-4{c}-a{d}-{tail}{}", head.get(18..19).unwrap_or_default())
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut text = String::with_capacity(length);
        for _ in 0..length {
            text.extend(alphabet.get(self.below(alphabet.len())).map(|byte| char::from(*byte)));
        }
        text
    }
}

fn split(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Ranks drawn so that the first are much more frequent, as users and addresses are.
#[derive(Debug, Clone)]
pub(crate) struct Zipf(Vec<f64>);

impl Zipf {
    /// `count` ranks; the larger the exponent, the more the first have.
    pub(crate) fn new(count: u32, exponent: f64) -> Self {
        Self::of_weights((1..=count).map(|rank| f64::from(rank).powf(-exponent)))
    }

    /// Ranks of given weights.
    pub(crate) fn of_weights(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let sums = weights.map(|weight| {
            sum += weight;
            sum
        });
        Self(sums.collect())
    }

    /// A rank, from zero.
    pub(crate) fn draw(&self, random: &mut Random) -> usize {
        let at = random.fraction() * self.0.last().copied().unwrap_or(0.0);
        self.0.partition_point(|sum| *sum <= at).min(self.0.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_for_the_same_seed() {
        let (mut a, mut b, mut c) = (Random::new(1, 2), Random::new(1, 2), Random::new(2, 2));
        let first = a.bits();
        assert_eq!(first, b.bits());
        assert_ne!(first, c.bits());
    }

    #[test]
    fn writes_uuids_of_the_right_form() {
        let uuid = Random::new(1, 1).uuid();
        let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
    }

    #[test]
    fn prefers_the_first_ranks() {
        let (zipf, mut random) = (Zipf::new(100, 1.0), Random::new(1, 1));
        let mut counts = [0_u32; 100];
        for _ in 0..20_000 {
            counts[zipf.draw(&mut random)] += 1;
        }
        assert!(counts[0] > 5 * counts[20] && counts[99] > 0, "{counts:?}");
    }
}
