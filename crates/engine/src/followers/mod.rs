//! Readers of the log that keep their own place: nothing they hold is lost with them.

pub(crate) mod cold;
pub(crate) mod delivery;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod lake;
pub(crate) mod lifecycle;
pub(crate) mod results;
pub(crate) mod stores;
pub(crate) mod threads;
