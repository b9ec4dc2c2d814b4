//! What is counted, in Prometheus' text format:
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>.
//!
//! Labels are the names of operations that are built, and `other`: no stranger can add one.

mod figure;
mod row;

use crate::SERVICES;
use crate::door::{Crowd, Route};
use figure::Figure;
use row::Row;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use wire::Fault;

/// The label of what is not built.
const OTHER: &str = "other";

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// By the policies.
    Denied,
    Throttled,
    /// The caller's fault.
    Failed,
    /// Ours.
    Broken,
    /// Nobody was proved to have asked.
    Refused,
}

impl Outcome {
    const ALL: [Self; 6] =
        [Self::Succeeded, Self::Denied, Self::Throttled, Self::Failed, Self::Broken, Self::Refused];

    /// What an error answer means.
    pub(crate) fn of(fault: &Fault) -> Self {
        match fault.code.as_str() {
            "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => Self::Denied,
            "ThrottlingException" | "Throttling" | "RequestLimitExceeded" => Self::Throttled,
            _ if fault.sender => Self::Failed,
            _ => Self::Broken,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::Broken => "broken",
            Self::Refused => "refused",
        }
    }
}

/// The codes with which callers are turned away; any other is counted as `other`.
const REFUSALS: [&str; 16] = [
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AccessDenied",
    "InvalidAccessKeyId",
    "RequestTimeTooSkewed",
    OTHER,
];

/// Counters of one door.
#[derive(Debug)]
pub(crate) struct Metrics {
    rows: Vec<Row>,
    other: Row,
    refusals: [AtomicU64; REFUSALS.len()],
    crowds: [AtomicU64; Crowd::ALL.len()],
}

impl Default for Metrics {
    fn default() -> Self {
        let of_service = |service: &&'static crate::Service| {
            let name = service.name;
            service.operations.iter().map(move |it| Row::new(name, it.name))
        };
        Self {
            rows: SERVICES.iter().flat_map(of_service).collect(),
            other: Row::new(OTHER, OTHER),
            refusals: Default::default(),
            crowds: Default::default(),
        }
    }
}

impl Metrics {
    /// Counts one request.
    pub(crate) fn count(&self, route: &Route, outcome: Outcome, took_ms: i64) {
        self.row(route).count(outcome, took_ms);
    }

    /// Counts one caller who was turned away.
    pub(crate) fn count_refusal(&self, code: &str) {
        let at = REFUSALS.iter().position(|known| *known == code);
        let slot = self.refusals.get(at.unwrap_or(REFUSALS.len() - 1));
        if let Some(slot) = slot {
            slot.fetch_add(1, Relaxed);
        }
    }

    /// Counts one request that was sent away unread.
    pub(crate) fn count_crowd(&self, crowd: Crowd) {
        let counted = Crowd::ALL.iter().zip(&self.crowds).find(|(it, _)| **it == crowd);
        if let Some((_, count)) = counted {
            count.fetch_add(1, Relaxed);
        }
    }

    /// Everything, as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write_requests(&mut text);
        self.write_durations(&mut text);
        self.write_refusals(&mut text);
        self.write_crowds(&mut text);
        text
    }

    fn row(&self, route: &Route) -> &Row {
        let operation = route.operation.map(|operation| operation.name);
        let is_it = |row: &&Row| row.is(&route.service.name, operation.unwrap_or_default());
        self.rows.iter().find(is_it).unwrap_or(&self.other)
    }

    fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().chain([&self.other])
    }

    fn write_requests(&self, text: &mut String) {
        let figure = Figure::counter("pugmark_requests_total", "Requests, by how they ended.");
        figure.write_head(text);
        self.all().for_each(|row| row.write_outcomes(&figure, text));
    }

    fn write_durations(&self, text: &mut String) {
        let help = "Time from the whole request to the answer, record made durable.";
        let figure = Figure::histogram("pugmark_request_duration_seconds", help);
        figure.write_head(text);
        self.all().for_each(|row| row.write_durations(&figure, text));
    }

    fn write_refusals(&self, text: &mut String) {
        let help = "Requests whose sender was not proved, by the code they got.";
        let figure = Figure::counter("pugmark_authentication_failures_total", help);
        figure.write_head(text);
        for (code, count) in REFUSALS.iter().zip(&self.refusals) {
            let count = count.load(Relaxed);
            // A write to a String cannot fail.
            let _ = writeln!(text, "{}{{code=\"{code}\"}} {count}", figure.name);
        }
    }

    fn write_crowds(&self, text: &mut String) {
        let help = "Requests sent away unread and unrecorded, by what there was too much of.";
        let figure = Figure::counter("pugmark_throttled_unread_total", help);
        figure.write_head(text);
        for (crowd, count) in Crowd::ALL.iter().zip(&self.crowds) {
            let (crowd, count) = (crowd.label(), count.load(Relaxed));
            // A write to a String cannot fail.
            let _ = writeln!(text, "{}{{crowd=\"{crowd}\"}} {count}", figure.name);
        }
    }
}

/// The engine's own figures, as text.
pub(crate) fn of_engine(engine: &engine::Engine) -> String {
    figure::of_engine(&engine.status())
}
