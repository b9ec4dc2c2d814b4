//! What handlers are given.

use crate::door::DoorSettings;
use engine::{Engine, ImportRequest, Page, Search, SessionCredentials, State, Status};
use model::resource::Import;
use model::{AccountId, Identity, Timestamp};
use std::sync::Arc;

/// One moment, for a handler that only reads.
pub struct Snapshot {
    engine: Engine,
    state: Arc<State>,
    extended: bool,
    dev: bool,
}

impl Snapshot {
    pub(crate) fn new(engine: &Engine, settings: &DoorSettings) -> Self {
        Self {
            engine: engine.clone(),
            state: engine.state(),
            extended: settings.extended,
            dev: settings.dev.is_some(),
        }
    }

    /// What is kept.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether the server looks beyond AWS's limits: all accounts, all regions, all time.
    pub const fn extended(&self) -> bool {
        self.extended
    }

    /// Whether the server was started with `--dev`.
    pub const fn dev(&self) -> bool {
        self.dev
    }

    /// One page of what happened, newest first.
    ///
    /// # Errors
    /// What the engine cannot read.
    pub fn search(&self, question: &Search) -> Result<Page, engine::Error> {
        self.engine.search(question)
    }

    /// How the engine is doing.
    pub fn status(&self) -> Status {
        self.engine.status()
    }

    /// An import, up to the moment.
    pub fn import(&self, id: &str) -> Option<Import> {
        self.engine.import(id)
    }

    /// Earliest and latest `eventTime` of an account's records, or of all.
    pub fn extent(&self, owner: Option<&AccountId>) -> Option<(Timestamp, Timestamp)> {
        self.engine.extent(owner)
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("extended", &self.extended).finish_non_exhaustive()
    }
}

/// A [`Snapshot`], and the few things a handler may do that are no change of State.
#[derive(Debug)]
pub struct Hands {
    snapshot: Snapshot,
}

impl Hands {
    pub(crate) const fn new(snapshot: Snapshot) -> Self {
        Self { snapshot }
    }

    /// The moment.
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Makes temporary credentials for a principal.
    pub fn issue_session(&self, identity: &Identity, lifetime_s: u32) -> SessionCredentials {
        self.snapshot.engine.issue_session(identity, lifetime_s)
    }

    /// Begins an import and gives its id.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn start_import(&self, request: ImportRequest) -> Result<String, engine::Error> {
        self.snapshot.engine.start_import(request)
    }

    /// Forgets everything; only a directory born under `--dev` does.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn reset(&self) -> Result<(), engine::Error> {
        self.snapshot.engine.reset()
    }
}
