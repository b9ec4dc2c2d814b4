//! TLS: the server's certificate and key, and what a record says of a connection.

use crate::complaint::Complaint;
use crate::config::TlsFiles;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::{ProtocolVersion, ServerConfig, SupportedCipherSuite};
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// What TLS is spoken with.
pub(crate) struct Tls {
    /// Shakes hands.
    pub(super) acceptor: TlsAcceptor,
    /// The server's own certificate, in DER: what our own commands expect to see.
    pub(crate) certificate: CertificateDer<'static>,
}

impl Tls {
    /// Reads certificate and key.
    pub(crate) fn read(files: &TlsFiles) -> Result<Self, Complaint> {
        let chain = certificates(&files.cert)?;
        let key = PrivateKeyDer::from_pem_file(&files.key)
            .map_err(|error| unreadable("private key", &files.key, &error))?;
        let certificate = chain.first().cloned().ok_or_else(|| {
            let cause = "there is no certificate in it";
            unreadable("certificate", &files.cert, &cause)
        })?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map(ServerConfigBuilder::with_no_client_auth)
            .and_then(|builder| builder.with_single_cert(chain, key))
            .map_err(|error| unreadable("certificate and key", &files.cert, &error))?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }
}

type ServerConfigBuilder = rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier>;

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Complaint> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable("certificate", path, &error))
}

fn unreadable(what: &str, path: &Path, error: &dyn Display) -> Complaint {
    Complaint::usage(
        format!("cannot use the TLS {what}: {error}"),
        format!("reading `{}`", path.display()),
        "give --tls-cert a PEM chain that begins with the server's own certificate, and \
         --tls-key its key",
    )
}

/// What a record's `tlsDetails` says, in CloudTrail's spelling.
pub(super) fn details(connection: &rustls::ServerConnection) -> Option<wire::Tls> {
    let version = match connection.protocol_version()? {
        ProtocolVersion::TLSv1_2 => "TLSv1.2",
        ProtocolVersion::TLSv1_3 => "TLSv1.3",
        _ => return None,
    };
    Some(wire::Tls {
        version: version.to_owned(),
        cipher_suite: suite_name(connection.negotiated_cipher_suite()?),
    })
}

/// CloudTrail writes IANA's names for TLS 1.3 and OpenSSL's for 1.2.
fn suite_name(suite: SupportedCipherSuite) -> String {
    let name = format!("{:?}", suite.suite());
    if let Some(rest) = name.strip_prefix("TLS13_") {
        return format!("TLS_{rest}");
    }
    let name = name.trim_start_matches("TLS_").replace("_WITH_", "_");
    let name = name.replace("AES_", "AES").replace('_', "-");
    match name.strip_suffix("-POLY1305-SHA256") {
        Some(start) => format!("{start}-POLY1305"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_spelled_as_in_cloudtrail() {
        let provider = rustls::crypto::ring::default_provider();
        let names: Vec<String> = provider.cipher_suites.iter().map(|it| suite_name(*it)).collect();
        for name in [
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
        ] {
            assert!(names.iter().any(|it| it == name), "{name} not in {names:?}");
        }
    }

    #[test]
    fn says_which_file_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let files = TlsFiles { cert: dir.path().join("cert.pem"), key: dir.path().join("key.pem") };
        let complaint = |files| Tls::read(files).err().unwrap().to_string();
        assert!(complaint(&files).contains("cert.pem"));
        std::fs::write(&files.cert, "no certificate").unwrap();
        std::fs::write(&files.key, "no key").unwrap();
        assert!(complaint(&files).contains("key.pem"));
    }
}
