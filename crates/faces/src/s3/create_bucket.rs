//! `CreateBucket`: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
//!
//! Names are unique over all accounts of the directory. Making one's own bucket again is an error
//! but in `us-east-1`, where AWS answers as if it were made anew.

use super::bucket_name;
use super::code::Code;
use super::grants::Grants;
use super::prelude::*;
use super::tag_set::TagSet;
use crate::ec2::region::REGIONS;
use model::resource::{Bucket, BucketLock, Ownership, Versioning};

/// Most buckets of an account; AWS's limit too.
const BUCKETS_MAX: usize = 10_000;

/// Where signatures without a wish of their own point.
const FIRST_REGION: &str = "us-east-1";

/// What is to be made.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {
    #[serde(rename = "bucketName")]
    bucket_name: String,
    #[serde(flatten)]
    grants: Grants,
    #[serde(rename = "x-amz-bucket-object-lock-enabled", default)]
    object_lock: bool,
    #[serde(rename = "x-amz-object-ownership")]
    ownership: Option<Ownership>,
    #[serde(rename = "CreateBucketConfiguration")]
    configuration: Option<Configuration>,
}

/// Where.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Configuration {
    location_constraint: Option<String>,
    tags: Option<TagSet>,
    location: Option<serde_json::Value>,
    bucket: Option<serde_json::Value>,
}

/// Proposes the bucket.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Reply, Effect), Error> {
    bucket_name::check(&input.bucket_name)?;
    let ownership = input.ownership.unwrap_or(Ownership::BucketOwnerEnforced);
    input.grants.check(Some(ownership))?;
    let region = region(caller, input.configuration.as_ref())?;
    // Deliveries must not be able to mean two buckets.
    if state.outside_bucket(&input.bucket_name).is_some() {
        return Err(Code::BucketAlreadyExists.error().about("BucketName", &input.bucket_name));
    }
    if let Some(bucket) = state.bucket(&input.bucket_name) {
        return again(bucket, caller, &region);
    }
    if state.buckets(caller.account()).count() >= BUCKETS_MAX {
        return Err(Code::TooManyBuckets.error());
    }
    let tags = input.configuration.and_then(|it| it.tags).unwrap_or_default();
    let name = input.bucket_name;
    let location = format!("/{name}");
    let made = Bucket {
        ownership: Some(ownership),
        object_lock: input.object_lock.then(BucketLock::default),
        versioning: input.object_lock.then_some(Versioning::Enabled),
        tags: tags.into_map()?,
        ..Bucket::new(name, caller.account().clone(), region, caller.at())
    };
    let reply = Reply::empty(200).header("location", location);
    Ok((reply, Effect::from(Change::BucketPut(Box::new(made)))))
}

/// The region asked for; a request signed for another than the first is for a bucket there.
fn region(caller: &Caller, configuration: Option<&Configuration>) -> Result<String, Error> {
    let asked = configuration.and_then(|it| it.location_constraint.as_deref());
    let signed = caller.region();
    match asked.filter(|it| !it.is_empty()) {
        Some("EU") => Ok("eu-west-1".to_owned()),
        // The first region has no name here, and others must exist.
        Some(asked) if asked == FIRST_REGION || !exists(asked) => {
            Err(Code::InvalidLocationConstraint.error().about("LocationConstraint", asked))
        }
        Some(asked) if asked == signed || signed == FIRST_REGION => Ok(asked.to_owned()),
        None if signed == FIRST_REGION => Ok(FIRST_REGION.to_owned()),
        asked => Err(Code::IllegalLocationConstraintException.says(format!(
            "The {} location constraint is incompatible for the region specific endpoint this \
             request was sent to.",
            asked.unwrap_or("unspecified")
        ))),
    }
}

fn exists(region: &str) -> bool {
    REGIONS.iter().any(|it| it.name == region)
}

fn again(bucket: &Bucket, caller: &Caller, region: &str) -> Result<(Reply, Effect), Error> {
    let is_own = bucket.account == *caller.account();
    match is_own {
        true if region == FIRST_REGION && bucket.region == FIRST_REGION => {
            let location = format!("/{}", bucket.name);
            Ok((Reply::empty(200).header("location", location), Effect::default()))
        }
        true => Err(Code::BucketAlreadyOwnedByYou.error().about("BucketName", &bucket.name)),
        false => Err(Code::BucketAlreadyExists.error().about("BucketName", &bucket.name)),
    }
}
