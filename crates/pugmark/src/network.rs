//! Networks in CIDR notation, and whose word on the client's address counts.

use std::net::IpAddr;
use std::str::FromStr;

/// A network such as `10.0.0.0/8` or `fd00::/8`; an address alone is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether `address` lies inside. An IPv4 address in IPv6 clothes is an IPv4 address.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(it)) => {
                same_prefix(net.to_bits().into(), it.to_bits().into(), 32, self.prefix)
            }
            (IpAddr::V6(net), IpAddr::V6(it)) => {
                same_prefix(net.to_bits(), it.to_bits(), 128, self.prefix)
            }
            _ => false,
        }
    }
}

/// Whether the first `prefix` of `bits` bits are the same.
fn same_prefix(one: u128, other: u128, bits: u32, prefix: u8) -> bool {
    let tail = bits.saturating_sub(prefix.into());
    (one ^ other).checked_shr(tail).unwrap_or(0) == 0
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no network: write it as 10.0.0.0/8 or fd00::/8");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().map_err(|_| wrong())?
            }
            Some(_) => return Err(wrong()),
        };
        if prefix > longest {
            return Err(wrong());
        }
        Ok(Self { address, prefix })
    }
}

/// The client's address: the socket's peer or, where that is a trusted proxy, the right-most
/// address of `X-Forwarded-For` that is not a trusted proxy itself.
///
/// What stands left of an untrusted address is that client's own invention.
pub(crate) fn client(peer: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut client = peer.to_canonical();
    for hop in forwarded.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(client) {
            break;
        }
        let Some(address) = hop_address(hop.trim()) else {
            break;
        };
        client = address.to_canonical();
    }
    client
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn hop_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Some(socket.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn knows_what_lies_inside() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("192.0.2.20", "192.0.2.20", "192.0.2.21"),
            ("192.0.2.0/31", "::ffff:192.0.2.1", "192.0.2.2"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("::1", "::1", "127.0.0.1"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(ip(inside)), "{network:?} {inside}");
            assert!(!network.contains(ip(outside)), "{network:?} {outside}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains(ip("203.0.113.66")) && !all.contains(ip("::1")));
        let all: Network = "::/0".parse().unwrap();
        assert!(all.contains(ip("2001:db8::1")));
    }

    #[test]
    fn refuses_what_is_no_network() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "proxy",
            "10.0.0.0/8/8",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn believes_only_trusted_proxies() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let client = |peer, forwarded: &[&str]| client(ip(peer), forwarded, &trusted);
        // Nobody is trusted: the socket's peer, whatever it says.
        assert_eq!(client("203.0.113.1", &["1.1.1.1"]), ip("203.0.113.1"));
        // One proxy.
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), ip("198.51.100.7"));
        // A client that invents a hop.
        let forged = ["1.1.1.1, 198.51.100.7"];
        assert_eq!(client("10.0.0.1", &forged), ip("198.51.100.7"));
        // Two proxies, two header lines.
        let chain = ["1.1.1.1, 198.51.100.7", "10.0.0.2"];
        assert_eq!(client("10.0.0.1", &chain), ip("198.51.100.7"));
        // Only proxies, or nothing readable: the last that is known.
        assert_eq!(client("10.0.0.1", &["10.0.0.9"]), ip("10.0.0.9"));
        assert_eq!(client("10.0.0.1", &["unknown"]), ip("10.0.0.1"));
        assert_eq!(client("10.0.0.1", &[]), ip("10.0.0.1"));
        // Ports and brackets.
        assert_eq!(client("10.0.0.1", &["198.51.100.7:4711"]), ip("198.51.100.7"));
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]"]), ip("2001:db8::1"));
        assert_eq!(client("::ffff:10.0.0.1", &["[2001:db8::1]:80"]), ip("2001:db8::1"));
    }
}
