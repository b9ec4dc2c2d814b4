//! How often the log says the same thing: strangers must not fill a disk with it.

use crate::limits::LINES_A_SECOND_MAX;
use model::Timestamp;
use std::sync::{Mutex, PoisonError};

/// Counts lines by the second.
#[derive(Debug, Default)]
pub(super) struct Hush(Mutex<Second>);

#[derive(Debug, Default)]
struct Second {
    began: i64,
    lines: u32,
    unsaid: u64,
}

impl Hush {
    /// Whether a line may be written now, and how many were not since the last one.
    pub(super) fn may_say(&self, now: Timestamp) -> Option<u64> {
        // Nothing under this lock can leave it half changed.
        let mut second = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if second.began != now.seconds() {
            (second.began, second.lines) = (now.seconds(), 0);
        }
        if second.lines >= LINES_A_SECOND_MAX {
            second.unsaid += 1;
            return None;
        }
        second.lines += 1;
        Some(std::mem::take(&mut second.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_lines_becomes_a_count() {
        let hush = Hush::default();
        let said = |ms| (0..1_000).filter_map(|_| hush.may_say(Timestamp(ms))).collect::<Vec<_>>();
        let most = LINES_A_SECOND_MAX as usize;
        assert_eq!(said(5_000), vec![0; most]);
        assert!(said(5_999).is_empty());
        let next = said(6_000);
        assert_eq!((next.len(), next[0], next[1]), (most, 2_000 - most as u64, 0));
    }
}
