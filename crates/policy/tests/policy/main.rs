//! The policy language against AWS's documented rules, and against a second, naive reading of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail by panicking"
)]

mod combining;
mod conditions;
mod elements;
mod fact;
mod limits;
mod malformed;
mod naive;
mod people;
mod public;
mod random;
mod variables;
