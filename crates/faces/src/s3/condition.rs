//! Conditions of requests: <https://www.rfc-editor.org/rfc/rfc9110#section-13>.

use super::code::Code;
use super::error::Error;
use super::http_date;
use model::Timestamp;
use model::resource::Object;

/// What a request makes its answer depend on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Conditions<'a> {
    pub(super) matches: Option<&'a str>,
    pub(super) none_matches: Option<&'a str>,
    pub(super) modified_since: Option<&'a str>,
    pub(super) unmodified_since: Option<&'a str>,
}

/// Whether a reader is told what they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    All,
    /// That they have it already.
    NotModified,
}

impl Conditions<'_> {
    /// For whoever reads an object: the ETag's conditions go before those of times.
    pub(super) fn read(&self, object: &Object) -> Result<Told, Error> {
        let at = object.modified.0.div_euclid(1_000);
        let since = |text: Option<&str>| text.and_then(http_date::parse);
        let failed = |name: &str| Err(Code::PreconditionFailed.error().about("Condition", name));
        match self.matches {
            Some(tags) if !is_among(tags, &object.etag) => return failed("If-Match"),
            None if since(self.unmodified_since).is_some_and(|bound| at > bound) => {
                return failed("If-Unmodified-Since");
            }
            _ => {}
        }
        match self.none_matches {
            Some(tags) if is_among(tags, &object.etag) => Ok(Told::NotModified),
            None if since(self.modified_since).is_some_and(|bound| at <= bound) => {
                Ok(Told::NotModified)
            }
            _ => Ok(Told::All),
        }
    }

    /// For whoever puts an object where `current` is, if it is no delete marker.
    pub(super) fn write(&self, current: Option<&Object>) -> Result<(), Error> {
        let failed = |name: &str| Err(Code::PreconditionFailed.error().about("Condition", name));
        match (self.none_matches, self.matches, current) {
            (Some("*"), _, Some(_)) => failed("If-None-Match"),
            (Some("*"), _, None) | (None, None, _) => Ok(()),
            (Some(_), ..) => Err(Code::NotImplemented.error().about("Header", "If-None-Match")),
            (None, Some(_), None) => Err(Code::NoSuchKey.error()),
            (None, Some(tags), Some(object)) if !is_among(tags, &object.etag) => failed("If-Match"),
            (None, Some(_), Some(_)) => Ok(()),
        }
    }

    /// For whoever copies an object: what reading it would answer, as an error.
    pub(super) fn copy(&self, object: &Object) -> Result<(), Error> {
        match self.read(object)? {
            Told::All => Ok(()),
            Told::NotModified => Err(Code::PreconditionFailed.error()),
        }
    }
}

/// Whether a list of ETags, quoted or not, or `*`, names this one.
fn is_among(tags: &str, etag: &str) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"') == etag;
    tags.trim() == "*" || tags.split(',').any(plain)
}

/// A moment as a header has it.
pub(super) fn last_modified(at: Timestamp) -> String {
    http_date::format(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> Object {
        let text = r#"{"bucket":"b","key":"k","version":"null","order":1,"size":0,"etag":"e",
            "modified":1000000000000,"owner":"1","storage_class":"STANDARD"}"#;
        serde_json::from_str(text).unwrap()
    }

    fn read(conditions: Conditions<'_>) -> Option<Told> {
        conditions.read(&object()).ok()
    }

    const BEFORE: Option<&str> = Some("Sat, 08 Sep 2001 01:46:40 GMT");
    const AT: Option<&str> = Some("Sun, 09 Sep 2001 01:46:40 GMT");

    #[test]
    fn readers_are_told_what_they_do_not_have() {
        let none = Conditions::default();
        assert_eq!(read(none), Some(Told::All));
        assert_eq!(
            read(Conditions { none_matches: Some("\"e\""), ..none }),
            Some(Told::NotModified)
        );
        assert_eq!(read(Conditions { none_matches: Some("\"f\""), ..none }), Some(Told::All));
        assert_eq!(read(Conditions { modified_since: AT, ..none }), Some(Told::NotModified));
        assert_eq!(read(Conditions { modified_since: BEFORE, ..none }), Some(Told::All));
        assert_eq!(read(Conditions { matches: Some("\"f\", \"e\""), ..none }), Some(Told::All));
        assert_eq!(read(Conditions { matches: Some("f"), ..none }), None);
        assert_eq!(read(Conditions { unmodified_since: BEFORE, ..none }), None);
        // The ETag's word is the last.
        let both = Conditions { matches: Some("e"), unmodified_since: BEFORE, ..none };
        assert_eq!(read(both), Some(Told::All));
        let both = Conditions { none_matches: Some("f"), modified_since: AT, ..none };
        assert_eq!(read(both), Some(Told::All));
    }

    #[test]
    fn writers_may_insist_on_what_is_there() {
        let none = Conditions::default();
        let new = Conditions { none_matches: Some("*"), ..none };
        assert!(new.write(None).is_ok());
        assert!(new.write(Some(&object())).is_err());
        let same = Conditions { matches: Some("\"e\""), ..none };
        assert!(same.write(Some(&object())).is_ok());
        assert!(same.write(None).is_err());
        assert!(Conditions { matches: Some("f"), ..none }.write(Some(&object())).is_err());
        assert!(Conditions { none_matches: Some("e"), ..none }.write(None).is_err());
    }
}
