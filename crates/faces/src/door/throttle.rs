//! Whoever comes where there is no room is told so before anything of them is looked at.

use super::call::Ids;
use super::{Door, respond, route};
use crate::fault;
use crate::metrics::Outcome;
use wire::{Request, Response};

/// Where there was no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crowd {
    /// Too many requests are under way.
    Requests,
    /// Their bodies, and the answers to them, take too much memory.
    Bytes,
    /// Its turn did not come in time.
    Wait,
}

impl Crowd {
    pub(crate) const ALL: [Self; 3] = [Self::Requests, Self::Bytes, Self::Wait];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Bytes => "bytes",
            Self::Wait => "wait",
        }
    }
}

impl Door {
    /// Sends a request away unread: the head alone says in which words. Nobody is proved to have
    /// asked, so nothing is recorded; it is counted.
    pub fn throttle(&self, head: &Request, crowd: Crowd) -> Response {
        let ids = Ids::new(self.engine.env());
        let route = route::route(head, None);
        let fault = fault::throttled(route.protocol, "Rate exceeded");
        self.metrics.count(&route, Outcome::Throttled, 0);
        self.metrics.count_crowd(crowd);
        respond::failure(&route, &fault, &ids.request)
    }
}
