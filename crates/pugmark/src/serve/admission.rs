//! Who is let in. A request needs a ticket before its body is read, room for the bytes of its body
//! as they come, and a turn before any work is done for it. Of all three nobody gets more than
//! their share while others want something. Decision 0009 says who counts as whom, and why.

use super::limits;
use super::refusals::Refusals;
use super::shares::Shares;
use super::standing::Class;
use super::turns::{self, Limits, Turns};
use crate::capacity::Capacity;
use faces::Crowd;
use model::AccountId;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Where tickets and turns are given out.
#[derive(Clone, Debug)]
pub(super) struct Admission(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Those who proved who they are.
    accounts: Mutex<Room>,
    /// All others: whatever they do, there is room for the former.
    newcomers: Mutex<Room>,
    turns: Mutex<Turns<Lane, oneshot::Sender<Turn>>>,
    refusals: Refusals,
}

/// What requests take up until they are answered.
#[derive(Debug)]
struct Room {
    requests: Shares<Class>,
    bytes: Shares<Class>,
}

/// An account; `None`: all who have proved nothing yet.
type Lane = Option<AccountId>;

/// A request that was let in.
#[derive(Debug)]
pub(super) struct Ticket {
    admission: Admission,
    class: Class,
    bytes: usize,
}

/// A request's turn. Each half is over when it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    /// The processor.
    pub(super) hands: Hands,
    /// A place among those at work.
    pub(super) place: AtWork,
}

#[derive(Debug)]
pub(super) struct Hands(Option<Admission>);

#[derive(Debug)]
pub(super) struct AtWork(Option<Working>);

#[derive(Debug)]
struct Working {
    admission: Admission,
    lane: Lane,
    bytes: usize,
}

/// Waits for a turn; gives up when dropped.
struct Waiting<'a> {
    ticket: &'a Ticket,
    lane: Lane,
    number: Option<u64>,
}

/// An answer on its way, and the room it takes.
struct Held {
    bytes: bytes::Bytes,
    _ticket: Ticket,
}

impl Room {
    fn new(requests: usize, bytes: usize) -> Self {
        Self { requests: Shares::new(requests), bytes: Shares::new(bytes) }
    }
}

impl Admission {
    /// Nobody is in yet. `hands`: how many requests may have the processor at a time.
    pub(super) fn new(capacity: &Capacity, hands: usize) -> Self {
        let accounts = Room::new(capacity.account_requests(), capacity.account_bytes());
        let newcomers = Room::new(capacity.newcomer_requests(), capacity.newcomer_bytes());
        let room = |requests, bytes| turns::Room { requests, bytes };
        let turns = Limits {
            alone: room(limits::TURNS_ALONE_MAX, limits::TURN_BYTES_MAX),
            shared: room(limits::TURNS_SHARED_MAX, limits::TURN_BYTES_SHARED_MAX),
            all: room(limits::TURNS_MAX, limits::TURN_BYTES_MAX),
            hands,
            lately: limits::TURN_LATELY,
        };
        Self(Arc::new(Inner {
            accounts: Mutex::new(accounts),
            newcomers: Mutex::new(newcomers),
            turns: Mutex::new(Turns::new(turns, Instant::now())),
            refusals: Refusals::default(),
        }))
    }

    /// Waits until somebody who is sent away now is to be told so.
    pub(super) async fn hold_back(&self) {
        self.0.refusals.hold_back().await;
    }

    /// Lets a request in whose body is announced to have so many bytes. They are not set aside:
    /// announcing costs others nothing, only sending does.
    pub(super) fn enter(&self, class: Class, announced: usize) -> Result<Ticket, Crowd> {
        let mut room = self.room(&class);
        if !room.bytes.has(&class, announced) {
            return Err(Crowd::Bytes);
        }
        if !room.requests.take(&class, 1) {
            return Err(Crowd::Requests);
        }
        drop(room);
        Ok(Ticket { admission: self.clone(), class, bytes: 0 })
    }

    fn room(&self, class: &Class) -> MutexGuard<'_, Room> {
        let room = match class {
            Class::Account(_) => &self.0.accounts,
            Class::Newcomer(_) => &self.0.newcomers,
        };
        room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing under this lock can leave the turns half changed.
    fn turns(&self) -> MutexGuard<'_, Turns<Lane, oneshot::Sender<Turn>>> {
        self.0.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives turns to those whose turn it is.
    fn dispatch(&self) {
        loop {
            let next = self.turns().next(Instant::now());
            let Some((lane, bytes, who)) = next else { return };
            let working = Working { admission: self.clone(), lane, bytes };
            let turn = Turn { hands: Hands(Some(self.clone())), place: AtWork(Some(working)) };
            // Whoever has just gone away leaves the turn to the next one in this loop.
            if let Err(turn) = who.send(turn) {
                self.take_back(turn);
            }
        }
    }

    /// Ends a turn that nobody took, and gives it to nobody else yet.
    fn take_back(&self, mut turn: Turn) {
        turn.hands.0 = None;
        let mut turns = self.turns();
        turns.rest();
        if let Some(Working { lane, bytes, .. }) = turn.place.0.take() {
            turns.done(&lane, bytes);
        }
    }
}

impl Ticket {
    /// Takes room for `more` bytes of the body.
    pub(super) fn grow(&mut self, more: usize) -> Result<(), Crowd> {
        let took = self.admission.room(&self.class).bytes.take(&self.class, more);
        if !took {
            return Err(Crowd::Bytes);
        }
        self.bytes += more;
        Ok(())
    }

    /// Waits for a turn, not for long.
    pub(super) async fn turn(&self) -> Result<Turn, Crowd> {
        let (sender, turn) = oneshot::channel();
        let lane = self.class.account().cloned();
        let number = self.wait(&lane, sender);
        let mut waiting = Waiting { ticket: self, lane, number: Some(number) };
        self.admission.dispatch();
        match tokio::time::timeout(limits::TURN_WAIT_MAX, turn).await {
            Ok(Ok(turn)) => {
                waiting.number = None;
                Ok(turn)
            }
            Ok(Err(_)) | Err(_) => Err(Crowd::Wait),
        }
    }

    fn wait(&self, lane: &Lane, sender: oneshot::Sender<Turn>) -> u64 {
        let (mut turns, now) = (self.admission.turns(), Instant::now());
        match lane {
            Some(_) => turns.wait(lane, self.bytes, sender, now),
            None => turns.wait_in_passing(lane, self.bytes, sender, now),
        }
    }

    /// The same bytes; the room they take is given back when they were sent. What was done cannot
    /// be refused any more: too large an answer is taken off what the sender may have next.
    pub(super) fn hold(mut self, bytes: bytes::Bytes) -> bytes::Bytes {
        let more = bytes.len().saturating_sub(self.bytes);
        self.admission.room(&self.class).bytes.overdraw(&self.class, more);
        self.bytes += more;
        bytes::Bytes::from_owner(Held { bytes, _ticket: self })
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut room = self.admission.room(&self.class);
        room.bytes.give_back(&self.class, self.bytes);
        room.requests.give_back(&self.class, 1);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.ticket.admission.turns().give_up(&self.lane, number);
        }
    }
}

impl Drop for Hands {
    fn drop(&mut self) {
        if let Some(admission) = self.0.take() {
            admission.turns().rest();
            admission.dispatch();
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if let Some(Working { admission, lane, bytes }) = self.0.take() {
            admission.turns().done(&lane, bytes);
            admission.dispatch();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn usual() -> Capacity {
        Capacity::default()
    }

    fn admission() -> Admission {
        Admission::new(&usual(), usize::MAX)
    }

    fn account(id: &str) -> Class {
        Class::Account(AccountId::parse(id).unwrap())
    }

    fn newcomer(last: u8) -> Class {
        Class::Newcomer(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    fn fill(admission: &Admission, class: &Class) -> Vec<Ticket> {
        std::iter::from_fn(|| admission.enter(class.clone(), 0).ok()).collect()
    }

    fn block_on<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(future)
    }

    #[test]
    fn a_flood_leaves_room_for_other_accounts() {
        let admission = admission();
        let flood = fill(&admission, &account("111111111111"));
        assert_eq!(flood.len(), usual().account_requests() / 2);
        let others = fill(&admission, &account("222222222222"));
        assert_eq!(others.len(), usual().account_requests() / 4);
        drop(flood);
        assert!(admission.enter(account("333333333333"), 0).is_ok());
    }

    #[test]
    fn no_number_of_strangers_keeps_an_account_out() {
        let admission = admission();
        let strangers: Vec<_> =
            (0..=255).flat_map(|last| fill(&admission, &newcomer(last))).collect();
        assert!(strangers.len() <= usual().newcomer_requests());
        assert_eq!(admission.enter(newcomer(1), 0).unwrap_err(), Crowd::Requests);
        assert!(admission.enter(account("111111111111"), 0).is_ok());
    }

    #[test]
    fn bytes_count_as_they_come_and_are_given_back() {
        let admission = admission();
        let flood = account("111111111111");
        let half = usual().account_bytes() / 2;
        let mut first = admission.enter(flood.clone(), half).unwrap();
        let mut second = admission.enter(flood.clone(), half).unwrap();
        first.grow(half).unwrap();
        assert_eq!(second.grow(1), Err(Crowd::Bytes));
        assert_eq!(admission.enter(flood.clone(), 1).unwrap_err(), Crowd::Bytes);
        assert!(admission.enter(account("222222222222"), half / 2).is_ok());
        drop(first);
        assert_eq!(second.grow(1), Ok(()));
    }

    #[test]
    fn an_answer_takes_room_until_it_is_sent() {
        let admission = admission();
        let class = account("111111111111");
        let large = bytes::Bytes::from(vec![1; usual().account_bytes()]);
        let ticket = admission.enter(class.clone(), 0).unwrap();
        let sent = ticket.hold(large.clone());
        assert_eq!(sent, large);
        assert_eq!(admission.enter(class.clone(), 1).unwrap_err(), Crowd::Bytes);
        drop(sent);
        assert!(admission.enter(class, 1).is_ok());
    }

    #[test]
    fn a_turn_is_passed_on_when_it_is_over_or_nobody_wants_it() {
        let admission = admission();
        let tickets = fill(&admission, &account("111111111111"));
        block_on(async {
            let mut turns = Vec::new();
            for ticket in &tickets[..limits::TURNS_ALONE_MAX] {
                turns.push(ticket.turn().await.unwrap());
            }
            let next = &tickets[limits::TURNS_ALONE_MAX];
            assert_eq!(next.turn().await.unwrap_err(), Crowd::Wait);
            turns.pop();
            let turn = next.turn().await.unwrap();
            drop((turns, turn));
            for ticket in &tickets {
                assert!(ticket.turn().await.is_ok());
            }
        });
    }
}
