//! Percent-encoding as SigV4 defines it: only RFC 3986's unreserved characters stay bare.

/// What happens to a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slash {
    /// Stays, as in a path.
    Keep,
    /// Becomes `%2F`, as in a query.
    Encode,
}

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Appends `bytes` to `out`, each byte that is not unreserved as `%XX` in upper case.
pub(crate) fn encode_into(out: &mut String, bytes: &[u8], slash: Slash) {
    for &byte in bytes {
        if is_bare(byte, slash) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(digit(byte >> 4));
            out.push(digit(byte & 0x0f));
        }
    }
}

/// `bytes`, encoded.
pub(crate) fn encode(bytes: &[u8], slash: Slash) -> String {
    let mut out = String::with_capacity(bytes.len());
    encode_into(&mut out, bytes, slash);
    out
}

/// A text as S3 writes keys for clients that ask for `encoding-type=url`.
pub fn percent_encoded(text: &str) -> String {
    encode(text.as_bytes(), Slash::Keep)
}

/// Undoes [`percent_encoded`]; `None` if the result is not UTF-8.
pub fn percent_decoded(text: &str) -> Option<String> {
    decode_text(text)
}

/// Undoes `%XX`; what is not a full escape stays as it is. `+` is a plus sign.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let (byte, tail) = escaped(byte, tail).unwrap_or((byte, tail));
        out.push(byte);
        rest = tail;
    }
    out
}

/// Undoes `%XX` and takes `+` for a space, as HTML forms write it; `None` if it is not UTF-8.
pub(crate) fn decode_form(text: &str) -> Option<String> {
    String::from_utf8(decode(&text.replace('+', " "))).ok()
}

/// Undoes `%XX` only; `None` if the result is not UTF-8.
pub(crate) fn decode_text(text: &str) -> Option<String> {
    String::from_utf8(decode(text)).ok()
}

fn is_bare(byte: u8, slash: Slash) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'~')
        || (byte == b'/' && slash == Slash::Keep)
}

fn escaped(byte: u8, tail: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = tail.split_at_checked(2).filter(|_| byte == b'%')?;
    let [high, low] = <[u8; 2]>::try_from(digits).ok()?;
    Some(((value(high)? << 4) | value(low)?, rest))
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn digit(nibble: u8) -> char {
    char::from(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_only_unreserved_characters_bare() {
        assert_eq!(encode(b"aZ09-_.~", Slash::Encode), "aZ09-_.~");
        assert_eq!(encode(b" +/*", Slash::Encode), "%20%2B%2F%2A");
        assert_eq!(encode("/é%".as_bytes(), Slash::Keep), "/%C3%A9%25");
    }

    #[test]
    fn keeps_broken_escapes_as_they_are() {
        assert_eq!(decode("%4"), b"%4");
        assert_eq!(decode("%zz%41%"), b"%zzA%");
        assert_eq!(decode("%c3%A9"), "é".as_bytes());
    }

    #[test]
    fn a_plus_is_a_space_only_in_a_form() {
        assert_eq!(decode_text("a+b").as_deref(), Some("a+b"));
        assert_eq!(decode_form("a+b%2B").as_deref(), Some("a b+"));
        assert_eq!(decode_form("%ff"), None);
    }
}
