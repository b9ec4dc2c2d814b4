//! AWS's words on the outside, ours inside: one folder per service, one file per operation, and
//! the [`Door`], the one way in.
//!
//! A face is a table of operations, readable at a glance in its `mod.rs`. An operation is one file
//! with `Input`, `Output` and a pure `handle`. The door does the rest: it routes, proves who asks,
//! asks the policy, records the call and makes the record durable before it answers.

mod answer;
mod date;
mod door;
mod fault;
mod hidden;
mod limits;
mod metrics;
mod name_token;
mod page;
mod parameters;
mod prelude;
mod service;
mod snapshot;
mod tag_rule;
mod upload;
mod xml_route;

pub mod cloudtrail;
pub mod cloudtrail_data;
pub mod ec2;
pub mod iam;
pub mod kms;
pub mod pugmark;
pub mod resourcegroupstaggingapi;
pub mod s3;
pub mod sns;
pub mod sts;

pub use answer::{Answer, Reply};
pub use door::{Caller, Crowd, DevMode, Door, DoorSettings, Handled, Reception, Turn, Verified};
pub use hidden::Hidden;
pub use service::{Access, Dialect, Operation, Service};
pub use snapshot::{Forge, Hands, Snapshot};
pub use xml_route::{Scope, XmlRoute};

/// Every service spoken here.
pub const SERVICES: &[&Service] = &[
    &cloudtrail::SERVICE,
    &cloudtrail_data::SERVICE,
    &ec2::SERVICE,
    &iam::SERVICE,
    &kms::SERVICE,
    &pugmark::SERVICE,
    &s3::SERVICE,
    &sns::SERVICE,
    &sts::SERVICE,
    &resourcegroupstaggingapi::SERVICE,
];
