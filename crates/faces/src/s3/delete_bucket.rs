//! `DeleteBucket`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>

use super::code::Code;
use super::named::Named;
use super::part::NUMBER_MAX;
use super::prelude::*;
use engine::{Listing, upload_over};
use model::resource::Upload;

/// Most uploads under way that end with their bucket.
const UPLOADS_MAX: usize = 100;

/// Which bucket.
pub type Input = Named;

/// Proposes that the bucket is gone. No version of any object may be in it.
pub fn handle(state: &State, _: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    let bucket = input.find(state)?;
    if !state.bucket_is_empty(&bucket.name)? {
        return Err(Code::BucketNotEmpty.error().about("BucketName", &bucket.name));
    }
    let mut changes = abandoned(state, &bucket.name)?;
    changes.push(Change::BucketRemoved { name: bucket.name.clone() });
    Ok((Reply::empty(204), Effect { changes, ..Effect::default() }))
}

/// The steps that end the bucket's uploads, lest a bucket of the same name inherits them.
fn abandoned(state: &State, bucket: &str) -> Result<Vec<Change>, Error> {
    let listing = Listing { bucket, limit: UPLOADS_MAX + 1, ..Listing::default() };
    let uploads = state.uploads(&listing, None)?.uploads;
    if uploads.len() > UPLOADS_MAX {
        return Err(Code::BucketNotEmpty.says(format!(
            "more than {UPLOADS_MAX} uploads in parts are under way in the bucket: abort some first"
        )));
    }
    let end = |upload: &Upload| {
        let parts = state.upload_parts(upload, 0, usize::from(NUMBER_MAX))?;
        Ok(upload_over(upload, &parts, |_| true))
    };
    uploads.iter().map(end).collect()
}
