//! `pugmark who did ACTION`: principals, how often, how it went, when and from where.

use crate::cli::WhoDidArgs;
use crate::clock;
use crate::complaint::Complaint;
use crate::output::{Column, Format, Printer, Row};
use crate::question;
use crate::reach::Reach;
use crate::reading::{Answers, Reading};
use crate::sighting::Sighting;
use crate::talk::{again, count, quoted, say};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Most principals told apart; the rest is counted under one name.
const PRINCIPALS_MAX: usize = 100_000;

/// Most addresses kept of one principal; further ones are counted.
const ADDRESSES_MAX: usize = 100;

/// Most addresses shown in a table.
const ADDRESSES_SHOWN: usize = 3;

const COLUMNS: &[Column] = &[
    Column::text("who", 10, 0),
    Column::text("account", 12, 4),
    Column::number("calls", 5, 0),
    Column::number("failed", 6, 2),
    Column::number("denied", 6, 0),
    Column::whole("first", 20, 2),
    Column::whole("last", 20, 0),
    Column::text("from", 11, 1),
    Column::text("principal", 15, 3),
];

/// Shows who did it; returns how many principals that were.
pub(crate) fn run(reach: &Reach, args: &WhoDidArgs, format: Format) -> Result<u64, Complaint> {
    let searches = args.filters.searches(&args.actions, clock::now());
    let mut tally = Tally::default();
    tally.read(Reading::new(reach, searches.clone(), None))?;
    if tally.doers.is_empty()
        && let Some(loose) = question::any_case(&searches)
    {
        tally.read(Reading::new(reach, loose, None))?;
    }
    let mut printer = Printer::new(format, COLUMNS);
    for doer in tally.ranked() {
        printer.row(&doer)?;
    }
    let principals = printer.finish()?;
    summary(reach, args, principals)?;
    Ok(principals)
}

fn summary(reach: &Reach, args: &WhoDidArgs, principals: u64) -> Result<(), Complaint> {
    let Some((_, newest)) = reach.extent()? else {
        say("nothing is recorded here yet; to take in logs: pugmark import PATH");
        return Ok(());
    };
    say(format!("{}; newest record here: {newest}", count(principals, "principal")));
    match principals {
        0 if args.filters.since.is_some() => {
            say(format!("wider: {}", again("--since", "1970-01-01")));
        }
        0 => say("wider: use * in the action, as '*Trail'"),
        _ => {
            let did = args.actions.iter().map(|action| format!("--did {}", quoted(action)));
            let did: Vec<String> = did.collect();
            let question = format!("events {}", did.join(" "));
            say(format!("each call: {}", reach.command(&question)));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Tally {
    /// By account and principal.
    doers: BTreeMap<(String, String), Doer>,
}

/// One principal, and what it did.
#[derive(Clone, Debug, Default, Serialize)]
struct Doer {
    who: String,
    account: String,
    calls: u64,
    failed: u64,
    denied: u64,
    first: String,
    last: String,
    from: BTreeSet<String>,
    #[serde(skip_serializing_if = "is_zero")]
    from_others: u64,
    principal: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Tally {
    fn read<A: Answers>(&mut self, mut reading: Reading<'_, A>) -> Result<(), Complaint> {
        while let Some(found) = reading.next()? {
            self.add(Sighting::of(&found));
        }
        Ok(())
    }

    fn add(&mut self, mut sighting: Sighting) {
        let mut key = (sighting.account.clone(), sighting.principal.clone());
        if self.doers.len() >= PRINCIPALS_MAX && !self.doers.contains_key(&key) {
            "all others".clone_into(&mut sighting.who);
            "*".clone_into(&mut sighting.account);
            "*".clone_into(&mut sighting.principal);
            key = ("*".to_owned(), "*".to_owned());
        }
        self.doers.entry(key).or_default().add(sighting);
    }

    /// Whoever did it most comes first.
    fn ranked(self) -> Vec<Doer> {
        let mut doers: Vec<Doer> = self.doers.into_values().collect();
        doers.sort_by_key(|doer| std::cmp::Reverse(doer.calls));
        doers
    }
}

impl Doer {
    /// Adds a call. They come newest first.
    fn add(&mut self, sighting: Sighting) {
        self.calls += 1;
        self.failed += u64::from(sighting.failed());
        self.denied += u64::from(is_denial(&sighting.outcome));
        if self.calls == 1 {
            self.last.clone_from(&sighting.time);
            self.who = sighting.who;
            self.account = sighting.account;
            self.principal = sighting.principal;
        }
        self.first = sighting.time;
        if self.from.contains(&sighting.from) {
            return;
        }
        if self.from.len() < ADDRESSES_MAX {
            self.from.insert(sighting.from);
        } else {
            self.from_others += 1;
        }
    }

    fn addresses(&self) -> String {
        let shown: Vec<&str> = self.from.iter().take(ADDRESSES_SHOWN).map(String::as_str).collect();
        let rest = self.from.len() - shown.len();
        match rest {
            0 => shown.join(", "),
            rest => format!("{} and {rest} more", shown.join(", ")),
        }
    }
}

/// Services spell a denial in many ways.
fn is_denial(code: &str) -> bool {
    ["AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden"]
        .iter()
        .any(|word| code.contains(word))
}

impl Row for Doer {
    fn cells(&self) -> Vec<String> {
        vec![
            self.who.clone(),
            self.account.clone(),
            self.calls.to_string(),
            self.failed.to_string(),
            self.denied.to_string(),
            self.first.clone(),
            self.last.clone(),
            self.addresses(),
            self.principal.clone(),
        ]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        // INVARIANT: strings and numbers always are JSON.
        Cow::Owned(serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sighting::tests::found;

    fn call(arn: &str, ip: &str, error: &str, second: i64) -> Sighting {
        let json = format!(
            r#"{{"userIdentity":{{"type":"IAMUser","arn":"{arn}","userName":"{arn}"}},
            "sourceIPAddress":"{ip}"{error}}}"#
        );
        Sighting::of(&found(&json, second, 0))
    }

    #[test]
    fn counts_by_principal() {
        let mut tally = Tally::default();
        tally.add(call("bob", "192.0.2.1", "", 30));
        tally.add(call("alice", "192.0.2.2", r#","errorCode":"AccessDenied""#, 20));
        tally.add(call("alice", "192.0.2.3", r#","errorCode":"Throttling""#, 10));
        let doers = tally.ranked();
        assert_eq!(doers.len(), 2);
        let alice = &doers[0];
        assert_eq!((alice.who.as_str(), alice.calls), ("alice", 2));
        assert_eq!((alice.failed, alice.denied), (2, 1));
        assert_eq!(alice.first, "1970-01-01T00:00:10Z");
        assert_eq!(alice.last, "1970-01-01T00:00:20Z");
        assert_eq!(alice.addresses(), "192.0.2.2, 192.0.2.3");
        assert_eq!(alice.cells().len(), COLUMNS.len());
    }

    #[test]
    fn memory_is_bounded() {
        let mut doer = Doer::default();
        for n in 0..2 * ADDRESSES_MAX {
            doer.add(call("alice", &n.to_string(), "", 0));
        }
        assert_eq!(doer.from.len(), ADDRESSES_MAX);
        assert_eq!(doer.from_others as usize, ADDRESSES_MAX);
    }

    #[test]
    fn knows_denials() {
        for code in ["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation"] {
            assert!(is_denial(code), "{code}");
        }
        assert!(!is_denial("ok") && !is_denial("ThrottlingException"));
    }
}
