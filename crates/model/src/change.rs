//! One step in the life of what is kept, and what a handler proposes.

use crate::resource::{
    AccessKey, Birth, Bucket, BucketImport, Channel, DeliveryStatus, DigestKey, EventConfiguration,
    EventDataStore, Expiry, Import, ImportFailure, ImportProgress, Ingestion, KmsAlias, KmsKey,
    Object, OutsideBucket, PlannedFile, Query, ResourcePolicy, Topic, Trail, Upload, UploadPart,
    User,
};
use crate::{PartId, PartMeta, Record, Seq, Timestamp};
use serde::{Deserialize, Serialize};

/// One step in the life of a resource. Replaying all of them in order gives State.
/// Variants are written by name; one that an older binary does not know makes it refuse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The data directory begins.
    Born(Birth),
    /// A user exists from now on, or is changed.
    UserPut(User),
    /// A key exists from now on, or is changed.
    AccessKeyPut(AccessKey),
    /// The manifest moves from some parts to others.
    PartsReplaced {
        /// Parts that are live from now on.
        added: Vec<PartMeta>,
        /// Parts that may be unlinked from now on.
        removed: Vec<PartId>,
        /// Seqs below this one are no longer needed in the journal for the tail.
        sealed_to: Option<u64>,
    },
    /// An import has got this far, is new, or has ended.
    ImportPut(Import),
    /// An import from a bucket is new, or its status has changed.
    BucketImportPut(Box<BucketImport>),
    /// An import from a bucket got this far. Its status is as it was.
    BucketImportAdvanced {
        /// The import's id.
        id: String,
        /// All of it, as it is now.
        progress: ImportProgress,
        /// When.
        at: Timestamp,
        /// Files that failed on the way, or succeeded this time.
        failures: Vec<ImportFailure>,
    },
    /// An import from a bucket is old, and is forgotten: some of its failures first.
    BucketImportForgotten {
        /// The import's id.
        id: String,
        /// Keys of files that failed.
        failures: Vec<String>,
        /// Whether there are no others: the import goes too.
        gone: bool,
    },
    /// A query was started, or has ended.
    QueryPut(Query),
    /// These queries are old; their rows are gone.
    QueriesForgotten(Vec<String>),
    /// Everything but users and keys is gone from view: a reset under `--dev`.
    Reset,
    /// The ledger took in the records of parts: its right edge afterwards, as JSON. Replay needs
    /// it, since those records are not in the journal.
    LedgerAdvanced {
        /// The frontier, opaque here.
        frontier: String,
    },
    /// A record came with the id of an earlier one and other bytes; both are kept.
    ConflictFound {
        /// How many, with this change.
        count: u64,
    },
    /// An event data store exists from now on, or is changed.
    EventDataStorePut(EventDataStore),
    /// An event data store is gone, with its policy and its configuration.
    EventDataStoreRemoved {
        /// Its id.
        id: String,
    },
    /// A channel exists from now on, or is changed.
    ChannelPut(Channel),
    /// A channel is gone, with its policy.
    ChannelRemoved {
        /// Its id.
        id: String,
    },
    /// Events were put through a channel.
    ChannelUsed {
        /// The channel's id.
        id: String,
        /// With what success.
        ingestion: Ingestion,
    },
    /// A resource has a policy from now on.
    ResourcePolicyPut(ResourcePolicy),
    /// A resource has no policy any more.
    ResourcePolicyRemoved {
        /// The resource's ARN.
        resource: String,
    },
    /// Records carry this from now on.
    EventConfigurationPut(EventConfiguration),
    /// A bucket exists from now on, or is changed.
    BucketPut(Box<Bucket>),
    /// A bucket is gone.
    BucketRemoved {
        /// Its name.
        name: String,
    },
    /// A trail exists from now on, or is changed.
    TrailPut(Trail),
    /// A trail is gone, with what its deliveries came to.
    TrailRemoved {
        /// Its ARN.
        arn: String,
    },
    /// A trail's deliveries of one region have come to this.
    DeliveryStatusPut {
        /// The trail's id.
        trail: String,
        /// The region of the records delivered.
        region: String,
        /// All of it, as it is now.
        status: DeliveryStatus,
    },
    /// A version of an object, or a delete marker, exists from now on, or is changed. Its place
    /// is its bucket, key and order.
    ObjectPut(Box<Object>),
    /// A version of an object, or a delete marker, is gone.
    ObjectRemoved {
        /// The bucket's name.
        bucket: String,
        /// The object's key.
        key: String,
        /// Which version.
        version: String,
        /// The version's order.
        order: u64,
        /// Files of bytes that nothing names any more.
        dropped: Vec<String>,
    },
    /// A lifecycle rule took away what lies where trails deliver, or hid it: the step itself is
    /// another change of the same frame.
    ObjectExpired(Box<Expiry>),
    /// An upload in parts is under way from now on.
    UploadPut(Box<Upload>),
    /// A part was uploaded.
    UploadPartPut {
        /// The part.
        part: Box<UploadPart>,
        /// Files of bytes that nothing names any more: those of the part that it replaces.
        dropped: Vec<String>,
    },
    /// An upload in parts is over, with all parts of it.
    UploadRemoved {
        /// The bucket's name.
        bucket: String,
        /// The object's key.
        key: String,
        /// The upload's id.
        id: String,
        /// The numbers of all its parts.
        parts: Vec<u16>,
        /// Files of bytes that nothing names any more: of parts that are not in the object.
        dropped: Vec<String>,
    },
    /// Digests of an account and region are signed with this key from now on, until a newer one
    /// comes.
    DigestKeyPut(DigestKey),
    /// These files of a trail will be put, and no others for the records below `cursor`. Eras are
    /// times in which a trail logs without a stop, and makes digests or does not: each has chains
    /// of digests of its own.
    DeliveryPlanned {
        /// The trail's id.
        trail: String,
        /// The number of the first record that no file holds yet.
        cursor: Seq,
        /// The files.
        files: Vec<PlannedFile>,
    },
    /// A planned file lies in its bucket.
    Delivered {
        /// The trail's id.
        trail: String,
        /// The file's number.
        number: u64,
        /// When it was put.
        at: Timestamp,
    },
    /// A planned file was tried for thirty days and is given up.
    DeliveryDropped {
        /// The trail's id.
        trail: String,
        /// The file's number.
        number: u64,
    },
    /// These are the buckets of others into which trails may deliver, and no more: a server was
    /// started with another configuration than before.
    OutsideBucketsSet(Vec<OutsideBucket>),
    /// A key of KMS exists from now on, or is changed.
    KmsKeyPut(KmsKey),
    /// A key of KMS is gone, with its other names. What it encrypted cannot be read any more.
    KmsKeyRemoved {
        /// Its id.
        id: String,
    },
    /// A key of KMS goes by another name from now on.
    KmsAliasPut(KmsAlias),
    /// A name of a key of KMS is gone.
    KmsAliasRemoved {
        /// The name's ARN.
        arn: String,
    },
    /// A topic exists from now on, or is changed.
    TopicPut(Topic),
    /// A topic is gone.
    TopicRemoved {
        /// Its ARN.
        arn: String,
    },
}

/// What a handler proposes: nothing is done until `commit` made it durable.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// Steps of resources.
    pub changes: Vec<Change>,
    /// Things that happened.
    pub records: Vec<Record>,
    /// Things that happened and are kept only where a trail or an event data store selects them:
    /// data events of S3.
    pub data_events: Vec<Record>,
}

impl From<Change> for Effect {
    fn from(change: Change) -> Self {
        Self { changes: vec![change], ..Self::default() }
    }
}

impl From<Record> for Effect {
    fn from(record: Record) -> Self {
        Self { records: vec![record], ..Self::default() }
    }
}
