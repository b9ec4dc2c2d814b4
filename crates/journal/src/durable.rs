//! The witness that something is on disk.

/// A value that is on disk. Only `Journal::append` and `Journal::so_far` make one, so an answer
/// that asks for one cannot be given before the fsync.
///
/// ```compile_fail
/// let forged = journal::Durable(1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Durable<T>(T);

impl<T> Durable<T> {
    /// INVARIANT (acknowledged is durable): called in `Journal::append` after the sync, and by
    /// `Journal::so_far` for nothing new.
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// What follows from the value, equally durable.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Durable<U> {
        Durable(f(self.0))
    }

    /// The value, without its witness.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// The witness for a look at the value.
    pub const fn as_ref(&self) -> Durable<&T> {
        Durable(&self.0)
    }
}
