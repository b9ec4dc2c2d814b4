//! For the rare codes of a column: the rows that bear them. Frequent codes have none, since
//! walking the column finds the newest of them at once.

use crate::error::Corrupt;
use crate::varint::{self, Reader};

/// A code on more than one row in this many has no list.
const DENSE: usize = 64;

/// The rows of each rare code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postings {
    bytes: Vec<u8>,
    /// Where the list of each code begins; 0 for a code without one.
    starts: Vec<u32>,
}

/// Writes the lists of `values` codes over a column.
pub(crate) fn encode(codes: &[u32], values: usize) -> Vec<u8> {
    let mut lists: Vec<Vec<u8>> = vec![Vec::new(); values + 1];
    let mut counts = vec![0usize; values + 1];
    for code in codes {
        if let Some(count) = counts.get_mut(*code as usize) {
            *count += 1;
        }
    }
    let dense = |count: usize| count * DENSE > codes.len();
    let mut last = vec![0u32; values + 1];
    for (row, code) in codes.iter().enumerate() {
        let place = *code as usize;
        let (Some(list), Some(last)) = (lists.get_mut(place), last.get_mut(place)) else {
            continue;
        };
        if place > 0 && !dense(counts.get(place).copied().unwrap_or(0)) {
            varint::put(list, u64::from(row as u32 + 1 - *last));
            *last = row as u32 + 1;
        }
    }
    let mut out = Vec::new();
    varint::put(&mut out, values as u64);
    lists.iter().skip(1).for_each(|list| varint::put_bytes(&mut out, list));
    out
}

impl Postings {
    pub(crate) fn decode(raw: Vec<u8>) -> Result<Self, Corrupt> {
        let mut reader = Reader(&raw);
        let values = reader.size()?;
        if values > raw.len() {
            return Err(Corrupt("more lists than bytes"));
        }
        let mut starts = vec![0; values + 1];
        for slot in starts.iter_mut().skip(1) {
            let at = raw.len() - reader.0.len();
            if !reader.bytes()?.is_empty() {
                *slot = u32::try_from(at).map_err(|_| Corrupt("lists too long"))?;
            }
        }
        Ok(Self { bytes: raw, starts })
    }

    /// The rows of a code in ascending order; `None` where the column must be walked.
    pub(crate) fn rows(&self, code: u32) -> Option<Vec<u32>> {
        let start = *self.starts.get(code as usize)? as usize;
        if start == 0 {
            return None;
        }
        let mut list = Reader(Reader(self.bytes.get(start..)?).bytes().ok()?);
        let (mut rows, mut row) = (Vec::new(), 0u32);
        while let Ok(gap) = list.number() {
            row = row.wrapping_add(gap as u32);
            rows.push(row.wrapping_sub(1));
        }
        Some(rows)
    }

    pub(crate) fn weight(&self) -> usize {
        self.bytes.len() + self.starts.len() * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_codes_have_lists_and_frequent_ones_none() {
        let codes: Vec<u32> =
            (0..10_000u32).map(|n| if n % 500 == 3 { 1 + n / 500 } else { 30 }).collect();
        let postings = Postings::decode(encode(&codes, 31)).unwrap();
        for code in 1..=20 {
            assert_eq!(postings.rows(code), Some(vec![(code - 1) * 500 + 3]));
        }
        assert_eq!(postings.rows(30), None);
        assert_eq!(postings.rows(31), None);
    }
}
