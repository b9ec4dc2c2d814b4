//! Strangers' event formats, read without losing anything.
//!
//! A file of somebody else's making becomes records, byte for byte as they stood, or a [`Skip`]
//! that says what was left out and why; what we write ourselves is [`Gzip`], the same bytes every
//! time. No sockets, no files, no clock: bytes in, records out.
//!
//! [`Skip`]: cloudtrail::Skip

pub mod cloudtrail;
mod gzip;

pub use gzip::{Gzip, gunzip, gzip};
