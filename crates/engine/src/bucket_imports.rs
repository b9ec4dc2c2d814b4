//! Imports from buckets: one at a time for each account. What failed on the way lies in cold State,
//! however much there is.

use crate::objects::{place, walk};
use crate::{Error, State};
use cold::Store;
use model::resource::{BucketImport, ImportFailure};
use model::{AccountId, Change};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// Longest text of a failure, in characters.
const MESSAGE_CHARS_MAX: usize = 1_000;

/// Imports by id. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BucketImports {
    by_id: Arc<BTreeMap<String, Arc<BucketImport>>>,
}

impl BucketImports {
    /// Takes one step; steps of other resources are none of its business. Failures go to `cold`.
    pub(crate) fn apply(&mut self, cold: &mut Store, change: &Change) {
        match change {
            Change::BucketImportPut(import) => {
                let import = Arc::new((**import).clone());
                Arc::make_mut(&mut self.by_id).insert(import.id.clone(), import);
            }
            Change::BucketImportAdvanced { id, progress, at, failures } => {
                if let Some(import) = Arc::make_mut(&mut self.by_id).get_mut(id) {
                    let import = Arc::make_mut(import);
                    (import.progress, import.updated) = (progress.clone(), *at);
                }
                failures.iter().for_each(|failure| note(cold, id, failure));
            }
            Change::BucketImportForgotten { id, failures, gone } => {
                if *gone {
                    Arc::make_mut(&mut self.by_id).remove(id);
                }
                for key in failures {
                    let outcome = cold.put(&place::import_failure(id, key), None);
                    assert!(outcome.is_ok(), "INVARIANT (fits): {outcome:?}");
                }
            }
            _ => {}
        }
    }
}

/// INVARIANT (fits): keys are those of objects, and texts are cut, so that cold State takes all.
fn note(cold: &mut Store, import: &str, failure: &ImportFailure) {
    let message = failure.message.chars().take(MESSAGE_CHARS_MAX).collect();
    let failure = ImportFailure { message, ..failure.clone() };
    let at = place::import_failure(import, &failure.key);
    let value = serde_json::to_vec(&failure).ok();
    let outcome = value.map(|value| cold.put(&at, Some(value.into())));
    assert!(matches!(outcome, Some(Ok(()))), "INVARIANT (fits): {outcome:?}");
}

impl State {
    /// An import from a bucket, by its id.
    pub fn bucket_import(&self, id: &str) -> Option<&Arc<BucketImport>> {
        self.rooms_of_bucket_imports().by_id.get(id)
    }

    /// The imports from buckets of an account, by id.
    pub fn bucket_imports<'a>(
        &'a self,
        account: &'a AccountId,
    ) -> impl Iterator<Item = &'a Arc<BucketImport>> {
        self.all_bucket_imports().filter(move |it| it.account == *account)
    }

    /// The imports from buckets of all accounts, by id.
    pub(crate) fn all_bucket_imports(&self) -> impl Iterator<Item = &Arc<BucketImport>> {
        self.rooms_of_bucket_imports().by_id.values()
    }

    /// The files that failed on the way of an import, by key, behind the key `after`; `limit` at
    /// most.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn import_failures(
        &self,
        import: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<ImportFailure>, Error> {
        let prefix = place::import_failure(import, "");
        let from = Bound::Excluded(place::import_failure(import, after));
        let mut found = walk::Walk::below(self.cold(), &prefix, from);
        let mut failures = Vec::new();
        while failures.len() < limit
            && let Some((_, value)) = found.step()?
        {
            failures.push(walk::read(&value)?);
        }
        Ok(failures)
    }

    /// As [`State::import_failures`], those behind the first so many.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn import_failures_from(
        &self,
        import: &str,
        skip: usize,
        limit: usize,
    ) -> Result<Vec<ImportFailure>, Error> {
        let prefix = place::import_failure(import, "");
        let mut found = walk::Walk::below(self.cold(), &prefix, Bound::Included(prefix.clone()));
        let (mut seen, mut failures) = (0, Vec::new());
        while failures.len() < limit
            && let Some((_, value)) = found.step()?
        {
            seen += 1;
            if seen > skip {
                failures.push(walk::read(&value)?);
            }
        }
        Ok(failures)
    }

    /// What became of one file of an import, if it ever failed.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub(crate) fn import_failure(
        &self,
        import: &str,
        key: &str,
    ) -> Result<Option<ImportFailure>, Error> {
        let value = self.cold().get(&place::import_failure(import, key))?;
        value.map(|value| walk::read(&value)).transpose()
    }
}
