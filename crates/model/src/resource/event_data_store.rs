//! Event data stores: views of an account's records, by selector.

use super::AdvancedEventSelector;
use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of the store that every account has and that holds everything.
pub const BUILT_IN_STORE: &str = "pugmark";

/// A store deleted this long ago is gone, in milliseconds.
pub const STORE_WAIT_MS: i64 = 7 * 86_400_000;

/// A view of the records that its selectors chose when they came in. Nothing is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDataStore {
    /// Unique for all time: a UUID.
    pub id: String,
    /// Unique in account and region among the stores that are not being deleted.
    pub name: String,
    /// Whose records it holds.
    pub account: AccountId,
    /// Where it was made.
    pub region: String,
    /// Which records it holds; any of them suffices.
    pub selectors: Vec<AdvancedEventSelector>,
    /// Whether it holds records of all regions, or of its own only.
    pub multi_region: bool,
    /// Days after which records are no longer shown, counted from `eventTime`.
    pub retention_days: u32,
    /// AWS's word for how long it may keep records.
    pub billing: BillingMode,
    /// Whether deleting is refused.
    pub protected: bool,
    /// Whether records still join it.
    pub ingesting: bool,
    /// When it was deleted; it can be restored for seven days.
    pub deleted: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// AWS's billing modes. They cost nothing here; their retention limits hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BillingMode {
    /// Up to ten years, a year unless told.
    ExtendableRetentionPricing,
    /// Up to seven years, which is also the default.
    FixedRetentionPricing,
}

impl BillingMode {
    /// Longest retention, in days.
    pub const fn days_max(self) -> u32 {
        match self {
            Self::ExtendableRetentionPricing => 3_653,
            Self::FixedRetentionPricing => 2_557,
        }
    }

    /// Retention unless told, in days.
    pub const fn days_default(self) -> u32 {
        match self {
            Self::ExtendableRetentionPricing => 366,
            Self::FixedRetentionPricing => 2_557,
        }
    }
}

/// Where a store stands, in AWS's words. Changes take hold at once: nobody ever sees it starting
/// or stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StoreStatus {
    /// The answer that made it.
    Created,
    /// Records join it.
    Enabled,
    /// Records are about to join it.
    StartingIngestion,
    /// Records are about to stop joining it.
    StoppingIngestion,
    /// No records join it; it can be asked.
    StoppedIngestion,
    /// Deleted, and not yet gone.
    PendingDeletion,
}

impl EventDataStore {
    /// Its name at AWS.
    pub fn arn(&self) -> Arn {
        Arn::event_data_store(&self.region, &self.account, &self.id)
    }

    /// Where it stands.
    pub const fn status(&self) -> StoreStatus {
        match (self.deleted, self.ingesting) {
            (Some(_), _) => StoreStatus::PendingDeletion,
            (None, true) => StoreStatus::Enabled,
            (None, false) => StoreStatus::StoppedIngestion,
        }
    }

    /// Whether the time in which it could be restored is over.
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.deleted.is_some_and(|at| now.0 >= at.0.saturating_add(STORE_WAIT_MS))
    }

    /// The id of the built-in store of an account: the account stands in it, so that it is the
    /// same at every start.
    pub fn built_in_id(account: &AccountId) -> String {
        let digits: String = account.as_str().bytes().map(hex_digit).collect();
        let tail = digits.get(digits.len().saturating_sub(12)..).unwrap_or_default();
        format!("00000000-0000-4000-8000-{tail:0>12}")
    }
}

/// A character of an account id as a digit that a UUID may have.
const fn hex_digit(byte: u8) -> char {
    match byte {
        b'0'..=b'9' | b'a'..=b'f' => byte as char,
        b'A'..=b'F' => byte.to_ascii_lowercase() as char,
        _ => 'f',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_store_bears_its_account() {
        let id = |account| EventDataStore::built_in_id(&AccountId::parse(account).unwrap());
        assert_eq!(id("123456789012"), "00000000-0000-4000-8000-123456789012");
        assert_eq!(id("1"), "00000000-0000-4000-8000-000000000001");
        assert_eq!(id("1234567890123"), "00000000-0000-4000-8000-234567890123");
        assert_eq!(id("x-1"), "00000000-0000-4000-8000-000000000ff1");
    }
}
