//! A budget that many share, none of whom is known in advance.
//!
//! Whoever asks may hold no more than what stays free. One alone gets half, two a third each, and
//! so on: nobody's share is set aside for those who do not come, and whoever comes finds room.

use std::collections::HashMap;
use std::hash::Hash;

/// So much of something, and who holds how much of it.
#[derive(Debug)]
pub(super) struct Shares<K> {
    most: usize,
    used: usize,
    /// Nobody is in it who holds nothing.
    held: HashMap<K, usize>,
}

impl<K: Clone + Eq + Hash> Shares<K> {
    /// A budget of `most`.
    pub(super) fn new(most: usize) -> Self {
        Self { most, used: 0, held: HashMap::new() }
    }

    /// Whether `key` may have `more`.
    pub(super) fn has(&self, key: &K, more: usize) -> bool {
        let free = self.most.saturating_sub(self.used).saturating_sub(more);
        self.of(key).saturating_add(more) <= free
    }

    /// Gives `key` so much more, if it may have it.
    #[must_use]
    pub(super) fn take(&mut self, key: &K, more: usize) -> bool {
        let fits = self.has(key, more);
        if fits {
            self.overdraw(key, more);
        }
        fits
    }

    /// Gives `key` so much more, whether it may have it or not: for what cannot be refused any
    /// more. It gets nothing else until that is paid back.
    pub(super) fn overdraw(&mut self, key: &K, more: usize) {
        if more > 0 {
            self.used = self.used.saturating_add(more);
            let held = self.held.entry(key.clone()).or_default();
            *held = held.saturating_add(more);
        }
    }

    /// Takes back what `key` was given.
    pub(super) fn give_back(&mut self, key: &K, amount: usize) {
        self.used = self.used.saturating_sub(amount);
        if let Some(held) = self.held.get_mut(key) {
            *held = held.saturating_sub(amount);
            if *held == 0 {
                self.held.remove(key);
            }
        }
    }

    fn of(&self, key: &K) -> usize {
        self.held.get(key).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes one by one for each in turn until nobody gets any more.
    fn fill(shares: &mut Shares<u32>, keys: &[u32]) -> Vec<usize> {
        loop {
            let took: Vec<bool> = keys.iter().map(|key| shares.take(key, 1)).collect();
            if !took.contains(&true) {
                return keys.iter().map(|key| shares.of(key)).collect();
            }
        }
    }

    #[test]
    fn one_alone_gets_half_and_leaves_room_for_others() {
        let mut shares = Shares::new(120);
        assert_eq!(fill(&mut shares, &[1]), [60]);
        assert_eq!(fill(&mut shares, &[1, 2]), [60, 30]);
        shares.give_back(&1, 60);
        // Whoever holds something already keeps it.
        assert_eq!(fill(&mut shares, &[1, 2]), [35, 50]);
    }

    #[test]
    fn those_who_come_together_get_the_same() {
        assert_eq!(fill(&mut Shares::new(120), &[1, 2]), [40, 40]);
        assert_eq!(fill(&mut Shares::new(120), &[1, 2, 3]), [30, 30, 30]);
        let many: Vec<u32> = (0..59).collect();
        assert_eq!(fill(&mut Shares::new(120), &many), vec![2; 59]);
    }

    #[test]
    fn never_gives_more_than_there_is() {
        let mut shares = Shares::new(50);
        let crowd: Vec<u32> = (0..500).collect();
        let got = fill(&mut shares, &crowd);
        assert!(got.iter().sum::<usize>() <= 50, "{got:?}");
        assert!(!shares.take(&1_000, usize::MAX));
    }

    #[test]
    fn what_cannot_be_refused_is_paid_back_first() {
        let mut shares = Shares::new(100);
        shares.overdraw(&1, 90);
        assert!(!shares.take(&1, 1));
        assert!(shares.take(&2, 5) && !shares.take(&2, 1), "what stays free is another's");
        shares.give_back(&1, 90);
        assert!(shares.take(&1, 40));
    }

    #[test]
    fn nobody_is_remembered_who_holds_nothing() {
        let mut shares = Shares::new(100);
        for key in 0..1_000 {
            assert!(shares.take(&key, 10) && shares.take(&key, 0));
            shares.give_back(&key, 10);
        }
        assert!(shares.held.is_empty() && shares.used == 0);
    }
}
