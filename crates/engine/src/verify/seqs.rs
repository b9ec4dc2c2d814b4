//! Sets of record numbers.

use model::{Seq, SeqRange};

/// A set of record numbers, as ascending ranges that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seqs(Vec<(u64, u64)>);

impl Seqs {
    /// The numbers of these ranges, in whatever order they come.
    pub(crate) fn of<'a>(ranges: impl IntoIterator<Item = &'a SeqRange>) -> Self {
        Self::joined(ranges.into_iter().map(|range| (range.first.0, range.end().0)).collect())
    }

    /// The numbers from `first` to before `end`.
    pub(crate) fn between(first: u64, end: u64) -> Self {
        Self::joined(vec![(first, end)])
    }

    /// These numbers, in whatever order they come.
    pub(crate) fn each(seqs: impl IntoIterator<Item = Seq>) -> Self {
        Self::joined(seqs.into_iter().map(|seq| (seq.0, seq.0 + 1)).collect())
    }

    fn joined(mut ranges: Vec<(u64, u64)>) -> Self {
        ranges.retain(|(first, end)| first < end);
        ranges.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(ranges.len());
        for (first, end) in ranges {
            match joined.last_mut() {
                Some(last) if first <= last.1 => last.1 = last.1.max(end),
                _ => joined.push((first, end)),
            }
        }
        Self(joined)
    }

    /// The numbers of both.
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self::joined([self.0.as_slice(), &other.0].concat())
    }

    /// The numbers of this set that the other has not.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut others = other.0.iter().peekable();
        for &(mut first, end) in &self.0 {
            while others.next_if(|(_, gone)| *gone <= first).is_some() {}
            while let Some(&&(start, gone)) = others.peek().filter(|(start, _)| *start < end) {
                left.push((first, start.max(first)));
                first = gone.min(end);
                if gone > end {
                    break;
                }
                others.next();
            }
            left.push((first, end));
        }
        Self::joined(left)
    }

    /// The numbers from `first` on.
    pub(crate) fn from(&self, first: u64) -> Self {
        self.without(&Self::between(0, first))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.iter().map(|(first, end)| end - first).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first number behind the last.
    pub(crate) fn end(&self) -> u64 {
        self.0.last().map_or(0, |(_, end)| *end)
    }

    /// Each range, first and end.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().copied()
    }
}

/// The first few ranges: `3 to 7, 9 and 4 more ranges`.
impl std::fmt::Display for Seqs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 4;
        for (place, (first, end)) in self.0.iter().take(SHOWN).enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            match end - first {
                1 => write!(f, "{comma}{first}")?,
                _ => write!(f, "{comma}{first} to {}", end - 1)?,
            }
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more ranges"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn set(numbers: impl IntoIterator<Item = u64>) -> Seqs {
        Seqs::each(numbers.into_iter().map(Seq))
    }

    /// All sets of numbers below 6 against all others.
    #[test]
    fn adds_and_takes_away_as_sets_do() {
        let sets: Vec<BTreeSet<u64>> =
            (0_u64..64).map(|bits| (0..6).filter(|n| bits >> n & 1 == 1).collect()).collect();
        for one in &sets {
            for other in &sets {
                let (a, b) = (set(one.iter().copied()), set(other.iter().copied()));
                assert_eq!(a.with(&b), set(one.union(other).copied()));
                assert_eq!(a.without(&b), set(one.difference(other).copied()), "{a} {b}");
                assert_eq!(a.count(), one.len() as u64);
            }
        }
    }

    #[test]
    fn a_long_range_takes_from_several() {
        let a = Seqs::between(0, 10).without(&set([2, 5]));
        assert_eq!(a.without(&Seqs::between(1, 7)).to_string(), "0, 7 to 9");
        assert_eq!(a.from(6), Seqs::between(6, 10));
        assert_eq!((a.end(), Seqs::default().end()), (10, 0));
        assert!(a.without(&Seqs::between(0, 10)).is_empty());
    }

    #[test]
    fn shows_the_first_few() {
        let many = set((0..20).filter(|n| n % 3 != 2));
        assert_eq!(many.to_string(), "0 to 1, 3 to 4, 6 to 7, 9 to 10 and 3 more ranges");
    }
}
