//! AWS Signature Version 4: who sent this request, and is it the request they signed?
//!
//! The source is AWS's own description,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//! Where AWS leaves room we are strict: one signature in one place, every `x-amz-*` header signed,
//! the body hashed, digits in lower case. [`parse`] reads the claim, [`Claimed::verify`] proves it;
//! nothing else makes a [`Proof`].

mod authorization;
mod canonical;
mod chunk_signer;
mod claimed;
mod credential;
mod derived_keys;
mod error;
mod key;
mod moment;
mod payload;
mod presigned;
mod promise;
mod proof;
mod secret;
mod sign;
mod skew;

pub use chunk_signer::ChunkSigner;
pub use claimed::{Claimed, parse, unproved_promise};
pub use credential::Credential;
pub use derived_keys::DerivedKeys;
pub use error::Error;
pub use promise::Promise;
pub use proof::Proof;
pub use secret::SecretKey;
pub use sign::{SigningKey, sign};
pub use skew::Skew;

/// The only algorithm spoken here.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The last word of every credential scope.
const TERMINATOR: &str = "aws4_request";
/// The service whose requests are canonicalised and hashed differently.
const S3: &str = "s3";

#[cfg(test)]
pub(crate) fn chunk_signer_for_tests(key: ring::hmac::Key) -> ChunkSigner {
    ChunkSigner::new(key, "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", [7; 32])
}
