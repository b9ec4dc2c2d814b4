//! What events are looked up by.

use super::error::Error;
use engine::{Attribute, Term};
use serde::{Deserialize, Serialize};

/// Longest value, counted as AWS counts: `_`, a space, a comma and a line feed are two each.
const VALUE_LEN_MAX: usize = 2_000;

/// The keys AWS has.
const KEYS: &[(&str, Attribute)] = &[
    ("AccessKeyId", Attribute::AccessKeyId),
    ("EventId", Attribute::EventId),
    ("EventName", Attribute::EventName),
    ("EventSource", Attribute::EventSource),
    ("ReadOnly", Attribute::ReadOnly),
    ("ResourceName", Attribute::ResourceName),
    ("ResourceType", Attribute::ResourceType),
    ("Username", Attribute::Username),
];

/// The keys that `--extended` adds.
const EXTENDED_KEYS: &[(&str, Attribute)] = &[
    ("ErrorCode", Attribute::ErrorCode),
    ("RecipientAccountId", Attribute::Account),
    ("Region", Attribute::Region),
    ("SourceIPAddress", Attribute::SourceIp),
    ("UserIdentityArn", Attribute::IdentityArn),
];

/// One `LookupAttribute` as it came.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LookupAttribute {
    attribute_key: Option<String>,
    attribute_value: Option<String>,
}

impl LookupAttribute {
    /// The condition it stands for.
    pub(super) fn term(&self, extended: bool) -> Result<Term, Error> {
        let key = self.attribute_key.as_deref().unwrap_or_default();
        let what = attribute(key, extended)?;
        Ok(Term::is(what, spelt(what, self.value()?)?))
    }

    /// Key and value, for binding a token to the question.
    pub(super) fn parts(&self) -> (&str, &str) {
        (
            self.attribute_key.as_deref().unwrap_or_default(),
            self.attribute_value.as_deref().unwrap_or_default(),
        )
    }

    fn value(&self) -> Result<&str, Error> {
        let value = self.attribute_value.as_deref().unwrap_or_default();
        match len(value) {
            0 => Err(Error::InvalidLookupAttributes(
                "`AttributeValue` is empty: give the value to look for".to_owned(),
            )),
            1..=VALUE_LEN_MAX => Ok(value),
            len => Err(Error::InvalidLookupAttributes(format!(
                "`AttributeValue` is {len} long, more than {VALUE_LEN_MAX}: `_`, space, comma and \
                 line feed count twice"
            ))),
        }
    }
}

fn len(value: &str) -> usize {
    let double = |c: char| matches!(c, '_' | ' ' | ',' | '\n');
    value.chars().map(|c| if double(c) { 2 } else { 1 }).sum()
}

fn attribute(key: &str, extended: bool) -> Result<Attribute, Error> {
    let more = if extended { EXTENDED_KEYS } else { &[] };
    let mut known = KEYS.iter().chain(more);
    let found = known.find(|(name, _)| *name == key);
    found.map(|(_, what)| *what).ok_or_else(|| {
        let mut all: Vec<&str> = KEYS.iter().chain(more).map(|(name, _)| *name).collect();
        all.sort_unstable();
        refuse(key, &format!("is no attribute key: use one of {}", all.join(", ")))
    })
}

/// Truth values are looked up in one spelling.
fn spelt(what: Attribute, value: &str) -> Result<String, Error> {
    match what {
        Attribute::ReadOnly => match value.to_ascii_lowercase() {
            truth if truth == "true" || truth == "false" => Ok(truth),
            _ => Err(refuse(value, "is neither `true` nor `false`")),
        },
        _ => Ok(value.to_owned()),
    }
}

fn refuse(what: &str, why: &str) -> Error {
    let what: String = what.chars().take(64).collect();
    Error::InvalidLookupAttributes(format!("`{what}` {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(key: &str, value: &str, extended: bool) -> Result<Term, Error> {
        let attribute = LookupAttribute {
            attribute_key: Some(key.to_owned()),
            attribute_value: Some(value.to_owned()),
        };
        attribute.term(extended)
    }

    #[test]
    fn awss_eight_keys_always_and_five_more_when_extended() {
        for (key, what) in KEYS {
            assert_eq!(term(key, "true", false).unwrap(), Term::is(*what, "true"));
        }
        for (key, what) in EXTENDED_KEYS {
            assert!(term(key, "x", false).is_err(), "{key}");
            assert_eq!(term(key, "x", true).unwrap(), Term::is(*what, "x"));
        }
        for key in ["", "eventName", "EventTime"] {
            let error = term(key, "x", true).unwrap_err().to_string();
            assert!(error.contains("use one of AccessKeyId, ErrorCode"), "{error}");
        }
    }

    #[test]
    fn some_characters_count_twice() {
        assert!(term("EventName", &"x".repeat(2_000), false).is_ok());
        assert!(term("EventName", &"x".repeat(2_001), false).is_err());
        for double in ["_", " ", ",", "\n"] {
            assert!(term("EventName", &double.repeat(1_000), false).is_ok());
            assert!(term("EventName", &double.repeat(1_001), false).is_err());
        }
        assert!(term("EventName", "", false).is_err());
    }

    #[test]
    fn read_only_is_a_truth_value() {
        let term_of = |value| term("ReadOnly", value, false);
        assert_eq!(term_of("True").unwrap(), Term::is(Attribute::ReadOnly, "true"));
        assert!(term_of("maybe").is_err());
    }
}
