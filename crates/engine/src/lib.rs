//! State, commit and followers: the product without any HTTP.
//!
//! Promise: state changes only by [`Engine::commit`], in the frame that also holds the record of
//! the change; everything derived follows from the journal.

mod ask;
mod derive;
mod directory;
mod engine;
mod env;
mod error;
mod followers;
mod identity;
mod import;
mod numbers;
mod opening;
mod pending;
mod policy;
mod readers;
mod settings;
mod shared;
mod state;
mod status;
mod store;
mod vault;
mod view;
mod writer;

pub use engine::Engine;
pub use env::Env;
pub use error::{Error, ErrorKind};
pub use identity::{KeyError, Resolved, SessionCredentials};
pub use import::ImportRequest;
pub use journal::{Durable, Recovery, sim};
pub use lake::{Attribute, Found, LIMIT_MAX, Match, Page, Place, Search, Snapshot, Term};
pub use opening::{NewKey, Opened};
pub use pending::Pending;
pub use policy::{Decision, authorize};
pub use settings::Settings;
pub use state::State;
pub use status::Status;
pub use vault::{Secret, Vault};
