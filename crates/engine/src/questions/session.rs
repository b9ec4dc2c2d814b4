//! `Session`: who became whom, across accounts, and what each did.
//!
//! The tree is made of keys: a key's parent is the key that made the call which issued it. Where
//! the chain ends at a session whose making no record shows, names and times may suggest a
//! parent, and the edge says that it was inferred.

use super::growth::Growth;
use super::node::Node;
use super::selection::{Selection, value, within};
use super::story::read;
use crate::error::Error;
use crate::settings::NODES_MAX;
use lake::{Actor, Attribute, Facet, Match, Search, Snapshot, Term};
use model::{AccountId, RecordId};
use serde::{Deserialize, Serialize};

/// Nodes where nobody asks for a number.
const NODES_USUAL: usize = 200;
/// Most sessions of one name that are followed, the newest first.
const SEEDS_MAX: usize = 50;

/// Whose session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct SessionAsk {
    /// A key (`ASIA…`, `AKIA…`), the name or ARN of a session, or an `eventID`.
    pub value: String,
    /// In the records of this account only; `None` for all.
    pub owner: Option<AccountId>,
    /// Most nodes, 1 to 1,000; by default 200.
    pub nodes: Option<usize>,
}

/// The tree, each root followed by what is below it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Session {
    /// Empty where nothing fits.
    pub nodes: Vec<Node>,
    /// There are more sessions than are told.
    pub more: bool,
}

/// Where a question begins.
#[derive(Clone, Debug)]
pub(super) enum Seed {
    /// A key.
    Key(String),
    /// Somebody whose records name no key.
    Keyless(Box<Actor>),
}

pub(super) fn answer(snapshot: &Snapshot, ask: &SessionAsk) -> Result<Session, Error> {
    let wanted = value(&ask.value)?;
    let most = within("nodes", ask.nodes, NODES_USUAL, NODES_MAX)?;
    let mut growth = Growth::new(snapshot, ask.owner.as_ref(), most);
    for seed in seeds(snapshot, ask.owner.as_ref(), wanted, &mut growth.more)? {
        growth.plant(&seed)?;
    }
    growth.grow()?;
    growth.told()
}

/// The keys, or somebody without one, that a value means.
fn seeds(
    snapshot: &Snapshot,
    owner: Option<&AccountId>,
    wanted: &str,
    more: &mut bool,
) -> Result<Vec<Seed>, Error> {
    if RecordId::from_uuid(wanted.to_ascii_lowercase().as_bytes()).is_some() {
        let found = of_event(snapshot, owner, wanted)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let key = Term::is(Attribute::AccessKeyId, wanted);
    let used = Selection::of(&asking(owner, key)).count(snapshot)?.records > 0;
    if used || snapshot.issue_of(wanted, owner)?.is_some() {
        return Ok(vec![Seed::Key(wanted.to_owned())]);
    }
    named(snapshot, owner, wanted, more)
}

fn asking(owner: Option<&AccountId>, term: Term) -> Search {
    Search { owner: owner.cloned(), terms: vec![term], ..Search::default() }
}

/// Whoever made a record.
fn of_event(snapshot: &Snapshot, owner: Option<&AccountId>, id: &str) -> Result<Vec<Seed>, Error> {
    let mut seeds = Vec::new();
    let term = Term::is(Attribute::EventId, id.to_ascii_lowercase());
    Selection::of(&asking(owner, term)).each(snapshot, SEEDS_MAX, |found| {
        seeds.push(read(found, |view| of_actor(Actor::of(view))));
    })?;
    // The other account's copy of a call knows less.
    let with_key = |seed: &Seed| matches!(seed, Seed::Key(_));
    if seeds.iter().any(with_key) {
        seeds.retain(with_key);
    }
    Ok(seeds)
}

fn of_actor(actor: Actor) -> Seed {
    match actor.access_key.is_empty() {
        true => Seed::Keyless(Box::new(actor)),
        false => Seed::Key(actor.access_key),
    }
}

/// The keys used under the name or ARN of a session, the latest first.
fn named(
    snapshot: &Snapshot,
    owner: Option<&AccountId>,
    wanted: &str,
    more: &mut bool,
) -> Result<Vec<Seed>, Error> {
    // As it is shown: the role and the session.
    let matches = match wanted.contains('/') && !wanted.contains(':') {
        true => Match::Like(format!("*/{wanted}")),
        false if wanted.contains(['*', '?']) => Match::Like(wanted.to_owned()),
        false => Match::Is(wanted.to_owned()),
    };
    let search = asking(owner, Term { what: Attribute::Who, matches });
    let selection = Selection::of(&search);
    let tally = selection.tally(snapshot, &[Facet::AccessKey])?;
    let mut keys: Vec<_> = tally.counts.iter().flat_map(|counts| &counts.values).collect();
    keys.sort_by(|a, b| b.1.last.cmp(&a.1.last).then_with(|| a.0.cmp(b.0)));
    *more |= keys.len() > SEEDS_MAX;
    let keys = keys.into_iter().take(SEEDS_MAX);
    let mut seeds: Vec<Seed> = keys.map(|(key, _)| Seed::Key(key.clone())).collect();
    if seeds.is_empty() && tally.total.records > 0 {
        selection.each(snapshot, 1, |found| {
            seeds.push(read(found, |view| of_actor(Actor::of(view))));
        })?;
    }
    Ok(seeds)
}
