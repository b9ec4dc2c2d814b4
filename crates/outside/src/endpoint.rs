//! Where an S3 answers.

use crate::limits::TEXT_BYTES_MAX;
use reqwest::Url;
use std::net::IpAddr;

/// A checked endpoint: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    text: String,
    pub(crate) is_loopback: bool,
}

impl Endpoint {
    /// What is wrong with `text`, where it names no endpoint that may be used.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let refused = |why: &str| format!("`endpoint` {why}");
        if text.len() > TEXT_BYTES_MAX {
            return Err(refused(&format!("is longer than {TEXT_BYTES_MAX} bytes")));
        }
        let url = Url::parse(text).map_err(|error| refused(&format!("is no URL: {error}")))?;
        // The text may have a password in it, so it is not repeated.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("has a user or password in it"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(refused("has more behind the host and port"));
        }
        let is_loopback = url.host_str().is_some_and(is_loopback);
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return Err(refused("is http: beyond loopback it must be https")),
            other => return Err(refused(&format!("is `{other}`, not https"))),
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { text, is_loopback })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_http(&self) -> bool {
        self.text.starts_with("http:")
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_https_or_on_this_machine_and_has_nothing_behind_the_port() {
        for good in [
            "https://s3.example.org",
            "https://s3.example.org:9000/",
            "http://127.0.0.1:9000",
            "http://[::1]:9000",
            "http://localhost:1",
        ] {
            let endpoint = Endpoint::parse(good).unwrap();
            assert_eq!(endpoint.as_str(), good.trim_end_matches('/'));
        }
        for (bad, word) in [
            ("http://s3.example.org", "https"),
            ("http://127.0.0.1.example.org", "https"),
            ("http://10.0.0.1", "https"),
            ("ftp://example.org", "https"),
            ("s3.example.org", "URL"),
            ("https://a:b@example.org", "password"),
            ("https://example.org/path", "behind"),
            ("https://example.org?x=1", "behind"),
            (&format!("https://{}", "x".repeat(300)), "longer"),
        ] {
            let said = Endpoint::parse(bad).unwrap_err();
            assert!(said.contains(word) && !said.contains("a:b"), "{bad}: {said}");
        }
    }
}
