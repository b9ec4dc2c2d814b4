//! The page at `/`: the server is alive, what it holds, what to type next.
//!
//! Anybody who reaches the port may read it, so it shows counts and state. Records are shown by
//! `--dev` and `--demo` only, and then to this machine only.

use crate::endpoint::Endpoint;
use crate::sighting::Sighting;
use crate::talk::{bytes, grouped};
use engine::{Engine, Search};
use model::TimeRange;
use std::net::IpAddr;

/// How many records are shown.
const NEWEST_SHOWN: usize = 20;

/// The style, with its hash in [`HEADERS`]: a test keeps them together.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;\
padding:0 1rem;color:#1b1f24;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;\
margin-top:2rem}table{border-collapse:collapse;font-size:.9rem}th,td{text-align:left;\
padding:.2rem .9rem .2rem 0;vertical-align:top}pre{background:#f3f4f6;padding:.8rem;\
overflow-x:auto}@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#16181c}\
pre{background:#23262c}}";

/// What goes with the page: nothing is loaded, run, framed or kept.
pub(super) const HEADERS: &[(&str, &str)] = &[
    ("content-type", "text/html; charset=utf-8"),
    (
        "content-security-policy",
        "default-src 'none'; style-src 'sha256-MQL5kK5h+4lG645Fvmunkr9UrVMMED8nhrsSSpPzmdU='; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// How the server was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Every request is signed.
    Secure,
    /// The same, with a story to look at.
    Demo,
    /// Any key is accepted.
    Dev,
}

impl Mode {
    /// Whether the page may show what is recorded.
    pub(super) const fn shows_records(self) -> bool {
        matches!(self, Self::Demo | Self::Dev)
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Secure => "secure: every request must be signed",
            Self::Demo => "demo: the story of a leaked key; every request must be signed",
            Self::Dev => "dev: any access key is accepted",
        }
    }
}

/// Whether it is this machine's browser, and shows this machine's page: another site whose name
/// was turned to 127.0.0.1 still sends its own name.
pub(super) fn is_local(peer: IpAddr, host: Option<&str>) -> bool {
    let Some(host) = host else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let local = ["127.0.0.1", "localhost", "[::1]"].contains(&name);
    local && peer.to_canonical().is_loopback()
}

/// The page.
pub(super) fn render(engine: &Engine, endpoint: Endpoint, mode: Mode, newest: bool) -> String {
    let facts = facts(engine, endpoint, mode);
    let rows: String = facts
        .iter()
        .map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>\n", html(value)))
        .collect();
    let newest = if newest { newest_records(engine) } else { String::new() };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>Pugmark</title><style>{STYLE}</style></head><body>\n\
         <h1>Pugmark is running</h1>\n<table>\n{rows}</table>\n{}{newest}</body></html>\n",
        next_steps(endpoint)
    )
}

fn facts(engine: &Engine, endpoint: Endpoint, mode: Mode) -> Vec<(&'static str, String)> {
    let status = engine.status();
    let mut facts = vec![
        ("address", endpoint.to_string()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("mode", mode.words().to_owned()),
        ("records", grouped(status.records)),
        ("on disk", bytes(status.part_bytes)),
    ];
    if let Some(why) = status.poisoned {
        facts.push(("state", why));
    }
    facts
}

fn next_steps(endpoint: Endpoint) -> String {
    let address = html(&endpoint.to_string());
    format!(
        "<h2>What to type next</h2>\n\
         <pre>eval \"$(pugmark env)\"      # sets AWS_ENDPOINT_URL={address}\n\
         aws sts get-caller-identity\naws cloudtrail lookup-events --max-results 5\n\
         pugmark import PATH        # CloudTrail log files\npugmark events --failed\n\
         pugmark who did DeleteTrail</pre>\n\
         <p>For machines: <a href=\"/metrics\">/metrics</a>, \
         <a href=\"/healthz\">/healthz</a>, <a href=\"/readyz\">/readyz</a></p>\n"
    )
}

fn newest_records(engine: &Engine) -> String {
    let search = Search { times: TimeRange::ALL, limit: NEWEST_SHOWN, ..Search::default() };
    let Ok(page) = engine.search(&search) else {
        return String::new();
    };
    let rows: String = page.rows.iter().map(|found| row(&Sighting::of(found))).collect();
    format!(
        "<h2>Newest records</h2>\n<table>\n<tr><th>time</th><th>account</th><th>who</th>\
         <th>action</th><th>outcome</th><th>from</th></tr>\n{rows}</table>\n"
    )
}

fn row(sighting: &Sighting) -> String {
    let cells = [
        &sighting.time,
        &sighting.account,
        &sighting.who,
        &sighting.action,
        &sighting.outcome,
        &sighting.from,
    ];
    let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", html(cell))).collect();
    format!("<tr>{cells}</tr>\n")
}

/// Text that is text in HTML too.
fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if crate::output::escape::acts(c) => safe.extend(c.escape_unicode()),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    #[test]
    fn the_policy_allows_this_style_and_nothing_else() {
        let suite = rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
        let suite = suite.tls13().unwrap();
        let hash = suite.common.hash_provider.hash(STYLE.as_bytes());
        let hash = base64::engine::general_purpose::STANDARD.encode(hash.as_ref());
        let policy = HEADERS.iter().find(|(name, _)| name.starts_with("content-sec")).unwrap().1;
        assert!(policy.contains(&format!("'sha256-{hash}'")), "put in {hash}");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    }

    #[test]
    fn a_record_cannot_write_the_page() {
        let hostile = r#"{"userAgent":"x","eventName":"<script>alert('1')</script>&\u202e",
            "eventSource":"\"><img src=x>.amazonaws.com"}"#;
        let found = crate::sighting::tests::found(hostile, 0, 0);
        let row = row(&Sighting::of(&found));
        assert!(!row.contains("<script") && !row.contains("<img"), "{row}");
        assert!(!row.contains('\u{202e}') && row.contains("&lt;script&gt;"), "{row}");
    }

    #[test]
    fn only_this_machine_under_its_own_name_is_local() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        for (peer, host, local) in [
            ("127.0.0.1", "127.0.0.1:4610", true),
            ("127.0.0.1", "localhost", true),
            ("::1", "[::1]:4610", true),
            ("::ffff:127.0.0.1", "localhost:1", true),
            ("127.0.0.1", "evil.example:4610", false),
            ("127.0.0.1", "localhost.evil.example", false),
            ("192.0.2.1", "127.0.0.1:4610", false),
        ] {
            assert_eq!(is_local(peer.parse().unwrap(), Some(host)), local, "{peer} {host}");
        }
        assert!(!is_local(here, None));
    }
}
