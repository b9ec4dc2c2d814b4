//! `Explain`: which values tell a selection from the rest.
//!
//! Every value of every facet is counted in the selection and in the rest, which makes a table of
//! two by two. Its log-likelihood ratio (G², Dunning 1993) says how surely the two differ, and is
//! the score; the lift says by how much. Only values more frequent in the selection are told, and
//! only those with a minimum of support, for of rare values something always differs.

use super::facets::chosen;
use super::figures::Figures;
use super::selection::{Selection, within};
use crate::error::Error;
use crate::settings::TOP_MAX;
use lake::{Attribute, Counts, Facet, Search, Snapshot};
use model::TimeRange;
use serde::{Deserialize, Serialize};

/// Values told where nobody asks for a number.
const LIMIT_USUAL: usize = 20;

/// Fewest records of a selection that must bear a value, and the share of it, in percent.
const SUPPORT_MIN: u64 = 3;
const SUPPORT_PERCENT: u64 = 1;

/// What is compared where nobody says.
const USUAL: &[Facet] = &[
    Facet::Action,
    Facet::EventSource,
    Facet::Principal,
    Facet::Role,
    Facet::AccessKey,
    Facet::IdentityType,
    Facet::SourceIp,
    Facet::UserAgent,
    Facet::Region,
    Facet::Owner,
    Facet::Outcome,
    Facet::ErrorCode,
    Facet::ResourceType,
    Facet::ReadOnly,
    Facet::Category,
    Facet::Mfa,
    Facet::InvokedBy,
    Facet::SourceIdentity,
    Facet::VpcEndpoint,
    Facet::TlsVersion,
];

/// Which records, and against which.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ExplainAsk {
    /// The selection; its `limit` and `after` do not count.
    pub search: Search,
    /// What it is taken from; the rest is this without the selection. By default all records of
    /// the same owner: of the same time, where the selection has terms; of all time, where a
    /// stretch of time is the selection.
    pub against: Option<Search>,
    /// By what; by default all but those that the selection's own terms name.
    pub facets: Vec<Facet>,
    /// Values told, 1 to 1,000; by default 20.
    pub limit: Option<usize>,
}

/// What differs, what differs most first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explain {
    /// The selection.
    pub selected: Figures,
    /// How many records it is compared with.
    pub rest: u64,
    /// Ranked by score.
    pub differences: Vec<Difference>,
    /// Facets that were not compared: their values hardly repeat, and lie where only reading each
    /// record finds them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Facet>,
    /// Every record that was asked for was counted.
    pub whole: bool,
}

/// A value that is more frequent in the selection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Of which facet.
    pub facet: Facet,
    /// The value.
    pub value: String,
    /// Records of the selection that bear it.
    pub selected: u64,
    /// Records of the rest that bear it.
    pub rest: u64,
    /// Its share in the selection over its share in the rest. Half a record is added to the
    /// rest, so that what never occurs there has a number too.
    pub lift: f64,
    /// G²: twice the sum of observed × ln(observed / expected).
    pub score: f64,
}

pub(super) fn answer(snapshot: &Snapshot, ask: &ExplainAsk) -> Result<Explain, Error> {
    let limit = within("limit", ask.limit, LIMIT_USUAL, TOP_MAX)?;
    let named = named(&ask.search);
    let usual: Vec<Facet> = USUAL.iter().copied().filter(|it| !named.contains(it)).collect();
    let facets = chosen(&ask.facets, &usual)?;
    let selected = Selection::of(&ask.search).tally(snapshot, facets)?;
    let against = ask.against.clone().unwrap_or_else(|| around(&ask.search));
    let support = support(selected.total.records);
    let frequent = |counts: &Counts| {
        let values = counts.values.iter().filter(|(_, count)| count.records >= support);
        (counts.facet, values.map(|(value, _)| value.clone()).collect())
    };
    let wanted = selected.counts.iter().map(frequent).collect();
    let all = Selection::of(&against).tally_of(snapshot, wanted)?;
    let table = Table {
        selected: selected.total.records,
        rest: all.total.records.saturating_sub(selected.total.records),
    };
    let mut differences = Vec::new();
    let mut left_out = Vec::new();
    for (mine, both) in selected.counts.iter().zip(&all.counts) {
        if mine.unread + both.unread > 0 {
            left_out.push(mine.facet);
            continue;
        }
        for (value, total) in &both.values {
            let Some(count) = mine.values.get(value) else { continue };
            let total = total.records;
            let rest = total.saturating_sub(count.records);
            differences.extend(table.difference(mine.facet, value, count.records, rest));
        }
    }
    differences.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| (a.facet, &a.value).cmp(&(b.facet, &b.value)))
    });
    differences.truncate(limit);
    Ok(Explain {
        selected: Figures::from(&selected.total),
        rest: table.rest,
        differences,
        left_out,
        whole: selected.whole && all.whole,
    })
}

/// What a selection is taken from, where nobody says.
fn around(search: &Search) -> Search {
    let times = if search.terms.is_empty() && search.region.is_none() {
        TimeRange::ALL
    } else {
        search.times
    };
    Search { owner: search.owner.clone(), times, ..Search::default() }
}

/// Facets that differ because the question says so.
fn named(search: &Search) -> Vec<Facet> {
    let mut named: Vec<Facet> = search.terms.iter().flat_map(|term| facets_of(term.what)).collect();
    if search.region.is_some() {
        named.push(Facet::Region);
    }
    named
}

fn facets_of(what: Attribute) -> Vec<Facet> {
    match what {
        Attribute::EventName | Attribute::Action => vec![Facet::Action, Facet::EventName],
        Attribute::EventSource => vec![Facet::EventSource],
        Attribute::ReadOnly => vec![Facet::ReadOnly],
        Attribute::Username | Attribute::Who | Attribute::IdentityArn => {
            vec![Facet::Principal, Facet::Username, Facet::Role]
        }
        Attribute::ResourceType => vec![Facet::ResourceType],
        Attribute::AccessKeyId => vec![Facet::AccessKey],
        Attribute::SourceIp => vec![Facet::SourceIp],
        Attribute::ErrorCode | Attribute::Failed => vec![Facet::ErrorCode, Facet::Outcome],
        Attribute::Region => vec![Facet::Region],
        Attribute::Account => vec![Facet::Account, Facet::Owner],
        Attribute::Category => vec![Facet::Category],
        Attribute::Origin => vec![Facet::Origin],
        _ => Vec::new(),
    }
}

/// How many records of a selection must bear a value.
fn support(selected: u64) -> u64 {
    (selected * SUPPORT_PERCENT / 100).max(SUPPORT_MIN).min(selected)
}

/// How large selection and rest are.
#[derive(Clone, Copy, Debug)]
struct Table {
    selected: u64,
    rest: u64,
}

impl Table {
    /// What a value tells that `a` records of the selection bear and `c` of the rest; `None`
    /// where it is too rare, or no more frequent than in the rest.
    fn difference(self, facet: Facet, value: &str, a: u64, c: u64) -> Option<Difference> {
        let lift = self.lift(a, c);
        (a > 0 && a >= support(self.selected) && lift > 1.0).then(|| Difference {
            facet,
            value: value.to_owned(),
            selected: a,
            rest: c,
            lift,
            score: self.score(a, c),
        })
    }

    fn lift(self, a: u64, c: u64) -> f64 {
        (float(a) / float(self.selected)) / ((float(c) + 0.5) / (float(self.rest) + 1.0))
    }

    fn score(self, a: u64, c: u64) -> f64 {
        let (b, d) = (self.selected.saturating_sub(a), self.rest.saturating_sub(c));
        let all = float(self.selected + self.rest);
        let term = |observed: u64, row: u64, column: u64| {
            let expected = float(row) * float(column) / all;
            match observed {
                0 => 0.0,
                _ => float(observed) * (float(observed) / expected).ln(),
            }
        };
        2.0 * (term(a, self.selected, a + c)
            + term(b, self.selected, b + d)
            + term(c, self.rest, a + c)
            + term(d, self.rest, b + d))
    }
}

#[expect(clippy::cast_precision_loss, reason = "a score needs no sixteen digits")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table { selected: 100, rest: 900 };

    #[test]
    fn what_is_as_frequent_everywhere_tells_nothing() {
        assert!(TABLE.score(10, 90).abs() < 1e-9);
        assert!(TABLE.difference(Facet::Region, "x", 10, 90).is_none_or(|it| it.lift < 1.1));
        assert_eq!(TABLE.difference(Facet::Region, "x", 1, 0), None, "too rare");
        assert_eq!(TABLE.difference(Facet::Region, "x", 10, 900), None, "less frequent");
    }

    #[test]
    fn the_score_is_the_log_likelihood_ratio() {
        // By hand: 2 (80 ln(80/9) + 20 ln(20/91) + 10 ln(10/81) + 890 ln(890/819)).
        assert!((TABLE.score(80, 10) - 395.1).abs() < 0.2, "{}", TABLE.score(80, 10));
        assert!(TABLE.score(80, 10) > TABLE.score(40, 10));
        assert!(TABLE.score(80, 0) > TABLE.score(80, 10));
        assert!((TABLE.lift(80, 0) - 1_441.6).abs() < 0.1);
    }

    #[test]
    fn a_small_selection_is_explained_too() {
        let table = Table { selected: 2, rest: 900 };
        assert!(table.difference(Facet::SourceIp, "x", 2, 0).is_some());
        assert!(table.difference(Facet::SourceIp, "x", 1, 0).is_none());
    }
}
