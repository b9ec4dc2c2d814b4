//! `--dev`: for tests and laptops, where any access key is accepted.

use std::net::SocketAddr;
use wire::Request;

/// The permission not to check signatures. Only a loopback listener can get one, so a server that
/// others can reach always checks.
#[derive(Clone, Copy, Debug)]
pub struct DevMode {
    _made_by_for_loopback: (),
}

impl DevMode {
    /// The permission, if `listener` is bound to this machine alone.
    pub fn for_loopback(listener: SocketAddr) -> Option<Self> {
        let alone = listener.ip().to_canonical().is_loopback();
        alone.then_some(Self { _made_by_for_loopback: () })
    }
}

/// Where emptying everything is asked for without a signature.
const RESET_PATH: &str = "/_pugmark/reset";

/// Whether this is the one request that needs no signature under `--dev`. A web page of somebody
/// else's, open in a browser on this machine, cannot send it: its `Origin` gives it away.
pub(super) fn is_unsigned_reset(request: &Request) -> bool {
    let asked = request.method.as_str() == "POST" && request.path() == RESET_PATH;
    asked && request.header("authorization").is_none() && !is_from_a_strange_page(request)
}

fn is_from_a_strange_page(request: &Request) -> bool {
    if !request.headers.contains_key("origin") {
        return false;
    }
    let host = request.host().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let ours = ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    let origin = request.header("origin");
    !ours || origin.and_then(|it| it.strip_prefix("http://")) != Some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_gets_the_permission() {
        for (listener, permitted) in [
            ("127.0.0.1:4610", true),
            ("[::1]:4610", true),
            ("[::ffff:127.0.0.1]:4610", true),
            ("127.8.9.10:1", true),
            ("0.0.0.0:4610", false),
            ("[::]:4610", false),
            ("192.0.2.7:4610", false),
            ("[::ffff:192.0.2.7]:4610", false),
        ] {
            let made = DevMode::for_loopback(listener.parse().unwrap());
            assert_eq!(made.is_some(), permitted, "{listener}");
        }
    }
}
