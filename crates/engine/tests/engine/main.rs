//! The engine from outside: simulated disks that lose power, real directories, imports, keys,
//! overload.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod call;
mod rows;
mod sim;
