//! Workers, started when they are needed and used again.

use super::worker::{Worker, WorkerCommand};
use crate::error::Error;
use crypt::Keys;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A worker that had nothing to do for so long ends.
const IDLE: Duration = Duration::from_secs(300);

/// At most so many workers as there are seats.
#[derive(Debug)]
pub(crate) struct Pool {
    command: Option<WorkerCommand>,
    parts: PathBuf,
    /// What parts are encrypted under.
    keys: Option<Keys>,
    seats: Mutex<Seats>,
    freed: Condvar,
}

#[derive(Debug)]
struct Seats {
    free: usize,
    /// Workers without work, and since when.
    idle: Vec<(Instant, Worker)>,
}

impl Pool {
    pub(crate) fn new(
        command: Option<WorkerCommand>,
        parts: PathBuf,
        keys: Option<Keys>,
        seats: usize,
    ) -> Self {
        let seats = Mutex::new(Seats { free: seats.max(1), idle: Vec::new() });
        Self { command, parts, keys, seats, freed: Condvar::new() }
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat, once one is free; `None` where `gives_up` says so meanwhile.
    pub(crate) fn sit(&self, gives_up: impl Fn() -> bool) -> Option<Seat<'_>> {
        let mut seats = self.seats();
        while seats.free == 0 {
            if gives_up() {
                return None;
            }
            let waited = self.freed.wait_timeout(seats, Duration::from_millis(50));
            seats = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        seats.free -= 1;
        Some(Seat(self))
    }

    /// Ends workers that had nothing to do for long.
    pub(crate) fn dismiss(&self, now: Instant) {
        self.seats().idle.retain(|(since, _)| now.duration_since(*since) < IDLE);
    }

    /// Ends all workers that have nothing to do.
    pub(crate) fn close(&self) {
        self.seats().idle.clear();
    }
}

/// The right to use one worker.
#[derive(Debug)]
pub(crate) struct Seat<'a>(&'a Pool);

impl Seat<'_> {
    /// The worker used last, or a new one.
    pub(crate) fn worker(&self) -> Result<Worker, Error> {
        if let Some((_, worker)) = self.0.seats().idle.pop() {
            return Ok(worker);
        }
        let command = self.0.command.as_ref().ok_or(Error::NoWorker)?;
        Worker::start(command, Path::new(&self.0.parts), self.0.keys.clone())
    }

    /// Keeps a sound worker for the next.
    pub(crate) fn keep(&self, worker: Worker) {
        self.0.seats().idle.push((Instant::now(), worker));
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.seats().free += 1;
        self.0.freed.notify_one();
    }
}
