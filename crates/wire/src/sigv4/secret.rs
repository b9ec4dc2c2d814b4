//! A secret access key.

use std::fmt;

use zeroize::Zeroizing;

/// A secret access key: never printed, wiped when dropped. There is no `Display`, no serde, and
/// no way out of this crate.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Takes charge of a secret.
    pub fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The secret itself, for the key derivation only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_secret() {
        let secret = SecretKey::new("wJalrXUtnFEMI".to_owned());
        assert_eq!(format!("{secret:?}"), "SecretKey(hidden)");
    }
}
