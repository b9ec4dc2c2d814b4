//! Which rows have a text somewhere in the JSON of a member. Blocks are searched as a whole, so
//! that rows without it cost next to nothing.

use crate::error::Error;
use crate::rows::{Rows, Way};
use crate::shape::Slot;
use crate::spot::Spot;
use memchr::memmem::Finder;

/// What a shape says about whether its rows have the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// They have.
    Yes,
    /// They have not.
    No,
    /// If they have, it stands in their block's text.
    InBlock,
    /// Only reading the value tells.
    Unknown,
}

/// A search for a text in the value of a path, in one part.
#[derive(Debug)]
pub struct Contains {
    finder: Finder<'static>,
    /// Whether the text can only stand within one value, not across several.
    within: bool,
    verdicts: Vec<Option<Verdict>>,
    scratch: Vec<u8>,
}

impl Contains {
    /// A search for `text`.
    pub fn new(text: &str) -> Self {
        let joint = |byte: u8| b"\"\\{}[]:, \n\r\t".contains(&byte);
        Self {
            finder: Finder::new(text.as_bytes()).into_owned(),
            within: !text.is_empty() && !text.bytes().any(joint),
            verdicts: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Keeps of `rows` (ascending) those whose value contains the text.
    ///
    /// # Errors
    /// Damage, or what the disk says.
    pub fn filter(
        &mut self,
        rows: &mut Rows,
        way: &Way,
        wanted: &[u32],
    ) -> Result<Vec<u32>, Error> {
        let mut kept = Vec::new();
        let block_rows = rows.part.block_rows;
        for block in wanted.chunk_by(|a, b| a / block_rows == b / block_rows) {
            self.filter_block(rows, way, block, &mut kept)?;
        }
        Ok(kept)
    }

    fn filter_block(
        &mut self,
        rows: &mut Rows,
        way: &Way,
        wanted: &[u32],
        kept: &mut Vec<u32>,
    ) -> Result<(), Error> {
        let mut hits = None;
        for row in wanted {
            let keep = match self.verdict(rows, way, *row)? {
                Verdict::Yes => true,
                Verdict::No => false,
                Verdict::Unknown => self.reads(rows, way, *row)?,
                Verdict::InBlock => {
                    let mask = match hits {
                        Some(mask) => mask,
                        None => *hits.insert(self.hits(rows, *row)?),
                    };
                    let place = row % rows.part.block_rows;
                    mask.checked_shr(place).unwrap_or(1) & 1 == 1 && self.reads(rows, way, *row)?
                }
            };
            kept.extend(keep.then_some(*row));
        }
        Ok(())
    }

    /// The rows of a block whose texts contain it, a bit each.
    fn hits(&self, rows: &mut Rows, row: u32) -> Result<u128, Error> {
        let block = rows.reader.block_of(row)?;
        let found = self.finder.find_iter(block.text()).filter_map(|at| block.place_at(at));
        Ok(found.fold(0, |mask, place| mask | 1u128.checked_shl(place as u32).unwrap_or(0)))
    }

    fn reads(&mut self, rows: &mut Rows, way: &Way, row: u32) -> Result<bool, Error> {
        self.scratch.clear();
        let found = rows.read(row, way, &mut self.scratch)?;
        Ok(found && self.finder.find(&self.scratch).is_some())
    }

    fn verdict(&mut self, rows: &Rows, way: &Way, row: u32) -> Result<Verdict, Error> {
        let shape = rows.reader.shape_codes.at(row as usize) as usize;
        if let Some(Some(verdict)) = self.verdicts.get(shape) {
            return Ok(*verdict);
        }
        let verdict = self.judge(rows.spot(row, way)?, way.0.path.as_json(), rows);
        self.verdicts.resize(self.verdicts.len().max(shape + 1), None);
        if let Some(slot) = self.verdicts.get_mut(shape) {
            *slot = Some(verdict);
        }
        Ok(verdict)
    }

    fn judge(&self, spot: &Spot, as_json: bool, rows: &Rows) -> Verdict {
        let has = |text: &[u8]| self.finder.find(text).is_some();
        match spot {
            Spot::Absent => Verdict::No,
            Spot::Fixed(json) if has(json) => Verdict::Yes,
            Spot::Fixed(_) => Verdict::No,
            // Where escapes are undone, the text of the block is not what is looked at.
            _ if !self.within || !as_json => Verdict::Unknown,
            Spot::First(_) => Verdict::Unknown,
            Spot::Held(held) => self.in_slot(held.slot, rows),
            Spot::Tree(tree) => {
                if tree.pieces.iter().any(|(literal, _)| has(literal)) || has(&tree.last) {
                    return Verdict::Yes;
                }
                let mut slots = tree.pieces.iter().map(|(_, slot)| self.in_slot(*slot, rows));
                if slots.any(|verdict| verdict == Verdict::Unknown) {
                    return Verdict::Unknown;
                }
                Verdict::InBlock
            }
        }
    }

    fn in_slot(&self, slot: Slot, rows: &Rows) -> Verdict {
        let only = |allowed: fn(&u8) -> bool| self.finder.needle().iter().all(allowed);
        match slot {
            Slot::Plain => Verdict::InBlock,
            Slot::Uuid | Slot::RowId if only(|b| b.is_ascii_hexdigit() || *b == b'-') => {
                Verdict::Unknown
            }
            Slot::Time | Slot::RowTime if only(|b| b.is_ascii_digit() || b"-TZ".contains(b)) => {
                Verdict::Unknown
            }
            Slot::Coded(field) if !rows.part.spills(field) => Verdict::Unknown,
            Slot::Uuid | Slot::RowId | Slot::Time | Slot::RowTime | Slot::Coded(_) => {
                Verdict::InBlock
            }
        }
    }
}
