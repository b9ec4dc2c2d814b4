//! Stores from outside: against a map, over bytes that were touched, and as they were frozen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod accidents;
#[path = "../../../lake/tests/lake/memory.rs"]
mod memory;
mod oracle;
mod place;
mod version;
