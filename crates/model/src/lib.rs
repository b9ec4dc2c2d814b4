//! Plain values: records, identities, changes and resources. Nothing here can fail except
//! parsing; nothing here touches a disk, a clock or a socket.

mod account;
mod arn;
mod calendar;
mod category;
mod change;
pub mod disk;
mod field;
mod hex;
mod identity;
pub mod json;
mod origin;
mod part;
mod record;
pub mod resource;
mod scan;
mod seq;
mod shape_tree;
mod time;
mod view;

pub use account::AccountId;
pub use arn::Arn;
pub use calendar::{civil_of_days, days_of_civil, days_of_month};
pub use category::Category;
pub use change::{Change, Effect};
pub use field::{Field, Tree};
pub use hex::hex;
pub use identity::{Caller, CallerKind, Identity, SessionIssuer};
pub use origin::Origin;
pub use part::{PartId, PartMeta};
pub use record::{Body, Record, RecordId};
pub use scan::{Leaf, LeafKind, Scan, ScanError, Span};
pub use seq::{Seq, SeqRange};
pub use time::{TimeRange, Timestamp, format_millis, format_seconds, parse_seconds, seconds_text};
pub use view::RecordView;
