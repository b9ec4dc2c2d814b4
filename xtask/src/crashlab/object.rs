//! An object whose bytes follow from its token: whoever reads it knows which put it is of, and
//! whether it is whole.

use super::audit_event::digest;
use crate::random::Random;

/// Stands in the token of an object, behind that of the call that puts it and before its length.
pub(super) const OBJECT_MARK: &str = "#o";

/// The token of the object that a call puts.
pub(super) fn token(call: &str, bytes: usize) -> String {
    format!("{call}{OBJECT_MARK}{bytes}")
}

/// The token of the call that put an object.
pub(super) fn call_of(token: &str) -> &str {
    token.split_once(OBJECT_MARK).map_or(token, |(call, _)| call)
}

/// The bytes of an object: its token, then what nobody can compress.
pub(super) fn body(token: &str) -> Vec<u8> {
    let bytes = token.split_once(OBJECT_MARK).and_then(|(_, bytes)| bytes.parse().ok());
    let bytes: usize = bytes.unwrap_or(0);
    let mut body = format!("{token}\n").into_bytes();
    let mut random = Random::new(digest(token), 2);
    while body.len() < bytes {
        body.extend_from_slice(&random.bits().to_le_bytes());
    }
    body
}

/// Whose object these bytes are; `None` where they are not what was put.
pub(super) fn read(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let token = std::str::from_utf8(bytes.get(..end)?).ok()?;
    (body(token) == bytes).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_name_their_put_and_tell_a_change() {
        let token = token("crashlab/1-2-3-4", 9_000);
        assert_eq!(call_of(&token), "crashlab/1-2-3-4");
        let mut bytes = body(&token);
        assert!((9_000..9_008).contains(&bytes.len()));
        assert_eq!(read(&bytes), Some(token));
        bytes[5_000] ^= 1;
        assert_eq!(read(&bytes), None);
        assert_eq!(read(&bytes[..4_000]), None);
        assert_eq!(read(b"x"), None);
    }
}
