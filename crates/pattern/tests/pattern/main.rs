//! Selectors as clients give them, against records as they come.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod matching;
mod refusals;
mod trails;

use model::resource::AdvancedEventSelector;
use model::{RecordView, Scan};
use pattern::{EventSelectors, Invalid};

/// Compiles selectors written as a list of JSON lists of field selectors.
pub(crate) fn compile(fields: &[&str]) -> Result<EventSelectors, Invalid> {
    let selector = |fields: &&str| {
        let text = format!(r#"{{"FieldSelectors":[{fields}]}}"#);
        serde_json::from_str::<AdvancedEventSelector>(&text).unwrap()
    };
    EventSelectors::compile(&fields.iter().map(selector).collect::<Vec<_>>())
}

/// Whether selectors choose a record.
pub(crate) fn holds(selectors: &EventSelectors, record: &str) -> bool {
    let mut scan = Scan::default();
    scan.read(record.as_bytes(), 0).unwrap();
    selectors.matches(&RecordView::new(record.as_bytes(), &scan))
}
