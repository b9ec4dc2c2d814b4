//! Advanced event selectors: compiled, and asked of a record.
//!
//! Claims: compiling and matching are total; the order of selectors and of their conditions does
//! not matter; a second selector never takes records away; what is compiled is within the limits;
//! a condition on `eventName` says what a plain reading of it says.

use model::resource::{AdvancedEventSelector, FieldSelector};
use model::{RecordView, Scan};
use pattern::{EventSelectors, SELECTORS_MAX, VALUES_MAX};
use serde_json::Value;

/// Selectors and a record, in turn.
const SEEDS: &str = include_str!("../../seeds/selectors.txt");

pub(crate) fn run(data: &[u8]) {
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (selectors, record) = data.split_at(split);
    let Ok(selectors) = serde_json::from_slice::<Vec<AdvancedEventSelector>>(selectors) else {
        return;
    };
    let compiled = match EventSelectors::compile(&selectors) {
        Ok(compiled) => compiled,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    within_limits(&selectors);
    let record = record.get(1..).unwrap_or_default();
    let mut scan = Scan::default();
    let Ok(end) = scan.read(record, 0) else { return };
    let record = &record[..end];
    if str::from_utf8(record).is_ok() {
        let view = RecordView::new(record, &scan);
        check(&selectors, &compiled, &view);
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let lines: Vec<&str> = SEEDS.lines().collect();
    let mut seeds: Vec<Vec<u8>> = lines.chunks(2).map(|pair| pair.join("\n").into()).collect();
    for record in crate::example::records() {
        seeds.push(format!("{}\n{record}", lines.first().unwrap_or(&"[]")).into());
    }
    seeds
}

fn within_limits(selectors: &[AdvancedEventSelector]) {
    assert!((1..=SELECTORS_MAX).contains(&selectors.len()));
    let fields = selectors.iter().flat_map(|selector| &selector.field_selectors);
    let values: usize = fields.map(|field| field.equals.len() + field.not_equals.len()).sum();
    assert!(values <= VALUES_MAX);
}

fn check(all: &[AdvancedEventSelector], compiled: &EventSelectors, view: &RecordView<'_>) {
    let matches = compiled.matches(view);
    let mut turned = all.to_vec();
    turned.reverse();
    turned.iter_mut().for_each(|selector| selector.field_selectors.reverse());
    let turned = EventSelectors::compile(&turned).expect("the order of selectors matters");
    assert_eq!(turned.matches(view), matches, "the order of selectors matters");
    let alone = |selector: &AdvancedEventSelector| {
        let one = EventSelectors::compile(std::slice::from_ref(selector));
        one.expect("a selector of a sound list is sound").matches(view)
    };
    assert_eq!(all.iter().any(alone), matches, "selectors are not independent");
    if matches {
        assert!(all.iter().any(|selector| plainly(selector, view)), "a plain reading refuses it");
    }
}

/// Whether the conditions on `eventName` hold, as one reads them.
fn plainly(selector: &AdvancedEventSelector, view: &RecordView<'_>) -> bool {
    // A member that comes twice is another matter: readers differ.
    let twice = view.bytes.windows(11).filter(|it| *it == b"\"eventName\"").count() > 1;
    let Ok(record) = serde_json::from_slice::<Value>(view.bytes) else { return true };
    let name = record.get("eventName").and_then(Value::as_str);
    let fields = selector.field_selectors.iter().filter(|it| it.field == "eventName");
    twice || fields.into_iter().all(|field| holds(field, name))
}

fn holds(field: &FieldSelector, name: Option<&str>) -> bool {
    let any = |values: &[String], test: fn(&str, &str) -> bool| {
        values.iter().any(|value| name.is_some_and(|name| test(name, value)))
    };
    let (is, starts, ends) = (
        |a: &str, b: &str| a == b,
        |a: &str, b: &str| a.starts_with(b),
        |a: &str, b: &str| a.ends_with(b),
    );
    let free =
        field.equals.is_empty() && field.starts_with.is_empty() && field.ends_with.is_empty();
    let chosen =
        any(&field.equals, is) || any(&field.starts_with, starts) || any(&field.ends_with, ends);
    let refused = any(&field.not_equals, is)
        || any(&field.not_starts_with, starts)
        || any(&field.not_ends_with, ends);
    (free || chosen) && !refused
}
