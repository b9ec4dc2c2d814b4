//! The root key: it comes from outside, and opens the ring.

use crate::key::{KEY_BYTES, Key};
use crate::random::Random;
use model::hex;
use zeroize::Zeroizing;

/// The key that seals all others. Never printed, and cleared from memory when dropped.
#[derive(Clone, Debug)]
pub struct RootKey(Key);

/// What a key is for, when it is derived from the root key.
const ID: &str = "pugmark root key id";
const RING: &str = "pugmark key ring";

impl RootKey {
    /// Reads the text of a key file: 64 hex digits, and a line feed or none. `None` for anything
    /// else.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let digits = text.trim_ascii_end();
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        if digits.len() != 2 * KEY_BYTES {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            let digit = |digit: &u8| char::from(*digit).to_digit(16);
            *byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
        }
        Some(Self(Key::new(*bytes)))
    }

    /// A new key.
    pub fn make(random: &Random) -> Self {
        Self(Key::new(random.bytes()))
    }

    /// The text of a key file, for [`RootKey::parse`].
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}\n", hex(self.0.expose())))
    }

    /// Names the key and tells nothing of it.
    pub(crate) fn id(&self) -> [u8; 8] {
        let mut id = [0; 8];
        let derived = self.0.derive(ID, &[]);
        id.iter_mut().zip(derived.expose()).for_each(|(to, from)| *to = *from);
        id
    }

    pub(crate) fn into_key(self) -> Key {
        self.0
    }

    /// The key that the ring is sealed with.
    pub(crate) fn ring(&self, salt: &[u8]) -> Key {
        self.0.derive(RING, salt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_from_its_text_and_from_nothing_else() {
        let key = RootKey::make(&Random::new(|bytes| bytes.fill(0xa5)));
        let text = key.text();
        assert_eq!(text.len(), 65);
        assert_eq!(RootKey::parse(text.as_bytes()).unwrap().id(), key.id());
        let short = text.get(..62).unwrap();
        for wrong in ["", short, &format!("{short}zz"), &format!("{}00", text.trim())] {
            assert!(RootKey::parse(wrong.as_bytes()).is_none(), "{wrong}");
        }
        assert_eq!(format!("{key:?}"), "RootKey([key])");
    }
}
