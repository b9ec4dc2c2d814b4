//! Which tags a resource must have to be told.

use super::error::Error;
use crate::tag_rule::KEY_CHARS_MAX;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const FILTERS_MAX: usize = 50;
const VALUES_MAX: usize = 20;

/// One condition: a key and, if any are given, one of these values.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagFilter {
    key: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
}

impl TagFilter {
    /// Refuses more than may be asked for.
    pub(super) fn check(filters: &[Self]) -> Result<(), Error> {
        if filters.len() > FILTERS_MAX {
            return refuse(format!(
                "`TagFilters` has {} items: give at most {FILTERS_MAX}",
                filters.len()
            ));
        }
        filters.iter().try_for_each(Self::check_one)
    }

    fn check_one(&self) -> Result<(), Error> {
        let chars = self.key.as_ref().map_or(0, |key| key.chars().count());
        if !(1..=KEY_CHARS_MAX).contains(&chars) {
            return refuse(format!(
                "a `Key` of `TagFilters` has {chars} characters: give 1 to {KEY_CHARS_MAX}"
            ));
        }
        match self.values.len() {
            0..=VALUES_MAX => Ok(()),
            more => {
                refuse(format!("`Values` of one key has {more} items: give at most {VALUES_MAX}"))
            }
        }
    }

    /// Whether tags fulfil the condition.
    pub(super) fn admits(&self, tags: &BTreeMap<String, String>) -> bool {
        let value = self.key.as_ref().and_then(|key| tags.get(key));
        value.is_some_and(|value| self.values.is_empty() || self.values.contains(value))
    }
}

fn refuse<T>(why: String) -> Result<T, Error> {
    Err(Error::InvalidParameter(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(key: &str, values: &[&str]) -> TagFilter {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        TagFilter { key: Some(key.to_owned()), values }
    }

    #[test]
    fn a_key_is_there_with_any_or_one_of_the_values() {
        let tags = BTreeMap::from([("team".to_owned(), "pugs".to_owned())]);
        assert!(filter("team", &[]).admits(&tags));
        assert!(filter("team", &["cats", "pugs"]).admits(&tags));
        assert!(!filter("team", &["cats"]).admits(&tags));
        assert!(!filter("Team", &[]).admits(&tags));
    }

    #[test]
    fn refuses_too_much_and_no_key() {
        let many = || (0..=FILTERS_MAX).map(|n| filter(&n.to_string(), &[])).collect::<Vec<_>>();
        assert_eq!(TagFilter::check(&many()[1..]), Ok(()));
        let none = TagFilter { key: None, values: Vec::new() };
        for bad in [many(), vec![none], vec![filter("", &[])], vec![filter("k", &["v"; 21])]] {
            assert!(matches!(TagFilter::check(&bad), Err(Error::InvalidParameter(_))), "{bad:?}");
        }
    }
}
