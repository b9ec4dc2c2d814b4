//! Things that are kept.

mod access_key;
mod birth;
mod import;
mod user;

pub use access_key::{AccessKey, KeyStatus, Sealed};
pub use birth::Birth;
pub use import::{Done, Import, ImportStatus, Skipped};
pub use user::User;
