//! AWS's rate limits, for clients that want to meet them before AWS does.

use super::Caller;
use crate::limits::RATES_MAX;
use model::{AccountId, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Calls a second, by account and region, as AWS documents them:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>.
const LIMITS: &[(&str, &str, u32)] =
    &[("cloudtrail", "LookupEvents", 2), ("cloudtrail-data", "PutAuditEvents", 100)];

const SECOND_MS: i64 = 1_000;

type Key = (AccountId, String, &'static str);

/// How many calls of whom the present second has seen.
#[derive(Debug, Default)]
pub(super) struct Rates {
    seen: Mutex<HashMap<Key, Second>>,
}

#[derive(Clone, Copy, Debug)]
struct Second {
    began: Timestamp,
    calls: u32,
}

impl Rates {
    /// Counts a call and says whether it is within its limit.
    pub(super) fn admit(&self, caller: &Caller, service: &str, operation: &str) -> bool {
        let limit =
            LIMITS.iter().find(|(limited, verb, _)| *limited == service && *verb == operation);
        let Some((_, verb, per_second)) = limit else {
            return true;
        };
        let key = (caller.account().clone(), caller.region().to_owned(), *verb);
        self.count(key, caller.at()) <= *per_second
    }

    /// How many calls, with this one, the second of `key` has seen.
    fn count(&self, key: Key, now: Timestamp) -> u32 {
        // Nothing under this lock can leave the map half changed.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= RATES_MAX {
            seen.retain(|_, second| second.is_present(now));
        }
        let fresh = Second { began: now, calls: 0 };
        let second = seen.entry(key).or_insert(fresh);
        if !second.is_present(now) {
            *second = fresh;
        }
        second.calls = second.calls.saturating_add(1);
        second.calls
    }
}

impl Second {
    fn is_present(self, now: Timestamp) -> bool {
        (0..SECOND_MS).contains(&now.0.saturating_sub(self.began.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(account: &str) -> Key {
        let account = AccountId::parse(account).unwrap();
        (account, "us-east-1".to_owned(), "LookupEvents")
    }

    #[test]
    fn a_second_forgets() {
        let rates = Rates::default();
        let count = |ms| rates.count(key("1"), Timestamp(ms));
        assert_eq!([count(0), count(1), count(999)], [1, 2, 3]);
        assert_eq!([count(1_000), count(1_500)], [1, 2]);
    }

    #[test]
    fn one_account_does_not_slow_another() {
        let rates = Rates::default();
        assert_eq!(rates.count(key("1"), Timestamp(0)), 1);
        assert_eq!(rates.count(key("2"), Timestamp(0)), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let rates = Rates::default();
        for n in 0..RATES_MAX * 2 {
            let now = Timestamp(i64::try_from(n).unwrap());
            rates.count(key(&n.to_string()), now);
        }
        assert!(rates.seen.lock().unwrap().len() <= RATES_MAX);
    }
}
