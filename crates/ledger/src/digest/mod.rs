//! CloudTrail's digest files: an hourly, signed list of the log files of one trail and region,
//! chained to the one before; and the like list of a query's results
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html>).
//!
//! Promise: what is signed here, AWS's own `aws cloudtrail validate-logs` accepts, byte for byte;
//! and what it overlooks (a cut-off end, a file that nobody listed, a link that does not fit), the
//! [`walk`] names.

mod document;
mod flaw;
mod key;
mod listed;
mod name;
mod results;
mod signed;
mod walk;

pub use document::{Document, LogFile, Previous, ReadError};
pub use flaw::{Flaw, Trouble};
pub use key::{KeyError, PublicKey, SigningKey};
pub use listed::Listed;
pub use name::{FileKind, Folder, Place, Series, suffix};
pub use results::ResultFiles;
pub use signed::{Digest, Draft, SIGNATURE_ALGORITHM, Signature, Signed, Unsigned};
pub use walk::{Content, Lookup, Step, Stored, walk};
