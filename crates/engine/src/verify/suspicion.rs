//! What is wrong with an archive, until it is known who did it.

use super::report::{Flaw, Report, Verdict};
use ledger::digest::Place;
use model::Timestamp;

/// Suspicions that are held; more are counted.
const HELD_MAX: usize = 1_000;

const ASK: &str = "keep a copy of the directory as it is; the records themselves are in the base: \
                   find out who did it, and restore the object from a copy of the bucket";

/// Something wrong with an object.
#[derive(Clone, Debug)]
pub(super) struct Suspicion {
    pub(super) verdict: Verdict,
    pub(super) place: Place,
    pub(super) expected: String,
    pub(super) found: String,
    /// What it is a sign of, as far as records may tell of it.
    pub(super) deed: Deed,
    /// The time that the file stands for: the end of a digest, or when a log file was put.
    pub(super) at: Timestamp,
}

/// What somebody must have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Taken an object away.
    Removal,
    /// Put one.
    Writing,
    /// Nothing that a call to S3 does.
    Unknown,
}

/// Suspicions so far.
#[derive(Debug, Default)]
pub(super) struct Suspicions {
    pub(super) held: Vec<Suspicion>,
    untold: u64,
}

impl Suspicions {
    pub(super) fn add(&mut self, suspicion: Suspicion) {
        match self.held.len() < HELD_MAX {
            true => self.held.push(suspicion),
            false => self.untold += 1,
        }
    }

    /// Tells them; `deeds` says of each what the records say.
    pub(super) fn tell(self, deeds: &[Option<String>], report: &mut Report) {
        report.untold += self.untold;
        for (number, suspicion) in self.held.into_iter().enumerate() {
            let told = deeds.get(number).and_then(Option::as_deref);
            let found = match (told, suspicion.deed) {
                (Some(told), _) => format!("{}; {told}", suspicion.found),
                (None, Deed::Unknown) => suspicion.found,
                (None, _) => format!(
                    "{}; no record says who did it: data events of the bucket were not selected, \
                     or it was done without a call",
                    suspicion.found
                ),
            };
            let flaw = Flaw::new(suspicion.verdict, suspicion.place, suspicion.expected, found);
            report.find(flaw.next(ASK));
        }
    }
}

/// What is missing behind the newest file that is there was cut off.
///
/// `newest` is the end of the newest digest that is there, of those that were delivered.
pub(super) fn mark_truncated(of_series: &mut [Suspicion], newest: Option<Timestamp>) {
    let is_behind = |it: &Suspicion| newest.is_none_or(|newest| it.at > newest);
    let is_missing = |it: &Suspicion| it.deed == Deed::Removal && it.verdict == Verdict::Gap;
    let is_digest = |it: &Suspicion| it.place.object.contains("/CloudTrail-Digest/");
    if of_series.iter().any(|it| is_digest(it) && is_missing(it) && is_behind(it)) {
        let cut = of_series.iter_mut().filter(|it| is_missing(it) && is_behind(it));
        cut.for_each(|it| it.verdict = Verdict::Truncated);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(kind: &str, at: i64) -> Suspicion {
        Suspicion {
            verdict: Verdict::Gap,
            place: Place { bucket: "b".into(), object: format!("AWSLogs/1/{kind}/{at}") },
            expected: String::new(),
            found: String::new(),
            deed: Deed::Removal,
            at: Timestamp(at),
        }
    }

    fn verdicts(mut all: Vec<Suspicion>, newest: Option<i64>) -> Vec<Verdict> {
        mark_truncated(&mut all, newest.map(Timestamp));
        all.into_iter().map(|it| it.verdict).collect()
    }

    #[test]
    fn only_a_lost_end_is_truncation() {
        use Verdict::{Gap, Truncated};
        let (digest, log) = ("CloudTrail-Digest", "CloudTrail");
        let both = vec![missing(digest, 5), missing(digest, 9), missing(log, 4), missing(log, 8)];
        assert_eq!(verdicts(both.clone(), Some(7)), [Gap, Truncated, Gap, Truncated]);
        assert_eq!(verdicts(both.clone(), Some(9)), [Gap; 4]);
        assert_eq!(verdicts(both, None), [Truncated; 4]);
        assert_eq!(verdicts(vec![missing(log, 8)], Some(7)), [Gap], "no digest is missing");
    }
}
