//! Our own client: one signed call of the face `pugmark` at a time, to the server of a directory.

use crate::clock;
use crate::complaint::{Complaint, Exit};
use crate::credentials::{Credentials, REGION};
use crate::endpoint::{self, Endpoint};
use crate::pinned;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use wire::sigv4::{SecretKey, SigningKey, sign};

/// What an operation's name is preceded by in `X-Amz-Target`.
const TARGET: &str = "Pugmark_20261101";
/// The signing name of our own face.
const SERVICE: &str = "pugmark";
/// Longest wait for one answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(120);
/// How long a call that is over may go on.
const GLANCE: Duration = Duration::from_millis(50);
/// Longest answer: a page of a thousand large records.
const ANSWER_BYTES_MAX: usize = 1 << 30;

/// A running server.
pub(crate) struct Remote {
    data: PathBuf,
    endpoint: Endpoint,
    key_id: String,
    secret: SecretKey,
    runtime: Runtime,
}

/// What came back.
struct Answer {
    status: StatusCode,
    body: Bytes,
}

impl Remote {
    /// Finds the server that holds this directory.
    pub(crate) fn find(data: &Path) -> Result<Self, Complaint> {
        let held = |cause: String| {
            let tried = format!("asking the process that uses `{}`", data.display());
            let next = "wait for it to end, or stop it and run the command again";
            Complaint::new(Exit::Unreachable, cause, tried, next)
        };
        let endpoint = Endpoint::read(data)
            .map_err(|error| held(format!("cannot read where the server is: {error}")))?
            .ok_or_else(|| held("another command is at work in the data directory".to_owned()))?;
        let key = Credentials::read(data)?
            .ok_or_else(|| held("there is no key to sign with".to_owned()))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| held(format!("cannot open a connection: {error}")))?;
        Ok(Self {
            data: data.to_owned(),
            endpoint,
            key_id: key.id,
            secret: SecretKey::new(key.secret),
            runtime,
        })
    }

    /// Where the server is.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// Calls an operation.
    pub(crate) fn call<I: Serialize, O: DeserializeOwned>(
        &self,
        operation: &str,
        input: &I,
    ) -> Result<O, Complaint> {
        self.call_until(operation, input, || false)
    }

    /// Calls an operation and hangs up as soon as `is_over` says so.
    pub(crate) fn call_until<I: Serialize, O: DeserializeOwned>(
        &self,
        operation: &str,
        input: &I,
        is_over: impl Fn() -> bool,
    ) -> Result<O, Complaint> {
        let body = serde_json::to_vec(input).map_err(|error| self.odd(operation, &error))?;
        let request = self.signed(operation, body.into())?;
        let over = async {
            while !is_over() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        let exchange = async {
            tokio::select! {
                answer = tokio::time::timeout(ANSWER_WAIT_MAX, self.exchange(request)) => {
                    answer.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer within two minutes")))
                }
                () = over => Err(anyhow::anyhow!("nobody waits for the answer any more")),
            }
        };
        let answer =
            self.runtime.block_on(exchange).map_err(|error| self.unreachable(operation, &error))?;
        if !answer.status.is_success() {
            return Err(self.refused(operation, &answer));
        }
        serde_json::from_slice(&answer.body).map_err(|error| self.odd(operation, &error))
    }

    fn signed(&self, operation: &str, body: Bytes) -> Result<wire::Request, Complaint> {
        let value =
            |text: String| HeaderValue::try_from(text).map_err(|error| self.odd(operation, &error));
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, value(self.endpoint.address.to_string())?);
        let json = HeaderValue::from_static("application/x-amz-json-1.1");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert("x-amz-target", value(format!("{TARGET}.{operation}"))?);
        let agent = concat!("pugmark/", env!("CARGO_PKG_VERSION"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
        let mut request = wire::Request {
            method: Method::POST,
            target: "/".to_owned(),
            headers,
            body,
            peer: self.endpoint.address.ip(),
            tls: None,
        };
        let key = SigningKey {
            access_key_id: &self.key_id,
            secret: &self.secret,
            session_token: None,
            region: REGION,
            service: SERVICE,
        };
        sign(&mut request, &key, clock::now().0);
        Ok(request)
    }

    async fn exchange(&self, request: wire::Request) -> anyhow::Result<Answer> {
        let socket = TcpStream::connect(self.endpoint.address).await?;
        socket.set_nodelay(true)?;
        if !self.endpoint.tls {
            return speak(socket, request).await;
        }
        let connector = pinned::connector(endpoint::certificate(&self.data)?)?;
        let name = self.endpoint.address.ip().into();
        speak(connector.connect(name, socket).await?, request).await
    }

    fn tried(&self, operation: &str) -> String {
        format!("asking the server at {} ({operation})", self.endpoint)
    }

    fn odd(&self, operation: &str, error: &dyn std::fmt::Display) -> Complaint {
        let cause = format!("the server and this command do not understand each other: {error}");
        let next = "use the same version of pugmark for both: pugmark version";
        Complaint::failed(cause, self.tried(operation), next)
    }

    fn unreachable(&self, operation: &str, error: &anyhow::Error) -> Complaint {
        let next = "see that it runs, or stop it: then the command opens the directory itself";
        let cause = format!("the server does not answer: {error:#}");
        Complaint::new(Exit::Unreachable, cause, self.tried(operation), next)
    }

    fn refused(&self, operation: &str, answer: &Answer) -> Complaint {
        let said = message(&answer.body);
        let usual = match answer.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                "wait a moment and run the command again"
            }
            _ => "see the server's log",
        };
        // The engine names the next step behind a semicolon.
        let (cause, step) = said.rsplit_once("; ").unwrap_or((&said, usual));
        let cause = format!("the server refused: {cause}");
        let tried = self.tried(operation);
        match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let path = crate::credentials::path(&self.data);
                let next = format!("put a key that may do this into `{}`", path.display());
                Complaint::new(Exit::NotAuthorised, cause, tried, next)
            }
            // AWS JSON answers a bad signature with 400.
            _ if is_about_the_key(&answer.body) => {
                let next = "check the clock and the key in the file `credentials`";
                Complaint::new(Exit::NotAuthorised, cause, tried, next)
            }
            _ => Complaint::failed(cause, tried, step),
        }
    }
}

async fn speak<S>(stream: S, request: wire::Request) -> anyhow::Result<Answer>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let mut outgoing = http::Request::new(Full::new(request.body));
    *outgoing.method_mut() = request.method;
    *outgoing.uri_mut() = request.target.parse()?;
    *outgoing.headers_mut() = request.headers;
    let exchange = async {
        let answer = sender.send_request(outgoing).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!(error))?.to_bytes();
        // Without its sender the connection ends, and with it the join below.
        drop(sender);
        anyhow::Ok(Answer { status, body })
    };
    let (answer, _ended) = tokio::join!(exchange, connection);
    answer
}

/// The words of an AWS JSON error.
fn message(body: &[u8]) -> String {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) else {
        return String::from_utf8_lossy(body).chars().take(400).collect();
    };
    let text = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| value.get(key)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    let code = text(&["__type", "code"]);
    format!("{code}: {}", text(&["message", "Message"]))
}

fn is_about_the_key(body: &[u8]) -> bool {
    const CODES: [&str; 6] = [
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "IncompleteSignatureException",
        "MissingAuthenticationTokenException",
        "ExpiredTokenException",
        "AccessDeniedException",
    ];
    let message = message(body);
    CODES.iter().any(|code| message.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_words_of_an_error() {
        let body = br#"{"__type":"UnrecognizedClientException","message":"no such key"}"#;
        assert_eq!(message(body), "UnrecognizedClientException: no such key");
        assert!(is_about_the_key(body));
        assert_eq!(message(b"<html>"), "<html>");
        assert!(!is_about_the_key(b"{}"));
    }

    #[test]
    fn without_an_endpoint_somebody_else_is_at_work() {
        let dir = tempfile::tempdir().unwrap();
        let complaint = Remote::find(dir.path()).err().unwrap();
        assert_eq!(complaint.exit(), Exit::Unreachable);
        assert!(complaint.to_string().contains("another command"));
    }
}
