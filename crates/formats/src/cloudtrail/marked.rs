//! A small table that is searched by name without touching its rows.

/// What tells most names apart at a glance: length, first, middle and last letter, in any case.
#[inline]
pub(crate) fn mark(name: &[u8]) -> u32 {
    let letter = |at: usize| u32::from(name.get(at).copied().unwrap_or_default() | 0x20);
    let len = u32::try_from(name.len()).unwrap_or(u32::MAX);
    len << 24 | letter(0) << 16 | letter(name.len() / 2) << 8 | letter(name.len().wrapping_sub(1))
}

/// Rows in the order of their marks. The marks lie close together: finding out that there is
/// no row, the usual answer, costs a cache line or two.
#[derive(Debug)]
pub(crate) struct Marked<T> {
    marks: Vec<u32>,
    rows: Vec<T>,
}

impl<T> Default for Marked<T> {
    fn default() -> Self {
        Self { marks: Vec::new(), rows: Vec::new() }
    }
}

impl<T> Marked<T> {
    /// Adds a row behind those with the same mark.
    pub(crate) fn insert(&mut self, mark: u32, row: T) {
        let place = self.marks.partition_point(|known| *known <= mark);
        self.marks.insert(place, mark);
        self.rows.insert(place, row);
    }

    /// The rows with a mark, in the order in which they were added. Their names are to be
    /// compared: marks may be shared.
    #[inline]
    pub(crate) fn same(&self, mark: u32) -> &[T] {
        let first = self.marks.partition_point(|known| *known < mark);
        let marks = self.marks.get(first..).unwrap_or_default();
        let len = marks.iter().take_while(|known| **known == mark).count();
        self.rows.get(first..first + len).unwrap_or_default()
    }

    /// All rows.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_rows_in_the_order_they_came() {
        let mut table = Marked::default();
        for (mark, row) in [(3, "c"), (1, "a"), (3, "d"), (2, "b")] {
            table.insert(mark, row);
        }
        assert_eq!(table.same(3), ["c", "d"]);
        assert_eq!(table.same(1), ["a"]);
        assert!(table.same(0).is_empty() && table.same(4).is_empty());
        assert_eq!(table.rows(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn case_does_not_matter() {
        assert_eq!(mark(b"dBName"), mark(b"dbname"));
        assert_ne!(mark(b"roleName"), mark(b"userName"));
        assert_ne!(mark(b""), mark(b"a"));
    }
}
