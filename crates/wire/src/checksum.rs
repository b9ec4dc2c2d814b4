//! SHA-256, the checksum that requests carry of their content.

use ring::digest::{SHA256, digest};

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    // A SHA-256 digest has 32 bytes.
    digest(&SHA256, bytes).as_ref().try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_published_function() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(crate::hex::encode(&sha256(b"")), empty);
    }
}
