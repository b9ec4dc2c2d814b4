//! `ListTags`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html>
//!
//! All tags of a resource come at once: there are at most fifty.

use super::error::Error;
use super::exception::Exception;
use super::prelude::*;
use super::resource::Resource;
use super::tag::Tag;

/// Most resources in one call.
const RESOURCES_MAX: usize = 20;

/// Of what.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    resource_id_list: Vec<String>,
    next_token: Option<String>,
}

/// The tags.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    resource_tag_list: Vec<ResourceTag>,
}

/// The tags of one resource.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceTag {
    resource_id: String,
    tags_list: Vec<Tag>,
}

/// Lists tags, in the order that was asked for.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    if input.next_token.is_some() {
        return Err(Error::InvalidNextToken(
            "`NextToken` is none of this list's, which has one page: leave it out",
        ));
    }
    let asked = input.resource_id_list.len();
    if !(1..=RESOURCES_MAX).contains(&asked) {
        return Err(Exception::InvalidParameter.says(format!(
            "`ResourceIdList` has {asked} items: give 1 to {RESOURCES_MAX}"
        )));
    }
    let tags = |id: &String| {
        let invalid = Exception::CloudTrailArnInvalid;
        let resource = Resource::find(snapshot.state(), caller, id, invalid)?;
        resource.check_active()?;
        Ok(ResourceTag { resource_id: id.clone(), tags_list: Tag::list(resource.tags()) })
    };
    let resource_tag_list = input.resource_id_list.iter().map(tags).collect::<Result<_, Error>>()?;
    Ok(Output { resource_tag_list })
}
