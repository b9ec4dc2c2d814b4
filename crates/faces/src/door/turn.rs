//! A request's turn among others, as the door sees it.

use model::AccountId;
use std::any::Any;
use std::fmt;
use wire::{Response, Stream};

/// A turn among many requests. Whoever hands it in learns that it is over when it is dropped.
pub struct Turn {
    _held: Box<dyn Any + Send>,
}

impl Turn {
    /// A turn that `held` stands for.
    pub fn new(held: impl Any + Send) -> Self {
        Self { _held: Box::new(held) }
    }

    /// Where nobody waits.
    pub fn free() -> Self {
        Self::new(())
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").finish_non_exhaustive()
    }
}

/// How a request ended.
#[derive(Debug)]
pub struct Handled {
    /// The answer.
    pub response: Response,
    /// Its body, where it is longer than a response holds.
    pub stream: Option<Stream>,
    /// Whose request it was proved to be; `None`: nobody's.
    pub account: Option<AccountId>,
}
