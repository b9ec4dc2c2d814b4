//! Places for connections. There are so many; a newcomer who finds none takes one from whoever has
//! most: the connection that has kept us waiting longest. So whoever opens many keeps nobody out,
//! and drives nobody out either.

use super::standing::network;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// All places.
#[derive(Clone)]
pub(super) struct Places(Arc<Inner>);

struct Inner {
    free: Arc<Semaphore>,
    idle: Mutex<Idle>,
}

/// The connections that wait for their client, by when they began to; and how many each network
/// has, waiting or not.
#[derive(Default)]
struct Idle {
    next: u64,
    waiting: BTreeMap<u64, (IpAddr, Arc<Notify>)>,
    places: HashMap<IpAddr, usize>,
}

/// One connection's place, until it is dropped.
pub(super) struct Place {
    places: Places,
    network: IpAddr,
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

    /// A place for whoever is at `peer`, that of an idle connection where none is free. Waits where
    /// all are at work.
    pub(super) async fn take(&self, peer: IpAddr) -> Place {
        let free = &self.0.free;
        if free.available_permits() == 0 {
            self.make_room();
        }
        loop {
            // INVARIANT: the semaphore is never closed.
            if let Ok(permit) = Arc::clone(free).acquire_owned().await {
                return Place::new(self.clone(), network(peer), permit);
            }
        }
    }

    /// Tells a connection to go: of the networks that keep us waiting the one with most places
    /// loses the one that has waited longest.
    fn make_room(&self) {
        if let Some(lost) = self.idle().lose() {
            lost.notify_one();
        }
    }

    /// Nothing under this lock can leave the map half changed.
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Idle {
    fn lose(&mut self) -> Option<Arc<Notify>> {
        let has = |network: &IpAddr| self.places.get(network).copied().unwrap_or(0);
        // Of equals the last is found: the other way round, whoever has waited longest.
        let oldest_last = self.waiting.iter().rev();
        let (turn, _) = oldest_last.max_by_key(|(_, (network, _))| has(network))?;
        let turn = *turn;
        self.waiting.remove(&turn).map(|(_, lost)| lost)
    }

    fn count(&mut self, network: IpAddr) {
        *self.places.entry(network).or_default() += 1;
    }

    fn uncount(&mut self, network: &IpAddr) {
        if let Some(count) = self.places.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                self.places.remove(network);
            }
        }
    }
}

impl Place {
    /// A new connection waits for its client to speak.
    fn new(places: Places, network: IpAddr, permit: OwnedSemaphorePermit) -> Self {
        let lost = Arc::new(Notify::new());
        places.idle().count(network);
        let place = Self { places, network, since: Mutex::default(), lost, _permit: permit };
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
        idle.waiting.insert(turn, (self.network, Arc::clone(&self.lost)));
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
        self.places.idle().uncount(&self.network);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::net::Ipv4Addr;
    use std::pin::pin;
    use std::task::Poll;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

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
            let (first, second) = (places.take(HERE).await, places.take(HERE).await);
            first.waits();
            assert!(!is_ready(places.take(HERE)).await);
            assert!(is_ready(second.lost()).await);
            assert!(!is_ready(first.lost()).await);
            drop(second);
            assert!(is_ready(places.take(HERE)).await);
        });
    }

    #[test]
    fn whoever_has_most_makes_room_for_others_and_for_itself() {
        block_on(async {
            let places = Places::new(4);
            let quiet = places.take(HERE).await;
            let mut flood = Vec::new();
            for _ in 0..3 {
                flood.push(places.take(THERE).await);
            }
            for (at, flooding) in flood.iter().enumerate() {
                let comes = if at == 0 { HERE } else { THERE };
                assert!(!is_ready(places.take(comes)).await);
                assert!(is_ready(flooding.lost()).await, "{at}");
            }
            assert!(!is_ready(quiet.lost()).await);
        });
    }

    #[test]
    fn nobody_at_work_is_disturbed() {
        block_on(async {
            let places = Places::new(1);
            let only = places.take(HERE).await;
            assert!(only.works());
            assert!(!is_ready(places.take(HERE)).await);
            assert!(!is_ready(only.lost()).await);
            only.waits();
            assert!(!is_ready(places.take(HERE)).await);
            assert!(is_ready(only.lost()).await);
            assert!(!only.works(), "its place is another's");
        });
    }

    #[test]
    fn who_leaves_is_not_remembered() {
        block_on(async {
            let places = Places::new(3);
            for _ in 0..10 {
                let place = places.take(HERE).await;
                place.waits();
            }
            assert!(places.idle().waiting.is_empty() && places.idle().places.is_empty());
        });
    }
}
