//! Questions while records join the tail: each sees exactly what there was when it was asked.

use crate::call::Call;
use crate::dice::Dice;
use crate::oracle;
use crate::question;
use crate::sample::Parts;
use lake::{Attribute, Generation, Place, Snapshot};
use model::Seq;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const CALLS: usize = 3_000;

/// Every record that came before the question and passes, in order; nothing that came later.
fn ask(dice: &mut Dice, calls: &[Call], tail: &Arc<Generation>, end: u64) {
    let mut search = question::random(dice, &calls[..64]);
    // Names are hashed in parts only; here the tail answers alone.
    search.terms.retain(|term| term.what != Attribute::ResourceName);
    (search.limit, search.after) = (200, None);
    let snapshot = Snapshot { parts: Arc::default(), tail: vec![Arc::clone(tail)], end: Seq(end) };
    let mut places: Vec<Place> = Vec::new();
    loop {
        let page = snapshot.search(&search, &|_| true).unwrap();
        places.extend(page.rows.iter().map(|found| found.place));
        search.after = page.next;
        if page.next.is_none() {
            break;
        }
    }
    search.after = None;
    let want = oracle::answer(&calls[..end as usize], &search);
    let want: Vec<Place> = want.into_iter().map(oracle::place).collect();
    assert_eq!(places, want, "{search:?}");
}

#[test]
fn a_question_sees_one_moment_while_others_write() {
    let mut dice = Dice::new(20);
    let mut calls: Vec<Call> = (0..CALLS as u64).map(|n| Call::random(&mut dice, n)).collect();
    calls.iter_mut().zip(0..).for_each(|(call, seq)| call.seq = Seq(seq));
    let (calls, tail) = (&calls[..], Arc::new(Generation::default()));
    let joined = AtomicU64::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for batch in calls.chunks(7) {
                tail.join(batch.iter().map(|call| call.sample.entry(&call.owner, call.seq)));
                joined.fetch_add(batch.len() as u64, Ordering::Release);
                std::thread::yield_now();
            }
        });
        for reader in 0..3 {
            let (joined, tail) = (&joined, &tail);
            scope.spawn(move || {
                let mut dice = Dice::new(30 + reader);
                for _ in 0..60 {
                    ask(&mut dice, calls, tail, joined.load(Ordering::Acquire));
                }
            });
        }
    });
    assert_eq!(tail.len(), CALLS);
    ask(&mut dice, calls, &tail, CALLS as u64);
}

/// Readers of one part share its cache, however small that is.
#[test]
fn many_readers_share_a_cache_that_is_too_small() {
    let mut dice = Dice::new(21);
    let calls: Vec<Call> = (0..700).map(|n| Call::random(&mut dice, n)).collect();
    let samples: Vec<_> = calls.iter().map(|call| call.sample.clone()).collect();
    for bytes in [0, 5_000, 1 << 20] {
        let parts = Parts { cache: lake::PartCache::new(bytes), ..Parts::new() };
        let sealed = crate::sample::draft(&samples);
        let sealed = sealed.seal(&calls[0].owner, lake::Numbering::ByPush).unwrap();
        let part = parts.add(sealed, crate::sample::numbers(0, samples.len()));
        let want = crate::sample::records(&part).unwrap();
        std::thread::scope(|scope| {
            for reader in 0..4 {
                let (part, want) = (&part, &want);
                scope.spawn(move || {
                    let mut dice = Dice::new(reader);
                    let mut reader = lake::Reader::new(part).unwrap();
                    let mut out = Vec::new();
                    for _ in 0..300 {
                        let row = dice.below(want.len());
                        out.clear();
                        reader.record(row as u32, &mut out).unwrap();
                        assert_eq!(out, want[row]);
                    }
                });
            }
        });
        assert!(parts.cache.weight() <= bytes.max(64));
    }
}
