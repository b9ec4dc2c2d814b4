//! Buckets that refused a file are left alone for a while, longer each time.

use crate::settings::{DELIVERY_PAUSE_MS, DELIVERY_PAUSE_MS_MAX};
use model::Timestamp;
use std::collections::HashMap;

/// By trail and bucket.
#[derive(Debug, Default)]
pub(crate) struct Pauses(HashMap<(String, String), Pause>);

#[derive(Debug)]
struct Pause {
    refusals: u32,
    until: Timestamp,
}

impl Pauses {
    pub(crate) fn is_paused(&self, trail: &str, bucket: &str, now: Timestamp) -> bool {
        let pause = self.0.get(&(trail.to_owned(), bucket.to_owned()));
        // A clock that was set back must not make it last.
        let lasts = |it: &Pause| now < it.until && it.until.0 - now.0 <= DELIVERY_PAUSE_MS_MAX;
        pause.is_some_and(lasts)
    }

    pub(crate) fn refused(&mut self, trail: &str, bucket: &str, now: Timestamp) {
        let key = (trail.to_owned(), bucket.to_owned());
        let pause = self.0.entry(key).or_insert(Pause { refusals: 0, until: now });
        let doublings = pause.refusals.min(16);
        let pause_ms = DELIVERY_PAUSE_MS.saturating_mul(1 << doublings).min(DELIVERY_PAUSE_MS_MAX);
        *pause = Pause { refusals: doublings + 1, until: Timestamp(now.0 + pause_ms) };
    }

    pub(crate) fn taken(&mut self, trail: &str, bucket: &str) {
        self.0.remove(&(trail.to_owned(), bucket.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_end_with_success() {
        let (mut pauses, mut now) = (Pauses::default(), Timestamp(0));
        let mut lengths = Vec::new();
        for _ in 0..12 {
            pauses.refused("t", "b", now);
            let start = now;
            while pauses.is_paused("t", "b", now) {
                now.0 += 1_000;
            }
            lengths.push((now.0 - start.0) / 1_000);
        }
        assert_eq!(lengths, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]);
        pauses.refused("t", "b", now);
        assert!(!pauses.is_paused("t", "c", now) && !pauses.is_paused("u", "b", now));
        assert!(!pauses.is_paused("t", "b", Timestamp(0)), "the clock was set back");
        pauses.taken("t", "b");
        assert!(!pauses.is_paused("t", "b", now));
    }
}
