//! A verified call: all its record needs but how it ended.

use super::Caller;
use super::route::Route;
use engine::Env;
use serde_json::Value;
use wire::{Request, Tls};

/// Made when the request arrives.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    /// `requestID`, given back in the answer.
    pub(super) request: String,
    /// `eventID` of the record.
    pub(super) event: String,
}

impl Ids {
    pub(super) fn new(env: &Env) -> Self {
        Self { request: env.uuid(), event: env.uuid() }
    }
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) route: Route,
    pub(super) caller: Caller,
    pub(super) ids: Ids,
    /// `requestParameters`.
    pub(super) parameters: Value,
    pub(super) host: Option<String>,
    pub(super) tls: Option<Tls>,
}

impl Call {
    pub(super) fn new(
        request: &Request,
        route: &Route,
        caller: Caller,
        ids: Ids,
        parameters: Value,
    ) -> Self {
        Self {
            route: route.clone(),
            caller,
            ids,
            parameters,
            host: request.host().map(str::to_owned),
            tls: request.tls.clone(),
        }
    }
}
