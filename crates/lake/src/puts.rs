//! Which ids may be among the records that clients put: so that one that comes again is noticed
//! without a look into every part.

use crate::column::Column;
use crate::error::Error;
use crate::part::Part;
use crate::row::Flags;
use model::{Origin, RecordId};
use std::sync::Arc;

/// A Bloom filter over the ids of the put rows of a part. An id sets two bits of one word, which
/// at two bytes a row leaves one in a hundred for the index to decide.
#[derive(Debug, Default)]
pub(crate) struct Puts {
    words: Vec<u64>,
}

/// Rows for each word of 64 bits.
const ROWS_A_WORD: usize = 4;

impl Puts {
    fn new(ids: &[RecordId]) -> Self {
        let mut puts = Self { words: vec![0; ids.len().div_ceil(ROWS_A_WORD)] };
        for id in ids {
            let (word, bits) = puts.place(*id);
            if let Some(word) = puts.words.get_mut(word) {
                *word |= bits;
            }
        }
        puts
    }

    /// The word of an id, and its bits. Ids of put records are hashes: any of their bits will do.
    fn place(&self, id: RecordId) -> (usize, u64) {
        let number = u128::from_be_bytes(id.0);
        let spread = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bits = 1 << (spread >> 58) | 1 << (spread >> 52 & 63);
        let word = ((number >> 64) as u64 ^ spread) % (self.words.len().max(1) as u64);
        (word as usize, bits)
    }

    fn may_hold(&self, id: RecordId) -> bool {
        let (word, bits) = self.place(id);
        self.words.get(word).is_some_and(|word| word & bits == bits)
    }
}

impl Part {
    /// Whether one of the rows that clients put bears an id.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn holds_put(&self, id: RecordId) -> Result<bool, Error> {
        if !self.put_ids()?.may_hold(id) {
            return Ok(false);
        }
        for row in self.rows_of(id)? {
            if self.flags(row)?.origin() == Some(Origin::Put) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads ahead what [`Part::holds_put`] needs; kept as long as the part is open.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn note_puts(&self) -> Result<(), Error> {
        self.put_ids().map(drop)
    }

    fn put_ids(&self) -> Result<Arc<Puts>, Error> {
        if let Some(puts) = self.puts.get() {
            return Ok(Arc::clone(puts));
        }
        let facts = self.codes(Column::Flags)?;
        let put = u64::from(Origin::Put.code());
        let is_put = |row: usize| facts.at(row) & u64::from(Flags::ORIGIN_MASK) == put;
        let mut ids = Vec::new();
        // Ids are much to read, and most parts hold nothing that was put.
        if (0..facts.len()).any(is_put) {
            let bytes = self.ids()?;
            let rows = bytes.as_chunks::<16>().0.iter().enumerate();
            ids.extend(rows.filter(|(row, _)| is_put(*row)).map(|(_, id)| RecordId(*id)));
        }
        Ok(Arc::clone(self.puts.get_or_init(|| Arc::new(Puts::new(&ids)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u64) -> RecordId {
        let high = n.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ n >> 7;
        let low = (n ^ 0x5555).wrapping_mul(0xa076_1d64_78bd_642f) ^ high >> 13;
        RecordId((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
    }

    #[test]
    fn holds_what_it_was_given_and_little_else() {
        let ids: Vec<RecordId> = (0..10_000).map(id).collect();
        let puts = Puts::new(&ids);
        assert!(ids.iter().all(|id| puts.may_hold(*id)));
        let wrong = (10_000..20_000).filter(|n| puts.may_hold(id(*n))).count();
        assert!(wrong < 500, "{wrong} of 10,000");
        assert!(!Puts::new(&[]).may_hold(id(1)));
    }
}
