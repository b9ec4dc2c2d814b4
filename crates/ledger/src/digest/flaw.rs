//! What is wrong with an archive.

use super::Place;

/// What is wrong with one object, or with the absence of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Which object.
    pub place: Place,
    /// What it is.
    pub trouble: Trouble,
}

/// The kinds of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A digest that the one after it names, or that was delivered, is not there.
    DigestMissing,
    /// The newest digests are not there: the chain was cut off at its end.
    Truncated,
    /// A digest cannot be read, or has no signature.
    DigestUnreadable,
    /// A digest says that it lies elsewhere.
    Moved,
    /// A digest is signed by a key that nobody knows.
    UnknownKey,
    /// A digest's signature does not fit its bytes.
    BadSignature,
    /// A digest is not the one that the next one names: another hash or signature.
    LinkBroken,
    /// A log file that a digest lists is not there.
    LogMissing,
    /// A log file has other bytes than a digest says.
    LogChanged,
    /// A log file cannot be read.
    LogUnreadable,
    /// A log file lies there that no digest lists.
    Unlisted,
}
