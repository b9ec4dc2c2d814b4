//! What is told of a resource.

use serde::Serialize;
use std::collections::BTreeMap;

/// A resource and its tags.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    #[serde(rename = "ResourceARN")]
    pub(super) arn: String,
    #[serde(rename = "Tags")]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl Told {
    /// A resource, by its ARN.
    pub(super) fn of(arn: String, tags: &BTreeMap<String, String>) -> Self {
        let tag = |(key, value): (&String, &String)| Tag { key: key.clone(), value: value.clone() };
        Self { arn, tags: tags.iter().map(tag).collect() }
    }

    /// As how many it counts where tags are counted.
    pub(super) const fn weight(&self) -> usize {
        self.tags.len()
    }
}
