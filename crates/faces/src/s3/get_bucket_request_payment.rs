//! `GetBucketRequestPayment`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html>

use super::named::Named;
use super::prelude::*;

/// Which bucket.
pub type Input = Named;

/// Shows who pays.
pub fn handle(snapshot: &Snapshot, _: &Caller, input: Input) -> Result<Reply, Error> {
    let bucket = input.find(snapshot.state())?;
    let payer = if bucket.requester_pays { "Requester" } else { "BucketOwner" };
    Ok(Reply::document("RequestPaymentConfiguration", &json!({ "Payer": payer })))
}
