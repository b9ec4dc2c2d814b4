//! The lake: sealed parts, their indexes, the tail, and look-ups over both.
//!
//! Promise: a query sees one moment, and a record comes back byte for byte as it came.

mod bits;
mod block;
mod cache;
mod column;
mod dictionary;
mod draft;
mod error;
mod format;
mod hits;
mod matcher;
mod names;
mod part;
mod plan;
mod postings;
mod reader;
mod row;
mod seal;
mod search;
mod shape;
mod snapshot;
mod tail;
mod varint;

pub use cache::PartCache;
pub use draft::{Draft, ROWS_MAX};
pub use error::Error;
pub use part::Part;
pub use reader::Reader;
pub use row::{Flags, Row};
pub use seal::{Facts, Numbering, Sealed};
pub use search::{Attribute, Found, LIMIT_MAX, Match, Page, Place, Search, Term};
pub use snapshot::{Check, Known, Snapshot};
pub use tail::{Entry, Generation};
