//! Tags of a topic.

use super::error::Error;
use crate::tag_rule::{self, TAGS_MAX};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A tag as SNS spells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

impl Tag {
    /// The tags of a topic, in order.
    pub(super) fn list(tags: &BTreeMap<String, String>) -> Vec<Self> {
        let tag =
            |(key, value): (&String, &String)| Self { key: key.clone(), value: value.clone() };
        tags.iter().map(tag).collect()
    }

    fn check(&self) -> Result<(), Error> {
        match tag_rule::flaw(&self.key, &self.value) {
            Some(why) => Err(Error::InvalidParameter(format!("Tags Reason: {why}"))),
            None => Ok(()),
        }
    }
}

/// Puts tags among those that are there; a key that is there gets the new value.
pub(super) fn add(tags: &mut BTreeMap<String, String>, new: &[Tag]) -> Result<(), Error> {
    for tag in new {
        tag.check()?;
        tags.insert(tag.key.clone(), tag.value.clone());
        if tags.len() > TAGS_MAX {
            let message = format!("a topic has at most {TAGS_MAX} tags: remove some first");
            return Err(Error::TagLimitExceeded(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: key.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn takes_what_may_be_a_tag_and_refuses_the_rest() {
        let mut tags = BTreeMap::new();
        add(&mut tags, &[tag("a", "1"), tag("a", "2"), tag("b", "")]).unwrap();
        assert_eq!((tags["a"].as_str(), tags.len()), ("2", 2));
        for bad in
            [tag("", ""), tag(&"k".repeat(129), ""), tag("k", &"v".repeat(257)), tag("Aws:x", "")]
        {
            assert!(matches!(add(&mut tags, &[bad]), Err(Error::InvalidParameter(_))));
        }
        let many: Vec<Tag> = (0..51).map(|n| tag(&n.to_string(), "")).collect();
        assert!(matches!(add(&mut tags, &many), Err(Error::TagLimitExceeded(_))));
    }
}
