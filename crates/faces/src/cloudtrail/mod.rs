//! AWS CloudTrail: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/Welcome.html>.

mod attribute;
mod event;
mod next_token;
mod window;

use crate::service::service;

service! {
    name: "cloudtrail",
    source: "cloudtrail.amazonaws.com",
    signing_names: ["cloudtrail"],
    protocol: AwsJson11 { target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101" },
    open: [],
    // alphabetical, for the foolish consistency
    search LookupEvents = lookup_events,
}
