//! Calls under way. A call that was read whole is carried through, whoever hangs up meanwhile:
//! what it did must be on record.

use engine::Cancel;
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// More than are ever under way: connections are fewer by far.
const MOST: u32 = 1 << 20;

/// All calls under way, also those whose client is gone.
#[derive(Clone, Debug)]
pub(super) struct UnderWay(Arc<Semaphore>);

impl Default for UnderWay {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST as usize)))
    }
}

impl UnderWay {
    /// Gives what `call` gives, and back what it `held` meanwhile. It goes on where nobody waits
    /// for that any more, and holds on: whoever hangs up gives back no room that is still taken.
    /// A panic of it is a panic here.
    #[expect(clippy::disallowed_methods, reason = "this is where calls become tasks")]
    pub(super) async fn to_its_end<T: Send + 'static, H: Send + 'static>(
        &self,
        held: H,
        call: impl Future<Output = T> + Send + 'static,
    ) -> (T, H) {
        let permit = Arc::clone(&self.0).acquire_owned().await;
        let task = tokio::spawn(async move {
            let given = call.await;
            drop(permit);
            (given, held)
        });
        match task.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(given) => given,
            Err(Ok(panic)) => resume_unwind(panic),
            // Nobody stops a call but the end of the runtime, and of this with it.
            Err(Err(_stopped)) => pending().await,
        }
    }

    /// Comes back when none is under way.
    pub(super) async fn ended(&self) {
        // It fails where the semaphore is closed, which nobody does.
        let _ = self.0.acquire_many(MOST).await;
    }
}

/// Tells when it is dropped: somebody has hung up, or has their answer.
#[derive(Debug, Default)]
pub(super) struct HangUp(Cancel);

impl HangUp {
    /// What is told.
    pub(super) fn gone(&self) -> Cancel {
        self.0.clone()
    }
}

impl Drop for HangUp {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;
    use tokio::sync::Notify;

    #[tokio::test]
    async fn a_call_goes_on_when_nobody_waits_for_it() {
        let (under_way, go) = (UnderWay::default(), Arc::new(Notify::new()));
        let done = Arc::new(AtomicBool::new(false));
        let (signal, mark) = (Arc::clone(&go), Arc::clone(&done));
        let call = async move {
            signal.notified().await;
            mark.store(true, Ordering::SeqCst);
        };
        let ticket = Arc::new(());
        let ended = under_way.to_its_end(Arc::clone(&ticket), call);
        assert!(tokio::time::timeout(Duration::from_millis(1), ended).await.is_err());
        assert_eq!(Arc::strong_count(&ticket), 2, "what it takes is held while it goes on");
        go.notify_one();
        under_way.ended().await;
        assert!(done.load(Ordering::SeqCst), "the end waits for it");
        while Arc::strong_count(&ticket) > 1 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn whoever_hangs_up_is_told() {
        let hung_up = HangUp::default();
        let gone = hung_up.gone();
        assert!(!gone.is_cancelled());
        drop(hung_up);
        assert!(gone.is_cancelled());
    }
}
