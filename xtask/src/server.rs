//! A running `pugmark up`, as benchmark and crash lab start, ask and end it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::client;
use crate::clock::Stopwatch;
use crate::memory;

const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(2);

/// How a server is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    binary: PathBuf,
    data: PathBuf,
    /// What it says goes there.
    log: PathBuf,
    /// A program that starts it, with its words; none: it is started directly.
    wrapper: Vec<OsString>,
    environment: Vec<(String, OsString)>,
}

impl Launch {
    /// A server on a directory, at a free port, that talks to `log`.
    pub(crate) fn new(binary: &Path, data: &Path, log: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            data: data.to_owned(),
            log: log.to_owned(),
            wrapper: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// The program that starts the server, with its words.
    pub(crate) fn wrapped<W: Into<OsString>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.wrapper = words.into_iter().map(Into::into).collect();
        self
    }

    /// One more variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    fn command(&self) -> Command {
        let mut words = self.wrapper.iter();
        let mut command = match words.next() {
            Some(program) => {
                let mut command = Command::new(program);
                command.args(words).arg(&self.binary);
                command
            }
            None => Command::new(&self.binary),
        };
        command.arg("up").arg("--data").arg(&self.data);
        command.args(["--listen", "127.0.0.1:0", "--extended"]);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the process and waits for nothing.
    pub(crate) fn spawn(&self) -> Result<Server> {
        let log = File::create(&self.log)
            .with_context(|| format!("cannot write `{}`", self.log.display()))?;
        let watch = Stopwatch::start();
        let child = self
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start `{}`", self.binary.display()))?;
        let log = self.log.clone();
        let (address, listening_s, peak_bytes) = (String::new(), 0.0, 0);
        Ok(Server { child, watch, log, address, listening_s, peak_bytes })
    }

    /// Starts the process and waits until it says where it listens.
    pub(crate) fn start(&self) -> Result<Server> {
        let mut server = self.spawn()?;
        server.listening(PATIENCE)?;
        Ok(server)
    }
}

/// A running `pugmark up`; it is ended when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    watch: Stopwatch,
    log: PathBuf,
    /// `127.0.0.1:12345`
    pub(crate) address: String,
    /// From the start of the process to the line that names the address.
    pub(crate) listening_s: f64,
    /// The most memory it was seen to take, in bytes; zero before its end.
    pub(crate) peak_bytes: u64,
}

impl Server {
    /// Starts the server on a directory; what it says goes beside the directory.
    pub(crate) fn start(binary: &Path, data: &Path) -> Result<Self> {
        Launch::new(binary, data, &data.with_extension("server.log")).start()
    }

    /// The process, for measuring.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the line that names the address.
    pub(crate) fn listening(&mut self, patience: Duration) -> Result<()> {
        loop {
            if let Some(address) = self.told().lines().find_map(parse_address) {
                self.address = address.to_owned();
                self.listening_s = self.watch.seconds();
                return Ok(());
            }
            if let Some(status) = self.ended()? {
                bail!("the server ended with {status}: {}", self.told().trim_end());
            }
            if self.watch.elapsed() > patience {
                let told = self.told();
                bail!("the server did not listen within {patience:?}: {}", told.trim_end());
            }
            thread::sleep(POLL);
        }
    }

    /// Waits until it answers; the time since the start of the process, in seconds.
    pub(crate) fn answering(&mut self, patience: Duration) -> Result<f64> {
        self.says_yes("/healthz", patience)
    }

    /// The same, until the first question takes no longer than later ones, by its own word.
    pub(crate) fn ready(&mut self, patience: Duration) -> Result<f64> {
        self.says_yes("/readyz", patience)
    }

    fn says_yes(&mut self, path: &str, patience: Duration) -> Result<f64> {
        self.listening(patience)?;
        while client::status_of(&self.address, path).unwrap_or(0) != 200 {
            if let Some(status) = self.ended()? {
                bail!("the server ended with {status}: {}", self.told().trim_end());
            }
            if self.watch.elapsed() > patience {
                bail!("the server listens, and {path} is not answered within {patience:?}");
            }
            thread::sleep(POLL);
        }
        Ok(self.watch.seconds())
    }

    /// How the process ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("cannot ask for the state of the server")
    }

    /// SIGSTOP, and waiting until no thread is within a call to the system any more.
    pub(crate) fn halt(&self) -> Result<()> {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-STOP", &id]).status()?;
        let watch = Stopwatch::start();
        while sent.success() && !is_halted(self.id()) {
            if watch.elapsed() > PATIENCE {
                bail!("the server does not halt");
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// SIGKILL, and waiting for the end.
    pub(crate) fn kill(&mut self) {
        self.weigh();
        // It may have ended already: the end is all that is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Notes how much memory it takes at most, while it still lives.
    pub(crate) fn weigh(&mut self) {
        let peak = memory::memory_bytes(self.id(), "VmHWM").unwrap_or(0);
        self.peak_bytes = self.peak_bytes.max(peak);
    }

    /// What the server has said.
    pub(crate) fn told(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Whether every thread of a process is stopped, or the process has ended.
fn is_halted(id: u32) -> bool {
    let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else { return true };
    tasks.flatten().all(|task| {
        let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        matches!(state, None | Some('T' | 'Z' | 'X'))
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn parse_address(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("listening on http://")?;
    let end = after.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(after.len());
    after.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_address() {
        let line = "INFO listening on http://127.0.0.1:40001/ (console)";
        assert_eq!(parse_address(line), Some("127.0.0.1:40001"));
        assert_eq!(parse_address("starting"), None);
    }

    #[test]
    fn tells_what_a_server_said_that_did_not_start() {
        let room = tempfile::tempdir().unwrap();
        let log = room.path().join("log");
        let launch = Launch::new(Path::new("true"), room.path(), &log)
            .wrapped(["sh", "-c", "echo \"$WHY\" >&2; exit 7"])
            .with("WHY", "no room");
        let error = launch.start().unwrap_err().to_string();
        assert!(error.contains('7') && error.contains("no room"), "{error}");
    }
}
