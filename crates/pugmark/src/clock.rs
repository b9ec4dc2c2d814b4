//! The time of day at the command line, where there is no engine to ask.

use model::Timestamp;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "a command that talks to a server has no engine whose clock it could ask"
)]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The start of a duration that is only shown.
#[expect(clippy::disallowed_methods, reason = "only a duration is shown")]
pub(crate) fn stopwatch() -> Instant {
    Instant::now()
}
