//! Tags of a key.

use super::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const TAGS_MAX: usize = 50;
const KEY_CHARS_MAX: usize = 128;
const VALUE_CHARS_MAX: usize = 256;
/// What keys begin with that only AWS gives.
const RESERVED: &str = "aws:";

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
        let key = self.tag_key.chars().count();
        let reserved = self.tag_key.get(..RESERVED.len());
        let why = match () {
            () if key == 0 || key > KEY_CHARS_MAX => "a key has 1 to 128 characters",
            () if self.tag_value.chars().count() > VALUE_CHARS_MAX => {
                "a value has at most 256 characters"
            }
            () if reserved.is_some_and(|it| it.eq_ignore_ascii_case(RESERVED)) => {
                "keys with `aws:` are AWS's own"
            }
            () => return Ok(()),
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
