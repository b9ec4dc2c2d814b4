//! Words on the command line that stand for one of a few things.

use crate::when;
use engine::{EntityKind, Facet, UnusedKind};

/// What an entity is.
pub(crate) fn entity(text: &str) -> Result<EntityKind, String> {
    one_of(text, &EntityKind::ALL, EntityKind::as_str)
}

/// What is unused.
pub(crate) fn unused(text: &str) -> Result<UnusedKind, String> {
    one_of(text, &UnusedKind::ALL, UnusedKind::as_str)
}

/// What records are counted by.
pub(crate) fn facet(text: &str) -> Result<Facet, String> {
    one_of(text, Facet::ALL, Facet::name)
}

fn one_of<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|it| name(*it).eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().copied().map(&name).collect();
        format!("it is one of {}", names.join(", "))
    })
}

/// A length of time, in milliseconds.
pub(crate) fn length(text: &str) -> Result<i64, String> {
    let length = when::length_ms(text).filter(|ms| *ms > 0);
    length.ok_or_else(|| "a length is a number and one of s, m, h, d, w, as 15m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_in_any_case_and_wrong_ones_answered_with_all() {
        assert_eq!(facet("sourceip"), Ok(Facet::SourceIp));
        assert_eq!(entity("Key"), Ok(EntityKind::Key));
        assert_eq!(unused("permission"), Ok(UnusedKind::Permission));
        assert!(facet("weather").unwrap_err().contains("action, eventName"));
    }

    #[test]
    fn lengths_are_more_than_nothing() {
        assert_eq!(length("15m"), Ok(900_000));
        for wrong in ["0s", "m", "-1h", "2026-11-01"] {
            assert!(length(wrong).is_err(), "{wrong}");
        }
    }
}
