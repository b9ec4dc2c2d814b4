//! One data directory under fault: the server on it, the ledger beside it, and the checks.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::book::{Book, Told};
use super::lab::{Keep, Lab};
use super::ledger::{Entry, Fate, Kind};
use super::pile::Pile;
use super::seen::{AGENT, Seen};
use super::tally::Tally;
use super::tool;
use super::verdict::{Scope, Verdict};
use super::volume::Volume;
use super::writer::{self, Channel, Target, Writer};
use crate::client::Credentials;
use crate::clock::{now_unix_s, now_unix_us};
use crate::server::{Launch, Server};

pub(super) const WRITERS: usize = 4;
/// Writers with greater numbers prepare, repeat and ask.
const CALM: usize = WRITERS;
/// Every recovery must be over in this time.
const RECOVERY: Duration = Duration::from_secs(10);
/// How long we wait to learn how long a slow recovery takes.
const PATIENCE: Duration = Duration::from_secs(120);
/// Acknowledged events that are put again after each recovery.
const REPEATED: usize = 40;
/// Clock ticks between writers and server do not hide a record.
const MARGIN_S: u64 = 3;

/// A data directory, and everything the lab knows of it.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) lab: &'a Lab,
    pub(super) name: String,
    /// Outside the data directory's disk: ledger, logs, files to import.
    pub(super) room: PathBuf,
    pub(super) data: PathBuf,
    pub(super) book: Book,
    pub(super) tally: Tally,
    pub(super) series: usize,
    pub(super) cycle: usize,
    pub(super) ahead_s: i64,
    /// A panic in the server's log is no violation: it was lied to about what is no disk.
    pub(super) may_panic: bool,
    pub(super) server: Option<Server>,
    pub(super) volume: Option<Volume>,
    channel: Option<Channel>,
    import: Option<Import>,
    starts: usize,
    /// Calm writers so far.
    calms: usize,
    began_s: u64,
}

/// An import that runs or was cut off.
#[derive(Debug)]
struct Import {
    pile: Pile,
    child: Option<Child>,
}

impl<'a> Site<'a> {
    /// A site whose server was not started yet; on a disk of its own where there is one.
    pub(super) fn new(
        lab: &'a Lab,
        name: &str,
        series: usize,
        volume: impl FnOnce(&Path) -> Result<Option<Volume>>,
    ) -> Result<Self> {
        let room = lab.fresh(&format!("{name}-{series}"))?;
        let volume = volume(&room)?;
        let data = volume.as_ref().map_or(room.as_path(), Volume::path).join("lake");
        fs::create_dir(&data).with_context(|| format!("cannot make `{}`", data.display()))?;
        // The lab's own directory is durable, so that a loss is the server's.
        for path in [Some(data.as_path()), data.parent()].into_iter().flatten() {
            File::open(path)?.sync_all()?;
        }
        Ok(Self {
            lab,
            name: name.to_owned(),
            book: Book::create(&room.join("ledger"))?,
            room,
            data,
            tally: Tally::default(),
            series,
            cycle: 0,
            ahead_s: 0,
            may_panic: false,
            server: None,
            volume,
            channel: None,
            import: None,
            starts: 0,
            calms: 0,
            began_s: now_unix_s(),
        })
    }

    /// Where in the run we are: enough to do it again.
    pub(super) fn place(&self) -> String {
        let (name, seed) = (&self.name, self.lab.seed);
        format!("{name}, series {}, cycle {}, seed {seed}", self.series, self.cycle)
    }

    /// Something that must not be.
    pub(super) fn violate(&mut self, what: &str) {
        let place = self.place();
        eprintln!("crashlab: {place}: {what}");
        self.tally.violate(&place, what);
    }

    /// How the server is started here, with a log of its own.
    pub(super) fn launch(&mut self) -> Launch {
        self.starts += 1;
        self.lab.launch(&self.data, &self.log())
    }

    fn log(&self) -> PathBuf {
        self.room.join(format!("server-{}.log", self.starts))
    }

    /// Starts the server and waits until it answers; a slow recovery is a violation.
    pub(super) fn recover(&mut self, launch: &Launch) -> Result<()> {
        let mut server = launch.spawn()?;
        let took_s = server.answering(PATIENCE).context("it does not come back")?;
        self.tally.recoveries_s.push(took_s);
        if took_s > RECOVERY.as_secs_f64() {
            self.violate(&format!("the recovery took {took_s:.1} s, more than {RECOVERY:?}"));
        }
        self.server = Some(server);
        Ok(())
    }

    /// The first start of all, and the resources that the calls are about.
    pub(super) fn open(&mut self) -> Result<()> {
        let launch = self.launch();
        self.recover(&launch)?;
        let channel = self.calm()?.prepare()?;
        self.channel = Some(channel);
        Ok(())
    }

    /// A writer that nobody disturbs.
    fn calm(&mut self) -> Result<Writer<'_>> {
        // A number of its own each time, so that no token comes twice.
        self.calms += 1;
        let thread = CALM + self.calms;
        let random = self.lab.random(self.series, self.cycle, thread);
        Writer::connect(&self.book, &self.target()?, (self.series, self.cycle, thread), random)
    }

    /// Where writers write to.
    fn target(&self) -> Result<Target> {
        let server = self.server.as_ref().context("no server runs")?;
        let credentials = Credentials::read(&self.data)?;
        Ok(Target { address: server.address.clone(), credentials, ahead_s: self.ahead_s })
    }

    /// Begins one more cycle.
    pub(super) fn next_cycle(&mut self) {
        self.cycle += 1;
        self.tally.cycles += 1;
        self.began_s = now_unix_s().saturating_add_signed(self.ahead_s);
    }

    /// Four writers call while `meanwhile` happens, and until it has; the calls answered. It may
    /// end the server, but not take it.
    pub(super) fn disturb(
        &mut self,
        meanwhile: impl FnOnce(&mut Server, Option<&Volume>, &Path) -> Result<()>,
    ) -> Result<usize> {
        let target = self.target()?;
        let channel = self.channel.clone().context("the site was not opened")?;
        let mut server = self.server.take().context("no server runs")?;
        let (stop, site) = (AtomicBool::new(false), &*self);
        let write = |thread: usize| {
            let random = site.lab.random(site.series, site.cycle, thread);
            let place = (site.series, site.cycle, thread);
            let writer = Writer::connect(&site.book, &target, place, random);
            // Who cannot connect finds the server gone already.
            writer.map_or(0, |mut writer| writer.run(&channel, &stop))
        };
        let answered = thread::scope(|scope| {
            let spawn = |thread| {
                scope.spawn({
                    let write = &write;
                    move || write(thread)
                })
            };
            let threads: Vec<_> = (0..WRITERS).map(spawn).collect();
            let happened = meanwhile(&mut server, site.volume.as_ref(), &site.data);
            stop.store(true, Ordering::Relaxed);
            let joined = threads.into_iter().map(|thread| thread.join());
            let answered: usize = joined.map(|count| count.unwrap_or(0)).sum();
            happened.map(|()| answered)
        });
        self.server = Some(server);
        self.book.open().cut(now_unix_us());
        answered
    }

    /// An import of new files begins, in a process of its own.
    pub(super) fn begin_import(&mut self) -> Result<()> {
        if self.import.is_some() {
            return Ok(());
        }
        let mut random = self.lab.random(self.series, self.cycle, CALM);
        let directory = self.room.join(format!("pile-{}", self.cycle));
        let pile = Pile::write(&directory, &mut random)?;
        pile.ids.iter().for_each(|id| self.book.intend(id, Kind::Imported, self.cycle));
        let words = ["import", &directory.to_string_lossy()];
        let child = self
            .lab
            .pugmark(&self.data, &words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        self.import = Some(Import { pile, child: Some(child) });
        Ok(())
    }

    /// Ends the import's process, or waits for it: whether it says that all was imported.
    pub(super) fn end_import(&mut self, wait: bool) -> Result<()> {
        let Some(mut child) = self.import.as_mut().and_then(|import| import.child.take()) else {
            return Ok(());
        };
        if !wait {
            // It may have ended already.
            let _ = child.kill();
        }
        if child.wait()?.success() {
            self.imported();
        }
        Ok(())
    }

    /// Every record of the files is acknowledged by the command's good end.
    fn imported(&mut self) {
        if let Some(import) = self.import.take() {
            for id in &import.pile.ids {
                self.book.note(id, Told::Recorded, "");
            }
            // The files were only needed for going on.
            let _ = fs::remove_dir_all(&import.pile.directory);
        }
    }

    /// After a recovery: what was cut off goes on to its end.
    fn resume_import(&mut self) -> Result<()> {
        let Some(import) = &self.import else {
            return Ok(());
        };
        let directory = import.pile.directory.to_string_lossy().into_owned();
        let words = ["import", &directory, "--resume"];
        tool::run(&mut self.lab.pugmark(&self.data, &words))
            .context("an import that was cut off does not go on")?;
        self.imported();
        Ok(())
    }

    /// Ends the server and whatever it left open; a panic in its log is a violation.
    pub(super) fn end_server(&mut self) -> Result<()> {
        if let Some(mut server) = self.server.take() {
            server.kill();
            self.read_log(&server.told());
        }
        self.end_import(false)?;
        self.book.open().cut(now_unix_us());
        Ok(())
    }

    /// After a power cut: what was told while it went on proves nothing.
    pub(super) fn doubt(&mut self) {
        let began_us = self.volume.as_ref().map_or(0, Volume::cut_us);
        if began_us > 0 {
            let count = self.book.open().doubt_since(began_us);
            self.tally.reach("told during a cut", count);
        }
    }

    fn read_log(&mut self, told: &str) {
        let panic = told.lines().find(|line| line.contains("panicked"));
        if let Some(line) = panic.filter(|_| !self.may_panic) {
            self.violate(&format!("the server panicked: {line}"));
        }
    }

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
        let seen = self.seen(scope).context("the records cannot be listed")?;
        let verdict = Verdict::of(&mut self.book.open(), &seen, scope);
        let place = self.place();
        for line in verdict.violations() {
            eprintln!("crashlab: {place}: {line}");
        }
        self.tally.add(&verdict, &place);
        Ok(seen)
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
            self.violate(&format!("{count} eventIDs are there more than once: {ids:.3?}"));
        }
        self.count_by_sql(&seen)?;
        self.note_phases()?;
        self.end_server()?;
        self.verify();
        self.tally.acknowledged = self.book.open().acknowledged();
        Ok(())
    }

    /// SQL must count what the list shows.
    fn count_by_sql(&mut self, seen: &Seen) -> Result<()> {
        let statement = format!(
            "SELECT count(*) AS n, count(DISTINCT eventID) AS d FROM events \
             WHERE userAgent LIKE '{}%'",
            AGENT.trim_end_matches('/')
        );
        let words = ["sql", &statement, "-o", "json"];
        let told = tool::output(&mut self.lab.pugmark(&self.data, &words))?;
        let rows: Value = serde_json::from_str(&told).context("`pugmark sql` told no JSON")?;
        let number = |name: &str| rows.pointer("/0")?.get(name)?.as_u64();
        let listed = u64::try_from(seen.with_agent())?;
        let (rows, ids) = (number("n"), number("d"));
        if (rows, ids) != (Some(listed), Some(listed)) {
            let what = format!("SQL counts {rows:?} records and {ids:?} ids, the list {listed}");
            self.violate(&what);
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

impl Drop for Site<'_> {
    fn drop(&mut self) {
        if self.end_server().is_err() {
            eprintln!("crashlab: {}: the import could not be ended", self.place());
        }
        let is_evidence = match self.lab.keep {
            Keep::All => true,
            Keep::Violated => self.tally.violated() > 0,
            Keep::None => false,
        };
        if is_evidence {
            self.keep_evidence();
        }
        // The disk goes first, then the room around it.
        drop(self.volume.take());
        if !is_evidence {
            let _ = fs::remove_dir_all(&self.room);
        }
    }
}

impl Site<'_> {
    /// The data directory of a disk that goes away is copied beside the ledger.
    fn keep_evidence(&self) {
        if self.volume.is_some() {
            let mut copy = std::process::Command::new("cp");
            let copied = tool::run(copy.arg("-a").arg(&self.data).arg(self.room.join("evidence")));
            if let Err(error) = copied {
                eprintln!("crashlab: the evidence could not be kept: {error:#}");
            }
        }
        eprintln!("crashlab: see `{}`", self.room.display());
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
