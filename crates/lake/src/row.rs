//! One record on its way into the lake, with what was derived from it.

use model::{Category, Origin, RecordId, RecordView, Timestamp};
use serde::{Deserialize, Serialize};

/// The few yes-or-no facts of a row, in one small number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Flags(pub(crate) u16);

impl Flags {
    pub(crate) const HIDDEN: u16 = 1 << 2;
    pub(crate) const READ_ONLY: u16 = 1 << 3;
    pub(crate) const READ_ONLY_KNOWN: u16 = 1 << 4;
    pub(crate) const FAILED: u16 = 1 << 5;
    pub(crate) const CATEGORY_SHIFT: u16 = 6;
    /// Together with [`Self::HIDDEN`] only.
    pub(crate) const GUEST: u16 = 1 << 9;
    pub(crate) const ORIGIN_MASK: u16 = 3;
    pub(crate) const CATEGORY_MASK: u16 = 7 << Self::CATEGORY_SHIFT;

    /// Packs the facts.
    pub fn new(
        origin: Origin,
        category: Category,
        read_only: Option<bool>,
        failed: bool,
        hidden: bool,
    ) -> Self {
        let bit = |on: bool, bit: u16| if on { bit } else { 0 };
        Self(
            u16::from(origin.code())
                | (category as u16) << Self::CATEGORY_SHIFT
                | bit(read_only == Some(true), Self::READ_ONLY)
                | bit(read_only.is_some(), Self::READ_ONLY_KNOWN)
                | bit(failed, Self::FAILED)
                | bit(hidden, Self::HIDDEN),
        )
    }

    /// How the record entered.
    pub fn origin(self) -> Option<Origin> {
        Origin::from_code((self.0 & Self::ORIGIN_MASK) as u8)
    }

    /// Whether the call failed or was denied.
    pub const fn failed(self) -> bool {
        self.0 & Self::FAILED != 0
    }

    /// Whether the call only read, where that is known.
    pub const fn read_only(self) -> Option<bool> {
        match self.0 & Self::READ_ONLY_KNOWN {
            0 => None,
            _ => Some(self.0 & Self::READ_ONLY != 0),
        }
    }

    /// Whether an earlier record bears the same id.
    pub const fn hidden(self) -> bool {
        self.0 & Self::HIDDEN != 0
    }

    /// As a guest: an earlier record bears the same id, and this one brings it into event data
    /// stores that do not hold the earlier one. It is shown there and nowhere else.
    #[must_use]
    pub const fn as_guest(self) -> Self {
        Self(self.0 | Self::HIDDEN | Self::GUEST)
    }

    /// Whether it is shown: where an event data store is asked that holds it, guests are.
    pub const fn shown(self, in_store: bool) -> bool {
        !self.hidden() || (in_store && self.0 & Self::GUEST != 0)
    }
}

/// A record and what was derived from it, borrowed for the length of one call.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The record.
    pub view: RecordView<'a>,
    /// What makes it the same record when it comes again.
    pub id: RecordId,
    /// When it happened.
    pub time: Timestamp,
    /// When it came in.
    pub ingested: Timestamp,
    /// Facts.
    pub flags: Flags,
    /// LookupEvents' user name.
    pub username: Option<&'a str>,
    /// LookupEvents' resources: (type, name).
    pub resources: &'a [(&'a str, &'a str)],
    /// Which event data stores hold it: ids, ascending, joined by commas. The built-in store,
    /// which holds everything, is not named.
    pub stores: Option<&'a str>,
    /// Carried along and given back in row order: the ledger's hash of the record.
    pub payload: [u8; 32],
}

impl Row<'_> {
    /// Its time in seconds, where that is all of it.
    pub(crate) fn whole_seconds(&self) -> Option<i64> {
        (self.time.0.rem_euclid(1_000) == 0).then(|| self.time.seconds())
    }
}
