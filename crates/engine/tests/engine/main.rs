//! The engine from outside: simulated disks that lose power, real directories, imports, keys,
//! overload.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod asking;
mod bodies;
mod call;
mod damage;
mod delivering;
mod duplicates;
mod encrypted;
mod encryption;
mod gate;
mod groups;
mod home;
mod importing;
mod keys;
mod lab;
mod lifecycle;
mod logs;
mod meanwhile;
mod objects;
mod opening;
mod overload;
mod queries;
mod resuming;
mod retention;
mod rows;
mod sealing;
mod sim;
mod stores;
mod trails;
mod verify;
