//! An answer that is on its way: awaited by the door, waited for by commands.

use crate::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::oneshot;

/// An answer that is on its way.
#[derive(Debug)]
#[must_use = "nothing is known of the outcome until it is awaited"]
pub struct Pending<T>(State<T>);

#[derive(Debug)]
enum State<T> {
    Waiting(oneshot::Receiver<Result<T, Error>>),
    Ready(Option<Error>),
}

pub(crate) type Reply<T> = oneshot::Sender<Result<T, Error>>;

impl<T> Pending<T> {
    pub(crate) fn new() -> (Reply<T>, Self) {
        let (reply, receiver) = oneshot::channel();
        (reply, Self(State::Waiting(receiver)))
    }

    pub(crate) const fn failed(error: Error) -> Self {
        Self(State::Ready(Some(error)))
    }

    /// Blocks until the answer is there. Not for use inside asynchronous code.
    ///
    /// # Errors
    /// What went wrong with the work, or [`Error::Closed`] where nobody is left to do it.
    pub fn wait(self) -> Result<T, Error> {
        match self.0 {
            State::Waiting(receiver) => receiver.blocking_recv().unwrap_or(Err(Error::Closed)),
            State::Ready(error) => Err(error.unwrap_or(Error::Internal)),
        }
    }
}

impl<T> Unpin for Pending<T> {}

impl<T> Future for Pending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Waiting(receiver) => {
                Pin::new(receiver).poll(cx).map(|answer| answer.unwrap_or(Err(Error::Closed)))
            }
            State::Ready(error) => Poll::Ready(Err(error.take().unwrap_or(Error::Internal))),
        }
    }
}
