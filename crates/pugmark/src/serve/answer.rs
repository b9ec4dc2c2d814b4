//! One request: a page of our own, or the door.

use super::admission::{Admission, Ticket};
use super::body::{self, Refusal};
use super::page::{self, Mode};
use super::places::Place;
use super::standing::{Class, Standing};
use super::under_way::{HangUp, UnderWay};
use super::upload;
use super::written::Written;
use crate::endpoint::Endpoint;
use crate::network::{self, Network};
use bytes::Bytes;
use engine::Engine;
use faces::{Door, Handled, Turn};
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::{Body as _, Incoming};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use wire::{ErrorStatus, Fault, Protocol, Rejection};

/// Answers requests.
pub(super) struct Answerer {
    pub(super) door: Arc<Door>,
    pub(super) under_way: UnderWay,
    pub(super) engine: Engine,
    pub(super) proxies: Vec<Network>,
    pub(super) mode: Mode,
    pub(super) endpoint: Endpoint,
    pub(super) admission: Admission,
}

/// Who asks, as far as the socket tells.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) peer: IpAddr,
    pub(super) tls: Option<wire::Tls>,
    pub(super) place: Arc<Place>,
    /// What was proved on this connection.
    pub(super) standing: Standing,
}

/// A page that is shown to anybody: it tells counts and state, nothing of what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    Health,
    Ready,
    Metrics,
    Page,
}

type Answer = Response<Written>;

impl Answerer {
    /// Answers; there is always an answer.
    pub(super) async fn answer(&self, request: Request<Incoming>, client: Client) -> Answer {
        let began = Instant::now();
        let answer = self.answer_now(request, client).await;
        if self.engine.settings().dev { timed(answer, began.elapsed()) } else { answer }
    }

    async fn answer_now(&self, request: Request<Incoming>, client: Client) -> Answer {
        let (parts, body) = request.into_parts();
        let head = self.head(parts, &client);
        // Whoever asks before sending, and has nothing to send, hears no word before the answer:
        // botocore would take this answer's status for that of the connection's next one.
        let is_last = head.headers.contains_key(header::EXPECT) && body.is_end_stream();
        let answer = match Own::of(&head) {
            // Whoever watches the server must be answered when it is busy, and it costs nothing.
            Some(Own::Health) => self.health(),
            Some(Own::Ready) => self.ready(),
            Some(own) => self.show(own, &head, &client).await,
            None if self.door.receives(&head) => self.receive(head, body, &client).await,
            None => self.call(head, body, &client).await,
        };
        if is_last { closing(answer) } else { answer }
    }

    /// A call: let in, read, handled when it is its turn.
    async fn call(&self, mut head: wire::Request, mut body: Incoming, client: &Client) -> Answer {
        let (key_id, peer) = (wire::route::key_id(&head), head.peer);
        let class = client.standing.class(key_id.as_deref(), peer);
        let taken = match self.take(class, &mut body).await {
            Ok(taken) if client.place.works() => Ok(taken),
            Ok(_) => Err(Refusal::Broken),
            Err(refusal) => Err(refusal),
        };
        let (ticket, bytes) = match taken {
            Ok(taken) => taken,
            Err(refusal) => return self.refuse(&head, refusal, body, client).await,
        };
        let turn = match ticket.turn().await {
            Ok(turn) => Turn::new(turn.hands, turn.place),
            Err(crowd) => return self.refuse(&head, crowd.into(), body, client).await,
        };
        head.body = bytes;
        let (door, hung_up) = (Arc::clone(&self.door), HangUp::default());
        let turn = turn.until(hung_up.gone());
        let call = async move { door.handle_in_turn(head, turn).await };
        let (handled, ticket) = self.under_way.to_its_end(ticket, call).await;
        client.standing.learn(key_id, peer, handled.account);
        client.place.waits();
        match handled.stream {
            None => written(handled.response, |body| ticket.hold(body)),
            Some(stream) => flowing(handled.response, stream, ticket),
        }
    }

    /// A call whose body is an object: let in, looked at, then read, and handled in its turn.
    async fn receive(&self, head: wire::Request, mut body: Incoming, client: &Client) -> Answer {
        let (key_id, peer) = (wire::route::key_id(&head), head.peer);
        let class = client.standing.class(key_id.as_deref(), peer);
        let ticket = match self.admission.enter(class, 0) {
            Ok(ticket) => ticket,
            Err(crowd) => return self.refuse(&head, crowd.into(), body, client).await,
        };
        let mut reception = match self.door.begin(&head) {
            Ok(reception) => reception,
            Err(handled) => return self.turned_away(*handled, &head, body, ticket).await,
        };
        let read = upload::read(&mut body, &mut reception).await;
        if let Err(refusal) = &read {
            reception.break_off(fault(*refusal));
        }
        let turn = match ticket.turn().await {
            Ok(turn) => Turn::new(turn.hands, turn.place),
            Err(crowd) => return self.refuse(&head, crowd.into(), body, client).await,
        };
        let door = Arc::clone(&self.door);
        let call = async move { door.end(reception, turn).await };
        let (handled, ticket) = self.under_way.to_its_end(ticket, call).await;
        client.standing.learn(key_id, peer, handled.account.clone());
        client.place.waits();
        match read {
            Ok(true) => written(handled.response, |bytes| ticket.hold(bytes)),
            _ => self.turned_away(handled, &head, body, ticket).await,
        }
    }

    /// An answer before the body was read to its end.
    async fn turned_away(
        &self,
        handled: Handled,
        head: &wire::Request,
        mut body: Incoming,
        ticket: Ticket,
    ) -> Answer {
        let may_drain = !head.headers.contains_key(header::EXPECT);
        let is_at_end = may_drain && body::drain(&mut body).await;
        let answer = written(handled.response, |bytes| ticket.hold(bytes));
        if is_at_end { answer } else { closing(answer) }
    }

    /// Lets a request in and reads its body.
    async fn take(&self, class: Class, body: &mut Incoming) -> Result<(Ticket, Bytes), Refusal> {
        let announced = body::announced(body)?;
        let mut ticket = self.admission.enter(class, announced)?;
        let bytes = body::read(body, &mut ticket).await?;
        Ok((ticket, bytes))
    }

    fn health(&self) -> Answer {
        if let Some(why) = self.engine.status().poisoned {
            return text(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n"));
        }
        text(StatusCode::OK, "ok\n".to_owned())
    }

    /// Whether calls should be sent here rather than elsewhere. They are answered anyway.
    fn ready(&self) -> Answer {
        if self.engine.is_warm() {
            return self.health();
        }
        let words = "starting: calls are answered, a question in SQL would wait; ask again soon\n";
        text(StatusCode::SERVICE_UNAVAILABLE, words.to_owned())
    }

    /// Pages are work like any other, and anybody can ask for them.
    async fn show(&self, own: Own, head: &wire::Request, client: &Client) -> Answer {
        let Ok(ticket) = self.admission.enter(Class::newcomer(head.peer), 0) else {
            return busy();
        };
        let Ok(_turn) = ticket.turn().await else {
            return busy();
        };
        match own {
            Own::Page => self.page(head, client.peer),
            Own::Metrics => text(StatusCode::OK, self.door.metrics()),
            Own::Health => self.health(),
            Own::Ready => self.ready(),
        }
    }

    fn page(&self, head: &wire::Request, peer: IpAddr) -> Answer {
        let newest = self.mode.shows_records() && page::is_local(peer, head.header("host"));
        let page = page::render(&self.engine, self.endpoint, self.mode, newest);
        let mut answer = text(StatusCode::OK, page);
        for (name, value) in page::HEADERS {
            let name = HeaderName::from_static(name);
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        answer
    }

    /// All that is known of a request before its body is read.
    fn head(&self, parts: http::request::Parts, client: &Client) -> wire::Request {
        let forwarded = parts.headers.get_all("x-forwarded-for").into_iter();
        let forwarded: Vec<&str> = forwarded.filter_map(|value| value.to_str().ok()).collect();
        let peer = network::client(client.peer, &forwarded, &self.proxies);
        let target = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        wire::Request {
            target: target.to_owned(),
            method: parts.method,
            headers: parts.headers,
            body: Bytes::new(),
            peer,
            tls: client.tls.clone(),
        }
    }

    /// What was not read cannot be recorded: it may be anybody's.
    async fn refuse(
        &self,
        head: &wire::Request,
        refusal: Refusal,
        mut body: Incoming,
        client: &Client,
    ) -> Answer {
        tracing::debug!(?refusal, path = head.path(), "a request was sent away");
        client.place.waits();
        // Whoever asks before sending waits for a word, and this is none.
        let may_drain = !head.headers.contains_key(header::EXPECT);
        let is_at_end = may_drain && body::drain(&mut body).await;
        let response = match refusal {
            Refusal::Crowded(crowd) => {
                self.admission.hold_back().await;
                self.door.throttle(head, crowd)
            }
            _ => protocol(&head.headers).failure(&fault(refusal), &self.engine.env().uuid()),
        };
        let answer = written(response, |body| body);
        // What is left of the body is not worth reading.
        if is_at_end { answer } else { closing(answer) }
    }
}

impl Own {
    fn of(head: &wire::Request) -> Option<Self> {
        // A signed request for the same path is one for a bucket or an operation.
        let is_signed = head.headers.contains_key(header::AUTHORIZATION);
        if is_signed || !matches!(head.method, Method::GET | Method::HEAD) {
            return None;
        }
        match head.target.as_str() {
            "/healthz" => Some(Self::Health),
            "/readyz" => Some(Self::Ready),
            "/metrics" => Some(Self::Metrics),
            "/" => Some(Self::Page),
            _ => None,
        }
    }
}

/// The protocol of an error, told by the head alone.
fn protocol(headers: &HeaderMap) -> Protocol {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
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
            "the body came too slowly; send it without long pauses",
            ErrorStatus::new(408).unwrap_or(ErrorStatus::BAD_REQUEST),
        ),
        Refusal::Broken | Refusal::Crowded(_) => {
            let words = "the body broke off";
            Fault::sender("IncompleteBody", words, ErrorStatus::BAD_REQUEST)
        }
    }
}

fn text(status: StatusCode, body: String) -> Answer {
    let mut answer = Response::new(Written::whole(body.into()));
    *answer.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, plain);
    answer
}

fn busy() -> Answer {
    let words = "too many requests are under way; try again in a moment\n";
    let mut answer = text(StatusCode::SERVICE_UNAVAILABLE, words.to_owned());
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    answer
}

/// An answer that tells how long the server took, in milliseconds: on laptops only, for it would
/// tell strangers more of what a refusal costs than they should know.
/// <https://www.w3.org/TR/server-timing/>
fn timed(mut answer: Answer, took: Duration) -> Answer {
    let told = format!("server;dur={:.3}", took.as_secs_f64() * 1e3);
    // Digits and letters.
    if let Ok(told) = HeaderValue::try_from(told) {
        answer.headers_mut().insert(HeaderName::from_static("server-timing"), told);
    }
    answer
}

/// An answer that is the last of its connection.
fn closing(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

fn written(response: wire::Response, hold: impl FnOnce(Bytes) -> Bytes) -> Answer {
    let wire::Response { status, headers, body } = response;
    dressed(Written::whole(hold(body)), status, headers)
}

/// An answer whose body is read while it is sent; `ticket` is held as long.
fn flowing(response: wire::Response, stream: wire::Stream, ticket: Ticket) -> Answer {
    let bytes = stream.bytes.to_string();
    let mut answer = dressed(Written::flow(stream, ticket), response.status, response.headers);
    // A length is digits.
    if let Ok(bytes) = HeaderValue::try_from(bytes) {
        answer.headers_mut().insert(header::CONTENT_LENGTH, bytes);
    }
    answer
}

fn dressed(body: Written, status: StatusCode, headers: Vec<(HeaderName, String)>) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    for (name, value) in headers {
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

    fn headers(headers: &[(&str, &str)]) -> HeaderMap {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0.headers
    }

    fn own(method: Method, target: &str, signed: bool) -> Option<Own> {
        Own::of(&wire::Request {
            method,
            target: target.to_owned(),
            headers: headers(if signed { &[("authorization", "x")] } else { &[] }),
            body: Bytes::new(),
            peer: IpAddr::from([127, 0, 0, 1]),
            tls: None,
        })
    }

    #[test]
    fn only_a_plain_request_is_for_a_page() {
        for (target, page) in [
            ("/healthz", Own::Health),
            ("/readyz", Own::Ready),
            ("/metrics", Own::Metrics),
            ("/", Own::Page),
        ] {
            assert_eq!(own(Method::GET, target, false), Some(page));
            assert_eq!(own(Method::HEAD, target, false), Some(page));
            assert_eq!(own(Method::POST, target, false), None);
            assert_eq!(own(Method::GET, target, true), None);
        }
        for target in ["/?a=b", "/x", "/healthz/", "//"] {
            assert_eq!(own(Method::GET, target, false), None, "{target}");
        }
    }

    #[test]
    fn an_error_speaks_the_callers_protocol() {
        let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        assert_eq!(protocol(&headers(&[form])), Protocol::Query);
        let json = ("x-amz-target", "CloudTrail_20131101.LookupEvents");
        assert_eq!(protocol(&headers(&[json])), Protocol::AwsJson11);
        assert_eq!(protocol(&headers(&[])), Protocol::RestJson);
    }

    #[test]
    fn every_refusal_is_an_error() {
        for (refusal, status) in
            [(Refusal::TooLarge, 413), (Refusal::TooSlow, 408), (Refusal::Broken, 400)]
        {
            assert_eq!(fault(refusal).status.as_u16(), status);
        }
    }
}
