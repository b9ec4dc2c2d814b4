//! When those who are sent away are told so. A pure value: no clock.
//!
//! Telling costs little, and yet more than asking does: a flood that is told at once asks again at
//! once, and in the end nothing is done but telling.

use std::time::Duration;
use tokio::time::Instant;

/// Gives out moments, no more than so many a second.
#[derive(Debug)]
pub(super) struct Refusals {
    pause: Duration,
    every: Duration,
    /// The first moment that is nobody's yet.
    next: Instant,
}

impl Refusals {
    /// Nobody is told before `pause` is over, and one `every` so often.
    pub(super) const fn new(pause: Duration, every: Duration, now: Instant) -> Self {
        Self { pause, every, next: now }
    }

    /// When somebody who is sent away now is told so.
    ///
    /// INVARIANT (bounded wait): each connection waits for one such moment at a time, so the last
    /// one is no further than `pause` and as many times `every` as there are connections.
    pub(super) fn moment(&mut self, now: Instant) -> Instant {
        let moment = self.next.max(now + self.pause);
        self.next = moment + self.every;
        moment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_millis(50);
    const EVERY: Duration = Duration::from_millis(1);

    #[test]
    fn who_comes_alone_waits_for_the_pause_only() {
        let start = Instant::now();
        let mut refusals = Refusals::new(PAUSE, EVERY, start);
        assert_eq!(refusals.moment(start), start + PAUSE);
        let later = start + Duration::from_secs(60);
        assert_eq!(refusals.moment(later), later + PAUSE, "silence is not saved up");
    }

    #[test]
    fn a_flood_is_told_at_an_even_rate_and_the_wait_has_an_end() {
        let start = Instant::now();
        let mut refusals = Refusals::new(PAUSE, EVERY, start);
        let moments: Vec<Instant> = (0..1_000).map(|_| refusals.moment(start)).collect();
        assert!(moments.windows(2).all(|pair| pair[1] - pair[0] == EVERY));
        assert_eq!(moments.last(), Some(&(start + PAUSE + EVERY * 999)));
        assert_eq!(refusals.moment(start + Duration::from_secs(9)).elapsed(), Duration::ZERO);
    }
}
