//! Buckets of others, at AWS or anything that speaks S3, as an archive of trails.
//!
//! Promise: a secret is read from a file or the environment, shown nowhere, and sent nowhere; a
//! file goes to the endpoint that was configured and to no other; every attempt ends.

mod archive;
mod bucket;
mod client;
mod credentials;
mod endpoint;
mod limits;
mod problem;
mod reply;
mod table;

pub use bucket::Buckets;
pub use problem::Problem;
pub use table::Table;
