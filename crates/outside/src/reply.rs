//! What an S3 says when it does not take a file, in S3's words.

use crate::limits::MESSAGE_CHARS_MAX;
use engine::PutRefusal;

/// Longest code that is believed, in bytes.
const CODE_BYTES_MAX: usize = 64;

/// What became of a request that was not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// An answer, with what was read of its body.
    Answer { status: u16, body: Vec<u8> },
    /// No answer in time.
    Late,
    /// No answer: why.
    Silence(String),
}

impl Told {
    /// GetTrailStatus shows the code, the log all of it.
    pub(crate) fn refusal(&self, bucket: &str) -> PutRefusal {
        let (code, why) = match self {
            Self::Answer { status, body } => {
                let text = String::from_utf8_lossy(body);
                let code = element(&text, "Code").filter(|code| is_code(code));
                let said = element(&text, "Message").unwrap_or_default();
                let code = code.map_or_else(|| of_status(*status).to_owned(), str::to_owned);
                (code, format!("HTTP {status} {said}"))
            }
            Self::Late => ("RequestTimeout".to_owned(), "it did not answer in time".to_owned()),
            Self::Silence(why) => ("ServiceUnavailable".to_owned(), why.clone()),
        };
        refusal(&code, bucket, &why)
    }
}

/// Somebody else's words go into our log: one line of bounded length.
pub(crate) fn refusal(code: &str, bucket: &str, why: &str) -> PutRefusal {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let why: String = why.chars().map(plain).take(MESSAGE_CHARS_MAX).collect();
    let message = format!(
        "bucket `{bucket}` outside did not take a file: {}; see [outside_buckets.{bucket}] and \
         what its owner allows",
        why.trim()
    );
    PutRefusal { code: code.to_owned(), message }
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(inner, _)| inner)
}

fn is_code(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'.';
    (1..=CODE_BYTES_MAX).contains(&text.len()) && text.bytes().all(plain)
}

/// S3's word where the answer has none of its own: from a proxy, or another kind of server.
fn of_status(status: u16) -> &'static str {
    match status {
        300..=399 => "PermanentRedirect",
        401 | 403 => "AccessDenied",
        404 => "NoSuchBucket",
        408 => "RequestTimeout",
        429 => "SlowDown",
        400..=499 => "InvalidRequest",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_one_that_s3_says() {
        let check = |status, body: &str, code: &str, word: &str| {
            let told = Told::Answer { status, body: body.as_bytes().to_vec() };
            let refusal = told.refusal("audit");
            assert_eq!(refusal.code, code);
            assert!(refusal.message.contains(word), "{refusal}");
        };
        let denied = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>\
                      <Message>Access Denied</Message></Error>";
        check(403, denied, "AccessDenied", "Access Denied");
        check(403, "<Error><Code>InvalidAccessKeyId</Code></Error>", "InvalidAccessKeyId", "403");
        check(404, "", "NoSuchBucket", "404");
        check(301, "", "PermanentRedirect", "301");
        check(502, "<html>", "InternalError", "502");
        check(500, "<Code>a b\n</Code>", "InternalError", "500");
        check(400, &format!("<Code>{}</Code>", "x".repeat(65)), "InvalidRequest", "400");
        check(400, "<Code>KMS.NotFoundException</Code>", "KMS.NotFoundException", "400");
    }

    #[test]
    fn what_strangers_say_is_one_short_line() {
        let body = format!("<Message>a\nb\u{1b}[31m{}</Message>", "x".repeat(10_000));
        let told = Told::Answer { status: 500, body: body.into_bytes() };
        let message = told.refusal("audit").message;
        assert!(message.len() < 700 && !message.chars().any(char::is_control), "{message}");
        assert_eq!(Told::Late.refusal("audit").code, "RequestTimeout");
        let silent = Told::Silence("connection refused".to_owned()).refusal("audit");
        assert_eq!(silent.code, "ServiceUnavailable");
        assert!(silent.message.contains("connection refused"));
    }
}
