//! AWS Resource Groups Tagging API, which tells the tags of all services in one place:
//! <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html>.
//!
//! Tags are given and taken away by the services whose resources bear them.

mod tag_filter;
mod told;
mod type_filter;

use crate::service::service;

service! {
    name: "tag",
    source: "tagging.amazonaws.com",
    signing_names: ["tagging"],
    protocol: AwsJson11 { target: "ResourceGroupsTaggingAPI_20170126" },
    open: [],
    // alphabetical, for the foolish consistency
    read  GetResources = get_resources,
}
