//! The binary as people run it: its commands, its answers in every form, its errors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that stops early has failed, and says so"
)]

mod asking;
mod home;
mod import;
mod logs;
mod open;
mod questions;
mod refusals;
mod server;
mod terminal;
mod up;
