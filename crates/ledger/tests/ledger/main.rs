//! Digests, from outside: what is written stays as AWS's validator accepted it, and an archive that
//! somebody changed is seen through.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod chain;
mod digest;
