//! Whether the clock can be believed. The kernel's own word is to be had by a call that is not
//! safe; what keeps the clock leaves marks in files.

use super::{Clocks, Known, Line};
use std::path::Path;
use std::time::Instant;

/// Made by the service when it has set the clock by the network, or while it runs.
const MARKS: &[(&str, &str)] = &[
    ("/run/systemd/timesync/synchronized", "systemd-timesyncd has set it"),
    ("/run/chrony/chronyd.pid", "chronyd runs"),
    ("/var/run/chrony/chronyd.pid", "chronyd runs"),
    ("/run/chronyd.pid", "chronyd runs"),
    ("/run/ntpd.pid", "ntpd runs"),
    ("/var/run/ntpd.pid", "ntpd runs"),
    ("/run/openntpd.pid", "openntpd runs"),
];

/// Apart by more, the clock was set while it was looked at, in milliseconds.
const JUMP_MS: i64 = 200;
/// The newest record may be so far ahead, in milliseconds.
const AHEAD_MS: i64 = 1_000;

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    wall_ms: i64,
    steady: Instant,
}

impl Reading {
    pub(super) fn take(clocks: Clocks) -> Self {
        Self { wall_ms: (clocks.wall_ms)(), steady: (clocks.steady)() }
    }
}

/// Compares the clocks with what they were `before`, and with the newest record.
pub(super) fn check(before: Reading, clocks: Clocks, known: &Known) -> Vec<Line> {
    let now = Reading::take(clocks);
    let steady = now.steady.saturating_duration_since(before.steady).as_millis();
    let steady_ms = i64::try_from(steady).unwrap_or(i64::MAX);
    let mark = MARKS.iter().find(|(path, _)| Path::new(path).exists());
    vec![
        kept(mark.map(|(_, who)| *who)),
        jump((now.wall_ms - before.wall_ms).saturating_sub(steady_ms)),
        ahead(known.newest_ms, now.wall_ms),
    ]
}

fn kept(who: Option<&str>) -> Line {
    match who {
        Some(who) => Line::ok("clock", who),
        None => Line::warning(
            "clock",
            "nothing is seen that sets it by the network",
            "run chronyd or systemd-timesyncd; in a container the machine outside may do it",
        ),
    }
}

fn jump(by_ms: i64) -> Line {
    match by_ms.abs() > JUMP_MS {
        false => Line::ok("clock jumps", "none while this ran"),
        true => Line::bad(
            "clock jumps",
            format!("it was set by {by_ms} ms while this ran"),
            "find out what sets the clock, and let it do so slowly",
        ),
    }
}

fn ahead(newest_ms: Option<i64>, now_ms: i64) -> Line {
    match newest_ms.map(|newest| newest - now_ms) {
        None => Line::ok("clock and records", "there is no record yet"),
        Some(ahead) if ahead > AHEAD_MS => Line::bad(
            "clock and records",
            format!("the newest record came in {ahead} ms after now: the clock went back"),
            "set the clock right; records keep their order, but times and retention go by it",
        ),
        Some(_) => Line::ok("clock and records", "no record is later than now"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    #[test]
    fn a_clock_that_was_set_or_went_back_is_told() {
        assert_eq!([0, 150, -150].map(|ms| jump(ms).state), [State::Ok; 3]);
        assert_eq!([900, -3_600_000].map(|ms| jump(ms).state), [State::Bad; 2]);
        assert_eq!([None, Some(5), Some(900)].map(|ms| ahead(ms, 0).state), [State::Ok; 3]);
        let back = ahead(Some(60_000), 0);
        assert_eq!(back.state, State::Bad);
        assert!(back.cause.contains("60000 ms"), "{}", back.cause);
        assert_eq!((kept(Some("x")).state, kept(None).state), (State::Ok, State::Warning));
    }
}
