//! Every limit of this crate, in one place.

/// Largest body of a request, for whoever reads it from a socket and for every protocol parser.
/// AWS's largest ingest call carries 1 MiB of payload; the rest is room for JSON escapes around it.
pub const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Deepest nesting of arrays and objects in a JSON body.
pub const JSON_DEPTH_MAX: usize = 64;

/// Most values (scalars, arrays, objects) in one JSON body, because a value of two bytes on the
/// wire takes some seventy in memory.
pub const JSON_VALUES_MAX: usize = 500_000;

/// Most parameters in a query string or form body, and the largest list index in one.
pub const QUERY_PARAMS_MAX: usize = 1_000;

/// Most dotted steps in the name of one Query parameter.
pub const QUERY_DEPTH_MAX: usize = 32;

/// Deepest nesting of elements in an XML body.
pub const XML_DEPTH_MAX: usize = 32;

/// Most elements in an XML body: a list of the ten thousand parts of an upload has six for each.
pub const XML_ELEMENTS_MAX: usize = 100_000;

/// Longest line before a chunk's bytes, and longest trailer, in bytes.
pub const CHUNK_LINE_BYTES_MAX: usize = 1_024;

/// Largest chunk of a body that is signed in chunks, in bytes; SDKs send 64 KiB to 16 MiB.
pub const CHUNK_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Longest life of a presigned request: seven days
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>).
pub const PRESIGNED_S_MAX: u32 = 604_800;

/// Most signing keys kept by [`crate::sigv4::DerivedKeys`] unless its owner says otherwise.
pub(crate) const DERIVED_KEYS_MAX: usize = 4_096;

/// Longest message of a rejection, in characters: parsers like to repeat what they could not read.
pub(crate) const MESSAGE_CHARS_MAX: usize = 256;

/// Longest piece of a caller's text repeated back in a message, in characters.
pub(crate) const QUOTE_CHARS_MAX: usize = 64;
