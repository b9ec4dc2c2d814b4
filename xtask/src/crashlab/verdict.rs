//! The ledger against what the server shows: what is lost, doubled, or should not be there.

use super::ledger::{Entry, Fate, Kind, Ledger};
use super::seen::{Seen, Sight};

/// Violations told in full of each sort; more are only counted.
const TOLD_MAX: usize = 5;

/// Which entries a listing must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// What was first sent in this cycle or later; files are imported with older times.
    Since(usize),
    /// Everything of the series.
    Everything,
}

impl Scope {
    /// Whether an entry is to be shown.
    pub(super) fn has(self, entry: &Entry) -> bool {
        match self {
            Self::Since(cycle) => entry.cycle >= cycle && entry.kind != Kind::Imported,
            Self::Everything => true,
        }
    }
}

/// What a check found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Acknowledged, and looked for.
    pub(super) checked: usize,
    /// Acknowledged and not there, or seen once and gone.
    pub(super) lost: Vec<String>,
    /// There more than once.
    pub(super) doubled: Vec<String>,
    /// There though refused, or though it was missing after an earlier recovery.
    pub(super) unwanted: Vec<String>,
    /// There under another request id than the one acknowledged.
    pub(super) altered: Vec<String>,
    /// There, and never sent by anybody.
    pub(super) foreign: Vec<String>,
    /// Of unknown fate, and there.
    pub(super) unknown_kept: usize,
    /// Of unknown fate, and not there.
    pub(super) unknown_missing: usize,
    /// Of these: acknowledged while the power was cut.
    pub(super) doubted_missing: usize,
}

impl Verdict {
    /// Compares; what was of unknown fate is settled by it.
    pub(super) fn of(ledger: &mut Ledger, seen: &Seen, scope: Scope) -> Self {
        let mut verdict = Self { foreign: foreign(ledger, seen), ..Self::default() };
        for (token, entry) in ledger.entries_mut().filter(|(_, entry)| scope.has(entry)) {
            verdict.judge(token, entry, &seen.sight(token));
        }
        verdict
    }

    fn judge(&mut self, token: &str, entry: &mut Entry, sight: &Sight) {
        if entry.fate == Fate::Acknowledged {
            self.checked += 1;
            self.compare_request(token, entry, sight);
        }
        let violated = match (entry.fate, sight.count) {
            (Fate::Violated, _) => None,
            (_, 2..) => Some((&mut self.doubled, format!("{token} x{}", sight.count))),
            (Fate::Acknowledged | Fate::Kept, 0) => Some((&mut self.lost, token.to_owned())),
            (Fate::Refused, 1) => Some((&mut self.unwanted, format!("{token}, refused"))),
            (Fate::Missing, 1) => Some((&mut self.unwanted, format!("{token}, missing before"))),
            _ => None,
        };
        match violated {
            Some((sort, what)) => {
                sort.push(what);
                entry.fate = Fate::Violated;
            }
            None => self.settle(entry, sight.count > 0),
        }
    }

    /// What was of unknown fate is there or not.
    fn settle(&mut self, entry: &mut Entry, is_there: bool) {
        if !matches!(entry.fate, Fate::Unknown | Fate::Intended | Fate::Doubted) {
            return;
        }
        match is_there {
            true => self.unknown_kept += 1,
            false => self.unknown_missing += 1,
        }
        self.doubted_missing += usize::from(entry.fate == Fate::Doubted && !is_there);
        entry.fate = if is_there { Fate::Kept } else { Fate::Missing };
    }

    /// Events and imported records carry no request of ours.
    fn compare_request(&mut self, token: &str, entry: &Entry, sight: &Sight) {
        let is_call = matches!(entry.kind, Kind::Call | Kind::Tag(_) | Kind::Cell(_));
        if is_call && sight.count == 1 && sight.request_id != entry.request_id {
            let (found, told) = (&sight.request_id, &entry.request_id);
            self.altered.push(format!("{token} is there as {found}, was acknowledged as {told}"));
        }
    }

    /// What is wrong, a line each.
    pub(super) fn violations(&self) -> Vec<String> {
        let sorts = [
            ("acknowledged and lost", &self.lost),
            ("doubled", &self.doubled),
            ("there and should not be", &self.unwanted),
            ("altered", &self.altered),
            ("there and never sent", &self.foreign),
        ];
        sorts.iter().filter_map(|(what, all)| told(what, all)).collect()
    }
}

fn told(what: &str, all: &[String]) -> Option<String> {
    let some: Vec<&str> = all.iter().take(TOLD_MAX).map(String::as_str).collect();
    let more = if all.len() > TOLD_MAX { ", …" } else { "" };
    (!all.is_empty()).then(|| format!("{} {what}: {}{more}", all.len(), some.join(", ")))
}

fn foreign(ledger: &Ledger, seen: &Seen) -> Vec<String> {
    let unknown = seen.tokens().filter(|token| ledger.entry(token).is_none());
    unknown.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        _room: tempfile::TempDir,
        ledger: Ledger,
    }

    impl Case {
        /// One entry of each fate, all sent in cycle 3.
        fn new() -> Self {
            let room = tempfile::tempdir().unwrap();
            let mut ledger = Ledger::create(&room.path().join("ledger")).unwrap();
            for token in ["acked", "refused", "open"] {
                ledger.intend(&name(token), Kind::Call, 3, 0);
            }
            ledger.acknowledge(&name("acked"), "r", 0);
            ledger.refuse(&name("refused"), 0);
            ledger.cut(0);
            Self { _room: room, ledger }
        }

        fn check(&mut self, shown: &[&str], scope: Scope) -> Verdict {
            let lines: String = shown.iter().enumerate().map(|(n, token)| line(n, token)).collect();
            Verdict::of(&mut self.ledger, &Seen::read(lines.as_bytes()).unwrap(), scope)
        }
    }

    fn name(token: &str) -> String {
        format!("crashlab/{token}")
    }

    fn line(n: usize, token: &str) -> String {
        let agent = name(token);
        format!("{{\"eventID\":\"{n}\",\"requestID\":\"r\",\"userAgent\":\"{agent}\"}}\n")
    }

    #[test]
    fn finds_nothing_wrong_where_nothing_is() {
        let verdict = Case::new().check(&["acked", "open"], Scope::Everything);
        assert_eq!(verdict.violations(), [""; 0]);
        assert_eq!((verdict.checked, verdict.unknown_kept, verdict.unknown_missing), (1, 1, 0));
        let verdict = Case::new().check(&["acked"], Scope::Everything);
        assert_eq!(verdict.violations(), [""; 0]);
        assert_eq!((verdict.unknown_kept, verdict.unknown_missing), (0, 1));
    }

    #[test]
    fn a_lost_acknowledgement_is_a_violation() {
        let verdict = Case::new().check(&["open"], Scope::Everything);
        assert_eq!(verdict.violations(), ["1 acknowledged and lost: crashlab/acked"]);
    }

    #[test]
    fn a_doubled_one_is_a_violation_whatever_its_fate() {
        let verdict = Case::new().check(&["acked", "acked"], Scope::Everything);
        assert_eq!(verdict.violations(), ["1 doubled: crashlab/acked x2"]);
        let verdict = Case::new().check(&["acked", "open", "open"], Scope::Everything);
        assert_eq!(verdict.violations(), ["1 doubled: crashlab/open x2"]);
    }

    #[test]
    fn a_refused_one_that_is_there_is_a_violation() {
        let verdict = Case::new().check(&["acked", "refused"], Scope::Everything);
        assert!(verdict.violations().concat().contains("crashlab/refused, refused"));
    }

    #[test]
    fn one_that_nobody_sent_is_a_violation() {
        let verdict = Case::new().check(&["acked", "ghost"], Scope::Everything);
        assert_eq!(verdict.violations(), ["1 there and never sent: crashlab/ghost"]);
    }

    #[test]
    fn another_request_id_is_a_violation() {
        let mut case = Case::new();
        case.ledger.acknowledge("crashlab/acked", "other", 0);
        let verdict = case.check(&["acked"], Scope::Everything);
        assert!(verdict.violations().concat().contains("was acknowledged as other"));
    }

    #[test]
    fn what_was_seen_once_must_stay_and_what_was_missing_must_not_come() {
        let mut case = Case::new();
        case.check(&["acked", "open"], Scope::Everything);
        let verdict = case.check(&["acked"], Scope::Everything);
        assert_eq!(verdict.lost, ["crashlab/open"]);
        let mut case = Case::new();
        case.check(&["acked"], Scope::Everything);
        let verdict = case.check(&["acked", "open"], Scope::Everything);
        assert!(verdict.violations().concat().contains("missing before"));
    }

    #[test]
    fn a_violation_is_told_once() {
        let mut case = Case::new();
        assert_eq!(case.check(&["open"], Scope::Everything).lost.len(), 1);
        assert_eq!(case.check(&["open"], Scope::Everything).violations(), [""; 0]);
    }

    #[test]
    fn what_was_told_during_a_cut_may_be_missing() {
        let mut case = Case::new();
        case.ledger.doubt_since(0);
        let verdict = case.check(&[], Scope::Everything);
        assert_eq!((verdict.violations().len(), verdict.doubted_missing), (0, 1));
    }

    #[test]
    fn looks_only_for_the_cycles_that_are_asked_for() {
        let verdict = Case::new().check(&[], Scope::Since(4));
        assert_eq!((verdict.checked, verdict.violations().len()), (0, 0));
        let verdict = Case::new().check(&[], Scope::Since(3));
        assert_eq!(verdict.lost.len(), 1);
    }

    #[test]
    fn tells_a_few_and_counts_all() {
        let lost = (0..9).map(|n| n.to_string()).collect();
        let told = Verdict { lost, ..Verdict::default() }.violations().concat();
        assert_eq!(told, "9 acknowledged and lost: 0, 1, 2, 3, 4, …");
    }
}
