//! Ends queries whose time is over: one thread watches all of them.

use super::live::Live;
use crate::engine::spawn;
use crate::error::Error;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The queries with a time of their own.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    times: Mutex<Times>,
    /// Something is to be done earlier than the thread thinks.
    earlier: Condvar,
}

/// When a query is to end; the number tells those of one moment apart.
type End = (Instant, u64);

#[derive(Debug, Default)]
struct Times {
    ends: BTreeMap<End, Arc<Live>>,
    count: u64,
    /// When the thread looks again by itself.
    wakes: Option<Instant>,
    has_thread: bool,
    is_closed: bool,
}

/// A query that is watched, until this is dropped.
#[derive(Debug)]
pub(crate) struct Watched<'a>(&'a Watch, End);

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        let mut times = self.0.times();
        times.ends.remove(&self.1);
        if times.is_closed {
            self.0.earlier.notify_one();
        }
    }
}

impl Watch {
    /// Each change under this lock is one insertion or removal.
    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends a query after `limit`.
    pub(crate) fn over(&self, live: &Arc<Live>, limit: Duration) -> Watched<'_> {
        let mut times = self.times();
        times.count += 1;
        let end = (Instant::now() + limit, times.count);
        times.ends.insert(end, Arc::clone(live));
        if times.wakes.is_none_or(|wakes| end.0 < wakes) {
            self.earlier.notify_one();
        }
        Watched(self, end)
    }

    /// The thread, where it was not started before.
    ///
    /// # Errors
    /// It could not be started.
    pub(crate) fn started(self: &Arc<Self>) -> Result<Option<JoinHandle<()>>, Error> {
        let mut times = self.times();
        if times.has_thread {
            return Ok(None);
        }
        let watch = Arc::clone(self);
        let thread = spawn("query-watch", move || watch.run())?;
        times.has_thread = true;
        Ok(Some(thread))
    }

    /// The thread's work, until [`Watch::close`] and the last query's end.
    fn run(&self) {
        let mut times = self.times();
        while !times.is_closed || !times.ends.is_empty() {
            let now = Instant::now();
            if let Some(live) = times.late(now) {
                drop(times);
                live.time_out();
                times = self.times();
                continue;
            }
            times.wakes = times.ends.keys().next().map(|end| end.0);
            times = match times.wakes.map(|wakes| wakes - now) {
                Some(left) => {
                    self.earlier.wait_timeout(times, left).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.earlier.wait(times).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Ends the thread once nothing is left to be watched.
    pub(crate) fn close(&self) {
        self.times().is_closed = true;
        self.earlier.notify_one();
    }
}

impl Times {
    /// A query whose time is over; it is not watched any more.
    fn late(&mut self, now: Instant) -> Option<Arc<Live>> {
        let first = self.ends.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ends_in_its_own_time_and_none_that_is_done() {
        let watch = Arc::new(Watch::default());
        let thread = watch.started().unwrap().unwrap();
        assert!(watch.started().unwrap().is_none());
        let lives: Vec<Arc<Live>> = (0..4).map(|_| Arc::default()).collect();
        let hour = Duration::from_secs(3_600);
        let limits = [hour, Duration::from_millis(20), Duration::ZERO, Duration::from_millis(1)];
        let mut watched: Vec<Watched<'_>> =
            lives.iter().zip(limits).map(|(live, limit)| watch.over(live, limit)).collect();
        drop(watched.pop());
        let is_over = || lives.iter().map(|live| live.is_timed_out()).collect::<Vec<_>>();
        while is_over().get(..3) != Some(&[false, true, true]) {
            std::thread::yield_now();
        }
        watch.close();
        assert!(watch.times().ends.len() == 1 && !lives[0].is_over());
        drop(watched);
        thread.join().unwrap();
    }
}
