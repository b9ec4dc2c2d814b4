//! The lake from outside: whatever goes in comes back, whatever is asked is answered as a plain
//! list would answer it, and whatever is damaged is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod bugs;
mod call;
mod chain;
mod concurrency;
mod damage;
mod dice;
mod fidelity;
mod forgery;
mod globs;
mod memory;
mod numbered;
mod oracle;
mod question;
mod rows;
mod sample;
mod search;
mod tally;
mod version;
mod wild;
