//! Counts, as they are told.

use lake::{Count, Counts};
use model::Timestamp;
use serde::{Deserialize, Serialize};

/// How many records, how they went, when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// How many.
    pub records: u64,
    /// Of these, refused for want of a permission.
    pub denied: u64,
    /// Of these, failed otherwise.
    pub failed: u64,
    /// When the first of them happened; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// When the last of them happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
}

impl From<&Count> for Figures {
    fn from(count: &Count) -> Self {
        let there = |time| (count.records > 0).then_some(time);
        Self {
            records: count.records,
            denied: count.denied,
            failed: count.failed,
            first: there(count.first),
            last: there(count.last),
        }
    }
}

/// A value with its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// The value.
    pub value: String,
    /// How often, and when.
    #[serde(flatten)]
    pub figures: Figures,
    /// First seen when the question says that things are new; told by `Entity` only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new: bool,
}

/// The most frequent first; of equal ones by value.
pub(super) fn ranked(counts: &Counts, top: usize) -> Vec<Value> {
    let mut values: Vec<(&String, &Count)> = counts.values.iter().collect();
    let order = |a: &(&String, &Count), b: &(&String, &Count)| {
        b.1.records.cmp(&a.1.records).then_with(|| a.0.cmp(b.0))
    };
    if values.len() > top {
        values.select_nth_unstable_by(top, order);
        values.truncate(top);
    }
    values.sort_unstable_by(order);
    let told = |(value, count): (&String, &Count)| Value {
        value: value.clone(),
        figures: count.into(),
        new: false,
    };
    values.into_iter().map(told).collect()
}
