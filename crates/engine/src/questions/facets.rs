//! `Facets`: the most frequent values of a selection, and how many there are.

use super::figures::{Figures, Value, ranked};
use super::selection::{Selection, within};
use crate::error::Error;
use crate::settings::{FACETS_MAX, TOP_MAX};
use lake::{Counts, Facet, Search, Snapshot};
use serde::{Deserialize, Serialize};

/// Values a facet where nobody asks for a number.
pub(super) const TOP_USUAL: usize = 10;

/// What is counted where nobody says.
const USUAL: &[Facet] = &[
    Facet::Action,
    Facet::Principal,
    Facet::SourceIp,
    Facet::Region,
    Facet::Outcome,
    Facet::ErrorCode,
    Facet::UserAgent,
    Facet::AccessKey,
    Facet::Owner,
    Facet::ResourceType,
];

/// Which records, counted by what.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct FacetsAsk {
    /// Which records; its `limit` and `after` do not count.
    pub search: Search,
    /// By what; by default the ten that people ask for most.
    pub facets: Vec<Facet>,
    /// Values of each facet, 1 to 1,000; by default 10.
    pub top: Option<usize>,
}

/// Counts by value.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Facets {
    /// All records that were asked for.
    pub total: Figures,
    /// One for each facet asked for.
    pub facets: Vec<FacetValues>,
    /// Every record that was asked for was counted.
    pub whole: bool,
}

/// The values of one facet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FacetValues {
    /// Which.
    pub facet: Facet,
    /// How many distinct values there are, exactly where nothing is `unread`.
    pub distinct: u64,
    /// Records without a value.
    pub missing: u64,
    /// Older records that were not looked at: their values hardly repeat, and lie where only
    /// reading each record finds them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread: u64,
    /// How many of the distinct values are new; told by `Entity` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
    /// The most frequent, most frequent first.
    pub values: Vec<Value>,
}

impl FacetValues {
    pub(super) fn of(counts: &Counts, top: usize) -> Self {
        Self {
            facet: counts.facet,
            distinct: counts.values.len() as u64,
            missing: counts.missing.records,
            unread: counts.unread,
            new: None,
            values: ranked(counts, top),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

pub(super) fn answer(snapshot: &Snapshot, ask: &FacetsAsk) -> Result<Facets, Error> {
    let top = within("top", ask.top, TOP_USUAL, TOP_MAX)?;
    let facets = chosen(&ask.facets, USUAL)?;
    let tally = Selection::of(&ask.search).tally(snapshot, facets)?;
    let facets = tally.counts.iter().map(|counts| FacetValues::of(counts, top)).collect();
    Ok(Facets { total: Figures::from(&tally.total), facets, whole: tally.whole })
}

/// The facets asked for, or the usual ones.
pub(super) fn chosen<'a>(asked: &'a [Facet], usual: &'a [Facet]) -> Result<&'a [Facet], Error> {
    match asked.len() {
        0 => Ok(usual),
        1..=FACETS_MAX => Ok(asked),
        many => Err(Error::BadQuestion {
            what: format!("`facets` names {many}; ask for at most {FACETS_MAX} at once"),
        }),
    }
}
