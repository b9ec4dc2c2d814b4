//! Where a running server can be reached: the file `endpoint` in its data directory.

use crate::private_file;
use rustls::pki_types::CertificateDer;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// The address of a server, as its clients dial it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Whether it speaks TLS.
    pub(crate) tls: bool,
    /// Where.
    pub(crate) address: SocketAddr,
}

impl Endpoint {
    /// The endpoint of a listener. One that listens everywhere is reached over loopback.
    pub(crate) fn of(listener: SocketAddr, tls: bool) -> Self {
        let ip = match listener.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let address = SocketAddr::new(ip, listener.port());
        Self { tls, address }
    }

    /// Tells other commands where the server is, and by which certificate they know it.
    pub(crate) fn write(
        self,
        data: &Path,
        certificate: Option<&CertificateDer<'_>>,
    ) -> io::Result<()> {
        if let Some(certificate) = certificate {
            private_file::replace(&certificate_path(data), certificate)?;
        }
        private_file::replace(&path(data), format!("{self}\n").as_bytes())
    }

    /// Where the server of this directory said it was.
    pub(crate) fn read(data: &Path) -> io::Result<Option<Self>> {
        let text = private_file::read(&path(data))?;
        Ok(text.and_then(|text| Self::parse(text.trim())))
    }

    /// Nobody is to look for the server any more.
    pub(crate) fn remove(data: &Path) {
        // What cannot be removed is overwritten by the next server, and believed by nobody while
        // the directory is free.
        for path in [path(data), certificate_path(data)] {
            let _ = std::fs::remove_file(path);
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (tls, address) = match text.split_once("://")? {
            ("http", address) => (false, address),
            ("https", address) => (true, address),
            _ => return None,
        };
        let address = address.parse().ok()?;
        Some(Self { tls, address })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.address)
    }
}

/// The certificate by which our own commands know the server, in DER.
pub(crate) fn certificate(data: &Path) -> io::Result<CertificateDer<'static>> {
    std::fs::read(certificate_path(data)).map(CertificateDer::from)
}

fn path(data: &Path) -> PathBuf {
    data.join("endpoint")
}

fn certificate_path(data: &Path) -> PathBuf {
    data.join("endpoint.der")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_again_until_removed() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Endpoint::read(dir.path()).unwrap(), None);
        let endpoint = Endpoint::of("127.0.0.1:4610".parse().unwrap(), false);
        endpoint.write(dir.path(), None).unwrap();
        assert_eq!(Endpoint::read(dir.path()).unwrap(), Some(endpoint));
        Endpoint::remove(dir.path());
        assert_eq!(Endpoint::read(dir.path()).unwrap(), None);
    }

    #[test]
    fn everywhere_is_reached_over_loopback() {
        let of = |text: &str| Endpoint::of(text.parse().unwrap(), true).to_string();
        assert_eq!(of("0.0.0.0:1"), "https://127.0.0.1:1");
        assert_eq!(of("[::]:1"), "https://[::1]:1");
        assert_eq!(of("192.0.2.1:1"), "https://192.0.2.1:1");
    }

    #[test]
    fn refuses_what_is_no_endpoint() {
        for text in ["", "http://", "ftp://127.0.0.1:1", "http://example.com:80", "127.0.0.1:1"] {
            assert_eq!(Endpoint::parse(text), None, "{text}");
        }
    }
}
