//! The one place of `xtask` that reads a clock: only durations are shown, nothing depends on them.

use std::time::{Duration, Instant};

/// Tells how long something took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts counting now.
    #[expect(clippy::disallowed_methods, reason = "a tool that prints how long a step took")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// The time since the start, in seconds.
    pub(crate) fn seconds(self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

/// The time of day, for names and signatures: seconds since 1970.
pub(crate) fn now_unix_s() -> u64 {
    now_unix_us() / 1_000_000
}

/// The time of day, to be compared with what a trace of system calls says: microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "signed requests of the tools need the date")]
pub(crate) fn now_unix_us() -> u64 {
    let age = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    age.map_or(0, |age| u64::try_from(age.as_micros()).unwrap_or(u64::MAX))
}
