//! Whether a trail's destinations take what it will deliver.

use crate::State;
use model::resource::Trail;

/// Why a destination does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DestinationProblem {
    /// There is no such bucket.
    NoBucket,
    /// The bucket's policy does not let CloudTrail in; why.
    BucketPolicy(String),
    /// The bucket makes requesters pay.
    RequesterPays,
    /// There is no key that is named so.
    NoKey(String),
    /// The key is disabled, or is being deleted.
    KeyDisabled,
    /// The key's policy does not let CloudTrail in; why.
    KeyPolicy(String),
    /// The key is not in the bucket's region.
    KeyElsewhere,
    /// There is no such topic, or its policy does not let CloudTrail in.
    TopicPolicy,
    /// There is no such log group.
    NoLogGroup,
}

/// Asks all destinations of a trail, as the trail would be.
///
/// # Errors
/// What the first that does not take it says.
pub fn check(state: &State, trail: &Trail) -> Result<(), DestinationProblem> {
    check_bucket(state, trail)?;
    check_key(state, trail)?;
    check_topic(state, trail)?;
    check_log_group(state, trail)
}

/// Asks the bucket.
///
/// # Errors
/// What is in the way.
pub fn check_bucket(_: &State, _: &Trail) -> Result<(), DestinationProblem> {
    Err(DestinationProblem::NoBucket)
}

/// Asks the key, if there is to be one.
///
/// # Errors
/// What is in the way.
pub fn check_key(_: &State, trail: &Trail) -> Result<(), DestinationProblem> {
    match &trail.kms_key {
        None => Ok(()),
        Some(key) => Err(DestinationProblem::NoKey(key.clone())),
    }
}

/// Asks the topic, if there is to be one.
///
/// # Errors
/// What is in the way.
pub fn check_topic(_: &State, trail: &Trail) -> Result<(), DestinationProblem> {
    match &trail.topic {
        None => Ok(()),
        Some(_) => Err(DestinationProblem::TopicPolicy),
    }
}

/// Asks the log group, if there is to be one.
///
/// # Errors
/// What is in the way.
pub fn check_log_group(_: &State, trail: &Trail) -> Result<(), DestinationProblem> {
    match &trail.log_group {
        None => Ok(()),
        Some(_) => Err(DestinationProblem::NoLogGroup),
    }
}

/// The ARN of the key that is named by its id, an alias or an ARN.
///
/// # Errors
/// [`DestinationProblem::NoKey`] where there is none.
pub fn key_arn(_: &State, _: &Trail, id: &str) -> Result<String, DestinationProblem> {
    Err(DestinationProblem::NoKey(id.to_owned()))
}
