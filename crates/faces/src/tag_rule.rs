//! What AWS's services ask of a tag:
//! <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>. S3 has rules of its own.

/// Most tags of one resource.
pub(crate) const TAGS_MAX: usize = 50;
/// Longest key, in characters.
pub(crate) const KEY_CHARS_MAX: usize = 128;
const VALUE_CHARS_MAX: usize = 256;
/// What keys begin with that only AWS gives.
const RESERVED: &str = "aws:";

/// What is wrong with a tag, if anything is.
pub(crate) fn flaw(key: &str, value: &str) -> Option<&'static str> {
    let chars = key.chars().count();
    let reserved = key.get(..RESERVED.len());
    match () {
        () if chars == 0 || chars > KEY_CHARS_MAX => Some("a key has 1 to 128 characters"),
        () if value.chars().count() > VALUE_CHARS_MAX => Some("a value has at most 256 characters"),
        () if reserved.is_some_and(|it| it.eq_ignore_ascii_case(RESERVED)) => {
            Some("keys with `aws:` are AWS's own")
        }
        () => None,
    }
}
