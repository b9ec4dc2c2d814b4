//! `AddTags`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html>
//!
//! A key that is there gets the new value.

use super::exception::Exception;
use super::prelude::*;
use super::resource::Resource;
use super::tag::{self, Tag};

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

/// Proposes the resource with its tags.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    let invalid = Exception::CloudTrailArnInvalid;
    let resource = Resource::find(state, caller, &input.resource_id, invalid)?;
    resource.check_active()?;
    resource.check_home(caller)?;
    let mut tags = resource.tags().clone();
    tag::add(&mut tags, &input.tags_list)?;
    Ok((Output {}, Effect::from(resource.tagged(tags))))
}
