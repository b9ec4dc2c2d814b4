//! HTTP to one bucket: to its endpoint and nowhere else, within limits, and what it said is kept
//! as it was said.

use crate::bucket::Bucket;
use crate::limits::{CA_BYTES_MAX, CONNECT_TIME, PUT_TIME, REPLY_BYTES_MAX};
use crate::reply::Told;
use async_trait::async_trait;
use http_body_util::{BodyExt, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes the client of a bucket; in the error stands why there is none.
pub(crate) fn make(bucket: &Bucket) -> Result<Client, String> {
    let is_http = bucket.endpoint.as_ref().is_some_and(|endpoint| endpoint.is_http());
    let mut builder = Client::builder()
        .user_agent("pugmark")
        // A file is for the endpoint that was configured, not for whomever that one names.
        .redirect(Policy::none())
        .https_only(!is_http)
        .connect_timeout(CONNECT_TIME)
        .timeout(PUT_TIME)
        // Each attempt has a runtime of its own, with which its connection ends.
        .pool_max_idle_per_host(0);
    if bucket.endpoint.as_ref().is_some_and(|endpoint| endpoint.is_loopback) {
        builder = builder.no_proxy();
    }
    for certificate in bucket.table.ca_file.as_deref().map_or(Ok(Vec::new()), certificates)? {
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| format!("TLS cannot be set up: {}", told(&error)))
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, String> {
    let shown = path.display();
    let mut pem = Vec::new();
    let file = File::open(path).and_then(|it| it.take(CA_BYTES_MAX).read_to_end(&mut pem));
    file.map_err(|error| format!("cannot read `{shown}`: {error}"))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(format!("`{shown}` holds no certificates in PEM")),
    }
}

/// Causes told of one error.
const CAUSES_MAX: usize = 8;

/// An error with all that lies behind it.
pub(crate) fn told(error: &(dyn Error + 'static)) -> String {
    let (mut said, mut at) = (Vec::new(), Some(error));
    while let Some(error) = at.filter(|_| said.len() < CAUSES_MAX) {
        let text = error.to_string();
        // Some repeat their cause.
        if said.last().is_none_or(|last: &String| !last.ends_with(&text)) {
            said.push(text);
        }
        at = error.source();
    }
    said.join(": ")
}

/// What was said to one request.
pub(crate) type Ear = Arc<Mutex<Option<Told>>>;

/// One request's way to a bucket.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    client: Client,
    ear: Ear,
}

impl Line {
    pub(crate) fn new(client: &Client) -> Self {
        Self { client: client.clone(), ear: Ear::default() }
    }

    /// What was said when the request was not granted.
    pub(crate) fn heard(&self) -> Option<Told> {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn hear(&self, told: Told) {
        *self.ear.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }
}

impl HttpConnector for Line {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Line {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let response = match self.client.call(request).await {
            Ok(response) => response,
            Err(error) => {
                self.hear(match error.kind() {
                    HttpErrorKind::Timeout => Told::Late,
                    _ => Told::Silence(told(&error)),
                });
                return Err(error);
            }
        };
        let (head, body) = response.into_parts();
        // An answer that is too long, or breaks off, is as good as empty.
        let body = Limited::new(body, REPLY_BYTES_MAX).collect().await;
        let body = body.map(|body| body.to_bytes()).unwrap_or_default();
        if !head.status.is_success() {
            self.hear(Told::Answer { status: head.status.as_u16(), body: body.to_vec() });
        }
        Ok(HttpResponse::from_parts(head, body.into()))
    }
}
