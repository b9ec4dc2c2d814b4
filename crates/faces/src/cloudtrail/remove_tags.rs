//! `RemoveTags`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html>
//!
//! Goes by the keys; what is not there is none to remove.

use super::exception::Exception;
use super::prelude::*;
use super::resource::Resource;
use super::tag::Tag;

/// Which tags of what.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_id: String,
    tags_list: Vec<Tag>,
}

/// Nothing but success.
#[derive(Debug, Serialize)]
pub struct Output {}

/// Proposes the resource without the tags.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let invalid = Exception::CloudTrailArnInvalid;
    let resource = Resource::find(state, caller, &input.resource_id, invalid)?;
    resource.check_active()?;
    resource.check_home(caller)?;
    let mut tags = resource.tags().clone();
    for tag in &input.tags_list {
        tags.remove(tag.checked_key()?);
    }
    Ok((Output {}, Effect::from(resource.tagged(tags))))
}
