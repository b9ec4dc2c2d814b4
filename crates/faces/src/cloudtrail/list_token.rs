//! Pages of lists: `MaxResults`, `NextToken` and what lies between.

use super::error::Error;
use super::next_token::fingerprint;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Longest token read, in bytes; ours are far shorter.
const TOKEN_BYTES_MAX: usize = 1_000;

/// Most items of a page, and as many as one gets unasked.
pub(super) const RESULTS_MAX: usize = 1_000;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Token {
    /// Version of this form.
    v: u32,
    /// The id of the last item before.
    after: String,
    sum: u64,
}

const VERSION: u32 = 1;

/// Which page of which list is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging<'a> {
    pub(super) max_results: Option<i64>,
    pub(super) next_token: Option<&'a str>,
    /// What a token is bound to.
    pub(super) list: [&'a str; 3],
}

impl Paging<'_> {
    /// The items of the page, and the token of the next. Items ascend by their ids; those that
    /// come and go meanwhile move no others.
    pub(super) fn page<T>(
        &self,
        mut items: Vec<T>,
        id: impl Fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let limit = self.limit()?;
        if let Some(token) = self.next_token {
            let after = self.read(token)?;
            items.retain(|item| id(item) > after.as_str());
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more).map(|item| self.write(id(item)));
        Ok((items, last))
    }

    /// How many items lie before the page, and how many it has at most: for lists whose items keep
    /// their places.
    pub(super) fn from(&self) -> Result<(usize, usize), Error> {
        let after = self.next_token.map(|token| self.read(token)).transpose()?;
        // A token that we wrote holds a number.
        let from = after.and_then(|after| after.parse().ok()).unwrap_or(0);
        Ok((from, self.limit()?))
    }

    /// The token of the page that begins behind so many items.
    pub(super) fn behind(&self, items: usize) -> String {
        self.write(&items.to_string())
    }

    fn limit(&self) -> Result<usize, Error> {
        let Some(asked) = self.max_results else {
            return Ok(RESULTS_MAX);
        };
        let limit = usize::try_from(asked).ok().filter(|it| (1..=RESULTS_MAX).contains(it));
        limit.ok_or(Error::InvalidMaxResults { asked, most: RESULTS_MAX })
    }

    fn write(&self, after: &str) -> String {
        let token = Token { v: VERSION, after: after.to_owned(), sum: self.sum(after) };
        // Texts and numbers can always be written.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
    }

    fn read(&self, token: &str) -> Result<String, Error> {
        let raw = Some(token).filter(|it| it.len() <= TOKEN_BYTES_MAX);
        let bytes = raw.and_then(|raw| URL_SAFE_NO_PAD.decode(raw).ok());
        let token: Option<Token> = bytes.and_then(|it| serde_json::from_slice(&it).ok());
        let sound = token.filter(|it| it.v == VERSION && it.sum == self.sum(&it.after));
        sound.map(|token| token.after).ok_or(Error::InvalidNextToken(
            "`NextToken` is none of this list's: begin again without it",
        ))
    }

    fn sum(&self, after: &str) -> u64 {
        let [a, b, c] = self.list;
        fingerprint(&[a, b, c, after])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: [&str; 3] = ["ListChannels", "1", "us-east-1"];

    fn paging<'a>(max_results: i64, next_token: Option<&'a str>) -> Paging<'a> {
        Paging { max_results: Some(max_results), next_token, list: LIST }
    }

    fn items(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("{n:03}")).collect()
    }

    fn page(
        paging: Paging<'_>,
        items: Vec<String>,
    ) -> Result<(Vec<String>, Option<String>), Error> {
        paging.page(items, |item| item.as_str())
    }

    #[test]
    fn pages_make_the_whole_list() {
        let (mut all, mut token) = (Vec::new(), None);
        loop {
            let (some, next) = page(paging(3, token.as_deref()), items(10)).unwrap();
            all.extend(some);
            token = next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(all, items(10));
        assert!(page(paging(10, None), items(10)).unwrap().1.is_none());
    }

    #[test]
    fn what_goes_meanwhile_moves_no_others() {
        let token = page(paging(2, None), items(4)).unwrap().1;
        let rest = vec!["002".to_owned(), "003".to_owned()];
        assert_eq!(page(paging(9, token.as_deref()), rest.clone()).unwrap().0, rest);
    }

    #[test]
    fn refuses_tokens_of_other_lists_and_sizes_that_are_none() {
        let token = page(paging(1, None), items(3)).unwrap().1.unwrap();
        let list = ["ListChannels", "2", "us-east-1"];
        let other = Paging { list, ..paging(1, Some(&token)) };
        assert!(matches!(page(other, items(3)), Err(Error::InvalidNextToken(_))));
        for bad in ["", "x", &"A".repeat(5_000), &token[1..]] {
            assert!(page(paging(1, Some(bad)), items(3)).is_err(), "{bad}");
        }
        for size in [0, -1, 1_001] {
            let refused = page(paging(size, None), items(3));
            assert!(matches!(refused, Err(Error::InvalidMaxResults { .. })), "{size}");
        }
    }
}
