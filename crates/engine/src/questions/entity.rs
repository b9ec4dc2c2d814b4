//! `Entity`: a principal, key, address or resource: since when, how often, what is usual, what
//! is new.
//!
//! New is what was first seen in the last days, by default seven before the newest record here:
//! logs may be old, and "now" would make everything usual. Whatever was there before is usual.

use super::facets::FacetValues;
use super::figures::{Figures, Value};
use super::growth::ending_of;
use super::selection::{Selection, value, within};
use super::story::{Touched, read};
use crate::error::Error;
use crate::settings::TOP_MAX;
use lake::{Actor, Attribute, Count, Ending, Facet, Match, Search, Snapshot, Tally, Term, root_of};
use model::{AccountId, TimeRange, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Values a facet where nobody asks for a number.
const TOP_USUAL: usize = 10;
/// What is new where nobody says, in milliseconds before the newest record.
const RECENT_MS: i64 = 7 * 86_400_000;
/// Records read for what was touched.
const READ_MAX: usize = 2_000;

/// What is told of everything.
const FACETS: &[Facet] = &[
    Facet::Action,
    Facet::EventSource,
    Facet::SourceIp,
    Facet::Region,
    Facet::UserAgent,
    Facet::Outcome,
    Facet::ErrorCode,
    Facet::Principal,
    Facet::AccessKey,
    Facet::Role,
    Facet::Owner,
    Facet::ResourceType,
    Facet::SourceIdentity,
];

/// What somebody asks about.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct EntityAsk {
    /// A principal, key, address, account or resource, exactly.
    pub value: String,
    /// What it is; by default the first kind that any record knows it as.
    pub kind: Option<EntityKind>,
    /// In the records of this account only; `None` for all.
    pub owner: Option<AccountId>,
    /// What happened then; all by default.
    pub times: Option<TimeRange>,
    /// New is what was first seen from here on; by default seven days before the newest record.
    pub recent: Option<Timestamp>,
    /// Values of each facet, 1 to 1,000; by default 10.
    pub top: Option<usize>,
}

/// What an entity can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EntityKind {
    /// An access key.
    Key,
    /// An address, or a service in place of one.
    Address,
    /// A user, role, session, service or account.
    Principal,
    /// What calls touch.
    Resource,
}

impl EntityKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Key, Self::Address, Self::Principal, Self::Resource];

    /// As people read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Address => "address",
            Self::Principal => "principal",
            Self::Resource => "resource",
        }
    }

    const fn attribute(self) -> Attribute {
        match self {
            Self::Key => Attribute::AccessKeyId,
            Self::Address => Attribute::SourceIp,
            Self::Principal => Attribute::Who,
            Self::Resource => Attribute::ResourceName,
        }
    }

    /// The facet that would tell nothing but the entity itself.
    const fn own(self) -> Option<Facet> {
        match self {
            Self::Key => Some(Facet::AccessKey),
            Self::Address => Some(Facet::SourceIp),
            Self::Principal | Self::Resource => None,
        }
    }
}

/// What is known.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entity {
    /// As it was asked for.
    pub value: String,
    /// What it is; absent where no record knows it.
    pub kind: Option<EntityKind>,
    /// All its records.
    pub figures: Figures,
    /// New is what was first seen from here on.
    pub recent: Option<Timestamp>,
    /// It was itself first seen then.
    pub new: bool,
    /// Who is behind it, where it is a key.
    pub root: Option<String>,
    /// The names from the root to whoever issued it.
    pub chain: Vec<String>,
    /// How that chain ends.
    pub ending: Option<Ending>,
    /// Keys that calls with it issued.
    pub issued: u64,
    /// What is usual and what is new.
    pub facets: Vec<FacetValues>,
    /// What it touched, among its `read` newest records; for a resource, what was touched along.
    pub resources: Vec<Value>,
    /// How many records were read for `resources`.
    pub read: u64,
    /// Every record was counted.
    pub whole: bool,
}

pub(super) fn answer(snapshot: &Snapshot, ask: &EntityAsk) -> Result<Entity, Error> {
    let wanted = value(&ask.value)?;
    let top = within("top", ask.top, TOP_USUAL, TOP_MAX)?;
    let mut entity = Entity { value: wanted.to_owned(), whole: true, ..Entity::default() };
    let newest = snapshot.extent(ask.owner.as_ref()).map(|(_, newest)| newest);
    entity.recent = ask.recent.or(newest.map(|at| Timestamp(at.0.saturating_sub(RECENT_MS))));
    let Some((kind, selection, tally)) = known(snapshot, ask, wanted)? else {
        return Ok(entity);
    };
    entity.kind = Some(kind);
    entity.figures = Figures::from(&tally.total);
    entity.whole = tally.whole;
    entity.new = is_new(&entity, tally.total.first);
    for counts in tally.counts.iter().filter(|counts| Some(counts.facet) != kind.own()) {
        let mut values = FacetValues::of(counts, top);
        for value in &mut values.values {
            value.new = value.figures.first.is_some_and(|first| is_new(&entity, first));
        }
        let new = counts.values.values().filter(|count| is_new(&entity, count.first)).count();
        values.new = Some(new as u64);
        entity.facets.push(values);
    }
    let mut touched = Touched::default();
    selection.each(snapshot, READ_MAX, |found| touched.add(found))?;
    entity.resources = touched.top(top + 1);
    entity.resources.retain(|value| value.value != wanted);
    entity.resources.truncate(top);
    entity.read = touched.read;
    if kind == EntityKind::Key {
        trace(snapshot, ask, wanted, &mut entity)?;
    }
    Ok(entity)
}

fn is_new(entity: &Entity, first: Timestamp) -> bool {
    entity.recent.is_some_and(|recent| first >= recent)
}

/// Who is behind a key, and how many keys it issued.
fn trace(
    snapshot: &Snapshot,
    ask: &EntityAsk,
    key: &str,
    entity: &mut Entity,
) -> Result<(), Error> {
    let owner = ask.owner.as_ref();
    let chain = snapshot.chain(key, owner)?;
    if let Some(top) = chain.top() {
        entity.root = Some(root_of(top).to_owned());
        entity.ending = Some(chain.ending);
        let names = chain.issues.iter().rev().map(|issue| issue.link.actor.name().to_owned());
        entity.chain = names.collect();
    }
    let terms = vec![Term::is(Attribute::AccessKeyId, key)];
    let search = Search { owner: owner.cloned(), terms, ..Search::default() };
    if entity.root.is_none() {
        snapshot.each(&search, 1, |found| {
            let actor = read(found, Actor::of);
            entity.root = Some(root_of(&actor).to_owned());
            entity.ending = Some(ending_of(&actor));
        })?;
    }
    let mut issued: Vec<_> = snapshot.links(&search)?.into_iter().map(|link| link.key).collect();
    issued.sort_unstable();
    issued.dedup();
    entity.issued = issued.len() as u64;
    Ok(())
}

/// The first kind under which any record knows the value.
fn known(
    snapshot: &Snapshot,
    ask: &EntityAsk,
    wanted: &str,
) -> Result<Option<(EntityKind, Selection, Tally)>, Error> {
    let kinds = ask.kind.map_or_else(|| likely(wanted), |kind| vec![kind]);
    for kind in kinds {
        // A session is asked for as it is shown: the role and the session.
        let is_session = kind == EntityKind::Principal && wanted.contains('/');
        let matches = match is_session && !wanted.contains(':') {
            true => Match::Like(format!("*/{wanted}")),
            false => Match::Is(wanted.to_owned()),
        };
        let search = Search {
            owner: ask.owner.clone(),
            times: ask.times.unwrap_or(TimeRange::ALL),
            terms: vec![Term { what: kind.attribute(), matches }],
            ..Search::default()
        };
        let selection = Selection::of(&search);
        let tally = selection.tally(snapshot, FACETS)?;
        if tally.total != Count::default() {
            return Ok(Some((kind, selection, tally)));
        }
    }
    Ok(None)
}

/// What a value probably is, most probable first.
fn likely(value: &str) -> Vec<EntityKind> {
    use EntityKind::{Address, Key, Principal, Resource};
    let is_key = ["AKIA", "ASIA"].iter().any(|start| value.starts_with(start));
    match value {
        _ if is_key => vec![Key, Resource],
        _ if value.parse::<IpAddr>().is_ok() => vec![Address],
        _ => vec![Principal, Address, Resource, Key],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_looks_like_is_tried_first() {
        for (value, want) in [
            ("AKIAIOSFODNN7EXAMPLE", EntityKind::Key),
            ("203.0.113.66", EntityKind::Address),
            ("2001:db8::1", EntityKind::Address),
            ("alice", EntityKind::Principal),
            ("arn:aws:iam::123456789012:user/alice", EntityKind::Principal),
        ] {
            assert_eq!(likely(value).first(), Some(&want), "{value}");
        }
    }
}
