//! Import: log files that lie somewhere durable go straight into parts.
//!
//! Files are read in parallel and taken apart into drafts. When the drafts are heavy enough, or
//! nothing is left, they are sealed, and one frame then names the parts, reserves their record
//! numbers and says which files are done. So a killed import resumes where the last frame left
//! it, and a file imported twice counts once.

mod batch;
mod files;
mod intake;
mod publish;
mod run;
mod tally;

pub use files::ImportRequest;
pub(crate) use intake::{Drafts, Intake, Terms};
pub(crate) use publish::publish;
pub(crate) use run::{Progress, records, start};
pub(crate) use tally::Tally;
