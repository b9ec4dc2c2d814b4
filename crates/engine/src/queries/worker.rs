//! A process that answers SQL. A statement may use up its memory or find a bug: then the process
//! dies, and the server does not.

use crate::error::Error;
use crypt::Keys;
use lake::Snapshot;
use lake::feed::{self, Answer, Ask, FedKey, Feed, Feeder};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// How to start a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// What stands before the directory of parts on its command line.
    pub args: Vec<String>,
}

/// A running worker.
#[derive(Debug)]
pub(crate) struct Worker {
    process: Process,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    feeder: Feeder,
    /// What parts are encrypted under, and how many of these it was told.
    keys: Option<Keys>,
    told: usize,
}

/// The process behind it; whoever holds a copy may end it.
#[derive(Clone, Debug)]
pub(crate) struct Process(Arc<Mutex<Child>>);

impl Process {
    /// Ends the process at once. Its pipes end with it.
    pub(crate) fn kill(&self) {
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have ended by itself; either way it leaves no zombie.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Worker {
    pub(crate) fn start(
        command: &WorkerCommand,
        parts: &Path,
        keys: Option<Keys>,
    ) -> Result<Self, Error> {
        let io = |source| Error::io("start", &command.program)(source);
        let mut process = Command::new(&command.program);
        process.args(&command.args).arg(parts).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = process.spawn().map_err(io)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or_else(|| io(io::ErrorKind::BrokenPipe.into()))?;
        let process = Process(Arc::new(Mutex::new(child)));
        let (output, feeder) = (BufReader::new(output), Feeder::default());
        Ok(Self { process, input, output, feeder, keys, told: 0 })
    }

    pub(crate) fn process(&self) -> Process {
        self.process.clone()
    }

    /// Tells the worker the keys that it does not know yet. They go through the pipe alone.
    ///
    /// INVARIANT (keys first): the key of a part is on the ring before the part is in a snapshot.
    fn tell(&mut self) -> io::Result<()> {
        let Some(keys) = &self.keys else { return Ok(()) };
        let (ring, new) = keys.tell(self.told);
        let count = new.len();
        if count == 0 {
            return Ok(());
        }
        let keys = new.into_iter().map(|(id, key)| FedKey { id, key: *key }).collect();
        feed::write(&mut self.input, &Ask::Keys { ring, keys }, &[])?;
        match self.answer()?.0 {
            Answer::Learned => self.told += count,
            _ => return Err(nonsense()),
        }
        Ok(())
    }

    /// Asks something of the moment of `snapshot`. Where that moment is over, the answer is
    /// [`Answer::Stale`].
    pub(crate) fn ask(
        &mut self,
        snapshot: &Snapshot,
        ask: impl FnOnce(Feed) -> Ask,
    ) -> io::Result<()> {
        self.tell()?;
        let (feed, body) = self.feeder.feed(snapshot);
        feed::write(&mut self.input, &ask(feed), &body)
    }

    /// Takes the worker for one that was never fed.
    pub(crate) fn forget(&mut self) {
        self.feeder = Feeder::default();
    }

    /// The next frame of the answer.
    pub(crate) fn answer(&mut self) -> io::Result<(Answer, Vec<u8>)> {
        feed::read(&mut self.output)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// The error of an answer that does not fit the question.
pub(crate) fn nonsense() -> io::Error {
    io::Error::other("a worker answered what it was not asked")
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.process.kill();
    }
}
