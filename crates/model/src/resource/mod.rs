//! Things that are kept.

mod access_key;
mod birth;
mod body;
mod bucket;
mod bucket_import;
mod channel;
mod delivery_status;
mod digest_key;
mod event_configuration;
mod event_data_store;
mod event_selector;
mod expiry;
mod import;
mod insight_selector;
mod kms_key;
mod object;
mod outside_bucket;
mod planned_file;
mod query;
mod resource_policy;
mod selector;
mod topic;
mod trail;
mod upload;
mod user;

pub use access_key::{AccessKey, KeyStatus, Sealed};
pub use birth::Birth;
pub use body::BodyRef;
pub use bucket::{
    Bucket, BucketEncryption, BucketLock, DefaultRetention, Document, KeyChoice, LockPeriod,
    Ownership, PublicAccess, Versioning,
};
pub use bucket_import::{
    BucketImport, BucketImportStatus, FailureStatus, ImportFailure, ImportProgress, ImportSource,
};
pub use channel::{Channel, Ingestion};
pub use delivery_status::{Attempts, DeliveryStatus};
pub use digest_key::DigestKey;
pub use event_configuration::{ContextKeySelector, ContextKind, EventConfiguration, MaxEventSize};
pub use event_data_store::{
    BUILT_IN_STORE, BillingMode, EventDataStore, STORE_WAIT_MS, StoreStatus,
};
pub use event_selector::{DataResource, EventSelector, ReadWriteType};
pub use expiry::{Expiry, ExpiryDeed};
pub use import::{Done, Import, ImportStatus, Skipped};
pub use insight_selector::{InsightCategory, InsightSelector, InsightType};
pub use kms_key::{KmsAlias, KmsKey, Rotation};
pub use object::{
    Checksum, ChecksumAlgorithm, ChecksumKind, Encryption, LockMode, NULL_VERSION, Object,
    ObjectLock, PartSize,
};
pub use outside_bucket::OutsideBucket;
pub use planned_file::{FileContent, PlannedFile};
pub use query::{Query, QueryDelivery, QueryDeliveryStatus, QueryStatus, ResultFile};
pub use resource_policy::ResourcePolicy;
pub use selector::{AdvancedEventSelector, FieldSelector};
pub use topic::Topic;
pub use trail::{Trail, TrailLogGroup, TrailSelectors, TrailTopic};
pub use upload::{Upload, UploadPart};
pub use user::User;
