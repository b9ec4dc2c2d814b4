//! Basic event selectors, as they are given and shown. `pattern` checks them and translates them
//! into advanced ones.

use serde::{Deserialize, Serialize};

/// Some records: management events, and data events of some resources.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSelector {
    /// Reads, writes or both.
    #[serde(default)]
    pub read_write_type: ReadWriteType,
    /// Whether management events are chosen.
    #[serde(default = "included")]
    pub include_management_events: bool,
    /// Whose data events are chosen.
    #[serde(default)]
    pub data_resources: Vec<DataResource>,
    /// Services whose management events are not chosen.
    #[serde(default)]
    pub exclude_management_event_sources: Vec<String>,
}

const fn included() -> bool {
    true
}

impl Default for EventSelector {
    /// All management events.
    fn default() -> Self {
        Self {
            read_write_type: ReadWriteType::All,
            include_management_events: included(),
            data_resources: Vec::new(),
            exclude_management_event_sources: Vec::new(),
        }
    }
}

/// Whether calls that change something are meant, or the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadWriteType {
    /// Those that change nothing.
    ReadOnly,
    /// Those that change something.
    WriteOnly,
    /// All of them.
    #[default]
    All,
}

/// Resources of one type.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataResource {
    /// As `AWS::S3::Object`.
    #[serde(rename = "Type")]
    pub kind: String,
    /// ARNs, or beginnings of ARNs.
    #[serde(default)]
    pub values: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_as_at_aws() {
        let selector: EventSelector = serde_json::from_str("{}").unwrap();
        assert_eq!(selector, EventSelector::default());
        let text = "{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true,\
            \"DataResources\":[],\"ExcludeManagementEventSources\":[]}";
        assert_eq!(serde_json::to_string(&selector).unwrap(), text);
    }
}
