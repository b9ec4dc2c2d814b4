//! `NextToken`: where the next page begins, good only for the question it came from.
//!
//! It holds nothing secret and grants nothing: it is checked so that a token of another question,
//! or a damaged one, is an error and not a wrong page.

use super::error::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::Place;
use serde::{Deserialize, Serialize};

/// Longest token read, in bytes; ours are far shorter.
const TOKEN_BYTES_MAX: usize = 1_024;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Token {
    /// Version of this form.
    v: u32,
    place: Place,
    question: u64,
    sum: u64,
}

const VERSION: u32 = 1;

/// A token for the page behind `place`.
pub(super) fn write(place: Place, question: u64) -> String {
    let token = Token { v: VERSION, place, question, sum: sum(place, question) };
    // Numbers can always be written.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
}

/// The place a token means, if it came with this question.
pub(super) fn read(token: &str, question: u64) -> Result<Place, Error> {
    let token = decode(token).ok_or(Error::InvalidNextToken(
        "`NextToken` is none of this server's: begin again without it",
    ))?;
    match token.question == question {
        true => Ok(token.place),
        false => Err(Error::InvalidNextToken(
            "`NextToken` belongs to a request with other parameters: repeat those, or begin again \
             without it",
        )),
    }
}

fn decode(token: &str) -> Option<Token> {
    let bytes = URL_SAFE_NO_PAD.decode(Some(token).filter(|it| it.len() <= TOKEN_BYTES_MAX)?);
    let token: Token = serde_json::from_slice(&bytes.ok()?).ok()?;
    let sound = token.v == VERSION && token.sum == sum(token.place, token.question);
    sound.then_some(token)
}

fn sum(place: Place, question: u64) -> u64 {
    let time = place.time.0.to_string();
    fingerprint(&[&time, &place.seq.to_string(), &question.to_string()])
}

/// 64 bits that differ for different lists of texts (FNV-1a). No secret: whoever wants a
/// collision may have one, and page through their own events in a strange order.
pub(super) fn fingerprint(texts: &[&str]) -> u64 {
    let lengths = texts.iter().map(|text| text.len().to_le_bytes());
    let pieces = lengths.zip(texts.iter().map(|text| text.as_bytes()));
    pieces.fold(0xcbf2_9ce4_8422_2325, |hash, (len, text)| {
        len.iter()
            .chain(text)
            .fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Seq, Timestamp};

    const PLACE: Place = Place { time: Timestamp(1_790_000_000_000), seq: Seq(42) };

    #[test]
    fn comes_back_with_its_question_only() {
        let token = write(PLACE, 7);
        assert_eq!(read(&token, 7).unwrap(), PLACE);
        let error = read(&token, 8).unwrap_err().to_string();
        assert!(error.contains("other parameters"), "{error}");
    }

    #[test]
    fn any_damage_is_noticed() {
        let token = write(PLACE, 7);
        for at in 0..token.len() {
            let mut damaged = token.clone().into_bytes();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).unwrap();
            assert!(read(&damaged, 7).is_err(), "byte {at}");
            assert!(read(&token[..at], 7).is_err(), "cut at {at}");
        }
        assert!(read(&"A".repeat(1_000_000), 7).is_err());
    }

    #[test]
    fn fingerprints_know_where_a_text_ends() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_ne!(fingerprint(&["a"]), fingerprint(&["a", ""]));
    }
}
