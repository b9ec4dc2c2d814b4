//! Places for connections. There are so many; a newcomer who finds none takes the place of the
//! connection that has kept us waiting longest, so that whoever opens many and says nothing on
//! them keeps nobody out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// All places.
#[derive(Clone)]
pub(super) struct Places(Arc<Inner>);

struct Inner {
    free: Arc<Semaphore>,
    idle: Mutex<Idle>,
}

/// The connections that wait for their client, by when they began to.
#[derive(Default)]
struct Idle {
    next: u64,
    waiting: BTreeMap<u64, Arc<Notify>>,
}

/// One connection's place, until it is dropped.
pub(super) struct Place {
    places: Places,
    since: Mutex<Option<u64>>,
    lost: Arc<Notify>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    /// So many places.
    pub(super) fn new(most: usize) -> Self {
        let free = Arc::new(Semaphore::new(most));
        Self(Arc::new(Inner { free, idle: Mutex::default() }))
    }

    /// A place, that of an idle connection where none is free. Waits where all are at work.
    pub(super) async fn take(&self) -> Place {
        let free = &self.0.free;
        if free.available_permits() == 0 {
            self.make_room();
        }
        loop {
            // INVARIANT: the semaphore is never closed.
            if let Ok(permit) = Arc::clone(free).acquire_owned().await {
                return Place::new(self.clone(), permit);
            }
        }
    }

    /// Tells the connection that has waited longest to go.
    fn make_room(&self) {
        if let Some((_, lost)) = self.idle().waiting.pop_first() {
            lost.notify_one();
        }
    }

    /// Nothing under this lock can leave the map half changed.
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// A new connection waits for its client to speak.
    fn new(places: Places, permit: OwnedSemaphorePermit) -> Self {
        let lost = Arc::new(Notify::new());
        let place = Self { places, since: Mutex::default(), lost, _permit: permit };
        place.waits();
        place
    }

    /// From here on the client is waited for: its request, or that it takes its answer.
    pub(super) fn waits(&self) {
        let mut idle = self.places.idle();
        let turn = idle.next;
        idle.next += 1;
        if let Some(before) = self.since().replace(turn) {
            idle.waiting.remove(&before);
        }
        idle.waiting.insert(turn, Arc::clone(&self.lost));
    }

    /// From here on the client waits for us; `false` where its place is lost already.
    pub(super) fn works(&self) -> bool {
        let mut idle = self.places.idle();
        self.since().take().is_some_and(|turn| idle.waiting.remove(&turn).is_some())
    }

    /// Resolves when the place is lost to a newcomer.
    pub(super) async fn lost(&self) {
        self.lost.notified().await;
    }

    fn since(&self) -> MutexGuard<'_, Option<u64>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.works();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    /// Whether a future is ready at once.
    async fn is_ready<F: Future>(future: F) -> bool {
        let mut future = pin!(future);
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await
    }

    #[test]
    fn a_newcomer_takes_the_place_of_whoever_waited_longest() {
        block_on(async {
            let places = Places::new(2);
            let (first, second) = (places.take().await, places.take().await);
            first.waits();
            assert!(!is_ready(places.take()).await);
            assert!(is_ready(second.lost()).await);
            assert!(!is_ready(first.lost()).await);
            drop(second);
            assert!(is_ready(places.take()).await);
        });
    }

    #[test]
    fn nobody_at_work_is_disturbed() {
        block_on(async {
            let places = Places::new(1);
            let only = places.take().await;
            assert!(only.works());
            assert!(!is_ready(places.take()).await);
            assert!(!is_ready(only.lost()).await);
            only.waits();
            assert!(!is_ready(places.take()).await);
            assert!(is_ready(only.lost()).await);
            assert!(!only.works(), "its place is another's");
        });
    }

    #[test]
    fn who_leaves_is_not_remembered() {
        block_on(async {
            let places = Places::new(3);
            for _ in 0..10 {
                let place = places.take().await;
                place.waits();
            }
            assert!(places.idle().waiting.is_empty());
        });
    }
}
