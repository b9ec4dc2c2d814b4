//! Pages of lists: `Limit`, `Marker` and what lies between.

use super::error::Error;
use crate::name_token;

const LIMIT_MAX: i64 = 1_000;

/// Which page of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging<'a> {
    pub(super) limit: Option<i64>,
    pub(super) marker: Option<&'a str>,
    /// As many as one gets unasked.
    pub(super) usual: usize,
}

impl Paging<'_> {
    /// The items of the page, and the marker of the next. Items ascend by their names.
    pub(super) fn page<T>(
        &self,
        mut items: Vec<T>,
        name: impl Fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let limit = self.limit()?;
        if let Some(marker) = self.marker {
            let after = name_token::read(marker).ok_or(Error::InvalidMarker)?;
            items.retain(|item| name(item) > after.as_str());
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| more);
        let marker = last.map(|item| name_token::write(name(item)));
        Ok((items, marker))
    }

    fn limit(&self) -> Result<usize, Error> {
        match self.limit {
            None => Ok(self.usual),
            Some(limit @ 1..=LIMIT_MAX) => Ok(usize::try_from(limit).unwrap_or(1)),
            Some(limit) => {
                Err(Error::Validation(format!("`Limit` is {limit}: ask for 1 to {LIMIT_MAX}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(
        limit: Option<i64>,
        marker: Option<&str>,
    ) -> Result<(Vec<&'static str>, Option<String>), Error> {
        Paging { limit, marker, usual: 2 }.page(vec!["a", "b", "c"], |name| name)
    }

    #[test]
    fn pages_meet_without_gap_or_overlap() {
        let (first, marker) = page(None, None).unwrap();
        let (second, end) = page(None, marker.as_deref()).unwrap();
        assert_eq!((first, second, end), (vec!["a", "b"], vec!["c"], None));
        assert_eq!(page(Some(3), None).unwrap(), (vec!["a", "b", "c"], None));
    }

    #[test]
    fn refuses_limits_and_markers_that_are_none() {
        for limit in [0, -1, 1_001] {
            assert!(matches!(page(Some(limit), None), Err(Error::Validation(_))));
        }
        for marker in ["", "a", "!!", &"A".repeat(2_000)] {
            assert_eq!(page(None, Some(marker)), Err(Error::InvalidMarker), "{marker}");
        }
    }
}
