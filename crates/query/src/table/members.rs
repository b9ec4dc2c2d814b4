//! Which rows of a part an event data store holds.

use crate::table::chunk::lake_error;
use datafusion::error::Result;
use lake::{Memberships, Part};

/// The rows of a part that one store holds.
#[derive(Clone, Debug)]
pub(crate) struct Members {
    /// `None` where no store but the built-in one holds any.
    memberships: Option<Memberships>,
    /// Codes of the sets that name the store, ascending.
    codes: Vec<u32>,
}

impl Members {
    pub(crate) fn of(part: &Part, store: &str) -> Result<Self> {
        let memberships = part.memberships().map_err(lake_error)?;
        let codes = memberships.as_ref().map_or(Vec::new(), |it| it.codes_of(store));
        Ok(Self { memberships, codes })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    pub(crate) fn has(&self, row: u32) -> bool {
        let code = self.memberships.as_ref().map_or(0, |memberships| memberships.code(row));
        self.codes.binary_search(&code).is_ok()
    }
}
