//! A query under way.

use super::worker::Process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// What others may know of a query under way, and do to it.
#[derive(Debug, Default)]
pub(crate) struct Live {
    started: AtomicBool,
    cancelled: AtomicBool,
    timed_out: AtomicBool,
    process: Mutex<Option<Process>>,
}

impl Live {
    /// Whether a worker is at it.
    pub(crate) fn has_started(&self) -> bool {
        self.started.load(Ordering::SeqCst)
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    pub(crate) fn is_timed_out(&self) -> bool {
        self.timed_out.load(Ordering::SeqCst)
    }

    /// Whether it is to end before its answer is complete.
    pub(crate) fn is_over(&self) -> bool {
        self.is_cancelled() || self.is_timed_out()
    }

    /// Names the process that is at it; one that is to end anyway is ended.
    pub(crate) fn runs_on(&self, process: Process) {
        self.started.store(true, Ordering::SeqCst);
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = Some(process);
        if self.is_over() {
            self.kill();
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.kill();
    }

    fn kill(&self) {
        let process = self.process.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(process) = process {
            process.kill();
        }
    }

    /// The worker is done with it: from here on nothing ends the process.
    pub(crate) fn lets_go(&self) {
        self.process.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Its time is over.
    pub(crate) fn time_out(&self) {
        self.timed_out.store(true, Ordering::SeqCst);
        self.kill();
    }
}
