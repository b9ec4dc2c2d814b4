//! A request's body, read whole within bounds of size, time and memory.

use super::limits::{BODY_BYTES_MAX, BODY_WAIT_MAX, DRAIN_BYTES_MAX, DRAIN_WAIT_MAX};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The grain in which memory is accounted for.
const GRAIN_BYTES: usize = 1024;

/// The memory that all bodies under way may take together.
#[derive(Clone, Debug)]
pub(super) struct Budget(Arc<Semaphore>);

/// A body, and its share of the budget until it is dropped.
#[derive(Debug)]
pub(super) struct Whole {
    /// What was sent.
    pub(super) bytes: Bytes,
    _share: Option<OwnedSemaphorePermit>,
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Longer than any we take.
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// Too much is under way already.
    Overload,
    /// The client went away, or spoke no HTTP.
    Broken,
}

impl Budget {
    /// A budget of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / GRAIN_BYTES)))
    }

    /// Reads a body to its end.
    pub(super) async fn read<B: Body<Data = Bytes> + Unpin>(
        &self,
        body: &mut B,
    ) -> Result<Whole, Refusal> {
        if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
            return Err(Refusal::TooLarge);
        }
        match tokio::time::timeout(BODY_WAIT_MAX, self.collect(body)).await {
            Ok(read) => read,
            Err(_late) => Err(Refusal::TooSlow),
        }
    }

    async fn collect<B: Body<Data = Bytes> + Unpin>(&self, body: &mut B) -> Result<Whole, Refusal> {
        let mut bytes = BytesMut::new();
        let mut share = None;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Refusal::Broken)?;
            // Trailers say nothing to us.
            let Ok(data) = frame.into_data() else {
                continue;
            };
            let len = bytes.len() + data.len();
            if len > BODY_BYTES_MAX {
                return Err(Refusal::TooLarge);
            }
            self.grow(&mut share, len)?;
            bytes.extend_from_slice(&data);
        }
        Ok(Whole { bytes: bytes.freeze(), _share: share })
    }

    /// Takes what a body of `len` bytes needs beyond what it has. Only bytes that came count, so
    /// that announcing many costs others nothing.
    fn grow(&self, share: &mut Option<OwnedSemaphorePermit>, len: usize) -> Result<(), Refusal> {
        let held = share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = len.div_ceil(GRAIN_BYTES).saturating_sub(held);
        let missing = u32::try_from(missing).map_err(|_| Refusal::TooLarge)?;
        if missing == 0 {
            return Ok(());
        }
        let more =
            Arc::clone(&self.0).try_acquire_many_owned(missing).map_err(|_| Refusal::Overload)?;
        match share {
            Some(share) => share.merge(more),
            None => *share = Some(more),
        }
        Ok(())
    }
}

/// Reads on and forgets what comes, within bounds. Many clients send all of a body before they
/// look for an answer, and closing on them would take the answer away with the connection.
pub(super) async fn drain<B: Body<Data = Bytes> + Unpin>(body: &mut B) {
    let rest = async {
        let mut left = DRAIN_BYTES_MAX;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    };
    // Whoever takes longer has had their chance.
    let _ = tokio::time::timeout(DRAIN_WAIT_MAX, rest).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Full;

    fn read(budget: &Budget, len: usize) -> Result<Whole, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(budget.read(&mut Full::new(Bytes::from(vec![7; len]))))
    }

    #[test]
    fn a_body_has_bounds() {
        let budget = Budget::new(64 * 1024 * 1024);
        let most = BODY_BYTES_MAX;
        assert_eq!(read(&budget, 0).unwrap().bytes.len(), 0);
        assert_eq!(read(&budget, most).unwrap().bytes.len(), most);
        assert_eq!(read(&budget, most + 1).unwrap_err(), Refusal::TooLarge);
    }

    #[test]
    fn bodies_share_the_memory_and_give_it_back() {
        let budget = Budget::new(8 * GRAIN_BYTES);
        let first = read(&budget, 5 * GRAIN_BYTES).unwrap();
        assert_eq!(read(&budget, 4 * GRAIN_BYTES).unwrap_err(), Refusal::Overload);
        assert!(read(&budget, 3 * GRAIN_BYTES).is_ok());
        drop(first);
        assert!(read(&budget, 8 * GRAIN_BYTES).is_ok());
    }
}
