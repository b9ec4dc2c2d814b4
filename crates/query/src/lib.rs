//! Statements over the lake: the only crate that knows Arrow and DataFusion.
//!
//! Promise: a statement is answered from one moment, within limits, or refused by name.

mod batch_stream;
mod database;
mod dialect;
mod engine_error;
mod error;
mod functions;
mod gate;
mod lake_tables;
mod reference;
mod render;
mod run;
mod session;
mod straight;
mod straight_groups;
pub mod table;
pub mod worker;

pub use database::{Cancel, Database, Flow, Limits, Sink, Stats, Tables};
pub use error::{Error, ErrorKind, Place};
pub use gate::Gate;
pub use lake_tables::{LakeTables, Named};
pub use reference::{examples, reference};
