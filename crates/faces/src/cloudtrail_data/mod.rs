//! AWS CloudTrail's data plane:
//! <https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/Welcome.html>.

mod audit_event;
mod batch;
mod event_data;
mod target;

use crate::service::service;

service! {
    name: "cloudtrail-data",
    source: "cloudtrail-data.amazonaws.com",
    signing_names: ["cloudtrail-data"],
    protocol: RestJson { paths: &[("PutAuditEvents", "POST", "/PutAuditEvents")] },
    data: true,
    open: [],
    write PutAuditEvents = put_audit_events,
}
