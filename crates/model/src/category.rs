//! The kinds of records.

use serde::{Deserialize, Serialize};

/// CloudTrail's categories of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Category {
    /// Control plane.
    Management = 0,
    /// Data plane.
    Data = 1,
    /// Calls through VPC endpoints.
    NetworkActivity = 2,
    /// Unusual rates.
    Insight = 3,
    /// Counts over five minutes.
    Aggregated = 4,
    /// Anything else, as `ActivityAuditLog`.
    Other = 5,
}

impl Category {
    /// Every category, by number.
    pub const ALL: [Self; 6] = [
        Self::Management,
        Self::Data,
        Self::NetworkActivity,
        Self::Insight,
        Self::Aggregated,
        Self::Other,
    ];

    /// The category with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str().eq_ignore_ascii_case(name))
    }

    /// CloudTrail's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Management => "Management",
            Self::Data => "Data",
            Self::NetworkActivity => "NetworkActivity",
            Self::Insight => "Insight",
            Self::Aggregated => "Aggregated",
            Self::Other => "Other",
        }
    }
}
