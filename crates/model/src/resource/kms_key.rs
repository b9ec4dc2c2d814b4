//! Keys of KMS, and the names they go by.

use crate::resource::Sealed;
use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;

/// A symmetric key that encrypts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KmsKey {
    /// Unique for all time: a UUID.
    pub id: String,
    /// Whose key.
    pub account: AccountId,
    /// Where it was made; it works nowhere else.
    pub region: String,
    /// What its owner says of it.
    pub description: String,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it may be used.
    pub enabled: bool,
    /// When it will be gone, where that was asked for.
    pub deletion: Option<Timestamp>,
    /// Its policy, byte for byte. A key always has one.
    pub policy: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What it encrypts with, encrypted under the directory's key.
    pub material: Sealed,
    /// How it changes over time.
    pub rotation: Rotation,
    /// It is the account's own key for a service, which nobody made or changes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub managed: bool,
}

/// When a key takes a new version of its material for what it encrypts from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// Since when it turns by itself; `None` while it does not.
    pub since: Option<Timestamp>,
    /// How often, in days.
    pub period_days: u32,
    /// How often it had turned before `since`.
    pub turns: u32,
}

impl Rotation {
    /// Once a year, as AWS's keys are, and not switched on.
    pub const OFF: Self = Self { since: None, period_days: 365, turns: 0 };

    /// How often it has turned by `at`.
    pub fn turns_at(self, at: Timestamp) -> u32 {
        let Some(since) = self.since else { return self.turns };
        let period_ms = i64::from(self.period_days.max(1)) * DAY_MS;
        let more = at.0.saturating_sub(since.0).max(0) / period_ms;
        self.turns.saturating_add(u32::try_from(more).unwrap_or(u32::MAX))
    }

    /// When it turns next.
    pub fn next(self, at: Timestamp) -> Option<Timestamp> {
        let since = self.since?;
        let period_ms = i64::from(self.period_days.max(1)) * DAY_MS;
        let done = i64::from(self.turns_at(at) - self.turns);
        Some(Timestamp(since.0.saturating_add((done + 1).saturating_mul(period_ms))))
    }
}

impl KmsKey {
    /// Its name at AWS.
    pub fn arn(&self) -> Arn {
        Arn::kms(&self.region, &self.account, &format!("key/{}", self.id))
    }

    /// Whether its time is over.
    pub fn is_gone(&self, at: Timestamp) -> bool {
        self.deletion.is_some_and(|deletion| deletion <= at)
    }
}

/// Another name of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KmsAlias {
    /// `alias/…`, unique in account and region.
    pub name: String,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub region: String,
    /// The id of the key, of the same account and region.
    pub key: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last turned to another key.
    pub updated: Timestamp,
}

impl KmsAlias {
    /// Its name at AWS.
    pub fn arn(&self) -> Arn {
        Arn::kms(&self.region, &self.account, &self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_once_in_each_period_and_remembers_turns_before() {
        let day = |n: i64| Timestamp(n * DAY_MS);
        let on = Rotation { since: Some(day(10)), period_days: 90, turns: 2 };
        for (at, turns, next) in [(0, 2, 100), (10, 2, 100), (99, 2, 100), (100, 3, 190)] {
            assert_eq!((on.turns_at(day(at)), on.next(day(at))), (turns, Some(day(next))), "{at}");
        }
        assert_eq!(Rotation::OFF.turns_at(day(9_999)), 0);
        assert_eq!(Rotation::OFF.next(day(9_999)), None);
        let broken = Rotation { since: Some(Timestamp(i64::MIN)), period_days: 0, turns: u32::MAX };
        assert_eq!(broken.turns_at(Timestamp(i64::MAX)), u32::MAX);
    }
}
