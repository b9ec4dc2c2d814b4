//! The claims: kept, no gap, all or nothing, the same for every reader.

use super::model::{Deed, Kept, Model, ObjectStep, Violation, What};
use super::world::BUCKETS;
use crate::rows::{numbers, rows, text};
use engine::{Engine, Found, Listing, Search, State};
use model::resource::Object;
use model::{AccountId, Seq};
use std::collections::BTreeMap;

type Key = (AccountId, String);

/// All claims about an engine that can be read. Settles what was in doubt, if anything was.
pub(crate) fn check(engine: &Engine, model: &mut Model, limit: usize) -> Result<(), Violation> {
    let question = Search { include_hidden: true, ..Search::default() };
    let found = rows(engine, &question, limit).map_err(|error| format!("search: {error:?}"))?;
    sorted(&found)?;
    let mut by_key: BTreeMap<Key, Found> = BTreeMap::new();
    for row in found {
        let key = (row.owner.clone(), text(&row));
        if let Some(twice) = by_key.insert(key, row) {
            return Err(format!("found twice: {twice:?}"));
        }
    }
    if let Some(deed) = model.doubt.take()
        && was_done(engine, &deed, &by_key)?
    {
        model.take(deed);
    }
    kept(model, by_key)?;
    no_gap(engine, model)?;
    objects(engine, model)?;
    resources(engine, model)
}

/// Whether a step of an object was taken.
fn stands_object(state: &State, step: &ObjectStep) -> bool {
    let wanted = step.object();
    let found = state.object_version(&wanted.bucket, &wanted.key, &wanted.version).unwrap();
    match step {
        ObjectStep::Put(_) => found.as_ref() == Some(wanted),
        ObjectStep::Remove(_) => found.is_none(),
    }
}

/// All versions of all objects are there, and nothing else.
fn objects(engine: &Engine, model: &Model) -> Result<(), Violation> {
    let found = all_objects(engine);
    let expected: Vec<&Object> = model.objects.values().collect();
    match found.iter().eq(expected.iter().copied()) {
        true => Ok(()),
        false => Err(format!("objects {found:?}, expected {expected:?}")),
    }
}

/// All versions of all objects, listed a few at a time.
pub(super) fn all_objects(engine: &Engine) -> Vec<Object> {
    let (state, mut found) = (engine.state(), Vec::new());
    for bucket in BUCKETS {
        let mut next = Some((String::new(), None));
        while let Some((after, version)) = next {
            let listing = Listing { bucket, after: &after, limit: 7, ..Listing::default() };
            let page = state.list_versions(&listing, version.as_deref()).unwrap();
            found.extend(page.versions.into_iter().map(|(object, _)| object));
            next = page.next;
        }
    }
    found
}

fn sorted(found: &[Found]) -> Result<(), Violation> {
    let descends = found.windows(2).all(|pair| pair[1].place < pair[0].place);
    descends.then_some(()).ok_or_else(|| "the order is not newest first".to_owned())
}

/// INVARIANT (all or nothing): of a deed in doubt everything is there, or nothing.
fn was_done(engine: &Engine, deed: &Deed, found: &BTreeMap<Key, Found>) -> Result<bool, Violation> {
    let state = engine.state();
    let signs: Vec<bool> = match &deed.what {
        What::Commit { users, objects, records } => {
            let stands = |user: &model::resource::User| {
                state.user(&user.account, &user.name).is_some_and(|found| found == user)
            };
            let there = |item: &super::model::Item| {
                found.contains_key(&(item.owner.clone(), item.text.clone()))
            };
            let records = records.iter().map(|(item, _)| there(item));
            let objects = objects.iter().map(|step| stands_object(&state, step));
            users.iter().map(stands).chain(objects).chain(records).collect()
        }
        What::Import { label, .. } => {
            vec![state.imports().any(|import| import.paths == [label.clone()])]
        }
    };
    let done = signs.first().copied().unwrap_or(false);
    if signs.iter().any(|sign| *sign != done) {
        return Err(format!("half done: {signs:?}"));
    }
    Ok(done)
}

/// INVARIANT (kept): what was acknowledged is there once, byte for byte, and nothing else is.
fn kept(model: &mut Model, mut found: BTreeMap<Key, Found>) -> Result<(), Violation> {
    let mut gone = Vec::new();
    for (place, kept) in model.kept.iter().enumerate() {
        match found.remove(&(kept.owner.clone(), kept.text.clone())) {
            Some(row) => same(kept, &row)?,
            None => gone.push(place),
        }
    }
    if let Some((_, row)) = found.pop_first() {
        return Err(format!("nobody acknowledged {row:?}"));
    }
    for place in &gone {
        let ingested = model.kept[*place].ingested;
        if model.expired_before.is_none_or(|before| before <= ingested) {
            return Err(format!("lost: {:?}", model.kept[*place]));
        }
    }
    if let Some(back) = model.gone.iter().find(|place| !gone.contains(place)) {
        return Err(format!("came back: {:?}", model.kept[*back]));
    }
    model.gone = gone.into_iter().collect();
    Ok(())
}

fn same(kept: &Kept, row: &Found) -> Result<(), Violation> {
    let same = (kept.time, kept.origin, kept.hidden) == (row.place.time, row.origin, row.hidden);
    same.then_some(()).ok_or_else(|| format!("{kept:?} was found as {row:?}"))
}

/// INVARIANT (no gap): sealed ranges and tail are every number below the next, each once, save
/// for what retention took.
fn no_gap(engine: &Engine, model: &Model) -> Result<(), Violation> {
    let (numbers, next) = (numbers(engine), engine.state().next_seq());
    let all: Vec<Seq> = (0..next.0).map(Seq).collect();
    let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let whole = match model.expired_before {
        None => numbers == all,
        Some(_) => rises && numbers.last().is_none_or(|last| last.0 < next.0),
    };
    let expected = model.kept.len() - model.gone.len();
    if !whole || numbers.len() != expected || next.0 != model.kept.len() as u64 {
        let kept = model.kept.len();
        return Err(format!("{kept} kept, next is {next}, numbers are {numbers:?}"));
    }
    for part in engine.state().parts() {
        let count: u64 = part.seqs.iter().map(|range| range.count).sum();
        if count != part.rows || part.time_min.month() != part.time_max.month() {
            return Err(format!("a part that is none: {part:?}"));
        }
    }
    Ok(())
}

/// What is kept besides records, and what is told of all of it.
fn resources(engine: &Engine, model: &Model) -> Result<(), Violation> {
    let (state, status) = (engine.state(), engine.status());
    for user in model.users.values() {
        if state.user(&user.account, &user.name) != Some(user) {
            return Err(format!("{user:?} is kept otherwise"));
        }
    }
    let counts = |import: &model::resource::Import| {
        let counts = (import.added, import.duplicates, import.conflicts);
        (import.paths.join(","), counts)
    };
    let imports: BTreeMap<_, _> = state.imports().map(counts).collect();
    if imports != model.imports {
        return Err(format!("imports {imports:?}, expected {:?}", model.imports));
    }
    let told = (status.records, status.conflicts);
    let expected = ((model.kept.len() - model.gone.len()) as u64, model.conflicts());
    (told == expected).then_some(()).ok_or_else(|| format!("{status:?}, expected {expected:?}"))
}
