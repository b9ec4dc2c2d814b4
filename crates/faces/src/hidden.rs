//! Inputs that must not be remembered.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What AWS writes in place of a sensitive member.
pub(crate) const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// A member that the service's model marks sensitive. It reads as its inside and writes, in the
/// record as in a log, as AWS's placeholder; only [`Hidden::expose`] gives it out.
#[derive(Clone)]
pub struct Hidden<T>(T);

impl<T> Hidden<T> {
    /// The inside, for the handler's eyes only.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> std::fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Hidden<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The reader's own message would quote what it read.
        let untold = |_| D::Error::custom("a sensitive member is not of its type");
        T::deserialize(deserializer).map(Self).map_err(untold)
    }
}

impl<T> Serialize for Hidden<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_but_does_not_tell() {
        let code: Hidden<String> = serde_json::from_str("\"123456\"").unwrap();
        assert_eq!(code.expose(), "123456");
        assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{HIDDEN}\""));
        assert_eq!(format!("{code:?}"), HIDDEN);
        let error = serde_json::from_str::<Hidden<String>>("123456").unwrap_err();
        assert!(!error.to_string().contains("123456"), "{error}");
    }
}
