//! Limits, in one place.

use std::time::Duration;

/// Buckets of one configuration; each has a thread.
pub(crate) const BUCKETS_MAX: usize = 16;
/// Accounts whose trails may deliver into one bucket.
pub(crate) const ACCOUNTS_MAX: usize = 1_000;
/// Longest endpoint, region, profile or name of a variable, in bytes.
pub(crate) const TEXT_BYTES_MAX: usize = 256;
/// Longest file of credentials, in bytes.
pub(crate) const CREDENTIALS_BYTES_MAX: u64 = 64 << 10;
/// Longest key id, secret or token, in bytes.
pub(crate) const SECRET_BYTES_MAX: usize = 8 << 10;
/// Longest file of certificates, in bytes.
pub(crate) const CA_BYTES_MAX: u64 = 1 << 20;
/// What is read of an answer, in bytes.
pub(crate) const REPLY_BYTES_MAX: usize = 64 << 10;
/// What is kept of a message, in characters.
pub(crate) const MESSAGE_CHARS_MAX: usize = 400;
/// Until a connection stands.
pub(crate) const CONNECT_TIME: Duration = Duration::from_secs(10);
/// A whole attempt, from the name's look-up to the end of the answer.
pub(crate) const PUT_TIME: Duration = Duration::from_secs(120);
