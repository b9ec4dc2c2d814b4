//! Where the values of a column come from.

use crate::table::identities::{Identities, Lineage};
use crate::table::schema::{Column, JsonPath, Kind, SESSION_CHAIN};
use lake::Path;
use std::sync::Arc;

/// Where the values of a column come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// From a place in the record, as text or as JSON.
    Text(Path),
    /// From a place in the record, `true` or `false`.
    Boolean(Path),
    /// What was found out about the call when it came in.
    ReadOnly,
    /// When it happened.
    Time,
    /// When it came in.
    Ingested,
    /// How it came in.
    Origin,
    /// Whose record it is.
    Owner,
    /// The record, byte for byte.
    Record,
    /// The SHA-256 of those bytes.
    Checksum,
    /// Who is behind it.
    Lineage(Lineage, Arc<Identities>),
}

impl Source {
    pub(crate) fn of_column(column: &Column, identities: &Arc<Identities>) -> Self {
        match (column.canonical, column.kind) {
            ("eventTime", _) => Self::Time,
            ("ingestion_time", _) => Self::Ingested,
            ("readOnly", _) => Self::ReadOnly,
            ("origin", _) => Self::Origin,
            ("owner", _) => Self::Owner,
            ("eventJson", _) => Self::Record,
            ("eventJsonChecksum", _) => Self::Checksum,
            ("root_identity", _) => Self::Lineage(Lineage::Root, Arc::clone(identities)),
            (SESSION_CHAIN, _) => Self::Lineage(Lineage::Session, Arc::clone(identities)),
            (name, Kind::Boolean) => Self::Boolean(Path::text(ways(split(name)))),
            (name, Kind::Map | Kind::Row | Kind::Array) => {
                Self::Text(Path::json(ways(split(name))))
            }
            // Aggregated events spell it so.
            ("eventID", _) => {
                Self::Text(Path::text([ways(split("eventID")), ways(split("eventId"))].concat()))
            }
            (name, _) => Self::Text(Path::text(ways(split(name)))),
        }
    }

    pub(crate) fn of_path(path: &JsonPath) -> Self {
        let keys = split(&path.member).into_iter().chain(path.keys.iter().cloned()).collect();
        Self::Text(if path.raw { Path::json(ways(keys)) } else { Path::text(ways(keys)) })
    }
}

fn split(name: &str) -> Vec<String> {
    name.split('.').map(str::to_owned).collect()
}

/// The way from the record's top, and the one that activity audit logs have.
fn ways(keys: Vec<String>) -> Vec<Vec<String>> {
    let own = matches!(keys.first().map(String::as_str), Some("metadata" | "eventData"));
    let within = std::iter::once("eventData".to_owned()).chain(keys.iter().cloned()).collect();
    if own { vec![keys] } else { vec![keys, within] }
}
