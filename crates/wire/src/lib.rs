//! Bytes in ⇄ bytes out, exactly as AWS does it; no sockets, no clock, no randomness.
//!
//! A [`Request`] comes in whole. [`route::claim`] says what it claims to be, [`sigv4`] proves who
//! sent it, [`protocol`] turns its bytes into a JSON value and an answer back into bytes.
//! Everything here is a pure function of its arguments: the time of day is one of them.

mod checksum;
mod chunked;
mod document;
mod fault;
mod hex;
mod limits;
mod percent;
pub mod protocol;
mod query_string;
mod rejection;
mod request;
mod response;
pub mod route;
pub mod sigv4;
mod stream;
mod xml;

pub use checksum::sha256;
pub use chunked::{ChunkError, Chunked};
pub use fault::{ErrorStatus, Fault};
pub use limits::{
    BODY_BYTES_MAX, CHUNK_BYTES_MAX, CHUNK_LINE_BYTES_MAX, JSON_DEPTH_MAX, JSON_VALUES_MAX,
    PRESIGNED_S_MAX, QUERY_DEPTH_MAX, QUERY_PARAMS_MAX, XML_DEPTH_MAX, XML_ELEMENTS_MAX,
};
pub use percent::{percent_decoded, percent_encoded};
pub use protocol::{Binding, Protocol};
pub use query_string::form_pairs;
pub use rejection::Rejection;
pub use request::{Request, Tls};
pub use response::Response;
pub use route::Claim;
pub use stream::Stream;
