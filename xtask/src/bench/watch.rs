//! Looking at something every so often while something else goes on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// Does `work` and looks meanwhile, at once and then after every pause; what was seen, in order.
pub(super) fn beside<T, S: Send>(
    pause: Duration,
    look: impl Fn() -> Option<S> + Sync,
    work: impl FnOnce() -> Result<T>,
) -> Result<(T, Vec<S>)> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut seen = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                seen.extend(look());
                thread::park_timeout(pause);
            }
            seen
        });
        let done = work();
        is_over.store(true, Ordering::SeqCst);
        watch.thread().unpark();
        let seen = watch.join().ok().context("the watching thread stopped")?;
        Ok((done?, seen))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_meanwhile_and_stops_at_once() {
        let slept = || {
            thread::sleep(Duration::from_millis(100));
            Ok("done")
        };
        let (done, seen) = beside(Duration::from_millis(10), || Some(1), slept).unwrap();
        assert!(done == "done" && (2..=11).contains(&seen.len()), "{seen:?}");
        // The first look may come after the end.
        let long = Duration::from_secs(3_600);
        let (_, seen) = beside(long, || Some(1), || Ok(())).unwrap();
        assert!(seen.len() <= 1, "{seen:?}");
        assert!(beside(long, || Some(1), || -> Result<()> { anyhow::bail!("no") }).is_err());
    }
}
