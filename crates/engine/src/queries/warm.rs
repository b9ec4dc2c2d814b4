//! What the first question after a start would have to wait for, done before anybody asks: a worker
//! runs, and knows of each part which ids it lacks.

use super::live::Live;
use super::registry;
use crate::engine::spawn;
use crate::shared::Shared;
use lake::feed::{RowForm, Scope, Statement};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longest that it may take.
const TIME: Duration = Duration::from_secs(60);

/// How far it is.
#[derive(Debug, Default)]
pub(crate) struct Warmth {
    live: Arc<Live>,
    is_warm: AtomicBool,
}

impl Warmth {
    /// Whether there is nothing more to wait for.
    pub(crate) fn is_warm(&self) -> bool {
        self.is_warm.load(Ordering::SeqCst)
    }

    /// Ends what is under way.
    pub(crate) fn close(&self) {
        self.live.cancel();
    }
}

/// Begins, on a thread of its own.
pub(crate) fn begin(shared: &Arc<Shared>) {
    let its = Arc::clone(shared);
    match spawn("warm-up", move || up(&its)) {
        Ok(thread) => shared.queries.keep(thread),
        Err(error) => {
            tracing::warn!(%error, "the first question will have to wait");
            drop(Done(&shared.queries.warmth));
        }
    }
}

/// Says that there is nothing more to wait for, however it ended.
struct Done<'a>(&'a Warmth);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.is_warm.store(true, Ordering::SeqCst);
    }
}

fn up(shared: &Arc<Shared>) {
    let warmth = &shared.queries.warmth;
    let _done = Done(warmth);
    if !shared.view.load().snapshot().parts.is_empty() {
        let statement = nothing(&shared.env.uuid());
        let outcome = registry::run_now(shared, &warmth.live, statement, TIME);
        if let Err(error) = outcome.map(drop) {
            tracing::debug!(%error, "the first question will have to wait");
        }
    }
}

/// Looks for what nothing is: every part is asked, and none is read.
fn nothing(id: &str) -> Statement {
    Statement {
        sql: format!("SELECT eventID FROM events WHERE eventID = '{id}'"),
        tables: vec![Scope { names: vec!["events".to_owned()], ..Scope::default() }],
        rows_max: 1,
        bytes_max: 1 << 20,
        form: RowForm::Json,
    }
}
