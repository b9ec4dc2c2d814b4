//! "Does this record match?", compiled once and asked millions of times.
//!
//! Promise: matching is total and bounded, and allocates nothing for records without escapes.

mod basic;
mod category;
mod condition;
mod error;
mod rules;
mod scope;
mod selector;

pub use basic::{BASIC_SELECTORS_MAX, BASIC_VALUES_MAX};
pub use category::EventCategory;
pub use error::Invalid;
pub use selector::{EventSelectors, SELECTORS_MAX, VALUE_BYTES_MAX, VALUES_MAX};
