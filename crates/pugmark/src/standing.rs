//! How a data directory stands: how it began, what it holds, and whether it is well.

use engine::{Engine, Status};
use model::Timestamp;
use model::resource::Birth;
use serde::Deserialize;

/// The same, whoever told it: an engine of our own or a server's face.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Standing {
    /// How it began.
    pub(crate) birth: Option<Birth>,
    /// Counts and sizes.
    pub(crate) status: Status,
}

impl Standing {
    /// Of a directory that this process has open.
    pub(crate) fn of(engine: &Engine) -> Self {
        Self { birth: engine.state().birth().cloned(), status: engine.status() }
    }

    /// Earliest and latest `eventTime`.
    pub(crate) fn times(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let Status { time_min_ms, time_max_ms, .. } = self.status;
        (time_min_ms.map(Timestamp), time_max_ms.map(Timestamp))
    }
}
