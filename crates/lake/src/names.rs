//! Resource names by hash: which rows may concern a resource. The rows found are candidates;
//! whoever asks checks the records themselves.

use crate::bits::Packed;
use crate::error::Corrupt;
use crate::varint::{self, Reader};

/// Hashes in ascending order, each with its row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    shift: u32,
    hashes: Vec<u32>,
    rows: Packed,
}

/// Bits kept of a hash beyond what tells `entries` apart: one false candidate in 128.
const SPARE_BITS: u32 = 7;

/// Writes pairs of (hash, row).
pub(crate) fn encode(pairs: &[(u64, u32)]) -> Vec<u8> {
    let entries_bits = usize::BITS - pairs.len().leading_zeros();
    let shift = 64 - (entries_bits + SPARE_BITS).min(32);
    let mut short: Vec<(u32, u32)> =
        pairs.iter().map(|(hash, row)| ((hash >> shift) as u32, *row)).collect();
    short.sort_unstable();
    short.dedup();
    let mut out = vec![shift as u8];
    varint::put(&mut out, short.len() as u64);
    let mut last = 0;
    for (hash, _) in &short {
        varint::put(&mut out, u64::from(hash - last));
        last = *hash;
    }
    Packed::new(short.iter().map(|(_, row)| u64::from(*row))).encode(&mut out);
    out
}

impl Names {
    pub(crate) fn decode(raw: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader(raw);
        let shift = u32::from(*reader.take(1)?.first().ok_or(Corrupt("no shift"))?);
        let len = reader.size()?;
        if len > raw.len() || !(32..64).contains(&shift) {
            return Err(Corrupt("names of a wrong form"));
        }
        let mut hashes = Vec::with_capacity(len);
        let mut hash = 0u32;
        for _ in 0..len {
            let gap = u32::try_from(reader.number()?).map_err(|_| Corrupt("hash too large"))?;
            hash = hash.checked_add(gap).ok_or(Corrupt("hash too large"))?;
            hashes.push(hash);
        }
        let rows = Packed::decode(reader.0)?;
        if rows.len() != hashes.len() {
            return Err(Corrupt("names of a wrong length"));
        }
        Ok(Self { shift, hashes, rows })
    }

    /// Rows that may bear the name with this hash, in ascending order.
    pub(crate) fn rows(&self, hash: u64) -> Vec<u32> {
        let hash = (hash >> self.shift) as u32;
        let start = self.hashes.partition_point(|h| *h < hash);
        let end = self.hashes.partition_point(|h| *h <= hash);
        (start..end).map(|place| self.rows.at(place) as u32).collect()
    }

    /// How many low bits of a hash are not kept.
    pub(crate) const fn shift(&self) -> u32 {
        self.shift
    }

    /// What is kept of each hash, with its rows in ascending order.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (u32, impl Iterator<Item = u32>)> {
        let chunks = self.hashes.chunk_by(|one, other| one == other);
        chunks.scan(0, |start, chunk| {
            let places = *start..*start + chunk.len();
            *start = places.end;
            let hash = chunk.first().copied().unwrap_or_default();
            Some((hash, places.map(|place| self.rows.at(place) as u32)))
        })
    }

    pub(crate) fn weight(&self) -> usize {
        self.hashes.len() * 4 + self.rows.weight()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::name_hash;

    #[test]
    fn finds_every_row_of_a_name() {
        let pairs: Vec<(u64, u32)> =
            (0..5_000u32).map(|row| (name_hash(&format!("bucket-{}", row % 700)), row)).collect();
        let names = Names::decode(&encode(&pairs)).unwrap();
        for name in 0..700u32 {
            let rows = names.rows(name_hash(&format!("bucket-{name}")));
            let all = (name..5_000).step_by(700).all(|row| rows.contains(&row));
            assert!(all && rows.is_sorted());
        }
        assert!(names.rows(name_hash("absent")).len() < 50);
        assert!(Names::decode(&encode(&[])).unwrap().rows(7).is_empty());
    }
}
