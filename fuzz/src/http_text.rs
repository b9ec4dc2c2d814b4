//! A request from its text, as loosely as a listener may ever hand one over.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::net::IpAddr;
use wire::Request;

/// A request line, headers, an empty line, a body. `None` where a listener would have refused:
/// a method, target or header that HTTP does not have.
pub(crate) fn parse(text: &[u8]) -> Option<Request> {
    let mut rest = text;
    let first = line(&mut rest);
    let mut words = first.split(|byte| *byte == b' ');
    let method = Method::from_bytes(words.next()?).ok()?;
    let target = words.next()?;
    let visible = target.iter().all(u8::is_ascii_graphic);
    let target = str::from_utf8(target).ok().filter(|_| visible)?.to_owned();
    let headers = headers(&mut rest)?;
    let body = Bytes::copy_from_slice(rest);
    Some(Request { method, target, headers, body, peer: IpAddr::from([127, 0, 0, 1]), tls: None })
}

fn headers(rest: &mut &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    loop {
        let line = line(rest);
        if line.is_empty() {
            return Some(headers);
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let name = HeaderName::from_bytes(name).ok()?;
        let value = HeaderValue::from_bytes(value[1..].trim_ascii()).ok()?;
        headers.append(name, value);
    }
}

fn line<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let line = &rest[..end];
    *rest = rest.get(end + 1..).unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}
