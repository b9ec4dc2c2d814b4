//! Selectors as clients give them, against records as they come.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod matching;
mod refusals;

use model::resource::AdvancedEventSelector;
use pattern::{EventSelectors, Invalid};

/// Compiles selectors written as a list of JSON lists of field selectors.
pub(crate) fn compile(fields: &[&str]) -> Result<EventSelectors, Invalid> {
    let selector = |fields: &&str| {
        let text = format!(r#"{{"FieldSelectors":[{fields}]}}"#);
        serde_json::from_str::<AdvancedEventSelector>(&text).unwrap()
    };
    EventSelectors::compile(&fields.iter().map(selector).collect::<Vec<_>>())
}
