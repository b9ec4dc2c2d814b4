//! How slow a client may be: it has some time to begin with, waiting for it takes time away, and
//! every byte gives some back.

use std::time::Duration;

/// How long a client is still waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    left: Duration,
    patience: Duration,
    bytes_per_s: u32,
}

impl Pace {
    /// Waits for `patience`; each second's worth of bytes buys another second, and never more
    /// patience than that is saved up.
    pub(super) const fn new(patience: Duration, bytes_per_s: u32) -> Self {
        Self { left: patience, patience, bytes_per_s }
    }

    /// How long it is still waited for.
    pub(super) const fn left(self) -> Duration {
        self.left
    }

    /// It was waited for so long.
    pub(super) fn waited(&mut self, time: Duration) {
        self.left = self.left.saturating_sub(time);
    }

    /// So many bytes went through.
    pub(super) fn moved(&mut self, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let earned = Duration::from_secs(1).saturating_mul(bytes) / self.bytes_per_s.max(1);
        self.left = self.left.saturating_add(earned).min(self.patience);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Seconds until patience ends, where `bytes` come every second; at most a thousand.
    fn lasts_s(bytes: usize) -> u32 {
        let mut pace = Pace::new(SECOND * 10, 100);
        for second in 0..1_000 {
            if pace.left() < SECOND {
                return second;
            }
            pace.waited(SECOND);
            pace.moved(bytes);
        }
        1_000
    }

    #[test]
    fn whoever_says_nothing_or_trickles_is_out_of_time() {
        assert_eq!(lasts_s(0), 10);
        assert_eq!(lasts_s(50), 19);
        assert_eq!(lasts_s(90), 91);
    }

    #[test]
    fn whoever_keeps_the_pace_has_time() {
        assert_eq!(lasts_s(100), 1_000);
        assert_eq!(lasts_s(1_000_000), 1_000);
    }

    #[test]
    fn a_burst_saves_up_no_more_than_the_patience() {
        let mut pace = Pace::new(SECOND * 10, 100);
        pace.waited(SECOND * 3);
        pace.moved(usize::MAX);
        assert_eq!(pace.left(), SECOND * 10);
        pace.waited(SECOND * 100);
        assert!(pace.left().is_zero());
    }
}
