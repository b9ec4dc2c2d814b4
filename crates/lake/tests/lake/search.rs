//! Whatever is asked, the lake answers as a plain list does, page by page.

use crate::call::Call;
use crate::dice::Dice;
use crate::oracle;
use crate::question;
use crate::sample::{Parts, draft, owner};
use lake::{Attribute, Found, Generation, Match, Numbering, Page, Part, Search, Snapshot, Term};
use model::{AccountId, Field, Seq, SeqRange, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;

/// Records of several owners in parts and in two generations of the tail, and the same once the
/// older generation was sealed.
pub(crate) struct World {
    pub(crate) calls: Vec<Call>,
    by_seq: HashMap<Seq, usize>,
    pub(crate) before: Snapshot,
    pub(crate) after: Snapshot,
}

/// Groups calls by owner, in order.
fn by_owner(calls: &[Call]) -> Vec<(AccountId, Vec<&Call>)> {
    let mut owners: Vec<AccountId> = calls.iter().map(|call| call.owner.clone()).collect();
    owners.sort();
    owners.dedup();
    let of = |owner: &AccountId| calls.iter().filter(|call| call.owner == *owner).collect();
    owners.iter().map(|owner| (owner.clone(), of(owner))).collect()
}

/// Seals calls that have no numbers yet and gives them numbers from `next` on.
fn import(parts: &Parts, calls: &mut [Call], next: &mut u64) -> Vec<Arc<Part>> {
    let mut made = Vec::new();
    let mut numbered: HashMap<[u8; 32], Seq> = HashMap::new();
    for (owner, calls) in by_owner(calls) {
        let samples = calls.iter().map(|call| &call.sample);
        let sealed = draft(samples).seal(&owner, Numbering::ByTime).unwrap();
        let seqs = SeqRange { first: Seq(*next), count: calls.len() as u64 };
        let facts = sealed.facts.iter().zip(*next..);
        numbered.extend(facts.map(|(facts, seq)| (facts.payload, Seq(seq))));
        *next += seqs.count;
        made.push(parts.add(sealed, vec![seqs]));
    }
    calls.iter_mut().for_each(|call| call.seq = numbered[&call.sample.payload]);
    made
}

/// Seals calls that have numbers, as the follower does.
fn carry(parts: &Parts, calls: &[Call]) -> Vec<Arc<Part>> {
    let seal = |(owner, calls): (AccountId, Vec<&Call>)| {
        let sealed = draft(calls.iter().map(|call| &call.sample));
        let sealed = sealed.seal(&owner, Numbering::ByPush).unwrap();
        let ranges = calls.iter().map(|call| SeqRange { first: call.seq, count: 1 });
        parts.add(sealed, ranges.collect())
    };
    by_owner(calls).into_iter().map(seal).collect()
}

fn generation(calls: &[Call]) -> Arc<Generation> {
    let generation = Generation::default();
    generation.join(calls.iter().map(|call| call.sample.entry(&call.owner, call.seq)));
    Arc::new(generation)
}

impl World {
    /// A third imported in two goes, a third being sealed, a third just come in; and some calls
    /// that came later and that nobody may see.
    pub(crate) fn new(mut calls: Vec<Call>, later: usize) -> Self {
        let parts = Parts::new();
        let third = calls.len() / 3;
        let mut next = 17;
        let (first, second) = (0..third / 2, third / 2..third);
        let mut imported = import(&parts, &mut calls[first], &mut next);
        imported.extend(import(&parts, &mut calls[second], &mut next));
        for call in &mut calls[third..] {
            call.seq = Seq(next);
            next += 1;
        }
        let end = calls.len() - later;
        let (sealing, active) = (third..2 * third, 2 * third..end);
        let carried = carry(&parts, &calls[sealing.clone()]);
        let tail = vec![generation(&calls[sealing]), generation(&calls[active])];
        // They join after the snapshot was taken, which shares the generation.
        let now = |parts: Vec<Arc<Part>>, tail: &[Arc<Generation>]| Snapshot {
            parts: Arc::new(parts),
            tail: tail.to_vec(),
            end: Seq(next - later as u64),
        };
        let before = now(imported.clone(), &tail);
        let after = now([imported, carried].concat(), &tail[1..]);
        tail[1].join(calls[end..].iter().map(|call| call.sample.entry(&call.owner, call.seq)));
        calls.truncate(end);
        let by_seq = calls.iter().map(|call| call.seq).zip(0..).collect();
        Self { calls, by_seq, before, after }
    }

    pub(crate) fn random(seed: u64, count: usize) -> Self {
        let mut dice = Dice::new(seed);
        let mut calls: Vec<Call> =
            (0..count as u64).map(|number| Call::random(&mut dice, number)).collect();
        share_ids(&mut dice, &mut calls);
        Self::new(calls, count / 10)
    }

    /// The lake knows resource names by hash only: whoever asks looks at the record.
    pub(crate) fn check(&self, search: &Search, found: &Found) -> bool {
        let mut named = search.terms.iter().filter(|term| term.what == Attribute::ResourceName);
        named.all(|term| oracle::holds(&self.calls[self.by_seq[&found.place.seq]], term))
    }

    /// The call that was found.
    pub(crate) fn of(&self, found: &Found) -> &Call {
        &self.calls[self.by_seq[&found.place.seq]]
    }

    /// All pages of an answer. Every page is full but the last, which says that it is.
    fn pages(&self, snapshot: &Snapshot, search: &Search) -> Vec<Found> {
        let mut search = search.clone();
        let mut rows: Vec<Found> = Vec::new();
        loop {
            let check = |found: &Found| self.check(&search, found);
            let page: Page = snapshot.search(&search, &check).unwrap();
            let last = page.rows.last().map(|row| row.place);
            let full = page.rows.len() == search.limit && page.next == last;
            assert!(full || page.next.is_none() && page.rows.len() <= search.limit);
            rows.extend(page.rows);
            match page.next {
                Some(next) => search.after = Some(next),
                None => return rows,
            }
        }
    }

    pub(crate) fn compare(&self, search: &Search) -> usize {
        let want = oracle::answer(&self.calls, search);
        // Long answers in short pages would take long and tell nothing new.
        let search = &Search { limit: search.limit.max(want.len() / 20), ..search.clone() };
        for (name, snapshot) in [("before", &self.before), ("after", &self.after)] {
            let got = self.pages(snapshot, search);
            let places: Vec<_> = got.iter().map(|found| found.place).collect();
            let wanted: Vec<_> = want.iter().map(|call| oracle::place(call)).collect();
            assert_eq!(places, wanted, "{name}: {search:?}");
            got.iter().zip(&want).for_each(|(found, call)| same(found, call));
        }
        want.len()
    }
}

fn same(found: &Found, call: &Call) {
    assert_eq!(found.bytes, call.sample.bytes);
    assert_eq!((&found.owner, found.id), (&call.owner, call.sample.id));
    assert_eq!(found.origin, call.sample.traits.origin);
    assert_eq!(found.hidden, call.sample.traits.hidden);
}

/// Some records come under the id of another.
fn share_ids(dice: &mut Dice, calls: &mut [Call]) {
    for _ in 0..calls.len() / 20 {
        let id = dice.pick(calls).sample.id;
        let at = dice.below(calls.len());
        calls[at].sample.id = id;
    }
}

#[test]
fn random_questions_are_answered_as_a_list_would() {
    for (seed, count, questions) in [(1, 60, 500), (2, 400, 400), (3, 1_500, 200)] {
        let world = World::random(seed, count);
        let mut dice = Dice::new(seed + 100);
        let mut answered = 0;
        for _ in 0..questions {
            let search = question::random(&mut dice, &world.calls);
            answered += usize::from(world.compare(&search) > 0);
        }
        assert!(answered > questions / 5, "only {answered} questions had an answer");
    }
}

/// Each kind of term alone, so that no other term hides what it does.
#[test]
fn every_attribute_is_answered_as_a_list_would() {
    let world = World::random(4, 300);
    let mut dice = Dice::new(5);
    for what in question::ATTRIBUTES {
        let mut answered = 0;
        for _ in 0..25 {
            let terms = vec![question::term(&mut dice, &world.calls, *what)];
            let search = Search { terms, include_hidden: true, limit: 9, ..Search::default() };
            answered += world.compare(&search);
        }
        assert!(answered > 5, "{what:?}");
    }
}

/// Fields of which nearly every value is another, so many that a part may keep them with its
/// rows: they must be found all the same.
#[test]
fn values_that_hardly_repeat_are_found() {
    let mut dice = Dice::new(6);
    let mut calls = Vec::new();
    for number in 0..4_200u64 {
        let mut call = Call::random(&mut dice, number);
        call.owner = owner("111122223333");
        let fields = [
            Field::UserName,
            Field::InvokedBy,
            Field::SourceIdentity,
            Field::IdentityAccount,
            Field::IssuerUserName,
            Field::PrincipalId,
            Field::AccessKeyId,
        ];
        let named = |field: &Field| (*field, format!("{}-{number:064}", *field as u8));
        call.rewrite(fields.iter().map(named).collect());
        calls.push(call);
    }
    let world = World::new(calls, 10);
    for number in [3, 700, 1_399, 2_000, 4_000] {
        for (_, value) in world.calls[number].fields.clone() {
            let terms = vec![Term { what: Attribute::Who, matches: Match::Is(value) }];
            let search = Search { terms, include_hidden: true, ..Search::default() };
            assert_eq!(world.compare(&search), 1);
        }
    }
}

#[test]
fn the_extent_is_that_of_what_is_seen() {
    let world = World::random(8, 300);
    for of in [None, Some(owner("111122223333"))] {
        let mine = world.calls.iter().filter(|c| of.as_ref().is_none_or(|of| *of == c.owner));
        let times: Vec<Timestamp> = mine.map(|call| call.sample.time).collect();
        let want = times.iter().copied().min().zip(times.iter().copied().max());
        assert_eq!(world.before.extent(of.as_ref()), want);
        assert_eq!(world.after.extent(of.as_ref()), want);
    }
    assert_eq!(world.before.extent(Some(&owner("nobody"))), None);
}

#[test]
fn what_bears_an_id_is_known_wherever_it_lies() {
    let world = World::random(9, 300);
    for call in &world.calls {
        let (id, time) = (call.sample.id, call.sample.time);
        for snapshot in [&world.before, &world.after] {
            let known = snapshot.with_id(&call.owner, id, time).unwrap();
            assert!(known.has_bytes(&call.sample.bytes).unwrap());
            assert!(!known.has_bytes(b"other bytes").unwrap());
        }
    }
    let nobody = world.after.with_id(&owner("nobody"), world.calls[0].sample.id, Timestamp(0));
    assert!(nobody.unwrap().is_empty());
}

#[test]
fn a_page_has_at_least_one_row_and_at_most_a_thousand() {
    let world = World::random(10, 2_400);
    let rows = |limit| {
        let search = Search { limit, include_hidden: true, ..Search::default() };
        world.after.search(&search, &|_| true).unwrap().rows.len()
    };
    assert_eq!((rows(0), rows(1), rows(usize::MAX)), (1, 1, lake::LIMIT_MAX));
}
