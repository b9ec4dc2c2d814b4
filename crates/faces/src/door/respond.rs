//! Step 8: the answer. A success is made from a [`Durable`] and from nothing else.

use super::call::Call;
use super::handle::Told;
use super::route::Route;
use crate::answer::Reply;
use crate::fault;
use crate::limits::RETRY_SPREAD_S;
use crate::metrics::Outcome;
use engine::Durable;
use wire::protocol::query;
use wire::{Fault, Protocol, Response, Stream};

/// An answer and how it counts.
pub(super) struct Said {
    pub(super) outcome: Outcome,
    pub(super) response: Response,
    /// The body, where it is longer than a response holds.
    pub(super) stream: Option<Stream>,
}

/// The answer to a call that was recorded, or could not be.
pub(super) fn answer(call: &Call, told: Result<Durable<Told>, engine::Error>) -> Said {
    match told {
        Ok(told) => settled(call, told),
        Err(error) => {
            let fault = fault::of_engine(call.route.protocol, &error);
            failed(call, &fault)
        }
    }
}

/// The only place where a success is written.
fn settled(call: &Call, told: Durable<Told>) -> Said {
    let route = &call.route;
    let answered = match told.into_inner() {
        Ok(answered) => answered,
        Err(fault) => return failed(call, &fault),
    };
    // Only what is built can succeed.
    let (Some(service), Some(operation)) = (route.service.built, route.operation) else {
        return failed(call, &fault::internal());
    };
    let (protocol, binding) = (service.protocol(), service.rest_binding(operation.name));
    let mut response = protocol.success(&binding, &answered.output, &call.ids.request);
    if let Some(body) = answered.body {
        response.body = body;
    }
    let outcome = Outcome::Succeeded;
    match answered.reply {
        None => Said { outcome, response, stream: None },
        Some(mut reply) => {
            let stream = reply.stream.take();
            let response = dressed(named(response, &call.ids.request), &reply);
            Said { outcome, response, stream }
        }
    }
}

/// Status and headers of a reply.
fn dressed(mut response: Response, reply: &Reply) -> Response {
    if let Some(status) = reply.status.and_then(|status| status.try_into().ok()) {
        response.status = status;
    }
    if response.body.is_empty() {
        response.headers.retain(|(name, _)| name.as_str() != "content-type");
    }
    for (name, text) in &reply.headers {
        response = response.set(name, text);
    }
    for (name, text) in &reply.metadata {
        response = response.set(&format!("x-amz-meta-{name}"), text);
    }
    response
}

/// S3 names a request in headers of its own.
fn named(response: Response, request_id: &str) -> Response {
    response.set("x-amz-request-id", request_id).set("x-amz-id-2", request_id)
}

fn failed(call: &Call, fault: &Fault) -> Said {
    let response = failure(&call.route, fault, &call.ids.request);
    Said { outcome: Outcome::of(fault), response, stream: None }
}

/// The answer that something went wrong, whether it was recorded or not.
pub(super) fn failure(route: &Route, fault: &Fault, request_id: &str) -> Response {
    let fault = &spread(fault, request_id);
    let namespace = route.service.built.map(|service| service.namespace());
    match (route.protocol, namespace) {
        (Protocol::Query, Some(namespace)) => {
            let mut response = Protocol::Query.failure(fault, request_id);
            response.body = query::failure(fault, namespace, request_id).into();
            response
        }
        (Protocol::RestXml, _) => named(Protocol::RestXml.failure(fault, request_id), request_id),
        (protocol, _) => protocol.failure(fault, request_id),
    }
}

/// Those who are sent away together are not to come back together: each waits up to
/// [`RETRY_SPREAD_S`] longer, by the last, random digit of its request's id.
fn spread(fault: &Fault, request_id: &str) -> Fault {
    let digit = request_id.chars().next_back().and_then(|last| last.to_digit(16));
    let more_s = digit.unwrap_or(0) % (RETRY_SPREAD_S + 1);
    let retry_after_s = fault.retry_after_s.map(|seconds| seconds.saturating_add(more_s));
    Fault { retry_after_s, ..fault.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_sent_away_comes_back_at_different_times() {
        let retry = |retry_after_s, id: &str| {
            let fault = fault::throttled(Protocol::AwsJson11, "Rate exceeded");
            spread(&Fault { retry_after_s, ..fault }, id).retry_after_s
        };
        let ids = "0123456789abcdef".chars().map(String::from);
        let waits: Vec<Option<u32>> = ids.map(|id| retry(Some(1), &id)).collect();
        for wait_s in 1..=1 + RETRY_SPREAD_S {
            assert_eq!(waits.iter().filter(|it| **it == Some(wait_s)).count(), 4);
        }
        assert_eq!(retry(Some(1), ""), Some(1));
        assert_eq!(retry(None, "f"), None);
    }
}
