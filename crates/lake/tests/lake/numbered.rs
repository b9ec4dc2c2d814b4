//! Reading by number: whatever lies where, each record of a store comes once and in order.

use crate::dice::Dice;
use crate::sample::{Parts, Sample, draft, owner};
use lake::{Found, Generation, NUMBERED_MAX, Numbering, Part, Snapshot};
use model::{Seq, SeqRange};
use std::sync::Arc;

/// Samples whose numbers are their places, in random order of time, about a third in store `a`.
fn samples(dice: &mut Dice, count: usize) -> Vec<Sample> {
    (0..count as u64).map(|n| Sample::wild(dice, n)).collect()
}

fn is_in(sample: &Sample, store: &str) -> bool {
    sample.stores.as_deref().is_some_and(|ids| ids.split(',').any(|id| id == store))
}

/// What a plain list would answer.
fn expected(samples: &[Sample], store: &str, from: usize, to: usize) -> Vec<(u64, Arc<[u8]>)> {
    let inside = samples.iter().enumerate().take(to).skip(from);
    inside.filter(|(_, it)| is_in(it, store)).map(|(n, it)| (n as u64, it.bytes.clone())).collect()
}

fn found(rows: &[Found]) -> Vec<(u64, Arc<[u8]>)> {
    rows.iter().map(|row| (row.place.seq.0, row.bytes.clone())).collect()
}

/// Seals the samples with these numbers into a part.
fn seal(parts: &Parts, samples: &[Sample], numbers: &[usize]) -> Arc<Part> {
    let chosen: Vec<&Sample> = numbers.iter().map(|n| &samples[*n]).collect();
    let sealed = draft(chosen).seal(&owner("111122223333"), Numbering::ByPush).unwrap();
    let mut seqs: Vec<SeqRange> = Vec::new();
    for number in numbers {
        match seqs.last_mut() {
            Some(range) if range.end() == Seq(*number as u64) => range.count += 1,
            _ => seqs.push(SeqRange { first: Seq(*number as u64), count: 1 }),
        }
    }
    parts.add(sealed, seqs)
}

fn generation(samples: &[Sample], numbers: &[usize]) -> Arc<Generation> {
    let generation = Generation::default();
    let owner = owner("111122223333");
    generation.join(numbers.iter().map(|n| samples[*n].entry(&owner, Seq(*n as u64))));
    Arc::new(generation)
}

fn snapshot(parts: Vec<Arc<Part>>, tail: Vec<Arc<Generation>>, end: usize) -> Snapshot {
    Snapshot { parts: Arc::new(parts), tail, end: Seq(end as u64) }
}

/// All pages, each asked of the moment that `moment` gives for it.
fn pages(
    mut moment: impl FnMut(usize) -> Snapshot,
    store: &str,
    (from, to): (usize, usize),
    bytes_max: usize,
) -> Vec<(u64, Arc<[u8]>)> {
    let (mut all, mut next, end) = (Vec::new(), Seq(from as u64), Seq(to as u64));
    for number in 0.. {
        let page = moment(number).numbered(store, next..end, bytes_max).unwrap();
        assert!(page.rows.len() <= NUMBERED_MAX);
        all.extend(found(&page.rows));
        assert!(page.next > next || page.next >= end, "a page goes on");
        next = page.next;
        if next >= end {
            return all;
        }
    }
    unreachable!()
}

#[test]
fn parts_with_interleaved_numbers_and_the_tail_are_read_in_order() {
    let mut dice = Dice::new(71);
    for round in 0..20 {
        let samples = samples(&mut dice, 300);
        let parts = Parts::new();
        // Where each number lies: in one of three parts, or in one of two generations.
        let mut places = vec![Vec::new(); 5];
        (0..samples.len()).for_each(|n| places[dice.below(5)].push(n));
        let sealed = places[..3].iter().map(|numbers| seal(&parts, &samples, numbers)).collect();
        let tail = places[3..].iter().map(|numbers| generation(&samples, numbers)).collect();
        let moment = snapshot(sealed, tail, samples.len());
        for store in ["a", "b", "c", "d"] {
            let (from, to) = (dice.below(150), 150 + dice.below(151));
            let bytes_max = *dice.pick(&[1, 5_000, usize::MAX]);
            let all = pages(|_| moment.clone(), store, (from, to), bytes_max);
            assert_eq!(all, expected(&samples, store, from, to), "round {round}, store {store}");
        }
    }
}

#[test]
fn records_sealed_and_merged_between_pages_come_once() {
    let mut dice = Dice::new(72);
    let samples = samples(&mut dice, 400);
    let parts = Parts::new();
    let all: Vec<usize> = (0..400).collect();
    let in_tail = snapshot(Vec::new(), vec![generation(&samples, &all)], 400);
    let two = all.chunks(200).map(|numbers| seal(&parts, &samples, numbers)).collect();
    let sealed = snapshot(two, Vec::new(), 400);
    let merged = snapshot(vec![seal(&parts, &samples, &all)], Vec::new(), 400);
    let moments = [in_tail, sealed, merged];
    let read = pages(|page| moments[(page / 3).min(2)].clone(), "a", (0, 400), 4_000);
    assert_eq!(read, expected(&samples, "a", 0, 400));
}

#[test]
fn what_came_after_the_moment_is_not_seen_and_a_page_says_how_far_it_looked() {
    let mut dice = Dice::new(73);
    let samples = samples(&mut dice, 60);
    let all: Vec<usize> = (0..60).collect();
    let moment = snapshot(Vec::new(), vec![generation(&samples, &all)], 40);
    let page = moment.numbered("a", Seq(10)..Seq(60), usize::MAX).unwrap();
    assert_eq!(found(&page.rows), expected(&samples, "a", 10, 40));
    assert_eq!(page.next, Seq(40));
    let empty = moment.numbered("nobody", Seq(0)..Seq(30), usize::MAX).unwrap();
    assert_eq!((empty.rows.len(), empty.next), (0, Seq(30)));
    let later = moment.numbered("a", Seq(50)..Seq(60), usize::MAX).unwrap();
    assert_eq!((later.rows.len(), later.next), (0, Seq(50)));
}

#[test]
fn a_page_holds_the_lowest_numbers_however_many_there_are() {
    let mut dice = Dice::new(74);
    let count = NUMBERED_MAX * 2 + 500;
    let mut samples = samples(&mut dice, 64);
    samples.iter_mut().for_each(|sample| sample.stores = Some("a".into()));
    let samples: Vec<Sample> = (0..count).map(|n| samples[n % 64].clone()).collect();
    let parts = Parts::new();
    let (even, odd): (Vec<usize>, Vec<usize>) = (0..count).partition(|n| n % 2 == 0);
    let part = seal(&parts, &samples, &odd);
    let moment = snapshot(vec![part], vec![generation(&samples, &even)], count);
    let page = moment.numbered("a", Seq(0)..Seq(count as u64), usize::MAX).unwrap();
    assert_eq!((page.rows.len(), page.next), (NUMBERED_MAX, Seq(NUMBERED_MAX as u64)));
    let all = pages(|_| moment.clone(), "a", (0, count), usize::MAX);
    assert_eq!(all, expected(&samples, "a", 0, count));
}
