//! How long those who are sent away wait until they are told so.
//!
//! Telling costs little, and yet more than asking does: a flood that is told at once asks again at
//! once, and in the end nothing is done but telling.

use super::limits::{THROTTLE_EVERY, THROTTLE_PAUSE};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// Those who were sent away and do not know it yet.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    waiting: AtomicU32,
}

/// One of them; whoever hangs up is none any more.
struct Refused<'a>(&'a AtomicU32);

impl Refusals {
    /// Waits as long as whoever is sent away now has to.
    ///
    /// INVARIANT (bounded wait): only connections that are open are counted, so nobody waits
    /// longer than [`THROTTLE_EVERY`] times as many as there may be.
    pub(super) async fn hold_back(&self) {
        let (_refused, pause) = self.enter();
        tokio::time::sleep(pause).await;
    }

    fn enter(&self) -> (Refused<'_>, Duration) {
        let before = self.waiting.fetch_add(1, Relaxed);
        let pause = THROTTLE_PAUSE.max(THROTTLE_EVERY.saturating_mul(before));
        (Refused(&self.waiting), pause)
    }
}

impl Drop for Refused<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_sent_away_alone_waits_for_the_pause_only() {
        let refusals = Refusals::default();
        for _ in 0..10_000 {
            assert_eq!(refusals.enter().1, THROTTLE_PAUSE);
        }
    }

    #[test]
    fn a_flood_is_told_at_an_even_rate_and_hanging_up_makes_nobody_wait() {
        let refusals = Refusals::default();
        let flood: Vec<_> = (0..1_000).map(|_| refusals.enter()).collect();
        let pauses: Vec<Duration> = flood.iter().map(|(_, pause)| *pause).collect();
        assert_eq!(pauses[0], THROTTLE_PAUSE);
        assert!(pauses[600..].windows(2).all(|pair| pair[1] - pair[0] == THROTTLE_EVERY));
        assert_eq!(pauses[999], THROTTLE_EVERY * 999);
        drop(flood);
        assert_eq!(refusals.enter().1, THROTTLE_PAUSE);
    }
}
