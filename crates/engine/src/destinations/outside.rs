//! What can be said of a bucket of others without asking it: whether it lets CloudTrail in shows
//! when the first file is put (`GetTrailStatus`).

use super::DestinationProblem;
use model::resource::{OutsideBucket, Trail};
use model::{AccountId, Arn};

/// Whether the configuration lets the trail's account in, and files can have their names there.
pub(super) fn check_bucket(
    bucket: &OutsideBucket,
    trail: &Trail,
) -> Result<(), DestinationProblem> {
    if !bucket.accounts.contains(&trail.account) {
        return Err(DestinationProblem::BucketPolicy(format!(
            "it lies outside, and the configuration does not let trails of account {} deliver \
             there: add it to `accounts` of [outside_buckets.{}]",
            trail.account, bucket.name
        )));
    }
    match &trail.prefix {
        Some(prefix) if prefix.split('/').any(str::is_empty) => {
            Err(DestinationProblem::Prefix(format!(
                "`{prefix}` begins or ends with a slash or has two in a row, which names in a \
                 bucket outside cannot: leave the slash out"
            )))
        }
        _ => Ok(()),
    }
}

/// Whether a key lies where the bucket lies.
pub(super) fn check_key(bucket: &OutsideBucket, arn: &str) -> Result<(), DestinationProblem> {
    key_arn(arn)?;
    match arn.split(':').nth(3) == Some(bucket.region.as_str()) {
        true => Ok(()),
        false => Err(DestinationProblem::KeyElsewhere),
    }
}

/// The ARN of a key or of an alias of one.
pub(super) fn key_arn(name: &str) -> Result<Arn, DestinationProblem> {
    let no_name = || DestinationProblem::NoKeyName(name.to_owned());
    let parts: Vec<&str> = name.split(':').collect();
    let [arn, partition, service, region, account, resource] = parts.as_slice() else {
        return Err(no_name());
    };
    let is_aws = *arn == "arn" && *partition == "aws" && *service == "kms";
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_-".contains(&b);
    let is_key = ["key/", "alias/"].iter().any(|kind| {
        resource.strip_prefix(kind).is_some_and(|id| !id.is_empty() && id.bytes().all(plain))
    });
    let account = AccountId::parse(account).filter(AccountId::is_standard);
    match account {
        Some(account) if is_aws && is_key => Ok(Arn::kms(region, &account, resource)),
        _ => Err(no_name()),
    }
}
