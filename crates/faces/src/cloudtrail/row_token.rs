//! `NextToken` of an answer's rows: good only for the query it came from.
//!
//! It holds nothing secret and grants nothing: a place in an answer that the caller may read.

use super::error::Error;
use super::next_token::fingerprint;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::RowPlace;
use serde::{Deserialize, Serialize};

/// Longest token read, in bytes; ours are far shorter.
const TOKEN_BYTES_MAX: usize = 1_000;

const VERSION: u32 = 1;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Token {
    /// Version of this form.
    v: u32,
    place: RowPlace,
    sum: u64,
}

/// A token for the page that begins at `place`.
pub(super) fn write(place: RowPlace, query: &str) -> String {
    let token = Token { v: VERSION, place, sum: sum(place, query) };
    // Numbers can always be written.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
}

/// The place a token means, if it came with this query.
pub(super) fn read(token: &str, query: &str) -> Result<RowPlace, Error> {
    let raw = Some(token).filter(|it| it.len() <= TOKEN_BYTES_MAX);
    let bytes = raw.and_then(|raw| URL_SAFE_NO_PAD.decode(raw).ok());
    let token: Option<Token> = bytes.and_then(|it| serde_json::from_slice(&it).ok());
    let sound = token.filter(|it| it.v == VERSION && it.sum == sum(it.place, query));
    sound.map(|token| token.place).ok_or(Error::InvalidNextToken(
        "`NextToken` is none of this query's: begin again without it",
    ))
}

fn sum(place: RowPlace, query: &str) -> u64 {
    fingerprint(&[query, &place.row.to_string(), &place.at.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: RowPlace = RowPlace { row: 1_000, at: 77_123 };

    #[test]
    fn comes_back_with_its_query_only() {
        let token = write(PLACE, "one");
        assert_eq!(read(&token, "one").unwrap(), PLACE);
        assert!(read(&token, "other").is_err());
        for at in 0..token.len() {
            assert!(read(&token[..at], "one").is_err(), "cut at {at}");
        }
        assert!(read(&"A".repeat(1_000_000), "one").is_err());
    }
}
