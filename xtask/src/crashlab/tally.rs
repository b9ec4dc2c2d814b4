//! What one kind of fault has shown so far.

use super::verdict::Verdict;

/// Violations told in full; more are only counted.
const TOLD_MAX: usize = 20;

/// Counts and times of one gate.
#[derive(Debug, Default, Clone)]
pub(super) struct Tally {
    pub(super) cycles: usize,
    /// Faults, more than cycles where a recovery was hit again.
    pub(super) faults: usize,
    /// Records acknowledged, each counted once.
    pub(super) acknowledged: usize,
    pub(super) lost: usize,
    pub(super) doubled: usize,
    /// Refused, altered or never sent, and there.
    pub(super) unwanted: usize,
    pub(super) unknown_kept: usize,
    pub(super) unknown_missing: usize,
    pub(super) recoveries_s: Vec<f64>,
    /// The most memory that a server took, in bytes.
    pub(super) peak_bytes: u64,
    /// What was reached, as `seal 12`.
    pub(super) phases: Vec<(String, usize)>,
    /// What is wrong, a line each.
    pub(super) violations: Vec<String>,
    pub(super) violations_untold: usize,
}

impl Tally {
    /// Counts what a check found; `place` says where.
    pub(super) fn add(&mut self, verdict: &Verdict, place: &str) {
        self.lost += verdict.lost.len();
        self.doubled += verdict.doubled.len();
        let unwanted = [&verdict.unwanted, &verdict.altered, &verdict.foreign];
        self.unwanted += unwanted.iter().map(|all| all.len()).sum::<usize>();
        self.unknown_kept += verdict.unknown_kept;
        self.unknown_missing += verdict.unknown_missing;
        if verdict.doubted_missing > 0 {
            self.reach("of these missing", verdict.doubted_missing);
        }
        verdict.violations().into_iter().for_each(|line| self.violate(place, &line));
    }

    /// Something that must not be.
    pub(super) fn violate(&mut self, place: &str, what: &str) {
        match self.violations.len() < TOLD_MAX {
            true => self.violations.push(format!("{place}: {what}")),
            false => self.violations_untold += 1,
        }
    }

    /// All violations, told or not.
    pub(super) fn violated(&self) -> usize {
        self.violations.len() + self.violations_untold
    }

    /// Adds what another one counted.
    pub(super) fn absorb(&mut self, other: &Self) {
        self.cycles += other.cycles;
        self.faults += other.faults;
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.unwanted += other.unwanted;
        self.unknown_kept += other.unknown_kept;
        self.unknown_missing += other.unknown_missing;
        self.recoveries_s.extend(&other.recoveries_s);
        self.peak_bytes = self.peak_bytes.max(other.peak_bytes);
        other.phases.iter().for_each(|(phase, times)| self.reach(phase, *times));
        let room = TOLD_MAX.saturating_sub(self.violations.len());
        let told = other.violations.iter().take(room).cloned();
        let before = self.violations.len();
        self.violations.extend(told);
        self.violations_untold += other.violated() - (self.violations.len() - before);
    }

    /// A phase was reached.
    pub(super) fn reach(&mut self, phase: &str, times: usize) {
        match self.phases.iter_mut().find(|(name, _)| name == phase) {
            Some((_, count)) => *count += times,
            None => self.phases.push((phase.to_owned(), times)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_a_verdict_found() {
        let verdict = Verdict {
            lost: vec!["a".to_owned()],
            altered: vec!["b".to_owned()],
            unknown_kept: 2,
            ..Verdict::default()
        };
        let mut tally = Tally::default();
        tally.add(&verdict, "kill, cycle 3");
        assert_eq!((tally.lost, tally.unwanted, tally.unknown_kept), (1, 1, 2));
        assert_eq!(tally.violated(), 2);
        assert_eq!(tally.violations[0], "kill, cycle 3: 1 acknowledged and lost: a");
    }

    #[test]
    fn tells_some_violations_and_counts_all() {
        let mut tally = Tally::default();
        (0..50).for_each(|n| tally.violate("here", &n.to_string()));
        assert_eq!((tally.violated(), tally.violations.len()), (50, TOLD_MAX));
    }

    #[test]
    fn adds_up_with_others() {
        let mut tally = Tally { cycles: 1, lost: 2, ..Tally::default() };
        let mut other = tally.clone();
        (0..30).for_each(|n| other.violate("here", &n.to_string()));
        tally.violate("there", "x");
        tally.absorb(&other);
        assert_eq!((tally.cycles, tally.lost, tally.violated()), (2, 4, 31));
        assert_eq!(tally.violations.len(), TOLD_MAX);
    }

    #[test]
    fn adds_up_phases() {
        let mut tally = Tally::default();
        tally.reach("seal", 2);
        tally.reach("trim", 1);
        tally.reach("seal", 3);
        assert_eq!(tally.phases, [("seal".to_owned(), 5), ("trim".to_owned(), 1)]);
    }
}
