//! The categories that a selector may choose.

/// AWS's words for what an event data store may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventCategory {
    /// Calls of the control plane.
    Management,
    /// Calls of the data plane.
    Data,
    /// Calls through VPC endpoints.
    NetworkActivity,
    /// Unusual rates.
    Insight,
    /// AWS Config's configuration items.
    ConfigurationItem,
    /// AWS Audit Manager's evidence.
    Evidence,
    /// Events from outside, put through a channel.
    ActivityAuditLog,
}

impl EventCategory {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Management,
        Self::Data,
        Self::NetworkActivity,
        Self::Insight,
        Self::ConfigurationItem,
        Self::Evidence,
        Self::ActivityAuditLog,
    ];

    /// The category of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }

    /// AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Management => "Management",
            Self::Data => "Data",
            Self::NetworkActivity => "NetworkActivity",
            Self::Insight => "Insight",
            Self::ConfigurationItem => "ConfigurationItem",
            Self::Evidence => "Evidence",
            Self::ActivityAuditLog => "ActivityAuditLog",
        }
    }

    /// Whether a store of this category may hold others of its kind: those of CloudTrail itself
    /// go together, each of the others stands alone.
    pub const fn mixes(self) -> bool {
        matches!(self, Self::Management | Self::Data | Self::NetworkActivity)
    }

    /// Whether such a store can be told to stop taking records.
    pub const fn can_stop(self) -> bool {
        self.mixes() || matches!(self, Self::ConfigurationItem)
    }
}
