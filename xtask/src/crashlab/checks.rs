//! The checks of a site: the list, the buckets, SQL, the resources, `verify`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::ledger::{Entry, Fate, Kind};
use super::seen::{AGENT, Seen};
use super::site::{Site, WRITERS};
use super::verdict::{Scope, Verdict};
use super::writer;
use crate::client::Client;
use crate::tool;

/// Acknowledged events that are put again after each recovery.
const REPEATED: usize = 40;
/// Of so many that were sent some must be taken.
const ENOUGH: usize = 50;
/// Clock ticks between writers and server do not hide a record.
const MARGIN_S: u64 = 3;

impl Site<'_> {
    /// Every record the server shows, all or those of this cycle.
    fn seen(&self, scope: Scope) -> Result<Seen> {
        let since = match scope {
            Scope::Everything => String::new(),
            Scope::Since(_) => {
                let second = i64::try_from(self.began_s.saturating_sub(MARGIN_S))?;
                format!("--since={}", jiff::Timestamp::from_second(second)?)
            }
        };
        let mut words = vec!["events", "--all", "-o", "ndjson"];
        words.extend(Some(since.as_str()).filter(|since| !since.is_empty()));
        let errors = File::create(self.room.join("events.log"))?;
        let mut child = self
            .lab
            .pugmark(&self.data, &words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()?;
        let stdout = child.stdout.take().context("no listing")?;
        let seen = Seen::read(BufReader::new(stdout));
        let status = child.wait()?;
        if !status.success() {
            let words = fs::read_to_string(self.room.join("events.log")).unwrap_or_default();
            bail!("`pugmark events` ended with {status}: {}", words.trim_end());
        }
        seen
    }

    /// Compares what is shown with what was acknowledged.
    pub(super) fn check(&mut self, scope: Scope) -> Result<Seen> {
        let mut seen = self.seen(scope).context("the records cannot be listed")?;
        self.look_into_buckets(&mut seen, scope)?;
        let verdict = Verdict::of(&mut self.book.open(), &seen, scope);
        let place = self.place();
        for line in verdict.violations() {
            eprintln!("crashlab: {place}: {line}");
        }
        self.tally.add(&verdict, &place);
        Ok(seen)
    }

    /// Objects are what was put, and what the trail has delivered is what it must be.
    fn look_into_buckets(&mut self, seen: &mut Seen, scope: Scope) -> Result<()> {
        let Some(mut trail) = self.trail.take() else { return Ok(()) };
        let mut client = self.reader()?;
        let told = trail.check(&mut client, seen, &self.book.open(), scope);
        self.trail = Some(trail);
        told?.iter().for_each(|what| self.violate(what));
        Ok(())
    }

    /// A connection that looks; its calls are nobody's.
    fn reader(&self) -> Result<Client> {
        let target = self.target()?;
        let mut client = Client::connect(&target.address, &target.credentials)?;
        client.ahead_s = target.ahead_s;
        Ok(client)
    }

    /// In the end all that the trail takes in is delivered, once, and listed.
    fn settle_trail(&mut self, seen: &Seen) -> Result<()> {
        let Some(mut trail) = self.trail.take() else { return Ok(()) };
        let told = trail.settle(&mut self.reader()?, seen);
        self.tally.reach("log files", trail.archive.logs().len());
        self.tally.reach("digests", trail.archive.digests());
        self.trail = Some(trail);
        told?.iter().for_each(|what| self.violate(what));
        Ok(())
    }

    /// After a recovery: what this cycle left is there, its import goes on, its puts are repeated.
    pub(super) fn check_cycle(&mut self) -> Result<()> {
        self.check(Scope::Since(self.cycle))?;
        self.resume_import()?;
        self.put_again()
    }

    /// Events of unknown fate are put again, and some that were acknowledged: each must be there
    /// once in the end.
    fn put_again(&mut self) -> Result<()> {
        let cycle = self.cycle;
        let mut open = Vec::new();
        let mut taken = Vec::new();
        for (token, entry) in self.book.open().entries().filter(|(_, e)| is_event(e, cycle)) {
            match entry.fate {
                Fate::Acknowledged | Fate::Kept => taken.push(token.to_owned()),
                Fate::Refused | Fate::Violated => {}
                _ => open.push(token.to_owned()),
            }
        }
        // The order of a hash map is chance; the ledger's is not.
        taken.sort_unstable();
        taken.truncate(REPEATED);
        open.extend(taken);
        let channel = self.channel.clone().context("the site was not opened")?;
        self.calm()?.put_again(&channel, &open)
    }

    /// The last check of a site: everything, by the list, by SQL, by the resources, by `verify`.
    pub(super) fn finish(&mut self) -> Result<()> {
        let seen = self.check_tags()?;
        if !seen.repeated_ids.is_empty() {
            let (count, ids) = (seen.repeated_ids.len(), &seen.repeated_ids);
            let some = ids.get(..3).unwrap_or(ids);
            self.violate(&format!("{count} eventIDs are there more than once: {some:?}"));
        }
        self.count_by_sql(&seen)?;
        self.is_not_blind();
        self.settle_trail(&seen)?;
        self.note_phases()?;
        self.end_server()?;
        self.verify();
        self.tally.acknowledged = self.book.open().acknowledged();
        Ok(())
    }

    /// A lab whose puts are all refused sees nothing: of what was sent often enough, some must
    /// have been taken.
    fn is_not_blind(&mut self) {
        let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (_, entry) in self.book.open().entries() {
            let (sent, taken) = kinds.entry(entry.kind.name()).or_default();
            *sent += 1;
            *taken += usize::from(matches!(entry.fate, Fate::Acknowledged | Fate::Kept));
        }
        for (kind, (sent, taken)) in kinds {
            self.tally.reach(kind, taken);
            if sent >= ENOUGH && taken == 0 && !self.may_refuse {
                self.violate(&format!("none of {sent} {kind} was taken: the lab is blind"));
            }
        }
    }

    /// SQL must count what the list shows: calls, and events that were put.
    fn count_by_sql(&mut self, seen: &Seen) -> Result<()> {
        let calls = format!("userAgent LIKE '{}%'", AGENT.trim_end_matches('/'));
        self.count_one(&calls, seen.with_agent())?;
        self.count_one("eventCategory = 'ActivityAuditLog'", seen.events())
    }

    fn count_one(&mut self, which: &str, listed: usize) -> Result<()> {
        let count = "SELECT count(*) AS n, count(DISTINCT eventID) AS d FROM events WHERE";
        let words = ["sql", &format!("{count} {which}"), "-o", "json"];
        let told = tool::output(&mut self.lab.pugmark(&self.data, &words))?;
        let rows: Value = serde_json::from_str(&told).context("`pugmark sql` told no JSON")?;
        let number = |name: &str| rows.pointer("/0")?.get(name)?.as_u64();
        let (listed, rows, ids) = (u64::try_from(listed)?, number("n"), number("d"));
        if (rows, ids) != (Some(listed), Some(listed)) {
            let what = format!("SQL counts {rows:?} records and {ids:?} ids, the list {listed}");
            self.violate(&format!("{what}, where {which}"));
        }
        Ok(())
    }

    /// Checks everything. A change and the record of its call are one: the value of each tag is
    /// that of the last call that is recorded.
    fn check_tags(&mut self) -> Result<Seen> {
        let channel = self.channel.clone().context("the site was not opened")?;
        let told = self.calm()?.tags(&channel)?;
        let seen = self.check(Scope::Everything)?;
        for thread in 0..WRITERS {
            let found = told.iter().find(|(n, _)| *n == thread).map(|(_, value)| value.as_str());
            let ledger = self.book.open();
            let calls = ledger.entries().filter(|(_, entry)| entry.kind == Kind::Tag(thread));
            let calls = calls.filter(|(token, _)| seen.sight(token).count > 0);
            let last = calls.map(|(token, _)| token.to_owned()).max_by_key(|t| writer::place(t));
            drop(ledger);
            if found != last.as_deref() {
                let what = format!("tag {thread} is {found:?}, the last recorded change {last:?}");
                self.violate(&what);
            }
        }
        Ok(seen)
    }

    /// `pugmark verify`, where the binary has it.
    fn verify(&mut self) {
        let help = tool::run(&mut self.lab.pugmark(&self.data, &["verify", "--help"]));
        if help.is_err() {
            return;
        }
        self.tally.reach("verify", 1);
        if let Err(error) = tool::run(&mut self.lab.pugmark(&self.data, &["verify"])) {
            self.violate(&format!("{error:#}"));
        }
    }

    /// What has happened to the directory behind the calls, as far as it shows.
    fn note_phases(&mut self) -> Result<()> {
        let status = tool::output(&mut self.lab.pugmark(&self.data, &["status", "-o", "json"]))?;
        let status: Value = serde_json::from_str(&status).context("`status` told no JSON")?;
        let number = |name: &str| status.get(name).and_then(Value::as_u64).unwrap_or(0);
        let parts = usize::try_from(number("parts"))?;
        self.tally.reach("parts", parts);
        if number("conflicts") > 0 {
            self.violate(&format!("{} records under ids of others", number("conflicts")));
        }
        let snapshots = count_files(&self.data.join("state"), ".snap");
        self.tally.reach("snapshots", snapshots);
        let is_trimmed = !self.data.join("journal/00000000000000000000.seg").exists();
        self.tally.reach("trimmed", usize::from(is_trimmed));
        Ok(())
    }
}

fn is_event(entry: &Entry, cycle: usize) -> bool {
    entry.kind == Kind::Event && entry.cycle == cycle
}

fn count_files(directory: &Path, end: &str) -> usize {
    let Ok(entries) = fs::read_dir(directory) else {
        return 0;
    };
    entries.flatten().filter(|entry| entry.file_name().to_string_lossy().ends_with(end)).count()
}
