//! Every limit of the listener that nobody need set, in one place; the others are in
//! `capacity.rs`.

use std::time::Duration;

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

/// Longest silence within a body. Slower than [`PACE_BYTES_S`], patience shrinks.
pub(super) const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// The slowest that a body may come and an answer may go in the long run, in bytes a second.
pub(super) const PACE_BYTES_S: u32 = 16 * 1024;

/// Most that is read and forgotten of a body that was refused.
pub(super) const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Longest time spent on that.
pub(super) const DRAIN_WAIT_MAX: Duration = Duration::from_secs(2);

/// Requests at work of one account while no other wants anything: enough to share a sync.
pub(super) const TURNS_ALONE_MAX: usize = 64;

/// Requests at work of one account while others want something: what they wait for.
pub(super) const TURNS_SHARED_MAX: usize = 8;

/// Requests at work of all.
pub(super) const TURNS_MAX: usize = 96;

/// Bytes of bodies at work: parsed, they take several times as much.
pub(super) const TURN_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of bodies at work of one account while others want something: all of them may stand
/// before another's in the writer's next frame.
pub(super) const TURN_BYTES_SHARED_MAX: usize = 512 * 1024;

/// An account that asked within this time may be about to ask again.
pub(super) const TURN_LATELY: Duration = Duration::from_secs(10);

/// Longest wait for a turn; beyond it, trying again later is better advice.
pub(super) const TURN_WAIT_MAX: Duration = Duration::from_millis(200);

/// How long somebody who is sent away waits for that answer, at least: a flood on a connection that
/// has no patience costs its sender time, and us less.
pub(super) const THROTTLE_PAUSE: Duration = Duration::from_millis(50);

/// From one such answer to the next: beyond 8,000 a second all wait longer, so that telling a flood
/// to come later leaves the processor to those who are let in.
pub(super) const THROTTLE_EVERY: Duration = Duration::from_micros(125);

/// Longest TLS handshake.
pub(super) const HANDSHAKE_WAIT_MAX: Duration = Duration::from_secs(10);

/// Longest wait for a client that takes nothing of its answer. Slower than [`PACE_BYTES_S`],
/// patience shrinks.
pub(super) const WRITE_PATIENCE: Duration = Duration::from_secs(30);

/// How long requests under way may go on after a signal to stop.
pub(super) const STOP_WAIT_MAX: Duration = Duration::from_secs(5);

/// Pause after a connection could not be accepted, as when file descriptors run out.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
