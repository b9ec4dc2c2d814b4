//! Whose read is next. Reads wait in lanes, one for each account; the next is taken from the lane
//! that has the fewest under way, and among those the one that was served longest ago. A pure
//! value: no threads.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// All lanes.
///
/// INVARIANT (no hoarding): a lane has no more under way than `lane_max`, and no more waiting than
/// there is room left for others.
#[derive(Debug)]
pub(crate) struct Lanes<K, W> {
    lanes: HashMap<K, Lane<W>>,
    /// Most that may wait, of all lanes together.
    waiting_max: usize,
    /// Most of one lane under way.
    lane_max: usize,
    waiting: usize,
    served: u64,
}

#[derive(Debug)]
struct Lane<W> {
    waiting: VecDeque<W>,
    under_way: usize,
    /// When it was served last, by count.
    served: u64,
}

impl<K: Clone + Eq + Hash, W> Lanes<K, W> {
    /// No lanes yet.
    pub(crate) fn new(waiting_max: usize, lane_max: usize) -> Self {
        let lanes = HashMap::new();
        Self { lanes, waiting_max, lane_max: lane_max.max(1), waiting: 0, served: 0 }
    }

    /// Puts `work` at the end of a lane.
    ///
    /// # Errors
    /// The work, where too much waits already.
    pub(crate) fn push(&mut self, key: &K, work: W) -> Result<(), W> {
        let has = self.lanes.get(key).map_or(0, |lane| lane.waiting.len());
        let free = self.waiting_max.saturating_sub(self.waiting);
        if has >= free {
            return Err(work);
        }
        // Whoever comes stands behind those who were served before.
        self.served += 1;
        let new = Lane { waiting: VecDeque::new(), under_way: 0, served: self.served };
        self.lanes.entry(key.clone()).or_insert(new).waiting.push_back(work);
        self.waiting += 1;
        Ok(())
    }

    /// Begins the next, if one may begin.
    pub(crate) fn next(&mut self) -> Option<(K, W)> {
        let lane_max = self.lane_max;
        let may = |lane: &Lane<W>| !lane.waiting.is_empty() && lane.under_way < lane_max;
        let ready = self.lanes.iter_mut().filter(|(_, lane)| may(lane));
        let (key, lane) = ready.min_by_key(|(_, lane)| (lane.under_way, lane.served))?;
        let work = lane.waiting.pop_front()?;
        self.served += 1;
        lane.served = self.served;
        lane.under_way += 1;
        self.waiting -= 1;
        Some((key.clone(), work))
    }

    /// Something of a lane is over.
    pub(crate) fn done(&mut self, key: &K) {
        let Some(lane) = self.lanes.get_mut(key) else { return };
        lane.under_way = lane.under_way.saturating_sub(1);
        if lane.under_way == 0 && lane.waiting.is_empty() {
            self.lanes.remove(key);
        }
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fill(lanes: &mut Lanes<u8, usize>, key: u8, count: usize) -> usize {
        (0..count).filter(|n| lanes.push(&key, *n).is_ok()).count()
    }

    fn begin(lanes: &mut Lanes<u8, usize>) -> Vec<u8> {
        std::iter::from_fn(|| lanes.next()).map(|(key, _)| key).collect()
    }

    #[test]
    fn a_flood_leaves_threads_to_others() {
        let mut lanes = Lanes::new(100, 2);
        assert_eq!(fill(&mut lanes, 1, 40), 40);
        assert_eq!(begin(&mut lanes), [1, 1]);
        fill(&mut lanes, 2, 3);
        assert_eq!(begin(&mut lanes), [2, 2]);
        lanes.done(&1);
        assert_eq!(begin(&mut lanes), [1]);
    }

    #[test]
    fn who_has_least_under_way_is_next_and_then_who_waited_longest() {
        let mut lanes = Lanes::new(100, 8);
        fill(&mut lanes, 1, 5);
        assert_eq!(lanes.next(), Some((1, 0)));
        fill(&mut lanes, 2, 5);
        fill(&mut lanes, 3, 5);
        assert_eq!(begin(&mut lanes)[..5], [2, 3, 1, 2, 3]);
    }

    #[test]
    fn what_waits_has_a_bound_and_one_alone_gets_half_of_it() {
        let mut lanes = Lanes::new(100, 1);
        assert_eq!(fill(&mut lanes, 1, 1_000), 50);
        assert_eq!(fill(&mut lanes, 2, 1_000), 25);
        assert!(fill(&mut lanes, 3, 1) == 1 && !lanes.is_empty());
    }

    #[test]
    fn nobody_is_remembered_who_wants_nothing() {
        let mut lanes = Lanes::new(100, 1);
        for key in 0..200 {
            fill(&mut lanes, key, 1);
            assert_eq!(begin(&mut lanes), [key]);
            lanes.done(&key);
        }
        assert!(lanes.lanes.is_empty() && lanes.is_empty());
    }

    proptest! {
        /// Whatever comes and goes: bounds hold, a lane's reads keep their order, and none is lost.
        #[test]
        fn reads_keep_their_order_and_their_bounds(
            steps in prop::collection::vec((0u8..4, 0u8..3), 0..300),
        ) {
            let mut lanes = Lanes::new(20, 2);
            let (mut sent, mut taken, mut busy) = ([0usize; 4], [0usize; 4], Vec::new());
            for (key, what) in steps {
                let at = usize::from(key);
                match what {
                    0 => sent[at] += usize::from(lanes.push(&key, sent[at]).is_ok()),
                    1 => if let Some((key, number)) = lanes.next() {
                        let at = usize::from(key);
                        prop_assert_eq!(number, taken[at]);
                        taken[at] += 1;
                        busy.push(key);
                    },
                    _ => if let Some(key) = busy.pop() { lanes.done(&key) },
                }
                let waiting: usize = (0..4).map(|at| sent[at] - taken[at]).sum();
                prop_assert!(waiting <= 20 && waiting == lanes.waiting);
                for key in 0..4u8 {
                    prop_assert!(busy.iter().filter(|it| **it == key).count() <= 2);
                }
            }
        }
    }
}
