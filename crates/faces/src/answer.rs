//! What a handler gives back, ready for the wire and for the record.

use crate::fault;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use wire::{Fault, Stream};

/// An output whose record must not say all of it. Handlers whose output may be recorded as it is
/// return the output itself.
#[derive(Debug)]
pub struct Answer<O> {
    /// What the caller gets.
    pub output: O,
    /// What the record says as `responseElements`, in CloudTrail's spelling.
    pub response_elements: Value,
}

/// An output that is JSON already. For operations that only read, whose answers are long: they are
/// written once, and never recorded.
#[derive(Debug)]
pub struct JsonBody(Bytes);

impl JsonBody {
    /// Writes an output.
    ///
    /// # Errors
    /// What cannot be written as JSON, which no output of ours is.
    pub fn of(output: &impl Serialize) -> Result<Self, engine::Error> {
        let body = serde_json::to_vec(output).map_err(|_| engine::Error::Internal)?;
        Ok(Self(body.into()))
    }
}

/// An answer that is more than its output: REST-XML's, with headers and perhaps the bytes of an
/// object.
#[derive(Debug, Default)]
pub struct Reply {
    /// What the document holds: its root element and what is inside; `null` for none.
    pub output: Value,
    /// The HTTP status, unless 200.
    pub status: Option<u16>,
    /// Headers, by their names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// What the client kept with the object, sent as `x-amz-meta-…`.
    pub metadata: BTreeMap<String, String>,
    /// The body, where it is no document.
    pub stream: Option<Stream>,
}

impl Reply {
    /// A document of this root. What cannot be written as JSON (no output of ours) is written as
    /// nothing.
    pub fn document(root: &str, inside: &impl Serialize) -> Self {
        let output = json!({ root: written(inside).unwrap_or_default() });
        Self { output, ..Self::default() }
    }

    /// A text that is no XML.
    pub fn text(content_type: &str, text: &str) -> Self {
        let bytes = Bytes::copy_from_slice(text.as_bytes());
        let len = bytes.len() as u64;
        let stream = Stream { bytes: len, pieces: Box::new(std::iter::once(Ok(bytes))) };
        Self { stream: Some(stream), ..Self::default() }.header("content-type", content_type)
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.headers.push((name, text.into()));
        self
    }

    /// The same answer with one more header, if there is one.
    #[must_use]
    pub fn maybe(self, name: &'static str, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.header(name, text),
            None => self,
        }
    }

    /// What CloudTrail tells of it: the headers of S3's own.
    fn elements(&self) -> Value {
        let own = self.headers.iter().filter(|(name, _)| name.starts_with("x-amz-"));
        let own: Map<String, Value> =
            own.map(|(name, text)| ((*name).to_owned(), text.as_str().into())).collect();
        if own.is_empty() { Value::Null } else { Value::Object(own) }
    }
}

/// An answer as JSON.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) output: Value,
    /// `None`: the output itself, unless the operation only reads.
    pub(crate) response_elements: Option<Value>,
    /// What is not JSON in it.
    pub(crate) reply: Option<Box<Reply>>,
    /// The output, where it is written already.
    pub(crate) body: Option<Bytes>,
}

impl Answered {
    pub(crate) fn json(output: Value) -> Self {
        Self { output, response_elements: None, reply: None, body: None }
    }
}

/// What a handler may return on success.
pub(crate) trait IntoAnswered {
    fn into_answered(self) -> Result<Answered, Fault>;
}

impl<O: Serialize> IntoAnswered for O {
    fn into_answered(self) -> Result<Answered, Fault> {
        Ok(Answered::json(written(&self)?))
    }
}

impl<O: Serialize> IntoAnswered for Answer<O> {
    fn into_answered(self) -> Result<Answered, Fault> {
        let output = written(&self.output)?;
        let response_elements = Some(self.response_elements);
        Ok(Answered { response_elements, ..Answered::json(output) })
    }
}

impl IntoAnswered for JsonBody {
    fn into_answered(self) -> Result<Answered, Fault> {
        let response_elements = Some(Value::Null);
        Ok(Answered { response_elements, body: Some(self.0), ..Answered::json(Value::Null) })
    }
}

impl IntoAnswered for Reply {
    fn into_answered(mut self) -> Result<Answered, Fault> {
        let output = self.output.take();
        let response_elements = Some(self.elements());
        Ok(Answered { response_elements, reply: Some(Box::new(self)), ..Answered::json(output) })
    }
}

fn written(output: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(output).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        fault::internal()
    })
}
