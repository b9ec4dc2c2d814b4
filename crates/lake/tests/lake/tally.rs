//! Whatever is counted, the lake counts as a plain list would.

use crate::call::Call;
use crate::dice::Dice;
use crate::oracle;
use crate::question;
use crate::search::World;
use lake::{Count, Facet, Found, Grid, Outcome, Search, Snapshot};
use model::{AccountId, Field, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

fn outcome(call: &Call) -> Outcome {
    Outcome::of(call.sample.traits.failed, call.field(Field::ErrorCode).unwrap_or_default())
}

/// The values that a call has; none is written as an empty one.
fn values(call: &Call, facet: Facet) -> Vec<String> {
    let text = |field| call.field(field).unwrap_or_default().to_owned();
    let first = |fields: &[Field]| {
        let mut texts = fields.iter().map(|field| text(*field));
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    };
    let traits = call.sample.traits;
    let source = text(Field::EventSource);
    let action = match source.strip_suffix(".amazonaws.com").unwrap_or(&source) {
        "" => text(Field::EventName),
        service => format!("{service}:{}", text(Field::EventName)),
    };
    let one = match facet {
        Facet::Action => action,
        Facet::EventName => text(Field::EventName),
        Facet::EventSource => source,
        Facet::Region => text(Field::AwsRegion),
        Facet::SourceIp => text(Field::SourceIp),
        Facet::UserAgent => {
            Some(text(Field::UserAgent)).filter(|it| !is_odd(it)).unwrap_or_default()
        }
        Facet::Principal => {
            let fields = [Field::IdentityArn, Field::PrincipalId, Field::InvokedBy];
            first(&[&fields[..], &[Field::IdentityType]].concat())
        }
        Facet::Username => call.sample.username.clone().unwrap_or_default(),
        Facet::AccessKey => text(Field::AccessKeyId),
        Facet::Role => text(Field::IssuerArn),
        Facet::InvokedBy => text(Field::InvokedBy),
        Facet::SourceIdentity => text(Field::SourceIdentity),
        Facet::Outcome => outcome(call).as_str().to_owned(),
        Facet::ErrorCode => text(Field::ErrorCode),
        Facet::Account => text(Field::RecipientAccount),
        Facet::Owner => call.owner.to_string(),
        Facet::Category => traits.category.as_str().to_owned(),
        Facet::ReadOnly => traits.read_only.map(|it| it.to_string()).unwrap_or_default(),
        Facet::Origin => traits.origin.as_str().to_owned(),
        Facet::ResourceType => {
            let kinds: BTreeSet<&str> =
                call.sample.resources.iter().map(|(kind, _)| kind.as_str()).collect();
            return match kinds.is_empty() {
                true => vec![String::new()],
                false => kinds.into_iter().map(str::to_owned).collect(),
            };
        }
        // The calls here have no such member.
        _ => String::new(),
    };
    vec![one]
}

/// What looks like an id or a time lies in no column, where the field need not have one, unless
/// it is spelt with escapes.
fn is_odd(agent: &str) -> bool {
    agent.ends_with("00000000000a") || agent.ends_with(":31Z")
}

fn add(count: &mut Count, call: &Call) {
    let (outcome, at) = (outcome(call), call.sample.time);
    count.records += 1;
    count.denied += u64::from(outcome == Outcome::Denied);
    count.failed += u64::from(outcome == Outcome::Failed);
    count.first = count.first.min(at);
    count.last = count.last.max(at);
}

fn compare(world: &World, snapshot: &Snapshot, search: &Search) -> usize {
    let check = |found: &Found| world.check(search, found);
    let tally = snapshot.tally(search, Facet::ALL, Some(&check)).unwrap();
    assert!(tally.whole);
    let want = oracle::answer(&world.calls, &Search { after: None, ..search.clone() });
    let mut total = Count::default();
    want.iter().for_each(|call| add(&mut total, call));
    assert_eq!(tally.total, total, "{search:?}");
    for counts in &tally.counts {
        let mut by_value: BTreeMap<String, Count> = BTreeMap::new();
        for call in &want {
            for value in values(call, counts.facet) {
                add(by_value.entry(value).or_default(), call);
            }
        }
        let missing = by_value.remove("").unwrap_or_default();
        let agents = counts.facet == Facet::UserAgent;
        let told = counts.values.iter().filter(|(value, _)| !(agents && is_odd(value)));
        let got: BTreeMap<String, Count> = told.map(|(value, it)| (value.clone(), *it)).collect();
        assert_eq!(got, by_value, "{:?} {search:?}", counts.facet);
        assert!(agents || counts.missing == missing, "{:?} {search:?}", counts.facet);
        assert_eq!((counts.unread, counts.others), (0, Count::default()));
    }
    want.len()
}

#[test]
fn everything_is_counted_as_a_list_would() {
    for (seed, count, questions) in [(21, 60, 120), (22, 600, 60)] {
        let world = World::random(seed, count);
        let mut dice = Dice::new(seed);
        let mut counted = 0;
        for _ in 0..questions {
            let search = Search { after: None, ..question::random(&mut dice, &world.calls) };
            counted += compare(&world, &world.before, &search);
            counted += compare(&world, &world.after, &search);
        }
        compare(&world, &world.after, &Search { include_hidden: true, ..Search::default() });
        assert!(counted > questions, "only {counted} records were counted");
    }
}

/// Some values of each facet alone, and the use of permissions before and since.
#[test]
fn some_values_and_permissions_are_counted_as_a_list_would() {
    let world = World::random(28, 600);
    let search = Search::default();
    for snapshot in [&world.before, &world.after] {
        let all = snapshot.tally(&search, Facet::ALL, None).unwrap();
        let some = |counts: &lake::Counts| {
            let values = counts.values.keys().filter(|value| value.len() % 2 == 0);
            let values = values.cloned().chain(["nobody has this".to_owned()]);
            (counts.facet, values.collect())
        };
        let wanted = all.counts.iter().map(some).collect();
        let told = snapshot.tally_of(&search, wanted, None).unwrap();
        for (told, all) in told.counts.iter().zip(&all.counts) {
            for (value, count) in &told.values {
                assert_eq!(*count, all.values.get(value).copied().unwrap_or_default());
            }
        }
        let since = Timestamp(1_688_989_380_000);
        let permissions = snapshot.permissions(&search, since).unwrap();
        let got: BTreeMap<(String, String), (Count, u64)> = permissions
            .iter()
            .map(|(who, action, it)| ((who.to_owned(), action.to_owned()), (it.before, it.since)))
            .collect();
        assert_eq!(got, permissions_of(&world, since));
        assert!(got.len() > 20);
    }
}

fn permissions_of(world: &World, since: Timestamp) -> BTreeMap<(String, String), (Count, u64)> {
    let mut want: BTreeMap<(String, String), (Count, u64)> = BTreeMap::new();
    for call in world.calls.iter().filter(|call| !call.sample.traits.hidden) {
        let who = [Field::IssuerArn, Field::IdentityArn].map(|it| call.field(it).unwrap_or(""));
        let who = who.into_iter().find(|it| !it.is_empty()).unwrap_or("");
        let action = values(call, Facet::Action).remove(0);
        if who.is_empty() || action.is_empty() {
            continue;
        }
        let it = want.entry((who.to_owned(), action)).or_default();
        match call.sample.time < since {
            true => add(&mut it.0, call),
            false => it.1 += 1,
        }
    }
    want
}

#[test]
fn every_record_is_in_the_bucket_of_its_time() {
    let world = World::random(23, 500);
    let second = 1_688_989_351_000;
    let grid = Grid { start: Timestamp(second), bucket_ms: 7_000, buckets: 9 };
    for snapshot in [&world.before, &world.after] {
        let timeline = snapshot.timeline(&Search::default(), grid, None).unwrap();
        let mut want = vec![Count::default(); 9];
        for call in world.calls.iter().filter(|call| !call.sample.traits.hidden) {
            let place = (call.sample.time.0 - second).div_euclid(7_000);
            if let Some(count) = usize::try_from(place).ok().and_then(|place| want.get_mut(place)) {
                add(count, call);
            }
        }
        assert_eq!(timeline.buckets, want);
        assert!(timeline.whole && want.iter().all(|count| count.records > 0));
    }
}

/// Values that hardly repeat lie in blocks: the newest are read, the others told as unread.
#[test]
fn only_so_many_records_are_read_for_a_facet() {
    let mut dice = Dice::new(24);
    let mut calls = Vec::new();
    for number in 0..(lake::READS_MAX as u64 + 1_000) * 3 {
        let mut call = Call::random(&mut dice, number);
        call.owner = AccountId::parse("111122223333").unwrap();
        call.sample.traits.hidden = false;
        call.rewrite(vec![(Field::UserAgent, format!("agent-{number:064}"))]);
        calls.push(call);
    }
    let world = World::new(calls, 0);
    let tally = world.after.tally(&Search::default(), &[Facet::UserAgent], None).unwrap();
    let counts = &tally.counts[0];
    assert!(counts.unread > 1_000, "{}", counts.unread);
    assert_eq!(counts.values.len() as u64 + counts.unread, tally.total.records);
}

/// The names told are those that were touched before and not since.
#[test]
fn untouched_is_what_was_touched_before_and_not_since() {
    let second = 1_688_989_351_000;
    let mut told_any = 0;
    for (seed, count) in [(25, 40), (26, 90), (27, 250)] {
        let world = World::random(seed, count);
        for since in (0..62).map(|n| Timestamp(second + n * 1_000)) {
            for owner in [None, Some(AccountId::parse("444455556666").unwrap())] {
                for snapshot in [&world.before, &world.after] {
                    let told = untouched(&world, snapshot, owner.as_ref(), since);
                    let mine = world.calls.iter();
                    let mine = mine.filter(|c| owner.as_ref().is_none_or(|it| *it == c.owner));
                    let names = |seen: &dyn Fn(&Call) -> bool| -> BTreeSet<String> {
                        let calls = mine.clone().filter(|call| seen(call));
                        let names = calls.flat_map(|call| &call.sample.resources);
                        names.map(|(_, name)| name.clone()).collect()
                    };
                    // Hidden records touch, and are never shown for it.
                    let since_then = names(&|call| call.sample.time >= since);
                    let before =
                        names(&|call| call.sample.time < since && !call.sample.traits.hidden);
                    let want: BTreeSet<String> = before.difference(&since_then).cloned().collect();
                    assert_eq!(told, want, "{seed} {since} {owner:?}");
                    told_any += told.len();
                }
            }
        }
    }
    assert!(told_any > 100, "only {told_any} names were told");
}

fn untouched(
    world: &World,
    snapshot: &Snapshot,
    owner: Option<&AccountId>,
    since: Timestamp,
) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    let mut names_in = |found: &Found, prefix: lake::Prefix| {
        assert!(!found.hidden && found.place.time < since);
        let call = world.of(found);
        let names = call.sample.resources.iter().map(|(_, name)| name.clone());
        let fitting: Vec<String> = names.filter(|name| prefix.fits(name)).collect();
        told.extend(fitting.iter().cloned());
        fitting
    };
    let many = ["odd"];
    assert!(snapshot.untouched(owner, since, 1_000, &many, &mut names_in).unwrap());
    told
}
