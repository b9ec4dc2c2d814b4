//! One event of an answer: what its record says about itself.

use super::plain;
use engine::Found;
use formats::cloudtrail::{self, ResourceRef};
use model::{Field, RecordView, Scan, Timestamp};
use serde::{Serialize, Serializer};

/// An `Event` as `LookupEvents` gives it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Event {
    /// Where the record has none, the id it is known by here.
    event_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_name: Option<String>,
    /// A text here, a truth value in the record: so AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<String>,
    #[serde(serialize_with = "epoch")]
    event_time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    resources: Vec<Resource>,
    /// The record itself, byte for byte but for its context.
    cloud_trail_event: String,
}

/// What an event touched.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Resource {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_type: Option<String>,
    resource_name: String,
}

impl Event {
    /// Reads a record that was found.
    pub(super) fn of(found: &Found) -> Self {
        let mut scan = Scan::default();
        // What is kept was read when it came in; what cannot be read again tells only its bytes.
        let _ = scan.read(&found.bytes, 0);
        let view = RecordView::new(&found.bytes, &scan);
        let text = |field| view.text(field).map(|text| text.into_owned());
        Self {
            event_id: text(Field::EventId).unwrap_or_else(|| found.id.to_uuid()),
            event_name: text(Field::EventName),
            read_only: view.read_only().map(|it| if it { "true" } else { "false" }),
            access_key_id: text(Field::AccessKeyId).filter(|id| !id.is_empty()),
            event_time: found.place.time,
            event_source: text(Field::EventSource),
            username: cloudtrail::username(&view).map(|name| name.into_owned()),
            resources: resources(&view),
            cloud_trail_event: plain::text(found, &view),
        }
    }
}

fn resources(view: &RecordView<'_>) -> Vec<Resource> {
    let mut found = Vec::new();
    cloudtrail::resources(view, &mut found);
    found.iter().map(Resource::of).collect()
}

impl Resource {
    fn of(found: &ResourceRef<'_>) -> Self {
        let kind = Some(found.kind.as_ref()).filter(|kind| !kind.is_empty());
        Self {
            resource_type: kind.map(str::to_owned),
            resource_name: found.name.as_ref().to_owned(),
        }
    }
}

/// Seconds since the epoch, whole ones as a whole number.
#[expect(clippy::cast_precision_loss, reason = "times of this millennium fit")]
fn epoch<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    match time.0 % 1_000 {
        0 => serializer.serialize_i64(time.seconds()),
        _ => serializer.serialize_f64(time.0 as f64 / 1_000.0),
    }
}
