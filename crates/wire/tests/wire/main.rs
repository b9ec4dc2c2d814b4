//! The promises of `wire`, checked from outside: signatures against AWS's published examples and
//! against AWS's own signer, protocols by round trips and hostile input.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod answers;
mod hostile;
mod mutants;
mod oracle;
mod published;
mod refusals;
mod signatures;
