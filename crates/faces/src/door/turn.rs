//! A request's turn among others, as the door sees it.

use engine::Cancel;
use model::AccountId;
use std::any::Any;
use std::fmt;
use wire::{Response, Stream};

/// A turn among many requests, in two halves: the processor, and a place among those at work.
/// Whoever hands them in learns that either is over when it is dropped.
///
/// INVARIANT (short work): the processor is never held across a wait, so that it is free again
/// soon, whoever has it.
pub struct Turn {
    _hands: Box<dyn Any + Send>,
    rest: Rest,
    gone: Cancel,
}

/// A place among those at work, without the processor.
pub(super) struct Rest {
    _place: Box<dyn Any + Send>,
}

impl Turn {
    /// A turn whose halves `hands` and `place` stand for.
    pub fn new(hands: impl Any + Send, place: impl Any + Send) -> Self {
        let rest = Rest { _place: Box::new(place) };
        Self { _hands: Box::new(hands), rest, gone: Cancel::default() }
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
        Self::new((), ())
    }

    /// From here on the call waits for others: the processor is for somebody else.
    pub(super) fn rest(self) -> Rest {
        self.rest
    }
}

impl Rest {
    /// What is left to do is so little that it takes no processor from anybody.
    pub(super) fn again(self) -> Turn {
        Turn { _hands: Box::new(()), rest: self, gone: Cancel::default() }
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
