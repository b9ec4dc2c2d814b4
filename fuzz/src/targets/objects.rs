//! S3 as a whole: some requests one after another, to their answers, over an engine in memory that
//! holds two buckets, an object with two versions and an upload.
//!
//! Claims: there is always an answer, with an id, and never that of an error of ours; what is XML
//! is well-formed; an answer without a body has none; a stream is as long as it says; what was put
//! is given back byte for byte; and after all, both buckets can still be listed.

use super::form::texts;
use crate::http_text;
use crate::memory_engine::{self, NOW};
use crate::wait::block_on;
use engine::Engine;
use faces::{DevMode, Door, DoorSettings, Turn};
use http::{HeaderValue, Method};
use std::cell::RefCell;
use wire::sigv4::{self, SecretKey, SigningKey};
use wire::{Request, Response};

/// Requests to send, those of an input between lines of `%%`, inputs between lines of `%%%%`.
const SEEDS: &str = include_str!("../../seeds/objects.txt");
/// A house is torn down after so many inputs, for its journal grows, and emptied and furnished
/// anew after some: what broke a claim may have begun before, and stands in the message.
const INPUTS_MAX: u32 = 512;
const EMPTIED_EVERY: u32 = 16;
const REQUESTS_MAX: usize = 6;
const HASH: &str = "x-amz-content-sha256";

/// What there is at first.
const FURNITURE: [&str; 8] = [
    "PUT /den HTTP/1.1\nhost: a\n\n",
    "PUT /safe HTTP/1.1\nhost: a\nx-amz-bucket-object-lock-enabled: true\n\n",
    "PUT /safe/k HTTP/1.1\nhost: a\nx-amz-meta-a: 1\n\nfirst",
    "PUT /safe/k HTTP/1.1\nhost: a\nx-amz-tagging: a=b\n\nsecond",
    "PUT /den/k HTTP/1.1\nhost: a\ncontent-type: text/plain\n\nthe bytes of an object",
    "PUT /den/dir/a HTTP/1.1\nhost: a\n\nx",
    "POST /den/up?uploads HTTP/1.1\nhost: a\n\n",
    "PUT /den/up?partNumber=1&uploadId=@U HTTP/1.1\nhost: a\n\npart",
];

struct House {
    engine: Engine,
    door: Door,
    inputs: u32,
    /// What was asked since the house was furnished.
    past: Vec<String>,
    /// The upload that was begun last, and the version that was made last.
    upload: String,
    version: String,
}

thread_local! {
    static HOUSE: RefCell<Option<House>> = const { RefCell::new(None) };
}

pub(crate) fn run(data: &[u8]) {
    let requests = pieces(data, b"%%\n");
    HOUSE.with_borrow_mut(|house| {
        let kept = house.take().filter(|house| house.inputs < INPUTS_MAX);
        let mut kept = kept.unwrap_or_else(House::new);
        kept.begin();
        requests.into_iter().take(REQUESTS_MAX).for_each(|text| kept.visit(text));
        kept.listed("/den?list-type=2");
        kept.listed("/safe?versions");
        *house = Some(kept);
    });
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    pieces(SEEDS.as_bytes(), b"%%%%\n").into_iter().map(<[u8]>::to_vec).collect()
}

/// What stands between lines of this kind.
fn pieces<'a>(text: &'a [u8], line: &[u8]) -> Vec<&'a [u8]> {
    let (mut found, mut start) = (Vec::new(), 0);
    let is_end = |at: usize| text[at..].starts_with(line) && (at == 0 || text[at - 1] == b'\n');
    for at in 0..text.len() {
        if at >= start && is_end(at) {
            found.push(&text[start..at]);
            start = at + line.len();
        }
    }
    found.push(&text[start..]);
    found
}

impl House {
    fn new() -> Self {
        let engine = memory_engine::open_for_anybody();
        let dev = DevMode::for_loopback(([127, 0, 0, 1], 4610).into());
        let door = Door::new(engine.clone(), DoorSettings { dev, ..DoorSettings::default() });
        let (past, upload, version) = (Vec::new(), String::new(), String::new());
        Self { engine, door, inputs: 0, past, upload, version }
    }

    fn begin(&mut self) {
        let is_due = self.inputs.is_multiple_of(EMPTIED_EVERY);
        self.inputs += 1;
        if !is_due {
            return;
        }
        self.engine.reset().expect("a disk in memory");
        self.past.clear();
        for text in FURNITURE {
            let (status, said) = self.ask(text.as_bytes()).expect("a sound request");
            assert_eq!(status, 200, "{text}: {}", String::from_utf8_lossy(&said));
        }
    }

    fn visit(&mut self, text: &[u8]) {
        let put = self.ask(text);
        let Some(request) = self.read(text).filter(|_| put.is_some_and(|(it, _)| it == 200)) else {
            return;
        };
        let is_plain = request.method == Method::PUT
            && !request.target.contains('?')
            && request.headers.keys().all(|name| is_plain(name.as_str()));
        let address = wire::protocol::rest_xml::address(&request);
        if is_plain && address.is_some_and(|it| it.key.is_some()) {
            let get = Request { method: Method::GET, body: Default::default(), ..request.clone() };
            let (status, found) = self.send(get);
            let expected = (200, &request.body[..]);
            assert_eq!((status, &found[..]), expected, "{}", self.past.join("%%\n"));
        }
    }

    /// A request of the administrator: `None` where it is none.
    fn ask(&mut self, text: &[u8]) -> Option<(u16, Vec<u8>)> {
        let request = self.read(text)?;
        // Whoever begins anew loses the rest.
        let is_strange = request.target.contains("_pugmark");
        if is_strange {
            return None;
        }
        self.past.push(String::from_utf8_lossy(text).into_owned());
        Some(self.send(request))
    }

    /// A request in which `@U` is an upload and `@V` a version.
    fn read(&self, text: &[u8]) -> Option<Request> {
        let words = |text: &str| text.replace("@U", &self.upload).replace("@V", &self.version);
        match str::from_utf8(text) {
            Ok(text) => http_text::parse(words(text).as_bytes()),
            Err(_) => http_text::parse(text),
        }
    }

    /// The status and the whole body.
    fn send(&mut self, mut request: Request) -> (u16, Vec<u8>) {
        let stated = request.headers.get(HASH).cloned();
        sign(&mut request, stated);
        let handled = block_on(self.door.handle_in_turn(request, Turn::free()));
        let mut body = handled.response.body.to_vec();
        if let Some(stream) = handled.stream {
            let bytes = stream.bytes;
            stream.pieces.for_each(|piece| body.extend(piece.expect("a sound disk")));
            assert_eq!(body.len() as u64, bytes, "a stream of another length");
        }
        check(&handled.response, &body, &self.past);
        self.remember(&handled.response, &body);
        (handled.response.status.as_u16(), body)
    }

    fn remember(&mut self, response: &Response, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        let upload = text.split_once("<UploadId>").and_then(|(_, rest)| rest.split_once("</"));
        if let Some((upload, _)) = upload {
            self.upload = upload.to_owned();
        }
        if let Some(version) = response.header("x-amz-version-id") {
            self.version = version.to_owned();
        }
    }

    fn listed(&mut self, target: &str) {
        let text = format!("GET {target} HTTP/1.1\nhost: a\n\n");
        let (status, _) = self.ask(text.as_bytes()).expect("a sound request");
        // It may have been deleted.
        assert!(matches!(status, 200 | 404), "{target}: {status}");
    }
}

/// Headers that change nothing of what is kept.
fn is_plain(name: &str) -> bool {
    matches!(name, "host" | "content-type") || name.starts_with("x-amz-meta-")
}

/// Signed by whoever: the house checks nothing. What the request itself says of its body stays.
fn sign(request: &mut Request, stated: Option<HeaderValue>) {
    if request.headers.contains_key("authorization") || request.target.contains("X-Amz-") {
        return;
    }
    let secret = SecretKey::new("secret".to_owned());
    let key = SigningKey {
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret: &secret,
        session_token: None,
        region: "us-east-1",
        service: "s3",
    };
    sigv4::sign(request, &key, NOW.0);
    stated.into_iter().for_each(|stated| drop(request.headers.insert(HASH, stated)));
}

fn check(response: &Response, body: &[u8], past: &[String]) {
    let status = response.status.as_u16();
    let told = || format!("{}\nafter\n{}", String::from_utf8_lossy(body), past.join("%%\n"));
    // 501 is how an operation is refused that is not built.
    assert!(status < 500 || status == 501, "{status}: {}", told());
    // Where nothing says that S3 is meant, the answer is not in its words.
    let id = response.header("x-amz-request-id").or(response.header("x-amzn-requestid"));
    assert!(id.is_some(), "{status} without an id: {}", told());
    let is_short = matches!(status, 204 | 304);
    assert!(!is_short || body.is_empty(), "{status} has a body: {}", told());
    let is_xml = response.header("content-type") == Some("application/xml");
    if is_xml && body.starts_with(b"<?xml") && status >= 300 {
        texts(body);
    }
}
