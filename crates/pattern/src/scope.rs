//! For what selectors are checked.

use crate::category::EventCategory;

/// AWS's rules differ between trails and event data stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Any category and, in CloudTrail's own, more fields.
    Store,
    /// CloudTrail's own categories.
    Trail,
}

impl Scope {
    /// Most selectors; those of trails are bounded by their values.
    pub(crate) const fn selectors_max(self) -> usize {
        match self {
            Self::Store => crate::SELECTORS_MAX,
            Self::Trail => crate::VALUES_MAX,
        }
    }

    /// The category of this name, if it may be chosen.
    pub(crate) fn category(self, name: &str) -> Option<EventCategory> {
        EventCategory::parse(name).filter(|category| self == Self::Store || category.mixes())
    }

    /// What to give instead of a category that may not be chosen.
    pub(crate) const fn categories(self) -> &'static str {
        match self {
            Self::Store => {
                "Management, Data, NetworkActivity, Insight, ConfigurationItem, Evidence or \
                 ActivityAuditLog"
            }
            Self::Trail => "Management, Data or NetworkActivity",
        }
    }
}
