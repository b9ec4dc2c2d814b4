//! Whose turn it is. Requests that were read wait in lanes, one for each account; the next is
//! taken from the lane that has had least, by what its requests weigh. A pure value: no clock, no
//! tasks.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::Duration;
use tokio::time::Instant;

/// How much may be at work at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Of one lane, while no other wants anything.
    pub(super) alone: Room,
    /// Of one lane, while others do: whoever comes next waits for no more than this.
    pub(super) shared: Room,
    /// Of all lanes.
    pub(super) all: Room,
    /// How many may have the processor. Those that wait for it do so here, where they have an
    /// order, and not in the runtime's queue, where they have none.
    pub(super) hands: usize,
    /// Whoever asked within this time wants something.
    pub(super) lately: Duration,
}

/// Room for so many requests, and so many bytes of their bodies; one body alone may be larger.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) requests: usize,
    pub(super) bytes: usize,
}

/// All lanes.
///
/// INVARIANT (late choice): nobody is chosen before they can begin at once; whoever comes later
/// and has had less goes first until then.
#[derive(Debug)]
pub(super) struct Turns<K, W> {
    limits: Limits,
    lanes: HashMap<K, Lane<W>>,
    next_number: u64,
    load: Load,
    hands_used: usize,
    /// What the lane had had that was served last: where newcomers begin.
    had: u64,
    swept: Instant,
}

#[derive(Debug)]
struct Lane<W> {
    waiting: VecDeque<Wish<W>>,
    load: Load,
    /// What it has had, by weight.
    had: u64,
    /// When it asked last, where it may ask again.
    asked: Option<Instant>,
}

/// What is at work.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    requests: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Wish<W> {
    number: u64,
    bytes: usize,
    who: W,
}

/// A body of so many bytes is twice the work of a call without one.
const BYTES_A_WEIGHT: usize = 4_096;

impl Load {
    /// Whether a request with a body of so many bytes finds room.
    const fn fits(self, bytes: usize, room: Room) -> bool {
        let is_first = self.requests == 0;
        self.requests < room.requests
            && (is_first || self.bytes.saturating_add(bytes) <= room.bytes)
    }

    const fn add(&mut self, bytes: usize) {
        self.requests = self.requests.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    const fn take_off(&mut self, bytes: usize) {
        self.requests = self.requests.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

impl<K: Clone + Eq + Hash, W> Turns<K, W> {
    /// No lanes yet.
    pub(super) fn new(limits: Limits, now: Instant) -> Self {
        Self {
            limits,
            lanes: HashMap::new(),
            next_number: 0,
            load: Load::default(),
            hands_used: 0,
            had: 0,
            swept: now,
        }
    }

    /// Puts `who` at the end of a lane; the number is for giving up.
    pub(super) fn wait(&mut self, lane: &K, bytes: usize, who: W, now: Instant) -> u64 {
        let number = self.wait_in_passing(lane, bytes, who, now);
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.asked = Some(now);
        }
        number
    }

    /// The same for those who are not expected again: others make way for them only while they
    /// are there.
    pub(super) fn wait_in_passing(&mut self, lane: &K, bytes: usize, who: W, now: Instant) -> u64 {
        self.sweep(now);
        let (number, had) = (self.next_number, self.had);
        self.next_number += 1;
        let lane = self.lanes.entry(lane.clone()).or_insert_with(|| Lane::new(had));
        if lane.waiting.is_empty() {
            // Time in which a lane wanted nothing is not saved up.
            lane.had = lane.had.max(had);
        }
        lane.waiting.push_back(Wish { number, bytes, who });
        number
    }

    /// Whose turn it is now: the lane, the bytes, and who waited. They have the processor until
    /// [`Turns::rest`], and are at work until [`Turns::done`].
    pub(super) fn next(&mut self, now: Instant) -> Option<(K, usize, W)> {
        if self.hands_used >= self.limits.hands {
            return None;
        }
        let room = self.room(now);
        let ready = self.lanes.iter_mut().filter(|(_, lane)| lane.may(room));
        let (key, lane) = ready.min_by_key(|(_, lane)| lane.rank())?;
        let bytes = lane.waiting.front()?.bytes;
        // Nobody smaller goes first: else a large one would never find room.
        if !self.load.fits(bytes, self.limits.all) {
            return None;
        }
        let wish = lane.waiting.pop_front()?;
        self.had = lane.had;
        lane.had = lane.had.saturating_add(weight(bytes));
        lane.load.add(bytes);
        self.load.add(bytes);
        self.hands_used += 1;
        Some((key.clone(), bytes, wish.who))
    }

    /// Somebody needs the processor no longer.
    pub(super) const fn rest(&mut self) {
        self.hands_used = self.hands_used.saturating_sub(1);
    }

    /// Somebody's turn is over.
    pub(super) fn done(&mut self, lane: &K, bytes: usize) {
        self.load.take_off(bytes);
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.load.take_off(bytes);
        }
    }

    /// Somebody waits no longer.
    pub(super) fn give_up(&mut self, lane: &K, number: u64) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.waiting.retain(|wish| wish.number != number);
        }
    }

    /// What one lane may have at work.
    fn room(&self, now: Instant) -> Room {
        let wants = |lane: &&Lane<W>| lane.is_wanted(now, self.limits.lately);
        match self.lanes.values().filter(wants).nth(1) {
            Some(_) => self.limits.shared,
            None => self.limits.alone,
        }
    }

    /// Forgets lanes that nobody uses.
    fn sweep(&mut self, now: Instant) {
        let lately = self.limits.lately;
        if now.saturating_duration_since(self.swept) >= lately {
            self.swept = now;
            self.lanes.retain(|_, lane| lane.is_wanted(now, lately));
        }
    }
}

impl<W> Lane<W> {
    fn new(had: u64) -> Self {
        Self { waiting: VecDeque::new(), load: Load::default(), had, asked: None }
    }

    /// Whether its next may begin.
    fn may(&self, room: Room) -> bool {
        self.waiting.front().is_some_and(|wish| self.load.fits(wish.bytes, room))
    }

    /// Whoever had least goes first; among equals, whoever came first.
    fn rank(&self) -> (u64, u64) {
        (self.had, self.waiting.front().map_or(u64::MAX, |wish| wish.number))
    }

    fn is_wanted(&self, now: Instant, lately: Duration) -> bool {
        let is_busy = self.load.requests > 0 || !self.waiting.is_empty();
        let asked_lately = |asked| now.saturating_duration_since(asked) < lately;
        is_busy || self.asked.is_some_and(asked_lately)
    }
}

fn weight(bytes: usize) -> u64 {
    1 + (bytes / BYTES_A_WEIGHT) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        alone: Room { requests: 8, bytes: 100_000 },
        shared: Room { requests: 2, bytes: 40_000 },
        all: Room { requests: 10, bytes: 100_000 },
        hands: 4,
        lately: Duration::from_secs(1),
    };

    /// Lanes are letters, those who wait numbers.
    struct Lab {
        turns: Turns<char, usize>,
        now: Instant,
    }

    impl Lab {
        fn new() -> Self {
            let now = Instant::now();
            Self { turns: Turns::new(LIMITS, now), now }
        }

        fn wait(&mut self, lane: char, bytes: usize, count: usize) {
            for who in 0..count {
                self.turns.wait(&lane, bytes, who, self.now);
            }
        }

        /// Lanes in the order of their turns, until no further one begins.
        fn begin(&mut self) -> String {
            let next = || {
                let (lane, ..) = self.turns.next(self.now)?;
                self.turns.rest();
                Some(lane)
            };
            std::iter::from_fn(next).collect()
        }

        /// The same where every turn is over before the next begins.
        fn one_by_one(&mut self) -> String {
            let next = || {
                let (lane, bytes, _) = self.turns.next(self.now)?;
                self.turns.rest();
                self.turns.done(&lane, bytes);
                Some(lane)
            };
            std::iter::from_fn(next).collect()
        }
    }

    #[test]
    fn one_alone_uses_what_there_is() {
        let mut lab = Lab::new();
        lab.wait('a', 0, 20);
        assert_eq!(lab.begin(), "aaaaaaaa");
        lab.turns.done(&'a', 0);
        assert_eq!(lab.begin(), "a");
    }

    #[test]
    fn a_flood_waits_and_others_do_not() {
        let mut lab = Lab::new();
        lab.wait('a', 0, 1_000);
        lab.wait('b', 0, 1);
        assert_eq!(lab.begin(), "aba");
        lab.wait('b', 0, 1);
        lab.wait('c', 0, 1);
        assert_eq!(lab.begin(), "bc");
        lab.turns.done(&'a', 0);
        assert_eq!(lab.begin(), "a");
    }

    #[test]
    fn who_has_gone_leaves_everything_to_the_flood() {
        let mut lab = Lab::new();
        lab.wait('b', 0, 1);
        assert_eq!(lab.one_by_one(), "b");
        lab.wait('a', 0, 20);
        assert_eq!(lab.begin(), "aa", "b may come back");
        lab.now += LIMITS.lately;
        assert_eq!(lab.begin(), "aaaaaa");
    }

    #[test]
    fn others_make_way_for_passers_by_only_while_they_are_there() {
        let mut lab = Lab::new();
        lab.turns.wait_in_passing(&'b', 0, 0, lab.now);
        lab.wait('a', 0, 20);
        assert_eq!(lab.begin(), "baa");
        lab.turns.done(&'b', 0);
        assert_eq!(lab.begin(), "aaaaaa");
    }

    #[test]
    fn lanes_take_turns_by_weight() {
        let mut lab = Lab::new();
        lab.wait('a', 0, 6);
        lab.wait('b', 0, 3);
        assert_eq!(lab.one_by_one(), "abababaaa");
        let mut lab = Lab::new();
        lab.wait('a', BYTES_A_WEIGHT * 3, 3);
        lab.wait('b', 0, 8);
        assert_eq!(lab.one_by_one(), "abbbbabbbba");
    }

    #[test]
    fn silence_is_not_saved_up() {
        let mut lab = Lab::new();
        lab.wait('b', 0, 1);
        lab.wait('a', 0, 100);
        assert_eq!(lab.one_by_one().len(), 101);
        lab.wait('a', 0, 4);
        lab.wait('b', 0, 4);
        let order = lab.one_by_one();
        assert!(!order.contains("bbb"), "{order}");
    }

    #[test]
    fn bodies_at_work_have_a_bound_and_a_large_one_gets_its_turn() {
        let mut lab = Lab::new();
        lab.wait('a', 60_000, 3);
        assert_eq!(lab.begin(), "a");
        lab.turns.done(&'a', 60_000);
        assert_eq!(lab.begin(), "a");
        lab.turns.done(&'a', 60_000);
        lab.turns.give_up(&'a', 2);
        lab.wait('a', 1_000_000, 1);
        assert_eq!(lab.begin(), "a", "one alone may be larger");
        lab.wait('b', 10, 1);
        assert_eq!(lab.begin(), "", "then all of the room is taken");
        lab.turns.done(&'a', 1_000_000);
        assert_eq!(lab.begin(), "b");
    }

    #[test]
    fn of_a_lane_that_shares_few_bytes_are_at_work() {
        let mut lab = Lab::new();
        lab.wait('b', 0, 1);
        assert_eq!(lab.begin(), "b");
        lab.wait('a', 30_000, 3);
        assert_eq!(lab.begin(), "a", "there is room for two requests, and not for their bodies");
        lab.wait('b', 30_000, 1);
        assert_eq!(lab.begin(), "b", "and for others there is room");
    }

    #[test]
    fn the_processor_is_given_out_late() {
        let mut lab = Lab::new();
        lab.turns.limits.hands = 1;
        lab.wait('a', 0, 8);
        let next = |lab: &mut Lab| lab.turns.next(lab.now).map(|(lane, ..)| lane);
        assert_eq!((next(&mut lab), next(&mut lab)), (Some('a'), None));
        lab.wait('b', 0, 1);
        lab.turns.rest();
        assert_eq!(next(&mut lab), Some('b'), "whoever comes later and had less is next");
        lab.turns.rest();
        assert_eq!(next(&mut lab), Some('a'));
    }

    #[test]
    fn who_gives_up_is_passed_over() {
        let mut lab = Lab::new();
        let first = lab.turns.wait(&'a', 0, 1, lab.now);
        lab.turns.wait(&'a', 0, 2, lab.now);
        lab.turns.give_up(&'a', first);
        let who = lab.turns.next(lab.now).map(|(.., who)| who);
        assert_eq!(who, Some(2));
    }

    #[test]
    fn lanes_that_nobody_uses_are_forgotten() {
        let mut turns: Turns<usize, ()> = Turns::new(LIMITS, Instant::now());
        let start = Instant::now();
        for lane in 0..5_000 {
            let now = start + Duration::from_millis(100) * u32::try_from(lane).unwrap();
            turns.wait(&lane, 0, (), now);
            let (lane, bytes, ()) = turns.next(now).unwrap();
            turns.rest();
            turns.done(&lane, bytes);
        }
        assert!(turns.lanes.len() <= 21, "{}", turns.lanes.len());
    }

    /// A step of somebody: asks, begins, lets go of the processor, ends, or gives up.
    type Step = (u8, usize, u8);

    /// What a walk has seen.
    #[derive(Default)]
    struct Walk {
        waiting: HashMap<u8, VecDeque<u64>>,
        working: Vec<(u8, usize)>,
        resting: usize,
    }

    impl Walk {
        fn bytes(&self, of: Option<u8>) -> usize {
            let its = self.working.iter().filter(|(lane, _)| of.is_none_or(|of| of == *lane));
            its.map(|(_, bytes)| bytes).sum()
        }

        fn count(&self, of: u8) -> usize {
            self.working.iter().filter(|(lane, _)| *lane == of).count()
        }

        fn begins(&mut self, turns: &mut Turns<u8, u64>, now: Instant) {
            let room = turns.room(now);
            let Some((lane, bytes, number)) = turns.next(now) else { return };
            assert_eq!(self.waiting.get_mut(&lane).unwrap().pop_front(), Some(number));
            self.working.push((lane, bytes));
            assert!(self.working.len() - self.resting <= LIMITS.hands);
            assert!(self.working.len() <= LIMITS.all.requests);
            assert!(self.working.len() == 1 || self.bytes(None) <= LIMITS.all.bytes);
            assert!(self.count(lane) <= room.requests);
            assert!(self.count(lane) == 1 || self.bytes(Some(lane)) <= room.bytes);
        }

        fn step(&mut self, turns: &mut Turns<u8, u64>, step: Step, now: Instant) {
            let (lane, bytes, what) = step;
            match what {
                0 | 1 => {
                    let number = turns.wait(&lane, bytes, turns.next_number, now);
                    self.waiting.entry(lane).or_default().push_back(number);
                }
                2 | 3 => self.begins(turns, now),
                4 if self.resting < self.working.len() => {
                    turns.rest();
                    self.resting += 1;
                }
                5 if self.resting > 0 => {
                    let (lane, bytes) = self.working.remove(0);
                    turns.done(&lane, bytes);
                    self.resting -= 1;
                }
                6 => {
                    if let Some(number) = self.waiting.entry(lane).or_default().pop_back() {
                        turns.give_up(&lane, number);
                    }
                }
                _ => {}
            }
        }

        /// Lets everybody finish; nobody may be left over.
        fn end(&mut self, turns: &mut Turns<u8, u64>, now: Instant) {
            while self.waiting.values().any(|lane| !lane.is_empty()) {
                let before = self.working.len();
                self.begins(turns, now);
                if self.working.len() > before {
                    turns.rest();
                    self.resting += 1;
                } else {
                    assert!(!self.working.is_empty(), "somebody waits for nothing");
                    let (lane, bytes) = self.working.remove(0);
                    if self.resting > self.working.len() {
                        self.resting -= 1;
                    } else {
                        turns.rest();
                    }
                    turns.done(&lane, bytes);
                }
            }
        }
    }

    /// Numbers that look random and are the same every time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(0x5851_f42d);
            usize::try_from(self.0 >> 33).unwrap() % end
        }

        fn byte(&mut self, end: u8) -> u8 {
            u8::try_from(self.below(usize::from(end))).unwrap()
        }

        fn step(&mut self) -> Step {
            (self.byte(4), self.below(60_000), self.byte(7))
        }
    }

    /// Whatever comes and goes: bounds hold, a lane keeps its order, and nobody is forgotten.
    #[test]
    fn bounds_hold_and_nobody_is_forgotten() {
        for seed in 0..500 {
            let (mut dice, now) = (Dice(seed), Instant::now());
            let mut turns = Turns::new(LIMITS, now);
            let mut walk = Walk::default();
            for _ in 0..dice.below(300) {
                walk.step(&mut turns, dice.step(), now);
            }
            walk.end(&mut turns, now);
        }
    }

    /// However much others have waiting, and how large it is: who asks for the first time waits
    /// for one of each of them at most.
    #[test]
    fn who_comes_last_waits_for_one_of_each() {
        for seed in 0..500 {
            let mut dice = Dice(seed);
            let mut lab = Lab::new();
            let floods = 1 + dice.below(5);
            for lane in "abcde".chars().take(floods) {
                let (bytes, count) = (dice.below(30_000), 1 + dice.below(49));
                lab.wait(lane, bytes, count);
            }
            for _ in 0..3 {
                if let Some((lane, bytes, _)) = lab.turns.next(lab.now) {
                    lab.turns.rest();
                    lab.turns.done(&lane, bytes);
                }
            }
            lab.wait('z', 0, 1);
            let order = lab.one_by_one();
            let before = order.find('z').unwrap();
            assert!(before <= floods, "seed {seed}: {order}");
        }
    }
}
