//! The ledger as several writers share it.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use super::ledger::{Kind, Ledger};
use crate::clock::now_unix_us;

/// A ledger behind a lock.
#[derive(Debug)]
pub(super) struct Book(Mutex<Ledger>);

impl Book {
    /// An empty one.
    pub(super) fn create(path: &Path) -> Result<Self> {
        Ok(Self(Mutex::new(Ledger::create(path)?)))
    }

    /// The ledger itself. Each of its steps is whole, so a panicking writer breaks nothing.
    pub(super) fn open(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before it is sent.
    pub(super) fn intend(&self, token: &str, kind: Kind, cycle: usize) {
        self.open().intend(token, kind, cycle, now_unix_us());
    }

    /// What became of it.
    pub(super) fn note(&self, token: &str, told: Told, request_id: &str) {
        let now_us = now_unix_us();
        match told {
            Told::Recorded => self.open().acknowledge(token, request_id, now_us),
            Told::Refused => self.open().refuse(token, now_us),
            Told::Nothing => self.open().forget(token, now_us),
        }
    }
}

/// What an answer says of the record of its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It is recorded: it succeeded, or failed as such calls do.
    Recorded,
    /// It was refused before anything was recorded.
    Refused,
    /// It may be recorded or not.
    Nothing,
}
