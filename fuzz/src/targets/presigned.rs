//! Requests whose signature is in their address.
//!
//! Claims: what a client of another make presigns is taken until it runs out and not after, in
//! whatever order its parameters come; an address that was changed passes only where it still says
//! the same, and then means the same to S3's reader; another method or key never passes.

use crate::bits::Bits;
use crate::client::{AT, Client, KEY_ID, NOW_MS, SCOPE, SECRET, escaped};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use std::net::IpAddr;
use wire::protocol::rest_xml;
use wire::sigv4::{self, Error, SecretKey, Skew};
use wire::{PRESIGNED_S_MAX, Request};

const NAMES: [&[u8]; 8] = [
    b"versionId",
    b"x-amz-acl",
    b"response-content-type",
    b"tagging",
    b"X-Amz-Meta-a",
    b"partNumber",
    b"prefix",
    b"x-id",
];

/// A request before it is signed.
struct Meant {
    method: Method,
    path: String,
    /// Escaped.
    pairs: Vec<(String, String)>,
    life_s: u32,
}

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    match bits.byte() & 1 {
        0 => strange(bits.0),
        _ => made(&mut bits),
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let meant = Meant {
        method: Method::GET,
        path: "/b/k".to_owned(),
        pairs: vec![("versionId".to_owned(), "null".to_owned())],
        life_s: 900,
    };
    let made = b"\x01\x00\x05b/k\xc3\xa9\x02\x00\x03a b\x07\x01+\x03\x84\x01";
    vec![
        [&[0], meant.signed().as_bytes()].concat(),
        made.to_vec(),
        [&made[..], &[1, 0, 3, 1]].concat(),
        [&made[..], &[2, 0, 30, b'&', 0, 0, 40, 32]].concat(),
        b"\x01\x01\x01\x01/\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00".to_vec(),
    ]
}

/// Anything may be asked; nobody who wrote it had the secret that it is tried with.
fn strange(target: &[u8]) {
    let visible = target.iter().all(u8::is_ascii_graphic);
    let Some(target) = str::from_utf8(target).ok().filter(|_| visible) else { return };
    let request = request(Method::GET, target);
    let forged = verified(&request, "a secret that nobody signs with", NOW_MS);
    assert!(!matches!(forged, Ok(true)), "a forged signature was taken");
    let _ = (rest_xml::input(&request, None), wire::route::claim(&request));
}

fn made(bits: &mut Bits<'_>) {
    let meant = Meant::of(bits);
    let target = meant.signed();
    let sound = request(meant.method.clone(), &target);
    let until = NOW_MS + i64::from(meant.life_s) * 1_000;
    for (now_ms, passes) in [(NOW_MS, true), (until, true), (until + 1, false)] {
        let said = verified(&sound, SECRET, now_ms);
        assert_eq!(said.as_ref().ok(), passes.then_some(&true), "{target}: {said:?}");
    }
    assert!(!passes(&sound, "another secret"));
    let other = if meant.method == Method::GET { Method::PUT } else { Method::GET };
    assert!(!passes(&request(other, &target), SECRET), "another method passes");
    let changed = changed(bits, &target);
    let found = request(meant.method, &changed);
    if changed != target && passes(&found, SECRET) {
        assert_eq!(said(&sound), said(&found), "`{changed}` passes for `{target}`");
    }
}

impl Meant {
    fn of(bits: &mut Bits<'_>) -> Self {
        let methods = [Method::GET, Method::PUT, Method::HEAD, Method::DELETE];
        let method = methods[usize::from(bits.byte()) % methods.len()].clone();
        let len = usize::from(bits.byte() % 40);
        let path: Vec<String> = bits.take(len).split(|byte| *byte == b'/').map(escaped).collect();
        let mut pairs = Vec::new();
        for _ in 0..bits.byte() % 5 {
            let name = escaped(NAMES[usize::from(bits.byte()) % NAMES.len()]);
            let len = usize::from(bits.byte() % 20);
            pairs.push((name, escaped(bits.take(len))));
        }
        let life_s = (bits.word() as u32 * 10).clamp(1, PRESIGNED_S_MAX);
        // As many begin with another parameter.
        let turn = usize::from(bits.byte()) % pairs.len().max(1);
        pairs.rotate_left(turn);
        Self { method, path: format!("/{}", path.join("/")), pairs, life_s }
    }

    /// The address with its signature, the request's own parameters behind the signature's.
    fn signed(&self) -> String {
        let mut pairs = vec![
            ("X-Amz-Algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()),
            ("X-Amz-Credential".to_owned(), escaped(format!("{KEY_ID}/{SCOPE}").as_bytes())),
            ("X-Amz-Date".to_owned(), AT.to_owned()),
            ("X-Amz-Expires".to_owned(), self.life_s.to_string()),
            ("X-Amz-SignedHeaders".to_owned(), "host".to_owned()),
        ];
        pairs.extend(self.pairs.iter().cloned());
        let joined = |pairs: &[(String, String)]| -> String {
            let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join("&")
        };
        let mut sorted = pairs.clone();
        sorted.sort();
        let Self { method, path, .. } = self;
        let query = joined(&sorted);
        let canonical = format!("{method}\n{path}\n{query}\nhost:a\n\nhost\nUNSIGNED-PAYLOAD");
        let signature = Client::new(SECRET).signature(&canonical);
        format!("{path}?{}&X-Amz-Signature={signature}", joined(&pairs))
    }
}

/// Bytes of the address are changed, put in or taken out.
fn changed(bits: &mut Bits<'_>, target: &str) -> String {
    let mut bytes = target.as_bytes().to_vec();
    while !bits.is_over() && bytes.len() > 1 {
        let (how, at) = (bits.byte(), 1 + bits.word() % (bytes.len() - 1));
        match how % 4 {
            0 => bytes[at] ^= bits.byte(),
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, bits.byte()),
            _ => {
                // A parameter of another's choosing, in front of all.
                let end = bytes.iter().position(|byte| *byte == b'?').map_or(at, |at| at + 1);
                let len = usize::from(bits.byte() % 30);
                let pair = [bits.take(len), b"&"].concat();
                bytes.splice(end..end, pair);
            }
        }
    }
    bytes.retain(u8::is_ascii_graphic);
    String::from_utf8(bytes).unwrap_or_default()
}

fn request(method: Method, target: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("a"));
    let (target, body, peer) = (target.to_owned(), Bytes::new(), IpAddr::from([127, 0, 0, 1]));
    Request { method, target, headers, body, peer, tls: None }
}

/// `Ok(false)` where no signature is claimed.
fn verified(request: &Request, secret: &str, now_ms: i64) -> Result<bool, Error> {
    let secret = SecretKey::new(secret.to_owned());
    match sigv4::parse(request)? {
        Some(claimed) => claimed.verify(request, &secret, now_ms, Skew::S3).map(|_| true),
        None => Ok(false),
    }
}

fn passes(request: &Request, secret: &str) -> bool {
    matches!(verified(request, secret, NOW_MS), Ok(true))
}

/// What a request means: everything S3's reader makes of it, and how a rejection is worded.
fn said(request: &Request) -> String {
    match rest_xml::input(request, None) {
        Ok(mut input) => {
            input.as_object_mut().into_iter().for_each(serde_json::Map::sort_keys);
            input.to_string()
        }
        Err(rejection) => format!("{rejection:?}"),
    }
}
