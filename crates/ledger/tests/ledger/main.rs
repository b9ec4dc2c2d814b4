//! Digests, from outside.

mod chain;
mod digest;
