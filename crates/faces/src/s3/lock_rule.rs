//! What new objects of a bucket are locked with:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectLockConfiguration.html>.

use super::code::Code;
use super::error::Error;
use model::resource::{BucketLock, DefaultRetention, LockMode, LockPeriod};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The longest lock, in days: a hundred years.
pub(super) const DAYS_MAX: u32 = 36_500;

/// `ObjectLockConfiguration`
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Configuration {
    object_lock_enabled: Option<String>,
    rule: Option<Rule>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    default_retention: Retention,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Retention {
    mode: LockMode,
    days: Option<u32>,
    years: Option<u32>,
}

impl Configuration {
    /// The setting it is.
    pub(super) fn into_setting(self) -> Result<BucketLock, Error> {
        if self.object_lock_enabled.as_deref() != Some("Enabled") {
            return Err(Code::MalformedXML.error());
        }
        let Some(Rule { default_retention }) = self.rule else {
            return Ok(BucketLock::default());
        };
        let period = match (default_retention.days, default_retention.years) {
            (Some(days), None) => LockPeriod::Days(days),
            (None, Some(years)) => LockPeriod::Years(years),
            _ => return Err(Code::MalformedXML.error()),
        };
        if !(1..=DAYS_MAX).contains(&period.days()) {
            return Err(Code::InvalidArgument
                .says("Default retention period must be a positive integer value"));
        }
        Ok(BucketLock { default: Some(DefaultRetention { mode: default_retention.mode, period }) })
    }
}

/// How a setting is shown.
pub(super) fn shown(lock: BucketLock) -> Value {
    let rule = lock.default.map(|default| {
        let (days, years) = match default.period {
            LockPeriod::Days(days) => (Some(days), None),
            LockPeriod::Years(years) => (None, Some(years)),
        };
        json!({ "DefaultRetention": { "Mode": default.mode, "Days": days, "Years": years } })
    });
    json!({ "ObjectLockEnabled": "Enabled", "Rule": rule })
}
