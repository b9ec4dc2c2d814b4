//! Fuzz targets: each gives a stranger's bytes to one parser and holds the answer against what
//! must be true of it. `docs/fuzzing.md` has the list.
//!
//! A target panics where a claim does not hold; the fuzzer keeps the input.

// Modules of the crate `query` name the SQL parser by way of the engine that brings it along.
// Here the parser comes alone, under the same name.
extern crate self as datafusion;

mod bits;
mod client;
mod example;
mod http_text;
#[path = "../../crates/lake/tests/lake/memory.rs"]
mod memory;
mod memory_engine;
mod target;
mod targets;
#[path = "../../crates/faces/tests/faces/wait.rs"]
mod wait;
mod words;

pub use target::{Target, all, named};
pub use words::words;

/// What the engine's crate calls `sql`.
pub mod sql {
    pub use sqlparser;
}

#[path = "../../crates/query/src/gate.rs"]
mod gate;

#[expect(dead_code, reason = "of the file, only what the gate and the parser use is called")]
#[path = "../../crates/query/src/error.rs"]
mod error;

mod dialect;
