//! Tags of a key.

use super::error::Error;
use crate::tag_rule::{self, KEY_CHARS_MAX, TAGS_MAX};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A tag as KMS spells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    tag_key: String,
    tag_value: String,
}

impl Tag {
    /// The tags of a key, in order.
    pub(super) fn list(tags: &BTreeMap<String, String>) -> Vec<Self> {
        let tag = |(key, value): (&String, &String)| Self {
            tag_key: key.clone(),
            tag_value: value.clone(),
        };
        tags.iter().map(tag).collect()
    }

    /// What tells it from the others.
    pub(super) fn key(&self) -> &str {
        &self.tag_key
    }

    fn check(&self) -> Result<(), Error> {
        let Some(why) = tag_rule::flaw(&self.tag_key, &self.tag_value) else {
            return Ok(());
        };
        let short: String = self.tag_key.chars().take(KEY_CHARS_MAX).collect();
        Err(Error::Tag(format!("tag `{short}`: {why}")))
    }
}

/// Puts tags among those that are there; a key that is there gets the new value.
pub(super) fn add(tags: &mut BTreeMap<String, String>, new: &[Tag]) -> Result<(), Error> {
    let mut seen = std::collections::BTreeSet::new();
    for tag in new {
        tag.check()?;
        if !seen.insert(&tag.tag_key) {
            return Err(Error::Tag(format!("tag `{}` is given twice", tag.tag_key)));
        }
        tags.insert(tag.tag_key.clone(), tag.tag_value.clone());
        if tags.len() > TAGS_MAX {
            let message = format!("a key has at most {TAGS_MAX} tags: remove some first");
            return Err(Error::LimitExceeded(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { tag_key: key.to_owned(), tag_value: value.to_owned() }
    }

    #[test]
    fn takes_what_may_be_a_tag_and_refuses_the_rest() {
        let mut tags = BTreeMap::new();
        add(&mut tags, &[tag("a", "1"), tag("b", "")]).unwrap();
        add(&mut tags, &[tag("a", "2")]).unwrap();
        assert_eq!((tags["a"].as_str(), tags.len()), ("2", 2));
        for bad in [tag("", ""), tag(&"k".repeat(129), ""), tag("k", &"v".repeat(257))] {
            assert!(matches!(add(&mut tags, &[bad]), Err(Error::Tag(_))));
        }
        for bad in [vec![tag("Aws:x", "")], vec![tag("c", "1"), tag("c", "1")]] {
            assert!(matches!(add(&mut tags, &bad), Err(Error::Tag(_))));
        }
        let many: Vec<Tag> = (0..51).map(|n| tag(&n.to_string(), "")).collect();
        assert!(matches!(add(&mut tags, &many), Err(Error::LimitExceeded(_))));
    }
}
