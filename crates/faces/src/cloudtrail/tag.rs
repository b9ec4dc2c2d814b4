//! Tags of a resource.

use super::error::Error;
use super::exception::Exception;
use crate::tag_rule::{self, KEY_CHARS_MAX, TAGS_MAX};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A tag as AWS spells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl Tag {
    /// The tags of a resource, by key.
    pub(super) fn list(tags: &BTreeMap<String, String>) -> Vec<Self> {
        let tag = |(key, value): (&String, &String)| Self {
            key: key.clone(),
            value: (!value.is_empty()).then(|| value.clone()),
        };
        tags.iter().map(tag).collect()
    }

    /// Its key, once checked.
    pub(super) fn checked_key(&self) -> Result<&str, Error> {
        match tag_rule::flaw(&self.key, self.value.as_deref().unwrap_or_default()) {
            None => Ok(&self.key),
            Some(why) => {
                let key: String = self.key.chars().take(KEY_CHARS_MAX).collect();
                Err(Exception::InvalidTagParameter.says(format!("tag `{key}`: {why}")))
            }
        }
    }
}

/// Puts tags among those that are there; a key that is there gets the new value.
pub(super) fn add(tags: &mut BTreeMap<String, String>, new: &[Tag]) -> Result<(), Error> {
    let mut seen = Vec::with_capacity(new.len().min(TAGS_MAX));
    for tag in new {
        let key = tag.checked_key()?;
        if seen.contains(&key) {
            let message = format!("tag `{key}` is given twice: give each key once");
            return Err(Exception::InvalidTagParameter.says(message));
        }
        seen.push(key);
        tags.insert(key.to_owned(), tag.value.clone().unwrap_or_default());
        if tags.len() > TAGS_MAX {
            let message = format!("a resource has at most {TAGS_MAX} tags: remove some first");
            return Err(Exception::TagsLimitExceeded.says(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: key.to_owned(), value: Some(value.to_owned()) }
    }

    fn refused(tags: &[Tag]) -> Exception {
        match add(&mut BTreeMap::new(), tags).unwrap_err() {
            Error::Lake(exception, _) => exception,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn takes_tags_up_to_the_limit() {
        let many: Vec<Tag> = (0..TAGS_MAX).map(|n| tag(&n.to_string(), "")).collect();
        let mut tags = BTreeMap::new();
        add(&mut tags, &many).unwrap();
        add(&mut tags, &[tag("7", "new")]).unwrap();
        assert_eq!(tags["7"], "new");
        assert_eq!(
            refused(&[many, vec![tag("one more", "")]].concat()),
            Exception::TagsLimitExceeded
        );
    }

    #[test]
    fn refuses_what_no_tag_may_be() {
        for bad in [
            tag("", ""),
            tag(&"k".repeat(129), ""),
            tag("k", &"v".repeat(257)),
            tag("aws:x", ""),
            tag("AWS:x", ""),
        ] {
            assert_eq!(refused(&[bad]), Exception::InvalidTagParameter);
        }
        assert_eq!(refused(&[tag("a", "1"), tag("a", "2")]), Exception::InvalidTagParameter);
    }
}
