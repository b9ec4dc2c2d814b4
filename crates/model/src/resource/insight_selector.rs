//! Insight selectors, as they are given and shown.

use serde::{Deserialize, Serialize};

/// One kind of unusual rates.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_InsightSelector.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InsightSelector {
    /// Of what.
    pub insight_type: InsightType,
    /// Of which events; none is management events alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event_categories: Vec<InsightCategory>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::enum_variant_names, reason = "AWS's names")]
pub enum InsightType {
    /// Calls.
    ApiCallRateInsight,
    /// Calls that failed.
    ApiErrorRateInsight,
}

/// Which events are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InsightCategory {
    /// Calls of the control plane.
    Management,
    /// Calls of the data plane.
    Data,
}
