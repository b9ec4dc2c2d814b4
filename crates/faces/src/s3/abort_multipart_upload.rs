//! `AbortMultipartUpload`:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>

use super::part::{NUMBER_MAX, Which};
use super::prelude::*;

/// Which upload.
pub type Input = Which;

/// Proposes that the upload is over and its parts are gone.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let (_, upload) = input.find(state)?;
    let parts = state.upload_parts(&upload, 0, usize::from(NUMBER_MAX))?;
    Ok((Reply::empty(204), Effect::from(engine::upload_over(&upload, &parts, |_| true))))
}
