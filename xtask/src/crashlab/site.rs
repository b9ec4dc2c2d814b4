//! One data directory under fault: the server on it, the ledger beside it, and the checks.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::book::{Book, Told};
use super::lab::{Keep, Lab};
use super::ledger::Kind;
use super::pile::Pile;
use super::tally::Tally;
use super::trail::{self, Trail};
use super::volume::Volume;
use super::writer::{Channel, Target, Writer};
use crate::client::Credentials;
use crate::clock::{now_unix_s, now_unix_us};
use crate::server::{Launch, Server};
use crate::tool;

pub(super) const WRITERS: usize = 4;
/// Writers with greater numbers prepare, repeat and ask.
const CALM: usize = WRITERS;
/// Every recovery must be over in this time.
const RECOVERY: Duration = Duration::from_secs(10);
/// How long we wait to learn how long a slow recovery takes.
const PATIENCE: Duration = Duration::from_secs(120);

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
    /// A kind of call that was never taken is no violation: the one fault of this site may come
    /// before any of it, and all that is sent then is refused.
    pub(super) may_refuse: bool,
    pub(super) server: Option<Server>,
    pub(super) volume: Option<Volume>,
    pub(super) channel: Option<Channel>,
    /// What is known of a trail, where there is one.
    pub(super) trail: Option<Trail>,
    pub(super) import: Option<Import>,
    starts: usize,
    /// Calm writers so far.
    calms: usize,
    /// When the cycle began, in seconds since 1970.
    pub(super) began_s: u64,
}

/// An import that runs or was cut off.
#[derive(Debug)]
pub(super) struct Import {
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
            may_refuse: false,
            server: None,
            volume,
            channel: None,
            trail: None,
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
        let launch = self.lab.launch(&self.data, &self.log());
        trail::PACE.iter().fold(launch, |launch, (name, pace)| launch.with(name, *pace))
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

    /// The same with buckets, and a trail that delivers from then on.
    pub(super) fn open_with_trail(&mut self) -> Result<()> {
        self.open()?;
        self.calm()?.prepare_trail()?;
        self.trail = Some(Trail::new(&self.book.open()));
        let channel = self.channel.as_mut().context("the site was not opened")?;
        channel.has_buckets = true;
        Ok(())
    }

    /// A writer that nobody disturbs.
    pub(super) fn calm(&mut self) -> Result<Writer<'_>> {
        // A number of its own each time, so that no token comes twice.
        self.calms += 1;
        let thread = CALM + self.calms;
        let random = self.lab.random(self.series, self.cycle, thread);
        Writer::connect(&self.book, &self.target()?, (self.series, self.cycle, thread), random)
    }

    /// Where writers write to.
    pub(super) fn target(&self) -> Result<Target> {
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
    pub(super) fn resume_import(&mut self) -> Result<()> {
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
            self.tally.peak_bytes = self.tally.peak_bytes.max(server.peak_bytes);
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
