//! State, commit and followers: the product without any HTTP.
//!
//! Promise: state changes only by [`Engine::commit`], in the frame that also holds the record of
//! the change; everything derived follows from the journal.

mod archive;
mod ask;
mod bodies;
mod bucket_imports;
mod buckets;
mod delivered;
mod deliveries;
mod derive;
pub mod destinations;
mod digest_keys;
mod directory;
mod encryption;
mod engine;
mod env;
mod error;
mod followers;
mod group;
mod identity;
mod import;
mod keys;
mod lanes;
mod lifecycle;
mod membership;
mod numbers;
mod objects;
mod opening;
mod outside;
mod pending;
mod policy;
mod queries;
mod questions;
mod readers;
mod runs;
mod settings;
mod shared;
mod shelf;
mod state;
mod status;
mod store;
mod tags;
mod topics;
mod trails;
mod vault;
mod verify;
mod view;
mod writer;

pub use archive::{Archive, Outgoing, Put, Refusal as PutRefusal};
pub use bodies::{
    BodyKey, BodyReader, OpenKey, StagedBody, Staging, Summed, joined_checksum, joined_etag,
    sums_of,
};
pub use crypt::{CryptDisk, Keys, RING, Random, RootKey};
pub use delivered::DeliveredFile;
pub use destinations::DestinationProblem;
pub use digest_keys::KeySource;
pub use directory::is_in_use;
pub use engine::Engine;
pub use env::Env;
pub use error::{Error, ErrorKind};
pub use followers::delivery::{Delivered, Delivery};
pub use followers::imports::location::ImportLocation;
pub use followers::imports::source::check as check_import;
pub use identity::{KeyError, Resolved, SessionCredentials};
pub use import::ImportRequest;
pub use journal::{Durable, RealDisk, Recovery, sim};
pub use keys::{DataKey, KeyProblem, MANAGED_ALIAS, blob_key, check_key};
pub use lake::feed::{ColumnName, Refusal, RefusalKind, RowForm, Scanned, Scope, Statement};
pub use lake::{
    Actor, Attribute, Ending, Facet, Found, LIMIT_MAX, Match, Page, Place, Search, Snapshot, Term,
};
pub use lifecycle::{Lifecycle, LifecycleProblem};
pub use objects::{Fresh, Listing, ObjectPage, UploadPage, VersionPage, may_delete, upload_over};
pub use opening::{NewKey, Opened};
pub use outside::Outside;
pub use pending::Pending;
pub use policy::{Asking, Decision, authorize};
pub use queries::{Cancel, QueryRequest, RowPage, RowPlace, Rows, WorkerCommand};
pub use questions::{
    Bucket, Difference, Edge, Entity, EntityAsk, EntityKind, Explain, ExplainAsk, FacetValues,
    Facets, FacetsAsk, Figures, Histogram, HistogramAsk, Made, Node, Session, SessionAsk, Transfer,
    Unused, UnusedAsk, UnusedKind, UnusedRow, Value, Witness,
};
pub use settings::Settings;
pub use shelf::Table;
pub use state::State;
pub use status::Status;
pub use topics::topic_policy;
pub use trails::{TRAILS_MAX, full_region};
pub use vault::{Secret, Vault};
pub use verify::{
    Checked, Doubt, Flaw, Outcome, Report, Verdict, newest_entry, verify, verify_on, verify_with,
};
