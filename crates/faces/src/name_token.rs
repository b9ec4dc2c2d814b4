//! Tokens between pages of lists that ascend by a name: the name that the page before ended with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What every token begins with: the version of its form.
const FORM: &str = "1 ";
/// Longest token read, in bytes; ours are far shorter.
const TOKEN_BYTES_MAX: usize = 1_024;

/// The token of the page after `last`.
pub(crate) fn write(last: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{FORM}{last}"))
}

/// The last name of the page before; `None` where the token is none of ours.
pub(crate) fn read(token: &str) -> Option<String> {
    let token = Some(token).filter(|it| it.len() <= TOKEN_BYTES_MAX)?;
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    String::from_utf8(bytes).ok()?.strip_prefix(FORM).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        assert_eq!(read(&write("topic")).as_deref(), Some("topic"));
        for bad in ["", "x", "!", "AAAA", &"A".repeat(2_000)] {
            assert!(read(bad).is_none(), "{bad}");
        }
    }
}
