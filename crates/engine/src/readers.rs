//! Reads that may take time run on a few threads of their own, behind a bounded queue that is fair
//! among accounts.

use crate::error::Error;
use crate::lanes::Lanes;
use crate::settings::READS_MAX;
use model::AccountId;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Answers by itself, also where it panics.
pub(crate) type Read = Box<dyn FnOnce() + Send>;

/// Threads that read. They end when this is dropped and all that waited is done.
#[derive(Debug)]
pub(crate) struct Readers(Arc<Queue>);

#[derive(Debug)]
struct Queue {
    waiting: Mutex<Waiting>,
    /// Something may begin, or the end has come.
    changed: Condvar,
}

struct Waiting {
    lanes: Lanes<AccountId, Read>,
    is_closed: bool,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").field("is_closed", &self.is_closed).finish_non_exhaustive()
    }
}

impl Readers {
    /// Starts `count` threads, of which one account never has more than `each`.
    pub(crate) fn start(count: usize, each: usize) -> Result<(Self, Vec<JoinHandle<()>>), Error> {
        let waiting = Waiting { lanes: Lanes::new(READS_MAX, each), is_closed: false };
        let waiting = Mutex::new(waiting);
        let readers = Self(Arc::new(Queue { waiting, changed: Condvar::new() }));
        let spawn = |n| {
            let queue = Arc::clone(&readers.0);
            let thread = std::thread::Builder::new().name(format!("reader-{n}"));
            thread.spawn(move || queue.run()).map_err(Error::io("start", "reader thread"))
        };
        let threads = (0..count.max(1)).map(spawn).collect::<Result<_, _>>()?;
        Ok((readers, threads))
    }

    pub(crate) fn send(&self, account: &AccountId, read: Read) -> Result<(), Error> {
        let pushed = self.0.waiting().lanes.push(account, read);
        pushed.map_err(|_read| Error::Overloaded)?;
        self.0.changed.notify_one();
        Ok(())
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.0.waiting().is_closed = true;
        self.0.changed.notify_all();
    }
}

impl Queue {
    /// Nothing under this lock can leave the lanes half changed.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        while let Some((account, read)) = self.next() {
            read();
            let mut waiting = self.waiting();
            waiting.lanes.done(&account);
            // What this account had to wait for, this thread begins: where others have nothing to
            // do, all that waits is of accounts that have their share. At the end they end too.
            if waiting.is_closed {
                self.changed.notify_all();
            }
        }
    }

    fn next(&self) -> Option<(AccountId, Read)> {
        let mut waiting = self.waiting();
        loop {
            if let Some(next) = waiting.lanes.next() {
                return Some(next);
            }
            if waiting.is_closed && waiting.lanes.is_empty() {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
