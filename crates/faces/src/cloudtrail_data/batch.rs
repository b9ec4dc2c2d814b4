//! The events of one request.

use super::audit_event::AuditEvent;
use super::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most events of a request, and the bytes of their ids and data together.
const EVENTS_MAX: usize = 100;
const BYTES_MAX: usize = 1 << 20;

/// Events in the order in which they were sent.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Batch(Vec<AuditEvent>);

impl Batch {
    /// The events, if there are as many as may be and no two have one id.
    pub(super) fn checked(&self) -> Result<&[AuditEvent], Error> {
        let events = self.0.as_slice();
        let refuse = |why| Err(Error::Validation(why));
        if !(1..=EVENTS_MAX).contains(&events.len()) {
            let count = events.len();
            return refuse(format!("`auditEvents` has {count} items: send 1 to {EVENTS_MAX}"));
        }
        let bytes = events.iter().map(|event| event.id.len() + event.data.len()).sum::<usize>();
        if bytes > BYTES_MAX {
            return refuse(format!("`auditEvents` has {bytes} bytes: send at most {BYTES_MAX}"));
        }
        let mut seen = HashSet::with_capacity(events.len());
        for event in events {
            if !event.has_good_id() {
                let id: String = event.id.chars().take(128).collect();
                return refuse(format!(
                    "`{id}` is no id of an event: give 1 to 128 letters, digits, `-` and `_`"
                ));
            }
            if !seen.insert(event.id.as_str()) {
                return Err(Error::DuplicatedAuditEventId(format!(
                    "two events of the request have the id `{}`: give each its own",
                    event.id
                )));
            }
        }
        Ok(events)
    }
}
