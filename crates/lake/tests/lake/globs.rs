//! Patterns against a slow implementation that is plain to see right.

use crate::oracle;
use lake::Match;
use proptest::prelude::*;

fn like(pattern: &str, value: &str) -> bool {
    Match::Like(pattern.to_owned()).holds(value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn patterns_match_what_a_table_says(pattern in "[ab*?É]{0,9}", value in "[aAbBé*?]{0,9}") {
        prop_assert_eq!(like(&pattern, &value), oracle::glob(&pattern, &value));
    }

    #[test]
    fn any_text_matches_itself(value in "\\PC{0,20}") {
        prop_assert!(like(&value, &value));
        prop_assert!(like("*", &value));
        prop_assert!(Match::Is(value.clone()).holds(&value));
        prop_assert!(Match::AnyOf(vec!["x".to_owned(), value.clone()]).holds(&value));
    }
}

/// Quadratic at worst: exponential ones would not end.
#[test]
fn the_worst_patterns_end() {
    let (pattern, value) = ("*a".repeat(500), "a".repeat(20_000));
    assert!(like(&pattern, &value));
    assert!(!like(&format!("{pattern}b"), &value));
    assert!(!like(&format!("*{}b", "a".repeat(200)), &value));
    assert!(like(&"*".repeat(10_000), &value));
    assert!(!like(&"?".repeat(20_001), &value));
}

#[test]
fn nothing_is_one_of_none() {
    assert!(!Match::AnyOf(Vec::new()).holds(""));
    assert!(Match::Is(String::new()).holds(""));
    assert!(!Match::Is("a".to_owned()).holds("A"));
}
