//! The lake as a table: parts and tail of one snapshot, seen through a flat schema.

mod chunk;
mod compiled;
mod counts;
mod dictionaries;
mod exec;
mod group_exec;
mod grouping;
mod groups;
mod identities;
mod lexicon;
mod members;
mod part_chunk;
mod predicate;
mod provider;
mod scan;
pub mod schema;
mod sorted;
mod source;
mod spec;
mod spelling;
mod tail_chunk;
mod tally;
mod threads;

pub use counts::CountByCode;
pub use dictionaries::Dictionaries;
pub use group_exec::GroupByCode;
pub(crate) use group_exec::GroupExec;
pub(crate) use grouping::{Grouping, Told, Top};
pub use provider::LakeTable;
pub use schema::{COLUMNS, Column, JsonPath, Kind, Wanted};
pub use spec::TableSpec;
