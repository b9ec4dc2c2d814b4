//! What a signature says of a body that has not come yet.

use super::ChunkSigner;

/// How the body is to be checked as it comes. A body that breaks the promise is not its signer's.
#[derive(Debug)]
pub enum Promise {
    /// It has this SHA-256.
    Hash([u8; 32]),
    /// Nothing: `UNSIGNED-PAYLOAD`.
    Nothing,
    /// It comes in chunks, each signed where there is a signer, with a trailer behind them where
    /// one is announced.
    Chunks {
        /// `None`: `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
        signer: Option<Box<ChunkSigner>>,
        /// Whether headers come behind the last chunk.
        has_trailer: bool,
    },
}
