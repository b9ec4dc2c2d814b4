//! One file for each target: its claims, and its seeds.

pub(crate) mod bodies;
pub(crate) mod chunks;
pub(crate) mod ciphertext;
pub(crate) mod decompress;
pub(crate) mod digests;
pub(crate) mod door;
pub(crate) mod feed;
pub(crate) mod form;
pub(crate) mod journal;
pub(crate) mod json;
pub(crate) mod objects;
pub(crate) mod part;
pub(crate) mod policies;
pub(crate) mod presigned;
pub(crate) mod records;
pub(crate) mod rest_xml;
pub(crate) mod runs;
pub(crate) mod selectors;
pub(crate) mod signature;
pub(crate) mod snapshot;
pub(crate) mod statement;
