//! Accidents: crashes, cuts, rot, full and broken disks. Nothing acknowledged may be missing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod accident;
mod bugs;
mod crash;
mod disk;
mod encrypted;
mod faults;
mod frames;
mod harness;
mod oracle;
mod real;
mod snapshots;
mod versions;
