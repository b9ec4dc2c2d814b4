//! A request's turn among others, as the door sees it.

use engine::Cancel;
use model::AccountId;
use std::any::Any;
use std::fmt;
use wire::{Response, Stream};

/// A turn among many requests. Whoever hands it in learns that it is over when it is dropped.
pub struct Turn {
    _held: Box<dyn Any + Send>,
    gone: Cancel,
}

impl Turn {
    /// A turn that `held` stands for.
    pub fn new(held: impl Any + Send) -> Self {
        Self { _held: Box::new(held), gone: Cancel::default() }
    }

    /// Of somebody who may hang up, which `gone` is told: what only they wait for need not go on.
    #[must_use]
    pub fn until(self, gone: Cancel) -> Self {
        Self { gone, ..self }
    }

    pub(super) fn gone(&self) -> Cancel {
        self.gone.clone()
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
