//! What handlers are given.

use crate::door::DoorSettings;
use engine::{
    Cancel, DataKey, Engine, ImportRequest, Page, QueryRequest, RowPage, RowPlace, Rows, Search,
    SessionCredentials, State, Statement, Status,
};
use model::resource::{Import, KmsKey, Object, Query, Sealed};
use model::{AccountId, Identity, Timestamp};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use wire::Stream;

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

    /// Counts by time.
    ///
    /// # Errors
    /// What the engine refuses or cannot read.
    pub fn histogram(
        &self,
        ask: &engine::HistogramAsk,
    ) -> Result<engine::Histogram, engine::Error> {
        self.engine.histogram(ask)
    }

    /// Counts by value.
    ///
    /// # Errors
    /// What the engine refuses or cannot read.
    pub fn facets(&self, ask: &engine::FacetsAsk) -> Result<engine::Facets, engine::Error> {
        self.engine.facets(ask)
    }

    /// What tells a selection from the rest.
    ///
    /// # Errors
    /// What the engine refuses or cannot read.
    pub fn explain(&self, ask: &engine::ExplainAsk) -> Result<engine::Explain, engine::Error> {
        self.engine.explain(ask)
    }

    /// What is known of a principal, key, address or resource.
    ///
    /// # Errors
    /// What the engine refuses or cannot read.
    pub fn entity(&self, ask: &engine::EntityAsk) -> Result<engine::Entity, engine::Error> {
        self.engine.entity(ask)
    }

    /// Who became whom, and what each did.
    ///
    /// # Errors
    /// What the engine refuses or cannot read.
    pub fn session(&self, ask: &engine::SessionAsk) -> Result<engine::Session, engine::Error> {
        self.engine.session(ask)
    }

    /// What was seen once and not since.
    ///
    /// # Errors
    /// What the engine refuses or cannot read.
    pub fn unused(&self, ask: &engine::UnusedAsk) -> Result<engine::Unused, engine::Error> {
        self.engine.unused(ask)
    }

    /// A query as it stands, and whether it still waits for a worker.
    pub fn query(&self, id: &str) -> Option<(Query, bool)> {
        self.engine.query(id)
    }

    /// Some rows of a query that has ended.
    ///
    /// # Errors
    /// What the engine cannot read.
    pub fn query_rows(
        &self,
        id: &str,
        from: Option<RowPlace>,
        limit: usize,
    ) -> Result<RowPage, engine::Error> {
        self.engine.query_rows(id, from, limit)
    }

    /// Encrypts with a key of KMS. `None` where the key was made by another data directory.
    pub fn encrypt(
        &self,
        key: &KmsKey,
        plaintext: &[u8],
        context: &BTreeMap<String, String>,
    ) -> Option<Vec<u8>> {
        self.engine.encrypt(key, plaintext, context)
    }

    /// Decrypts what this key encrypted with this context; `None` for anything else.
    pub fn decrypt(
        &self,
        key: &KmsKey,
        ciphertext: &[u8],
        context: &BTreeMap<String, String>,
    ) -> Option<Vec<u8>> {
        self.engine.decrypt(key, ciphertext, context).map(|opened| opened.to_vec())
    }

    /// Makes a data key under a key of KMS. `None` as for [`Self::encrypt`].
    pub fn data_key(
        &self,
        key: &KmsKey,
        bytes: usize,
        context: &BTreeMap<String, String>,
    ) -> Option<DataKey> {
        self.engine.data_key(key, bytes, context)
    }

    /// The bytes of an object, or some of them, as they are read.
    ///
    /// # Errors
    /// Where the first of them cannot be read.
    pub fn body(&self, object: &Object, range: Range<u64>) -> Result<Stream, engine::Error> {
        let bytes = range.end.saturating_sub(range.start);
        let reader = self.engine.body(object, Some(range))?;
        let pieces = reader.map(|piece| piece.map_err(|error| error.to_string()));
        Ok(Stream { bytes, pieces: Box::new(pieces) })
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

/// The State between two commits and, made before the commit, material for one new key: so making
/// a key is as pure as any other change.
#[derive(Debug)]
pub struct Forge {
    state: State,
    material: Sealed,
}

impl Forge {
    pub(crate) const fn new(state: State, material: Sealed) -> Self {
        Self { state, material }
    }

    /// What is kept.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Material for the key whose id is [`Caller::fresh_id`](crate::Caller::fresh_id).
    pub const fn material(&self) -> &Sealed {
        &self.material
    }
}

/// A [`Snapshot`], and the few things a handler may do that are no change of State.
#[derive(Debug)]
pub struct Hands {
    snapshot: Snapshot,
    /// Called when nobody waits for the answer any more.
    gone: Cancel,
}

impl Hands {
    pub(crate) const fn new(snapshot: Snapshot, gone: Cancel) -> Self {
        Self { snapshot, gone }
    }

    /// The moment.
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Makes temporary credentials for a principal.
    pub fn issue_session(&self, identity: &Identity, lifetime_s: u32) -> SessionCredentials {
        self.snapshot.engine.issue_session(identity, lifetime_s)
    }

    /// Whether a statement can be answered: the tables it names, by their places; `None` where
    /// that will show when it runs.
    ///
    /// # Errors
    /// [`engine::Error::Query`] where it is wrong.
    pub fn check_query(&self, statement: Statement) -> Result<Option<Vec<usize>>, engine::Error> {
        self.snapshot.engine.check_query(statement)
    }

    /// Starts a query and gives its id.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn start_query(&self, request: QueryRequest) -> Result<String, engine::Error> {
        self.snapshot.engine.start_query(request)
    }

    /// Ends a query under way; `false` where it has ended already.
    pub fn cancel_query(&self, id: &str) -> bool {
        self.snapshot.engine.cancel_query(id)
    }

    /// Answers a statement, unless whoever asked hangs up meanwhile.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn query_now(&self, statement: Statement, time: Duration) -> Result<Rows, engine::Error> {
        self.snapshot.engine.query_now(statement, time, &self.gone)
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
