//! Statements over a small lake, compared with what a plain reading of its records gives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, as it should"
)]

mod answers;
mod columns;
mod conditions;
mod corpus;
mod deadly;
mod groups;
mod handbook;
mod lab;
mod limits;
#[path = "../../../lake/tests/lake/memory.rs"]
mod memory;
mod order;
mod refusals;
mod specs;
mod statements;
mod straight;
mod world;
