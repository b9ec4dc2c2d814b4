//! One keep-alive connection that signs its requests, as an SDK would, without the SDK's cost.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use wire::Request;
use wire::sigv4::{SecretKey, SigningKey, sign};

use crate::clock;

/// A statement may take two minutes.
const PATIENCE: Duration = Duration::from_secs(150);
const REGION: &str = "us-east-1";
const CLOUDTRAIL: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
const JSON_11: (&str, &str) = ("content-type", "application/x-amz-json-1.1");

/// A key id and its secret.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    key_id: String,
    secret: SecretKey,
}

impl Credentials {
    /// Reads the file `credentials` of a data directory.
    pub(crate) fn read(data: &Path) -> Result<Self> {
        let path = data.join("credentials");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`; did the server start?", path.display()))?;
        Self::parse(&text).with_context(|| format!("no key in `{}`", path.display()))
    }

    /// AWS's credentials format: `name = value` lines.
    fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let lines = text.lines().filter_map(|line| line.split_once('='));
            lines.map(|(key, value)| (key.trim(), value.trim())).find(|(key, _)| *key == name)
        };
        let (_, key_id) = value("aws_access_key_id")?;
        let (_, secret) = value("aws_secret_access_key")?;
        Some(Self { key_id: key_id.to_owned(), secret: SecretKey::new(secret.to_owned()) })
    }

    /// A key somebody holds.
    pub(crate) fn of(key_id: &str, secret: &str) -> Self {
        Self { key_id: key_id.to_owned(), secret: SecretKey::new(secret.to_owned()) }
    }

    /// The same key with another secret: whoever signs with it is refused.
    pub(crate) fn spoiled(&self) -> Self {
        Self { key_id: self.key_id.clone(), secret: SecretKey::new("x".repeat(40)) }
    }
}

/// What a server answered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// The id under which the call is recorded; empty where none was told.
    pub(crate) request_id: String,
    /// The tag of an object or of a part of one; empty where none was told.
    pub(crate) etag: String,
    /// What the server says that it took, as it says it; empty where it does not.
    pub(crate) timing: String,
}

impl Answer {
    /// An answer to look at.
    #[cfg(test)]
    pub(crate) fn of(status: u16, body: &str) -> Self {
        let body = body.as_bytes().to_vec();
        Self { status, body, ..Self::default() }
    }

    /// How long the server says that it took, in milliseconds, where it says so.
    pub(crate) fn server_ms(&self) -> Option<f64> {
        self.timing.strip_prefix("server;dur=")?.parse().ok()
    }

    /// The answer, if it is no error; an error is told with its words.
    pub(crate) fn good(self, operation: &str) -> Result<Self> {
        if !(200..300).contains(&self.status) {
            let words = String::from_utf8_lossy(&self.body);
            bail!("{operation} answered {}: {words}", self.status);
        }
        Ok(self)
    }

    /// The JSON of an answer that is no error; an error is told with its words.
    pub(crate) fn json(&self, operation: &str) -> Result<Value> {
        if self.status != 200 {
            let words = String::from_utf8_lossy(&self.body);
            bail!("{operation} answered {}: {words}", self.status);
        }
        let body = serde_json::from_slice(&self.body);
        body.with_context(|| format!("{operation} answered what is no JSON"))
    }
}

/// A connection to one server.
#[derive(Debug)]
pub(crate) struct Client {
    address: String,
    credentials: Credentials,
    stream: BufReader<TcpStream>,
    /// What the program calls itself; it stands in the record of each call.
    agent: String,
    /// How far the client's clock is ahead of this machine's, in seconds.
    pub(crate) ahead_s: i64,
}

impl Client {
    /// Connects once; every request goes over the same connection.
    pub(crate) fn connect(address: &str, credentials: &Credentials) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .with_context(|| format!("cannot connect to `{address}`"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (address, credentials) = (address.to_owned(), credentials.clone());
        let (stream, agent) = (BufReader::new(stream), "pugmark-bench/1".to_owned());
        Ok(Self { address, credentials, stream, agent, ahead_s: 0 })
    }

    /// Waits no longer than this for an answer.
    pub(crate) fn patience(&mut self, patience: Duration) -> Result<()> {
        Ok(self.stream.get_ref().set_read_timeout(Some(patience))?)
    }

    /// The next calls say that they come from this program.
    pub(crate) fn call_itself(&mut self, agent: &str) {
        agent.clone_into(&mut self.agent);
    }

    /// `cloudtrail:LookupEvents` with a JSON body.
    pub(crate) fn lookup_events(&mut self, body: &str) -> Result<Answer> {
        self.cloudtrail("LookupEvents", body)
    }

    /// An operation of `cloudtrail` with a JSON body.
    pub(crate) fn cloudtrail(&mut self, operation: &str, body: &str) -> Result<Answer> {
        let target = format!("{CLOUDTRAIL}.{operation}");
        self.call("cloudtrail", "/", &[JSON_11, ("x-amz-target", &target)], body)
    }

    /// An operation of the server's own face with a JSON body.
    pub(crate) fn pugmark(&mut self, operation: &str, body: &str) -> Result<Answer> {
        let target = format!("Pugmark_20261101.{operation}");
        self.call("pugmark", "/", &[JSON_11, ("x-amz-target", &target)], body)
    }

    /// `cloudtrail-data:PutAuditEvents` through a channel.
    pub(crate) fn put_audit_events(&mut self, channel_arn: &str, body: &str) -> Result<Answer> {
        let arn = channel_arn.replace(':', "%3A").replace('/', "%2F");
        let target = format!("/PutAuditEvents?channelArn={arn}");
        self.call("cloudtrail-data", &target, &[("content-type", "application/json")], body)
    }

    /// `sts:GetCallerIdentity`.
    pub(crate) fn caller_identity(&mut self) -> Result<Answer> {
        self.sts("GetCallerIdentity")
    }

    /// An operation of `sts` without input.
    pub(crate) fn sts(&mut self, operation: &str) -> Result<Answer> {
        let body = format!("Action={operation}&Version=2011-06-15");
        self.call("sts", "/", &[FORM], &body)
    }

    /// A request to S3, in the form that has the bucket in the path.
    pub(crate) fn s3(&mut self, method: &str, target: &str, body: &[u8]) -> Result<Answer> {
        let request = self.signed("s3", target, &[], method, body)?;
        self.send(&request)
    }

    /// The same with a header of S3's more.
    pub(crate) fn s3_with(
        &mut self,
        method: &str,
        target: &str,
        header: (&'static str, &str),
        body: &[u8],
    ) -> Result<Answer> {
        let request = self.signed("s3", target, &[header], method, body)?;
        self.send(&request)
    }

    fn call(
        &mut self,
        service: &str,
        target: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Result<Answer> {
        let request = self.signed(service, target, headers, "POST", body.as_bytes())?;
        self.send(&request)
    }

    fn send(&mut self, request: &Request) -> Result<Answer> {
        let bytes = written(request);
        self.stream.get_mut().write_all(&bytes).context("the server closed the connection")?;
        answer(&mut self.stream)
    }

    /// `sts:GetCallerIdentity`, signed now, to be sent by somebody else.
    pub(crate) fn caller_identity_bytes(&self) -> Result<Vec<u8>> {
        let body = b"Action=GetCallerIdentity&Version=2011-06-15";
        Ok(written(&self.signed("sts", "/", &[FORM], "POST", body)?))
    }

    /// `cloudtrail:LookupEvents`, signed now, to be sent by somebody else.
    pub(crate) fn lookup_events_bytes(&self, body: &str) -> Result<Vec<u8>> {
        let target = format!("{CLOUDTRAIL}.LookupEvents");
        let headers = [JSON_11, ("x-amz-target", target.as_str())];
        Ok(written(&self.signed("cloudtrail", "/", &headers, "POST", body.as_bytes())?))
    }

    fn signed(
        &self,
        service: &str,
        target: &str,
        headers: &[(&'static str, &str)],
        method: &str,
        body: &[u8],
    ) -> Result<Request> {
        let mut map = HeaderMap::new();
        map.insert("host", HeaderValue::from_str(&self.address)?);
        map.insert("user-agent", HeaderValue::from_str(&self.agent)?);
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value)?);
        }
        let mut request = Request {
            method: Method::from_bytes(method.as_bytes())?,
            target: target.to_owned(),
            headers: map,
            body: Bytes::copy_from_slice(body),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            tls: None,
        };
        let key = SigningKey {
            access_key_id: &self.credentials.key_id,
            secret: &self.credentials.secret,
            session_token: None,
            region: REGION,
            service,
        };
        let now_s = i64::try_from(clock::now_unix_s())? + self.ahead_s;
        sign(&mut request, &key, now_s * 1_000);
        Ok(request)
    }
}

/// A plain request for a status: is the server there?
pub(crate) fn status_of(address: &str, path: &str) -> Result<u16> {
    Ok(page(address, path)?.status)
}

/// A page of the server that is for anybody.
pub(crate) fn page(address: &str, path: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    answer(&mut BufReader::new(stream))
}

/// A request as it goes over the wire.
fn written(request: &Request) -> Vec<u8> {
    let (method, target, body) = (&request.method, &request.target, &request.body);
    let head = format!("{method} {target} HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
    let mut bytes = head.into_bytes();
    for (name, value) in &request.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// The answer, if all of it came.
pub(crate) fn whole_answer(bytes: &[u8]) -> Result<Option<Answer>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (mut head, body) = bytes.split_at(head + 4);
    let lines = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = lines.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(Ok(0), |length| length.trim().parse())?;
    if body.len() < length {
        return Ok(None);
    }
    answer(&mut head.by_ref().chain(body)).map(Some)
}

/// Reads one answer, leaving the connection ready for the next.
fn answer(stream: &mut impl BufRead) -> Result<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line).context("the server did not answer in time")?;
    let Some(status) = line.split(' ').nth(1).and_then(|status| status.parse().ok()) else {
        bail!("not an HTTP answer: `{}`", line.trim_end());
    };
    let (mut length, mut told) = (0, Answer { status, ..Answer::default() });
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().context("a content length that is no number")?;
        }
        // S3 has a name of its own for it.
        if ["x-amzn-requestid", "x-amz-request-id"].iter().any(|it| name.eq_ignore_ascii_case(it)) {
            value.trim().clone_into(&mut told.request_id);
        }
        if name.eq_ignore_ascii_case("etag") {
            value.trim().clone_into(&mut told.etag);
        }
        if name.eq_ignore_ascii_case("server-timing") {
            value.trim().clone_into(&mut told.timing);
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            bail!("the answer comes in chunks, which this client does not read");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Answer { body, ..told })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_credentials_format() {
        let text = "[default]\naws_access_key_id = AKIAX\naws_secret_access_key=a/b+c==\n";
        let credentials = Credentials::parse(text).unwrap();
        assert_eq!(credentials.key_id, "AKIAX");
        assert!(Credentials::parse("[default]\n").is_none());
    }

    fn told(status: u16, body: &str, request_id: &str) -> Answer {
        let request_id = request_id.to_owned();
        Answer { request_id, ..Answer::of(status, body) }
    }

    #[test]
    fn reads_two_answers_from_one_connection() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Amzn-RequestId: r1\r\n\r\n";
        let text = format!("{head}abHTTP/1.1 404 No\r\n\r\n");
        let mut stream = BufReader::new(text.as_bytes());
        assert_eq!(answer(&mut stream).unwrap(), told(200, "ab", "r1"));
        assert_eq!(answer(&mut stream).unwrap(), told(404, "", ""));
    }

    #[test]
    fn reads_how_long_the_server_took() {
        let text = "HTTP/1.1 200 OK\r\nserver-timing: server;dur=1.250\r\n\r\n";
        let told = answer(&mut BufReader::new(text.as_bytes())).unwrap();
        assert_eq!(told.server_ms(), Some(1.25));
        assert_eq!(Answer::of(200, "").server_ms(), None);
    }

    #[test]
    fn tells_an_error_with_its_words() {
        let good = told(200, "{\"rows\":[]}", "");
        assert!(good.json("Query").unwrap()["rows"].is_array());
        let bad = told(400, "no such column", "");
        let error = bad.json("Query").unwrap_err().to_string();
        assert!(error.contains("Query answered 400") && error.contains("no such column"));
    }

    #[test]
    fn refuses_what_is_no_answer() {
        assert!(answer(&mut BufReader::new("hello\r\n".as_bytes())).is_err());
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert!(answer(&mut BufReader::new(chunked.as_bytes())).is_err());
    }
}
