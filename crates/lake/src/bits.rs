//! Columns of small numbers, each in as many bits as the largest needs, any one readable alone.

use crate::error::Corrupt;
use crate::varint::{self, Reader};

/// A column of numbers packed to one width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Packed {
    width: u32,
    len: usize,
    /// Eight spare bytes at the end let every read take a whole word.
    bytes: Vec<u8>,
}

const SPARE: usize = 8;

impl Packed {
    /// Packs `numbers`; none may need more than 56 bits.
    pub(crate) fn new(numbers: impl ExactSizeIterator<Item = u64> + Clone) -> Self {
        let most = numbers.clone().max().unwrap_or(0);
        let (len, width) = (numbers.len(), (64 - most.leading_zeros()).min(56));
        let mut bytes = Vec::with_capacity(len * width as usize / 8 + SPARE + 1);
        let (mut word, mut held) = (0u64, 0);
        for n in numbers {
            word |= n << held;
            held += width;
            while held >= 8 {
                bytes.push(word as u8);
                word >>= 8;
                held -= 8;
            }
        }
        if held > 0 {
            bytes.push(word as u8);
        }
        bytes.extend_from_slice(&[0; SPARE]);
        Self { width, len, bytes }
    }

    /// Packs codes.
    pub(crate) fn of_codes(codes: &[u32]) -> Self {
        Self::new(codes.iter().map(|code| u64::from(*code)))
    }

    /// How many bytes a column takes on disk in this form.
    pub(crate) fn encoded_len(len: usize, most: u64) -> usize {
        (len * (64 - most.leading_zeros()) as usize).div_ceil(8) + 4
    }

    /// The number at `place`; 0 beyond the end.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> u64 {
        let bit = place * self.width as usize;
        let Some(word) = self.bytes.get(bit / 8..bit / 8 + 8) else {
            return 0;
        };
        let word = u64::from_le_bytes(word.try_into().unwrap_or_default());
        word >> (bit % 8) & ((1 << self.width) - 1)
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Bytes held in memory.
    pub(crate) fn weight(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.width as u8);
        varint::put(out, self.len as u64);
        let kept = self.bytes.len().saturating_sub(SPARE);
        out.extend_from_slice(self.bytes.get(..kept).unwrap_or_default());
    }

    pub(crate) fn decode(raw: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader(raw);
        let width = u32::from(*reader.take(1)?.first().ok_or(Corrupt("no width"))?);
        let len = reader.size()?;
        let bits = len.checked_mul(width as usize).ok_or(Corrupt("column too long"))?;
        if width > 56 || reader.0.len() != bits.div_ceil(8) {
            return Err(Corrupt("column of a wrong length"));
        }
        let mut bytes = Vec::with_capacity(reader.0.len() + SPARE);
        bytes.extend_from_slice(reader.0);
        bytes.extend_from_slice(&[0; SPARE]);
        Ok(Self { width, len, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_comes_back() {
        for width in 0..=56u32 {
            let mask = if width == 0 { 0 } else { u64::MAX >> (64 - width) };
            let numbers: Vec<u64> =
                (0..100u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask).collect();
            let mut out = Vec::new();
            Packed::new(numbers.iter().copied()).encode(&mut out);
            let packed = Packed::decode(&out).unwrap();
            let back: Vec<u64> = (0..packed.len()).map(|n| packed.at(n)).collect();
            assert_eq!(back, numbers, "width {width}");
            assert_eq!(packed.at(1_000), 0);
        }
    }

    #[test]
    fn wrong_lengths_are_refused() {
        assert!(Packed::decode(&[8, 3, 1, 2]).is_err());
        assert!(Packed::decode(&[57, 0]).is_err());
        assert!(Packed::decode(&[]).is_err());
    }
}
