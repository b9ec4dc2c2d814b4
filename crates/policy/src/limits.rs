//! Everything that is bounded.

/// Longest document of any kind, in bytes: AWS's limit for key policies. Most resources take less.
pub const DOCUMENT_BYTES_MAX: usize = 32_768;
/// Deepest nesting: a list of values of a condition lies six deep.
pub(crate) const DEPTH_MAX: usize = 8;
/// Statements of a policy.
pub(crate) const STATEMENTS_MAX: usize = 512;
/// Longest text with its policy variables replaced, in characters. What is longer matches nothing.
pub(crate) const RESOLVED_CHARS_MAX: usize = 16_384;
/// Longest `Sid`, in bytes.
pub(crate) const SID_BYTES_MAX: usize = 256;
