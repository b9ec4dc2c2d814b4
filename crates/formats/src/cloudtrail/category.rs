//! The kinds of records.

use model::{Category, Field, RecordView};

/// The record's category. `eventCategory` came with version 1.07; older records are told by
/// `eventType` and `managementEvent`.
pub fn category(view: &RecordView<'_>) -> Category {
    match view.raw(Field::EventCategory) {
        Some(b"Management") => Category::Management,
        Some(b"Data") => Category::Data,
        Some(b"NetworkActivity") => Category::NetworkActivity,
        Some(b"Insight") => Category::Insight,
        Some(b"Aggregated") => Category::Aggregated,
        Some(_) => Category::Other,
        None => before_1_07(view),
    }
}

fn before_1_07(view: &RecordView<'_>) -> Category {
    match view.raw(Field::EventType) {
        Some(b"AwsCloudTrailInsight") => Category::Insight,
        Some(b"AwsVpceEvents") => Category::NetworkActivity,
        Some(b"AwsAggregatedEvent") => Category::Aggregated,
        _ if view.management_event() == Some(false) => Category::Data,
        _ => Category::Management,
    }
}
