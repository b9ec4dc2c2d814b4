//! `name=value&name=value`, still encoded.

/// The pairs of a query string or form body as they stand, undecoded and in order. A name without
/// `=` has an empty value. An empty string has no pairs, but an empty piece in `a&&b` is a pair.
pub(crate) fn pairs(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    raw.split('&')
        .filter(move |_| !raw.is_empty())
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first_equal_sign() {
        let all: Vec<_> = pairs("a=b=c&d&&=e").collect();
        assert_eq!(all, [("a", "b=c"), ("d", ""), ("", ""), ("", "e")]);
        assert_eq!(pairs("").count(), 0);
    }
}
