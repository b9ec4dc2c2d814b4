//! Advanced event selectors, as they are given and shown. `pattern` compiles and checks them.

use serde::{Deserialize, Serialize};

/// Some records: those for which every field selector holds.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AdvancedEventSelector {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// All of them must hold.
    pub field_selectors: Vec<FieldSelector>,
}

/// A condition on one member of a record; an empty list is an operator that was not given.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FieldSelector {
    /// The member, as `eventName` or `resources.ARN`.
    pub field: String,
    /// Any of these exactly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equals: Vec<String>,
    /// Beginning with any of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// Ending with any of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends_with: Vec<String>,
    /// None of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_equals: Vec<String>,
    /// Beginning with none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_starts_with: Vec<String>,
    /// Ending with none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_ends_with: Vec<String>,
}

impl AdvancedEventSelector {
    /// Every record of a category.
    pub fn of_category(name: &str, category: &str) -> Self {
        let field = "eventCategory".to_owned();
        let equals = vec![category.to_owned()];
        let field_selectors = vec![FieldSelector { field, equals, ..FieldSelector::default() }];
        Self { name: Some(name.to_owned()), field_selectors }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_spelt_as_aws_spells_it() {
        let text = r#"{"Name":"n","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]}]}"#;
        let selector: AdvancedEventSelector = serde_json::from_str(text).unwrap();
        assert_eq!(selector, AdvancedEventSelector::of_category("n", "Data"));
        assert_eq!(serde_json::to_string(&selector).unwrap(), text);
    }
}
