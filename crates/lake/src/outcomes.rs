//! How the call of each row of a part went.

use crate::bits::Packed;
use crate::column::Column;
use crate::error::Error;
use crate::facet::{Outcome, is_denial};
use crate::part::Part;
use crate::row::Flags;
use crate::worded::Worded;
use model::Field;
use std::sync::Arc;

/// Outcomes by row.
#[derive(Debug)]
pub(crate) struct Outcomes {
    flags: Arc<Packed>,
    codes: Option<Worded>,
    /// By error code: whether it is a denial.
    denials: Vec<bool>,
}

impl Outcomes {
    pub(crate) fn of(part: &Part) -> Result<Self, Error> {
        let codes = Worded::of(part, Column::Field(Field::ErrorCode))?;
        let denials = match &codes {
            Some(codes) => {
                let all = 0..=codes.values.len() as u32;
                all.map(|code| is_denial(&codes.text(code))).collect()
            }
            None => Vec::new(),
        };
        Ok(Self { flags: part.codes(Column::Flags)?, codes, denials })
    }

    #[inline]
    pub(crate) fn at(&self, row: u32) -> Outcome {
        if self.flags.at(row as usize) & u64::from(Flags::FAILED) == 0 {
            return Outcome::Ok;
        }
        let code = self.codes.as_ref().map_or(0, |codes| codes.code(row));
        match self.denials.get(code as usize) {
            Some(true) => Outcome::Denied,
            _ => Outcome::Failed,
        }
    }
}
