//! `UploadPartCopy`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>

use super::checksum;
use super::code::Code;
use super::copy_source::CopySource;
use super::object_headers::{encrypted, quoted};
use super::part::{self, Which};
use super::prelude::*;
use super::upload_part::{made, put};
use crate::service::Source;
use crate::upload::{Keeping, Staged};
use model::format_millis;
use std::ops::Range;

/// Which part, and what it is copied from.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(flatten)]
    which: Which,
    #[serde(rename = "partNumber")]
    part_number: String,
    #[serde(rename = "x-amz-copy-source-range")]
    range: Option<String>,
    #[serde(flatten)]
    source: CopySource,
}

/// What is copied.
pub fn source(snapshot: &Snapshot, caller: &Caller, input: &Input) -> Result<Source, Error> {
    let object = input.source.find(snapshot.state(), caller)?;
    let range = input.range.as_deref().map(|text| range(text, object.size)).transpose()?;
    Ok(Source { object, range, algorithm: None })
}

/// How the bytes are kept: as the upload says.
pub fn keeping(state: &State, caller: &Caller, input: &Input) -> Result<Keeping, Error> {
    input.which.keeping(state, caller)
}

/// Proposes the part.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
    staged: Staged,
) -> Result<(Reply, Effect), Error> {
    let (_, upload) = input.which.find(state)?;
    let number = part::number(&input.part_number)?;
    let made = made(&upload, number, caller, staged);
    let mut output = json!({
        "ETag": quoted(&made.etag),
        "LastModified": format_millis(made.modified),
    });
    checksum::put_sum(&mut output, made.checksum.as_ref());
    let reply = encrypted(Reply::document("CopyPartResult", &output), &upload.encryption);
    Ok((reply, Effect::from(put(state, &upload, made)?)))
}

/// `bytes=first-last`, both of them, within the source.
fn range(text: &str, size: u64) -> Result<Range<u64>, Error> {
    let wrong = || {
        Code::InvalidArgument.says(format!(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first \
             and last are the zero-based offsets of the first and last bytes to copy, within the \
             source of {size} bytes"
        ))
    };
    let (first, last) = text
        .strip_prefix("bytes=")
        .and_then(|text| text.split_once('-'))
        .ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    let (first, last) = (number(first)?, number(last)?);
    match first <= last && last < size {
        true => Ok(first..last + 1),
        false => Err(wrong()),
    }
}
