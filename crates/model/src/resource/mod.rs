//! Things that are kept.

mod access_key;
mod birth;
mod channel;
mod event_configuration;
mod event_data_store;
mod import;
mod kms_key;
mod query;
mod resource_policy;
mod selector;
mod topic;
mod user;

pub use access_key::{AccessKey, KeyStatus, Sealed};
pub use birth::Birth;
pub use channel::{Channel, Ingestion};
pub use event_configuration::{ContextKeySelector, ContextKind, EventConfiguration, MaxEventSize};
pub use event_data_store::{
    BUILT_IN_STORE, BillingMode, EventDataStore, STORE_WAIT_MS, StoreStatus,
};
pub use import::{Done, Import, ImportStatus, Skipped};
pub use kms_key::{KmsAlias, KmsKey, Rotation};
pub use query::{Query, QueryStatus};
pub use resource_policy::ResourcePolicy;
pub use selector::{AdvancedEventSelector, FieldSelector};
pub use topic::Topic;
pub use user::User;
