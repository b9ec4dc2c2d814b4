//! A client of another make: it signs after AWS's description and shares no line with our own.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use ring::hmac::{HMAC_SHA256, Key, sign};

pub(crate) const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET: &str = "the right secret";
/// 2026-09-21T14:13:20Z.
pub(crate) const NOW_MS: i64 = 1_790_000_000_000;
pub(crate) const AT: &str = "20260921T141320Z";
pub(crate) const SCOPE: &str = "20260921/us-east-1/s3/aws4_request";

/// Signs within [`SCOPE`].
pub(crate) struct Client(Key);

impl Client {
    pub(crate) fn new(secret: &str) -> Self {
        let start = Key::new(HMAC_SHA256, format!("AWS4{secret}").as_bytes());
        let next =
            |key: Key, word: &str| Key::new(HMAC_SHA256, sign(&key, word.as_bytes()).as_ref());
        Self(SCOPE.split('/').fold(start, next))
    }

    /// The signature of a canonical request, in hex.
    pub(crate) fn signature(&self, canonical: &str) -> String {
        let hash = hash(canonical.as_bytes());
        self.of(&format!("AWS4-HMAC-SHA256\n{AT}\n{SCOPE}\n{hash}"))
    }

    /// The signature of a chunk, after the signature before it.
    pub(crate) fn chunk(&self, previous: &str, bytes: &[u8]) -> String {
        let (empty, hash) = (hash(b""), hash(bytes));
        let text = format!("AWS4-HMAC-SHA256-PAYLOAD\n{AT}\n{SCOPE}\n{previous}\n{empty}\n{hash}");
        self.of(&text)
    }

    /// The signature of headers behind the last chunk, each with a line feed.
    pub(crate) fn trailer(&self, previous: &str, lines: &str) -> String {
        let hash = hash(lines.as_bytes());
        self.of(&format!("AWS4-HMAC-SHA256-TRAILER\n{AT}\n{SCOPE}\n{previous}\n{hash}"))
    }

    fn of(&self, text: &str) -> String {
        model::hex(sign(&self.0, text.as_bytes()).as_ref())
    }
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    model::hex(&wire::sha256(bytes))
}

/// `%XX` for all but letters, digits and `-_.~`.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte: &u8| match bare(*byte) {
        true => char::from(*byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    bytes.iter().map(one).collect()
}
