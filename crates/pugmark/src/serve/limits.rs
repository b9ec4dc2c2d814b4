//! Every limit of the listener, in one place.

use std::time::Duration;

/// Most connections at a time; for a further one the longest idle has to go.
pub(super) const CONNECTIONS_MAX: usize = 1_024;

/// Most connections that wait to be accepted.
pub(super) const QUEUE_MAX: u32 = 1_024;

/// Longest head of a request.
pub(super) const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Most header lines of a request.
pub(super) const HEADERS_MAX: usize = 100;

/// Longest wait for the head of a request, an idle connection's included.
pub(super) const HEAD_WAIT_MAX: Duration = Duration::from_secs(10);

/// Longest body of a request: no more is read than is looked at.
pub(super) const BODY_BYTES_MAX: usize = wire::BODY_BYTES_MAX;

/// Longest wait for a whole body.
pub(super) const BODY_WAIT_MAX: Duration = Duration::from_secs(60);

/// Most that is read and forgotten of a body that was refused.
pub(super) const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Longest time spent on that.
pub(super) const DRAIN_WAIT_MAX: Duration = Duration::from_secs(2);

/// Bodies under way, all together; beyond that the answer is "slow down".
pub(super) const BODIES_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Longest TLS handshake.
pub(super) const HANDSHAKE_WAIT_MAX: Duration = Duration::from_secs(10);

/// Longest wait for a client that does not take its answer.
pub(super) const WRITE_WAIT_MAX: Duration = Duration::from_secs(60);

/// How long requests under way may go on after a signal to stop.
pub(super) const STOP_WAIT_MAX: Duration = Duration::from_secs(5);

/// Pause after a connection could not be accepted, as when file descriptors run out.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
