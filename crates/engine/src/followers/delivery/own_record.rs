//! The data event of a file that CloudTrail put into one of our buckets. It is kept where somebody
//! selected it; never in the trail that was delivered (`membership.rs`).

use super::own::SERVICE;
use crate::archive::Outgoing;
use model::resource::Bucket;
use model::{Arn, Body, Origin, Record, Timestamp, format_seconds};
use serde_json::json;

/// What is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    pub(super) bucket: &'a Bucket,
    pub(super) key: &'a str,
    pub(super) bytes: u64,
    pub(super) at: Timestamp,
    pub(super) event_id: &'a str,
    pub(super) request_id: &'a str,
}

pub(super) fn of(told: &Told<'_>) -> Record {
    let Told { bucket, key, at, .. } = *told;
    let host = format!("{}.s3.{}.amazonaws.com", bucket.name, bucket.region);
    let record = json!({
        "eventVersion": "1.11",
        "userIdentity": { "type": "AWSService", "invokedBy": SERVICE },
        "eventTime": format_seconds(at.seconds()),
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": bucket.region,
        "sourceIPAddress": SERVICE,
        "userAgent": SERVICE,
        "requestParameters": {
            "bucketName": bucket.name,
            "Host": host,
            "x-amz-acl": Outgoing::ACL,
            "key": key,
        },
        "responseElements": { "x-amz-server-side-encryption": "AES256" },
        "additionalEventData": { "bytesTransferredIn": told.bytes, "bytesTransferredOut": 0 },
        "requestID": told.request_id,
        "eventID": told.event_id,
        "readOnly": false,
        "resources": [
            { "type": "AWS::S3::Object", "ARN": Arn::object(&bucket.name, key) },
            { "accountId": bucket.account, "type": "AWS::S3::Bucket", "ARN": bucket.arn() },
        ],
        "eventType": "AwsApiCall",
        "managementEvent": false,
        "recipientAccountId": bucket.account,
        "eventCategory": "Data",
    });
    let json = serde_json::to_vec(&record).unwrap_or_default();
    Record {
        owner: bucket.account.clone(),
        origin: Origin::Recorded,
        ingested: at,
        stores: None,
        body: Body::ApiCall(json.into()),
    }
}
