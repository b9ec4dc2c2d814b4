//! Things that are kept.

mod access_key;
mod birth;
mod body;
mod channel;
mod event_configuration;
mod event_data_store;
mod import;
mod object;
mod query;
mod resource_policy;
mod selector;
mod upload;
mod user;

pub use access_key::{AccessKey, KeyStatus, Sealed};
pub use birth::Birth;
pub use body::BodyRef;
pub use channel::{Channel, Ingestion};
pub use event_configuration::{ContextKeySelector, ContextKind, EventConfiguration, MaxEventSize};
pub use event_data_store::{
    BUILT_IN_STORE, BillingMode, EventDataStore, STORE_WAIT_MS, StoreStatus,
};
pub use import::{Done, Import, ImportStatus, Skipped};
pub use object::{
    Checksum, ChecksumAlgorithm, ChecksumKind, Encryption, LockMode, NULL_VERSION, Object,
    ObjectLock, PartSize,
};
pub use query::{Query, QueryStatus};
pub use resource_policy::ResourcePolicy;
pub use selector::{AdvancedEventSelector, FieldSelector};
pub use upload::{Upload, UploadPart};
pub use user::User;
