//! Trails: which records are written into files, and into whose bucket.

use super::{AdvancedEventSelector, EventSelector, InsightSelector};
use crate::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an account's records are delivered to, and which of them.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trail {
    /// Unique for all time: a UUID. Records that are members name it.
    pub id: String,
    /// Unique in account and home region.
    pub name: String,
    /// Whose records.
    pub account: AccountId,
    /// Where it was made, and the only place where it can be changed.
    pub home_region: String,
    /// The bucket that its files go into.
    pub bucket: String,
    /// What stands before `AWSLogs/` in the names of its files, as it was given.
    pub prefix: Option<String>,
    /// Told of each new file.
    pub topic: Option<TrailTopic>,
    /// Whether it takes records of services that have no region.
    pub include_global: bool,
    /// Whether it takes records of all regions, or of its home region only.
    pub multi_region: bool,
    /// Whether digests are delivered, too.
    pub log_file_validation: bool,
    /// Where its records go besides the bucket.
    pub log_group: Option<TrailLogGroup>,
    /// The ARN of the key that its files are encrypted with.
    pub kms_key: Option<String>,
    /// Which records it takes.
    pub selectors: TrailSelectors,
    /// Which unusual rates are asked for; none is as good as off.
    pub insights: Vec<InsightSelector>,
    /// Whether records join it now.
    pub logging: bool,
    /// When it was last told to begin.
    pub started: Option<Timestamp>,
    /// When it was last told to stop.
    pub stopped: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// The SNS topic of a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailTopic {
    /// As it was given: a name or an ARN.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// The log group of a trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailLogGroup {
    /// Its ARN.
    pub arn: String,
    /// The ARN of the role that may write into it.
    pub role: String,
}

/// Selectors of the one kind or the other: setting one kind wipes the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum TrailSelectors {
    /// The older kind.
    Basic(Vec<EventSelector>),
    /// The newer kind.
    Advanced(Vec<AdvancedEventSelector>),
}

impl Default for TrailSelectors {
    /// What a new trail has: all management events.
    fn default() -> Self {
        Self::Basic(vec![EventSelector::default()])
    }
}

impl TrailSelectors {
    /// Whether they differ from those of a new trail.
    pub fn is_custom(&self) -> bool {
        *self != Self::default()
    }
}

impl Trail {
    /// A trail as AWS makes it when nothing more is said: management events of its home region,
    /// not logging yet, and no bucket.
    pub fn new(
        id: String,
        name: String,
        account: AccountId,
        home_region: String,
        created: Timestamp,
    ) -> Self {
        Self {
            id,
            name,
            account,
            home_region,
            bucket: String::new(),
            prefix: None,
            topic: None,
            include_global: true,
            multi_region: false,
            log_file_validation: false,
            log_group: None,
            kms_key: None,
            selectors: TrailSelectors::default(),
            insights: Vec::new(),
            logging: false,
            started: None,
            stopped: None,
            created,
            tags: BTreeMap::new(),
        }
    }

    /// Its name at AWS.
    pub fn arn(&self) -> Arn {
        Arn::trail(&self.home_region, &self.account, &self.name)
    }

    /// Whether it is seen in a region: at home or, where it takes records of all regions,
    /// everywhere.
    pub fn is_seen_in(&self, region: &str) -> bool {
        self.multi_region || self.home_region == region
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::ReadWriteType;

    #[test]
    fn a_new_trails_selectors_are_not_custom_and_others_are() {
        assert!(!TrailSelectors::default().is_custom());
        assert!(TrailSelectors::Advanced(Vec::new()).is_custom());
        let writes =
            EventSelector { read_write_type: ReadWriteType::WriteOnly, ..EventSelector::default() };
        assert!(TrailSelectors::Basic(vec![writes]).is_custom());
    }
}
