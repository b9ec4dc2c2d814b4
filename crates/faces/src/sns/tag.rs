//! Tags of a topic.

use super::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const TAGS_MAX: usize = 50;
const KEY_CHARS_MAX: usize = 128;
const VALUE_CHARS_MAX: usize = 256;
/// What keys begin with that only AWS gives.
const RESERVED: &str = "aws:";

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
        let key = self.key.chars().count();
        let reserved = self.key.get(..RESERVED.len());
        let why = match () {
            () if key == 0 || key > KEY_CHARS_MAX => "a key has 1 to 128 characters",
            () if self.value.chars().count() > VALUE_CHARS_MAX => {
                "a value has at most 256 characters"
            }
            () if reserved.is_some_and(|it| it.eq_ignore_ascii_case(RESERVED)) => {
                "keys with `aws:` are AWS's own"
            }
            () => return Ok(()),
        };
        Err(Error::InvalidParameter(format!("Tags Reason: {why}")))
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
