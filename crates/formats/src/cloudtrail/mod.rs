//! CloudTrail: log files as AWS delivers them, and what a record says about itself.
//!
//! Reading is two steps: [`decompress`] gives the text of a file, [`each_record`] gives the
//! records in it, in place. The rest answers questions about one record: whose it is
//! ([`owner`]), what kind it is ([`category`]), when it happened ([`event_time`]), who did it
//! ([`username`]) and what was touched ([`resources`]).

mod arn_table;
mod category;
mod decompress;
mod document;
mod foreign;
mod limits;
mod marked;
mod owner;
mod plain;
mod resource_table;
mod resources;
mod rules;
mod skip;
mod username;
mod walk;

pub use category::category;
pub use decompress::decompress;
pub use document::{Outcome, each_record};
pub use limits::Limits;
pub use model::Category;
pub use owner::{event_time, owner};
pub use plain::plain;
pub use resources::{NAME_BYTES_MAX, REFS_MAX, ResourceFinder, ResourceRef, resources};
pub use rules::table_markdown;
pub use skip::{Reason, Skip};
pub use username::username;
