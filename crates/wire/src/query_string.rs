//! `name=value&name=value`, still encoded.

use crate::limits::QUERY_PARAMS_MAX;
use crate::percent;

/// The pairs of a query string or form body as they stand, undecoded and in order. A name without
/// `=` has an empty value. An empty string has no pairs, but an empty piece in `a&&b` is a pair.
pub(crate) fn pairs(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    raw.split('&')
        .filter(move |_| !raw.is_empty())
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
}

/// The pairs of a form's text, decoded; `None` where one is not UTF-8 or there are too many.
pub fn form_pairs(text: &str) -> Option<Vec<(String, String)>> {
    let decode = |(name, value)| percent::decode_form(name).zip(percent::decode_form(value));
    let pairs: Option<Vec<_>> = pairs(text).take(QUERY_PARAMS_MAX + 1).map(decode).collect();
    pairs.filter(|pairs| pairs.len() <= QUERY_PARAMS_MAX)
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
