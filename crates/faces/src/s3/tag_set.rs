//! Tags of buckets and objects:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Tagging.html>.

use super::code::Code;
use super::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const KEY_CHARS_MAX: usize = 128;
const VALUE_CHARS_MAX: usize = 256;

/// Most tags of a bucket.
pub(super) const BUCKET_TAGS_MAX: usize = 50;
/// Most tags of an object.
pub(super) const OBJECT_TAGS_MAX: usize = 10;

/// `Tagging`
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tagging {
    pub(super) tag_set: TagSet,
}

/// `TagSet`
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagSet {
    #[serde(default)]
    tag: Vec<Tag>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl Tagging {
    /// How tags are shown.
    pub(super) fn of(tags: &BTreeMap<String, String>) -> Self {
        let tag = |(key, value): (&String, &String)| Tag { key: key.clone(), value: value.clone() };
        Self { tag_set: TagSet { tag: tags.iter().map(tag).collect() } }
    }
}

impl TagSet {
    /// The tags of a bucket.
    pub(super) fn into_map(self) -> Result<BTreeMap<String, String>, Error> {
        self.bounded(BUCKET_TAGS_MAX)
    }

    /// The tags, if they are sound and not more than `most`.
    pub(super) fn bounded(self, most: usize) -> Result<BTreeMap<String, String>, Error> {
        if self.tag.len() > most {
            let what = if most == BUCKET_TAGS_MAX { "Bucket tag count" } else { "Object tags" };
            return Err(Code::BadRequest.says(format!("{what} cannot be greater than {most}")));
        }
        let mut map = BTreeMap::new();
        for Tag { key, value } in self.tag {
            check(&key, &value)?;
            if map.insert(key, value).is_some() {
                return Err(Code::InvalidTag.says("Cannot provide multiple Tags with the same key"));
            }
        }
        Ok(map)
    }
}

/// Tags as a header or a form carries them: `a=b&c=d`.
pub(super) fn parse(text: &str) -> Result<BTreeMap<String, String>, Error> {
    let pairs = wire::form_pairs(text).ok_or_else(|| {
        Code::InvalidArgument.says("The header 'x-amz-tagging' shall be encoded as UTF-8")
    })?;
    let tag = pairs.into_iter().map(|(key, value)| Tag { key, value }).collect();
    TagSet { tag }.bounded(OBJECT_TAGS_MAX)
}

fn check(key: &str, value: &str) -> Result<(), Error> {
    let chars = |text: &str| text.encode_utf16().count();
    let sound = |c: char| c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c);
    if key.is_empty() || chars(key) > KEY_CHARS_MAX || !key.chars().all(sound) {
        return Err(Code::InvalidTag.says("The TagKey you have provided is invalid"));
    }
    if key.starts_with("aws:") {
        let message = "System tags cannot be added/updated by requester";
        return Err(Code::InvalidTag.says(message));
    }
    if chars(value) > VALUE_CHARS_MAX || !value.chars().all(sound) {
        return Err(Code::InvalidTag.says("The TagValue you have provided is invalid"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_back_sorted_and_once() {
        let tags = parse("b=2&a=1%20x").unwrap();
        let shown = serde_json::to_value(Tagging::of(&tags)).unwrap();
        assert_eq!(shown["TagSet"]["Tag"][0]["Key"], "a");
        assert_eq!(tags["a"], "1 x");
        assert!(parse("a=1&a=2").is_err());
    }

    #[test]
    fn awss_rules_hold() {
        for wrong in ["=1", "aws:x=1", "a=%00", "a<=1"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let long = format!("{}=1", "k".repeat(129));
        assert!(parse(&long).is_err());
        let many: Vec<String> = (0..11).map(|n| format!("k{n}=v")).collect();
        assert!(parse(&many.join("&")).is_err());
        assert!(parse(&many[1..].join("&")).is_ok());
        assert!(parse("").unwrap().is_empty());
    }
}
