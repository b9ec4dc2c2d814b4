//! AWS account ids.

use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;

/// The id of an account: at AWS twelve digits. Real logs also hold thirteen-digit and masked
/// ids, so any short run of letters, digits, `*`, `-`, `_` and `.` is taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AccountId(Arc<str>);

impl AccountId {
    /// Longest id taken, in bytes.
    pub const LEN_MAX: usize = 32;

    /// The id, or `None` where `text` is empty, too long or holds other characters.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"*-_.".contains(&b);
        let fits = !text.is_empty() && text.len() <= Self::LEN_MAX;
        (fits && text.bytes().all(plain)).then(|| Self(text.into()))
    }

    /// Whether this is an id as AWS issues them: twelve digits.
    pub fn is_standard(&self) -> bool {
        self.0.len() == 12 && self.0.bytes().all(|b| b.is_ascii_digit())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no account id")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_ids_of_real_logs_and_refuses_paths() {
        for good in ["123456789012", "1234567890123", "1111****1111", "anonymous"] {
            assert!(AccountId::parse(good).is_some(), "{good}");
        }
        for bad in ["", "a/b", "a b", "\u{0}", &"1".repeat(33)] {
            assert!(AccountId::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn knows_a_standard_id() {
        assert!(AccountId::parse("123456789012").unwrap().is_standard());
        assert!(!AccountId::parse("1234567890123").unwrap().is_standard());
    }
}
