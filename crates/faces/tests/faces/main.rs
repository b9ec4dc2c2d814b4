//! The faces from outside: requests as clients send them, answers as clients get them, and the
//! records that stay.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may stop at once"
)]

mod authentication;
mod coverage;
mod door;
mod extended;
mod golden;
mod house;
mod kms;
mod lake;
mod lookup;
mod object_keys;
mod ours;
mod public_keys;
mod request;
mod s3;
mod sns;
mod trails;
mod triptych;
mod wait;
