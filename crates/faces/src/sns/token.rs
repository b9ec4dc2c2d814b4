//! Tokens between pages of lists.

use super::error::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What every token begins with: the version of its form.
const FORM: &str = "1 ";
/// Longest token read, in bytes; ours are far shorter.
const TOKEN_BYTES_MAX: usize = 1_024;

/// The token of the page after `last`.
pub(super) fn write(last: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{FORM}{last}"))
}

/// The last item of the page before.
pub(super) fn read(token: &str) -> Result<String, Error> {
    let refuse = || Error::InvalidParameter("NextToken Reason: it is not one of ours".to_owned());
    let token = Some(token).filter(|it| it.len() <= TOKEN_BYTES_MAX).ok_or_else(refuse)?;
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| refuse())?;
    let text = String::from_utf8(bytes).map_err(|_| refuse())?;
    text.strip_prefix(FORM).map(str::to_owned).ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        assert_eq!(read(&write("topic")).as_deref(), Ok("topic"));
        for bad in ["", "x", "!", "AAAA", &"A".repeat(2_000)] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
