//! Ctrl-C and its relatives.

use crate::complaint::Complaint;
use crate::talk::say;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the shell expects of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// How often the removal is tried while the command's own threads may still write.
const ATTEMPTS: usize = 80;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(25);
/// Looks at which nothing was there any more, before that is believed.
const GONE: usize = 2;

/// The signals that ask a process to end, no longer deadly from the moment this is made.
pub(crate) struct Stop {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Stop {
    /// Starts to listen for them. Must be called inside a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Resolves when the process is asked to end, at once if it was already.
    pub(crate) async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}

/// For a command that must leave nothing behind: listens before there is anything to remove.
pub(crate) struct Sweeper {
    runtime: Runtime,
    stop: Stop,
}

impl Sweeper {
    /// Starts to listen.
    pub(crate) fn listen() -> Result<Self, Complaint> {
        let listen = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let inside = runtime.enter();
            let stop = Stop::listen()?;
            drop(inside);
            Ok(Self { runtime, stop })
        };
        listen().map_err(|error: io::Error| unable(&error))
    }

    /// Removes `directory` and ends the process as soon as it is asked to end.
    pub(crate) fn watch_over(self, directory: &Path) -> Result<(), Complaint> {
        let directory = directory.to_owned();
        let watch = move || {
            self.runtime.block_on(self.stop.asked());
            say("stopped; removing what was made on the way");
            remove(directory);
            std::process::exit(INTERRUPTED);
        };
        std::thread::Builder::new()
            .name("interrupt".to_owned())
            .spawn(watch)
            .map(drop)
            .map_err(|error| unable(&error))
    }
}

fn unable(error: &io::Error) -> Complaint {
    Complaint::failed(
        format!("cannot listen for signals: {error}"),
        "preparing to clean up behind an interrupt",
        "end some processes, then run the command again",
    )
}

/// Removes until nothing comes back: the command's own threads may be about to make what they had
/// begun with.
fn remove(directory: PathBuf) {
    let mut gone = 0;
    for _ in 0..ATTEMPTS {
        match std::fs::remove_dir_all(&directory) {
            Ok(()) => gone = 0,
            Err(error) if error.kind() == io::ErrorKind::NotFound && gone == GONE => return,
            Err(error) if error.kind() == io::ErrorKind::NotFound => gone += 1,
            Err(_) => {}
        }
        std::thread::sleep(PAUSE);
    }
    say(format!("could not remove `{}`", directory.display()));
}
