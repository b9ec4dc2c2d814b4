//! Addresses: URLs and IP networks.

use std::net::IpAddr;

use crate::error::Error;
use crate::functions::scalar::{Cell, Eval, Said, Scalar, Take, room};

pub(crate) static NET: &[Scalar] = &[
    Scalar::new("url_extract_protocol", &[Take::Text], 1, Eval::Text(protocol)),
    Scalar::new("url_extract_host", &[Take::Text], 1, Eval::Text(host)),
    Scalar::new("url_extract_port", &[Take::Text], 1, Eval::Int(port)),
    Scalar::new("url_extract_path", &[Take::Text], 1, Eval::Text(path)),
    Scalar::new("url_extract_query", &[Take::Text], 1, Eval::Text(query)),
    Scalar::new("url_extract_fragment", &[Take::Text], 1, Eval::Text(fragment)),
    Scalar::new("url_extract_parameter", &[Take::Text, Take::Text], 2, Eval::Text(parameter)),
    Scalar::new("url_decode", &[Take::Text], 1, Eval::Text(decode)),
    Scalar::new("url_encode", &[Take::Text], 1, Eval::Text(encode)),
    Scalar::new("ip_in_network", &[Take::Text, Take::Text], 2, Eval::Bool(in_network)),
];

/// A URL taken apart, nothing decoded.
struct Url<'a> {
    protocol: &'a str,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Url<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (protocol, rest) = text.split_once("://")?;
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
        let colon =
            address.rfind(':').filter(|at| !address.get(*at..).is_some_and(|r| r.contains(']')));
        let (host, port) = match colon {
            Some(at) => (address.get(..at)?, address.get(at + 1..)),
            None => (address, None),
        };
        Some(Self { protocol, host, port, path, query, fragment })
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

fn part(
    cells: &[Cell<'_>],
    to: &mut String,
    take: for<'a> fn(Url<'a>) -> Option<&'a str>,
) -> Said<()> {
    let url = cells.first().and_then(|cell| Url::of(cell.text()));
    Ok(url.and_then(take).map(|part| to.push_str(part)))
}

fn protocol(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    part(cells, to, |url| Some(url.protocol))
}

fn host(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    part(cells, to, |url| Some(url.host))
}

fn path(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    part(cells, to, |url| Some(url.path))
}

fn query(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    part(cells, to, |url| url.query)
}

fn fragment(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    part(cells, to, |url| url.fragment)
}

fn port(cells: &[Cell<'_>]) -> Said<i64> {
    let url = cells.first().and_then(|cell| Url::of(cell.text()));
    Ok(url.and_then(|url| url.port).and_then(|port| port.parse().ok()))
}

fn parameter(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let [text, name] = cells else { return Ok(None) };
    let query = Url::of(text.text()).and_then(|url| url.query).unwrap_or_default();
    let mut pairs = query.split('&').map(|pair| cut(pair, '='));
    let found = pairs.find(|(key, _)| *key == name.text());
    Ok(found.map(|(_, value)| to.push_str(&decoded(value.unwrap_or_default()))))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        let hex =
            behind.get(..2).filter(|_| *byte == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(value) => {
                bytes.push(value);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if *byte == b'+' { b' ' } else { *byte });
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn decode(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    Ok(cells.first().map(|cell| to.push_str(&decoded(cell.text()))))
}

fn encode(cells: &[Cell<'_>], to: &mut String) -> Said<()> {
    let text = cells.first().map(Cell::text).unwrap_or_default();
    room(text.len())?;
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                to.push(char::from(byte));
            }
            b' ' => to.push('+'),
            byte => to.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(Some(()))
}

/// `contains ('10.0.0.0/8', address)`. What is no address (`AWS Internal`) is in no network.
fn in_network(cells: &[Cell<'_>]) -> Said<bool> {
    let [network, address] = cells else { return Ok(None) };
    let (base, length) = parse_network(network.text()).ok_or_else(|| {
        Error::invalid(format!("`{}` is no network", network.text())).hint("write '10.0.0.0/8'")
    })?;
    let Ok(address) = address.text().parse::<IpAddr>() else { return Ok(Some(false)) };
    Ok(Some(match (base, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(a.to_bits().into(), b.to_bits().into(), 32, length),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128, length),
        _ => false,
    }))
}

fn parse_network(text: &str) -> Option<(IpAddr, u32)> {
    let (base, length) = text.split_once('/')?;
    let (base, length): (IpAddr, u32) = (base.parse().ok()?, length.parse().ok()?);
    let most = if base.is_ipv4() { 32 } else { 128 };
    (length <= most).then_some((base, length))
}

fn same(a: u128, b: u128, bits: u32, length: u32) -> bool {
    (a ^ b).checked_shr(bits - length).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_urls_apart() {
        let url = "https://u:p@Example.com:8443/a/b?x=1&y=a%20b#end";
        let said = |f: fn(&[Cell<'_>], &mut String) -> Said<()>| {
            let mut to = String::new();
            f(&[Cell::Text(url), Cell::Text("y")], &mut to).unwrap().map(|()| to).unwrap()
        };
        assert_eq!(said(host), "Example.com");
        assert_eq!(said(path), "/a/b");
        assert_eq!(said(query), "x=1&y=a%20b");
        assert_eq!(said(parameter), "a b");
        assert_eq!(said(fragment), "end");
        assert_eq!(port(&[Cell::Text(url)]).unwrap(), Some(8443));
        assert_eq!(host(&[Cell::Text("no url")], &mut String::new()).unwrap(), None);
    }

    #[test]
    fn knows_what_lies_in_a_network() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.9.8.7", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "11.0.0.1", true),
            ("1.2.3.4/32", "1.2.3.4", true),
            ("fd00::/8", "fd00:ec2::254", true),
            ("10.0.0.0/8", "fd00::1", false),
            ("10.0.0.0/8", "AWS Internal", false),
        ] {
            let said = in_network(&[Cell::Text(network), Cell::Text(address)]).unwrap();
            assert_eq!(said, Some(inside), "{network} {address}");
        }
        assert!(in_network(&[Cell::Text("10.0.0.0/33"), Cell::Text("1.1.1.1")]).is_err());
    }
}
