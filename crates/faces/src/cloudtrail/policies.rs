//! Policies that stand with resources: which resource, and which policy.

use super::error::Error;
use super::exception::Exception;
use super::resource::Resource;
use crate::door::Caller;
use engine::State;
use model::resource::ResourcePolicy;

/// The resource of an ARN. What does not exist is called so, whatever it would be.
pub(super) fn find<'a>(
    state: &'a State,
    caller: &Caller,
    arn: &str,
    invalid: Exception,
) -> Result<Resource<'a>, Error> {
    let found = Resource::find(state, caller, arn, invalid).map_err(|error| match error {
        Error::Lake(Exception::ChannelNotFound | Exception::EventDataStoreNotFound, message) => {
            Exception::ResourceNotFound.says(message)
        }
        Error::Lake(
            Exception::ChannelArnInvalid | Exception::EventDataStoreArnInvalid,
            message,
        ) => invalid.says(message),
        other => other,
    })?;
    match found {
        Resource::Trail(trail) => Err(Exception::ResourceTypeNotSupported.says(format!(
            "trail `{}` cannot have a policy: that of its bucket says who reads its files",
            trail.name
        ))),
        found => Ok(found),
    }
}

/// The policy of a resource.
pub(super) fn policy<'a>(
    state: &'a State,
    caller: &Caller,
    arn: &str,
) -> Result<&'a ResourcePolicy, Error> {
    let resource = find(state, caller, arn, Exception::ResourceArnNotValid)?;
    state.resource_policy(&resource.arn()).ok_or_else(|| {
        let arn = resource.arn();
        Exception::ResourcePolicyNotFound.says(format!("`{arn}` has no policy"))
    })
}
