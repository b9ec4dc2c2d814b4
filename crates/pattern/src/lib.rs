//! "Does this record match?", compiled once and asked millions of times.
//!
//! Promise: matching is total and bounded, and allocates nothing for records without escapes.

mod category;
mod condition;
mod error;
mod rules;
mod selector;

pub use category::EventCategory;
pub use error::Invalid;
pub use selector::{EventSelectors, SELECTORS_MAX, VALUE_BYTES_MAX, VALUES_MAX};
