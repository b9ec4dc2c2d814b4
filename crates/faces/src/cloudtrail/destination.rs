//! What the destinations of a trail refuse, in AWS's words.

use super::error::Error;
use super::exception::Exception;
use super::trail_settings;
use crate::door::Caller;
use engine::destinations::ResultsTo;
use engine::{DestinationProblem, State, destinations};
use model::resource::Trail;
use model::{Arn, Timestamp};

/// Asks whether all destinations of a trail take what it will deliver.
pub(super) fn check(state: &State, trail: &Trail, at: Timestamp) -> Result<(), Error> {
    destinations::check(state, trail, at).map_err(|problem| error(trail, problem))
}

/// The ARN of the key that a caller names by its id, an alias or an ARN.
pub(super) fn key_arn(
    state: &State,
    trail: &Trail,
    name: &str,
    at: Timestamp,
) -> Result<Arn, Error> {
    destinations::key_arn(state, trail, name, at).map_err(|problem| error(trail, problem))
}

/// Asks whether the bucket named takes the results of a query of `store`.
pub(super) fn check_results(
    state: &State,
    caller: &Caller,
    store: &str,
    uri: &str,
) -> Result<(), Error> {
    let bucket = trail_settings::check_uri(uri)?;
    let (account, region) = (caller.account(), caller.region());
    let results = ResultsTo { account, region, store, uri };
    destinations::check_results(state, &results, caller.at())
        .map_err(|problem| told(bucket, "", problem))
}

fn error(trail: &Trail, problem: DestinationProblem) -> Error {
    told(&trail.bucket, trail.kms_key.as_deref().unwrap_or_default(), problem)
}

fn told(bucket: &str, key: &str, problem: DestinationProblem) -> Error {
    use DestinationProblem as Problem;
    match problem {
        Problem::NoBucket => {
            Exception::S3BucketDoesNotExist.says(format!("S3 bucket {bucket} does not exist!"))
        }
        Problem::BucketPolicy(why) => Exception::InsufficientS3BucketPolicy
            .says(format!("Incorrect S3 bucket policy is detected for bucket: {bucket}: {why}")),
        Problem::Prefix(why) => Exception::InvalidS3Prefix.says(why),
        Problem::RequesterPays => Exception::InsufficientS3BucketPolicy.says(format!(
            "bucket {bucket} makes requesters pay, and CloudTrail does not: switch that off"
        )),
        Problem::NoKey(id) => {
            Exception::KmsKeyNotFound.says(format!("there is no KMS key `{id}`: create it first"))
        }
        Problem::NoKeyName(name) => Exception::InvalidKmsKeyId
            .says(format!("`{name}` names no KMS key: give an id, an alias or an ARN")),
        Problem::KeyDisabled => {
            Exception::KmsKeyDisabled.says(format!("KMS key {key} is disabled: enable it first"))
        }
        Problem::KeyPolicy(why) => Exception::InsufficientEncryptionPolicy.says(format!(
            "Insufficient permissions to access S3 bucket {bucket} or KMS key {key}: {why}"
        )),
        Problem::KeyElsewhere => Exception::KmsKeyNotFound.says(format!(
            "KMS key {key} is not in the region of bucket {bucket}: give a key of that region"
        )),
        Problem::TopicPolicy => Exception::InsufficientSnsTopicPolicy
            .says("SNS Topic does not exist or the topic policy is incorrect!"),
        Problem::NoLogGroup => Exception::InvalidCloudWatchLogsLogGroupArn
            .says("CloudTrail cannot validate the specified log group ARN."),
    }
}
