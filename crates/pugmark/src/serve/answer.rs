//! One request: a page of our own, or the door.

use super::body::{self, Budget, Refusal};
use super::page::{self, Mode};
use super::places::Place;
use crate::endpoint::Endpoint;
use crate::network::{self, Network};
use bytes::Bytes;
use engine::Engine;
use faces::Door;
use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use std::net::IpAddr;
use std::sync::Arc;
use wire::{ErrorStatus, Fault, Protocol, Rejection};

/// Answers requests.
pub(super) struct Answerer {
    pub(super) door: Door,
    pub(super) engine: Engine,
    pub(super) proxies: Vec<Network>,
    pub(super) mode: Mode,
    pub(super) endpoint: Endpoint,
    pub(super) budget: Budget,
}

/// Who asks, as far as the socket tells.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) peer: IpAddr,
    pub(super) tls: Option<wire::Tls>,
    pub(super) place: Arc<Place>,
}

type Answer = Response<Full<Bytes>>;

impl Answerer {
    /// Answers; there is always an answer.
    pub(super) async fn answer(&self, request: Request<Incoming>, client: Client) -> Answer {
        let (parts, mut body) = request.into_parts();
        if let Some(answer) = self.own(&parts, client.peer) {
            return answer;
        }
        let place = Arc::clone(&client.place);
        let read = self.budget.read(&mut body).await;
        match read.and_then(|whole| place.works().then_some(whole).ok_or(Refusal::Overload)) {
            Ok(whole) => {
                let request = self.request(parts, whole.bytes.clone(), client);
                let answer = written(self.door.handle(request).await);
                // The share of the budget is given back when the body is no longer needed.
                drop(whole);
                place.waits();
                answer
            }
            Err(refusal) => {
                // Whoever asks before sending waits for a word, and this is none.
                if !parts.headers.contains_key(header::EXPECT) {
                    body::drain(&mut body).await;
                }
                self.refuse(&parts, refusal)
            }
        }
    }

    /// What is answered to anybody: it tells counts and state, nothing of what is recorded.
    fn own(&self, parts: &Parts, peer: IpAddr) -> Option<Answer> {
        // A signed request for the same path is one for a bucket or an operation.
        let plain = parts.uri.query().is_none() && !parts.headers.contains_key("authorization");
        if !plain || !matches!(parts.method, Method::GET | Method::HEAD) {
            return None;
        }
        match parts.uri.path() {
            "/healthz" => Some(self.health()),
            "/metrics" => Some(text(StatusCode::OK, self.door.metrics())),
            "/" => Some(self.page(parts, peer)),
            _ => None,
        }
    }

    fn health(&self) -> Answer {
        if let Some(why) = self.engine.status().poisoned {
            return text(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n"));
        }
        text(StatusCode::OK, "ok\n".to_owned())
    }

    fn page(&self, parts: &Parts, peer: IpAddr) -> Answer {
        let host = parts.headers.get(header::HOST);
        let host = host.and_then(|value| value.to_str().ok());
        let newest = self.mode.shows_records() && page::is_local(peer, host);
        let page = page::render(&self.engine, self.endpoint, self.mode, newest);
        let mut answer = text(StatusCode::OK, page);
        for (name, value) in page::HEADERS {
            let name = HeaderName::from_static(name);
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        answer
    }

    fn request(&self, parts: Parts, body: Bytes, client: Client) -> wire::Request {
        let forwarded = parts.headers.get_all("x-forwarded-for").into_iter();
        let forwarded: Vec<&str> = forwarded.filter_map(|value| value.to_str().ok()).collect();
        let peer = network::client(client.peer, &forwarded, &self.proxies);
        let target = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        wire::Request {
            target: target.to_owned(),
            method: parts.method,
            headers: parts.headers,
            body,
            peer,
            tls: client.tls,
        }
    }

    /// What was not read cannot be recorded: it may be anybody's.
    fn refuse(&self, parts: &Parts, refusal: Refusal) -> Answer {
        tracing::debug!(?refusal, path = parts.uri.path(), "a body was refused");
        let response = protocol(parts).failure(&fault(refusal), &self.engine.env().uuid());
        let mut answer = written(response);
        // What is left of the body is not worth reading.
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
        answer
    }
}

/// The protocol of an error, told by the head alone.
fn protocol(parts: &Parts) -> Protocol {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(kind) = header("content-type")
        && kind.starts_with("application/x-www-form-urlencoded")
    {
        return Protocol::Query;
    }
    match header("x-amz-target") {
        Some(_) => Protocol::AwsJson11,
        None => Protocol::RestJson,
    }
}

fn fault(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::TooLarge => Rejection::too_large().into(),
        Refusal::TooSlow => Fault::sender(
            "RequestTimeout",
            "the body did not come within a minute",
            ErrorStatus::new(408).unwrap_or(ErrorStatus::BAD_REQUEST),
        ),
        Refusal::Overload => {
            let words = "too many requests are under way; try again in a moment";
            let fault = Fault::receiver("ServiceUnavailable", words, ErrorStatus::UNAVAILABLE);
            Fault { retry_after_s: Some(1), ..fault }
        }
        Refusal::Broken => {
            let words = "the body broke off";
            Fault::sender("IncompleteBody", words, ErrorStatus::BAD_REQUEST)
        }
    }
}

fn text(status: StatusCode, body: String) -> Answer {
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, plain);
    answer
}

fn written(response: wire::Response) -> Answer {
    let mut answer = Response::new(Full::new(response.body));
    *answer.status_mut() = response.status;
    for (name, value) in response.headers {
        // INVARIANT: `wire` keeps values to what a header can carry.
        if let Ok(value) = HeaderValue::try_from(value) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn an_error_speaks_the_callers_protocol() {
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        assert_eq!(protocol(&parts(&[form])), Protocol::Query);
        let json = ("x-amz-target", "CloudTrail_20131101.LookupEvents");
        assert_eq!(protocol(&parts(&[json])), Protocol::AwsJson11);
        assert_eq!(protocol(&parts(&[])), Protocol::RestJson);
    }

    #[test]
    fn every_refusal_is_an_error() {
        for (refusal, status) in [
            (Refusal::TooLarge, 413),
            (Refusal::TooSlow, 408),
            (Refusal::Overload, 503),
            (Refusal::Broken, 400),
        ] {
            assert_eq!(fault(refusal).status.as_u16(), status);
        }
    }
}
