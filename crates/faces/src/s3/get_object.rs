//! `GetObject`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
//!
//! The record tells what was promised: the answer is committed with its headers, and its bytes are
//! read while they are sent. Bytes that turn out damaged end the answer before its promised end.

use super::condition::{self, Conditions};
use super::found::Which;
use super::prelude::*;
use super::{byte_range, code::Code, encryption, object_headers};
use model::resource::Object;
use std::ops::Range;

/// Which object, on what conditions, how much of it, and how it is to be told of.
#[derive(Debug, Deserialize, Serialize)]
pub struct Asked {
    #[serde(flatten)]
    which: Which,
    range: Option<String>,
    #[serde(rename = "partNumber")]
    part_number: Option<String>,
    #[serde(rename = "if-match")]
    if_match: Option<String>,
    #[serde(rename = "if-none-match")]
    if_none_match: Option<String>,
    #[serde(rename = "if-modified-since")]
    if_modified_since: Option<String>,
    #[serde(rename = "if-unmodified-since")]
    if_unmodified_since: Option<String>,
    #[serde(rename = "x-amz-checksum-mode")]
    checksum_mode: Option<String>,
    #[serde(rename = "response-cache-control")]
    response_cache_control: Option<String>,
    #[serde(rename = "response-content-disposition")]
    response_content_disposition: Option<String>,
    #[serde(rename = "response-content-encoding")]
    response_content_encoding: Option<String>,
    #[serde(rename = "response-content-language")]
    response_content_language: Option<String>,
    #[serde(rename = "response-content-type")]
    response_content_type: Option<String>,
    #[serde(rename = "response-expires")]
    response_expires: Option<String>,
}

/// Which object.
pub type Input = Asked;

/// What is told of an object, and which of its bytes.
#[derive(Debug)]
pub struct Told {
    object: Object,
    reply: Reply,
    bytes: Range<u64>,
}

impl Told {
    /// For whoever wants to know of it alone.
    pub(super) fn without_bytes(self) -> Reply {
        let len = self.bytes.end.saturating_sub(self.bytes.start).to_string();
        match self.reply.status {
            Some(304) => self.reply,
            _ => self.reply.header("content-length", len),
        }
    }
}

/// Tells of an object and gives its bytes, or some of them.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Reply, Error> {
    let Told { object, mut reply, bytes } = told(snapshot.state(), &input)?;
    if reply.status != Some(304) {
        encryption::may_read(snapshot.state(), caller, &object)?;
        reply.stream = Some(snapshot.body(&object, bytes)?);
    }
    Ok(reply)
}

/// What is told of the object that is asked for.
pub(super) fn told(state: &State, input: &Asked) -> Result<Told, Error> {
    let (bucket, object) = input.which.object(state)?;
    let mut reply = object_headers::of(bucket, &object, &input.overrides());
    if input.conditions().read(&object)? == condition::Told::NotModified {
        reply.status = Some(304);
        return Ok(Told { object, reply, bytes: 0..0 });
    }
    if input.checksum_mode.as_deref() == Some("ENABLED") && input.range.is_none() {
        reply = object_headers::summed(reply, &object);
    }
    let (part, range) = match input.part_number.as_deref() {
        Some(number) => part(&object, number, input.range.is_some())?,
        None => (None, byte_range::parse(input.range.as_deref(), object.size)?),
    };
    if let Some(range) = &range {
        reply.status = Some(206);
        reply = reply.header("content-range", byte_range::content(range, object.size));
    }
    let reply = reply.maybe("x-amz-mp-parts-count", part.map(|parts| parts.to_string()));
    let bytes = range.unwrap_or(0..object.size);
    Ok(Told { object, reply, bytes })
}

/// How many parts there are, and the bytes of one.
fn part(
    object: &Object,
    number: &str,
    has_range: bool,
) -> Result<(Option<usize>, Option<Range<u64>>), Error> {
    let number: u16 = number.parse().map_err(|_| {
        Code::InvalidArgument.says("Part number must be an integer between 1 and 10000, inclusive")
    })?;
    if has_range {
        return Err(Code::InvalidRequest
            .says("Cannot specify both Range header and partNumber query parameter"));
    }
    let mut start = 0;
    for part in &object.parts {
        let end = start + part.size;
        if part.number == number {
            return Ok((Some(object.parts.len()), Some(start..end)));
        }
        start = end;
    }
    match object.parts.is_empty() && number == 1 {
        true if object.size == 0 => Ok((None, None)),
        true => Ok((None, Some(0..object.size))),
        false => Err(Code::InvalidRange.says("The requested partnumber is not satisfiable")),
    }
}

impl Asked {
    fn conditions(&self) -> Conditions<'_> {
        Conditions {
            matches: self.if_match.as_deref(),
            none_matches: self.if_none_match.as_deref(),
            modified_since: self.if_modified_since.as_deref(),
            unmodified_since: self.if_unmodified_since.as_deref(),
        }
    }

    fn overrides(&self) -> BTreeMap<&'static str, String> {
        let all = [
            ("response-cache-control", &self.response_cache_control),
            ("response-content-disposition", &self.response_content_disposition),
            ("response-content-encoding", &self.response_content_encoding),
            ("response-content-language", &self.response_content_language),
            ("response-content-type", &self.response_content_type),
            ("response-expires", &self.response_expires),
        ];
        all.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))).collect()
    }
}
