//! `Unused`: what was seen before a time and not since: identities, lasting keys, permissions
//! and resources.

use super::figures::Figures;
use super::selection::{Selection, within};
use super::story::read;
use crate::State;
use crate::error::Error;
use crate::settings::UNUSED_MAX;
use formats::cloudtrail;
use lake::{Count, Counts, Facet, Found, Prefix, Search, Snapshot, both};
use model::resource::AccessKey;
use model::{AccountId, TimeRange, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Rows of each kind where nobody asks for a number.
const LIMIT_USUAL: usize = 100;

/// Since when.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct UnusedAsk {
    /// Nothing touched it from here on.
    pub since: Timestamp,
    /// In the records of this account only; `None` for all.
    pub owner: Option<AccountId>,
    /// What is listed; all by default.
    pub kinds: Vec<UnusedKind>,
    /// Rows of each kind, 1 to 1,000; by default 100.
    pub limit: Option<usize>,
}

impl UnusedAsk {
    fn wants(&self, kind: UnusedKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// What can be unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnusedKind {
    /// A user, a role, root, a service.
    Identity,
    /// A lasting access key.
    Key,
    /// An action that an identity, itself still in use, was once allowed.
    Permission,
    /// What calls touched.
    Resource,
}

impl UnusedKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Key, Self::Permission, Self::Resource];

    /// As people read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Key => "key",
            Self::Permission => "permission",
            Self::Resource => "resource",
        }
    }
}

/// What nobody uses, what was left alone longest first within each kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unused {
    /// As it was asked.
    pub since: Timestamp,
    /// Kind by kind.
    pub rows: Vec<UnusedRow>,
    /// Kinds of which there are more than are told.
    pub more: Vec<UnusedKind>,
}

/// Something nobody uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedRow {
    /// What it is.
    pub kind: UnusedKind,
    /// Its name.
    pub value: String,
    /// Of a permission: the action.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action: String,
    /// Before then. Of a resource only the last is known, and where parts overlap in time not
    /// always the very last before then.
    #[serde(flatten)]
    pub figures: Figures,
    /// Of a key made here: when. It may never have been used at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

pub(super) fn answer(snapshot: &Snapshot, state: &State, ask: &UnusedAsk) -> Result<Unused, Error> {
    let limit = within("limit", ask.limit, LIMIT_USUAL, UNUSED_MAX)?;
    let mut unused = Unused { since: ask.since, ..Unused::default() };
    let (counted, slower) = both(
        || Counted::of(snapshot, ask),
        || -> Result<_, Error> {
            let permissions = asked(ask, UnusedKind::Permission, || permissions(snapshot, ask))?;
            let resources = || resources(snapshot, ask, limit, &mut unused.more);
            Ok((permissions, asked(ask, UnusedKind::Resource, resources)?))
        },
    );
    let (counted, (mut permissions, mut resources)) = (counted?, slower?);
    for kind in UnusedKind::ALL.into_iter().filter(|kind| ask.wants(*kind)) {
        let mut rows = match kind {
            UnusedKind::Identity => counted.identities(),
            UnusedKind::Key => counted.keys(state, ask),
            UnusedKind::Permission => std::mem::take(&mut permissions),
            UnusedKind::Resource => std::mem::take(&mut resources),
        };
        rows.sort_by(|a, b| {
            (a.figures.last, &a.value, &a.action).cmp(&(b.figures.last, &b.value, &b.action))
        });
        if rows.len() > limit {
            rows.truncate(limit);
            unused.more.push(kind);
        }
        unused.rows.extend(rows);
    }
    Ok(unused)
}

/// The rows of a kind, where it is wanted.
fn asked(
    ask: &UnusedAsk,
    kind: UnusedKind,
    rows: impl FnOnce() -> Result<Vec<UnusedRow>, Error>,
) -> Result<Vec<UnusedRow>, Error> {
    if ask.wants(kind) { rows() } else { Ok(Vec::new()) }
}

impl UnusedKind {
    const fn facets(self) -> &'static [Facet] {
        match self {
            Self::Identity => &[Facet::Role, Facet::Principal],
            Self::Key => &[Facet::AccessKey],
            Self::Permission | Self::Resource => &[],
        }
    }
}

/// Before and since.
struct Counted {
    before: Vec<Counts>,
    since: Vec<Counts>,
}

impl Counted {
    fn of(snapshot: &Snapshot, ask: &UnusedAsk) -> Result<Self, Error> {
        let wanted = UnusedKind::ALL.into_iter().filter(|kind| ask.wants(*kind));
        let mut facets: Vec<Facet> = wanted.flat_map(|kind| kind.facets().to_vec()).collect();
        facets.sort_unstable();
        facets.dedup();
        let tally = |times| {
            let search = Search { owner: ask.owner.clone(), times, ..Search::default() };
            Selection::of(&search).tally(snapshot, &facets).map(|tally| tally.counts)
        };
        let all = TimeRange::ALL;
        Ok(Self {
            before: tally(TimeRange { end: ask.since, ..all })?,
            since: tally(TimeRange { start: ask.since, ..all })?,
        })
    }

    fn pair(&self, facet: Facet) -> Option<(&Counts, &Counts)> {
        let of = |counts: &[Counts]| counts.iter().position(|counts| counts.facet == facet);
        let place = of(&self.before)?;
        Some((self.before.get(place)?, self.since.get(place)?))
    }

    /// The values seen before and not since.
    fn gone(&self, facet: Facet) -> impl Iterator<Item = (&String, &Count)> {
        let pair = self.pair(facet);
        pair.into_iter().flat_map(|(before, since)| {
            before.values.iter().filter(|(value, _)| !since.values.contains_key(*value))
        })
    }

    /// Roles, and whoever is no role's session: each session has a name of its own.
    fn identities(&self) -> Vec<UnusedRow> {
        let others = self.gone(Facet::Principal).filter(|(value, _)| !is_session(value));
        let told = self.gone(Facet::Role).chain(others);
        let rows: BTreeMap<&String, UnusedRow> =
            told.map(|(value, count)| (value, row(UnusedKind::Identity, value, count))).collect();
        rows.into_values().collect()
    }

    /// Lasting keys: of records, and of the directory itself.
    fn keys(&self, state: &State, ask: &UnusedAsk) -> Vec<UnusedRow> {
        let lasting = self.gone(Facet::AccessKey).filter(|(key, _)| !is_session(key));
        let told = lasting.map(|(key, count)| (key.clone(), row(UnusedKind::Key, key, count)));
        let mut rows: BTreeMap<String, UnusedRow> = told.collect();
        let used = |id: &str| {
            self.pair(Facet::AccessKey).is_some_and(|(_, since)| since.values.contains_key(id))
        };
        let seen = |key: &&AccessKey| ask.owner.as_ref().is_none_or(|it| *it == key.account);
        let ours = state.access_keys().filter(seen);
        for key in ours.filter(|key| key.created < ask.since && !used(&key.id)) {
            let made = || row(UnusedKind::Key, &key.id, &Count::default());
            rows.entry(key.id.clone()).or_insert_with(made).created = Some(key.created);
        }
        rows.into_values().collect()
    }
}

/// What identities that are still in use were once allowed, and did not do since.
fn permissions(snapshot: &Snapshot, ask: &UnusedAsk) -> Result<Vec<UnusedRow>, Error> {
    let search = Search { owner: ask.owner.clone(), ..Search::default() };
    let permissions = snapshot.permissions(&search, ask.since)?;
    let since = permissions.iter().filter(|(_, _, it)| it.since > 0);
    let in_use: HashSet<&str> = since.map(|(who, _, _)| who).collect();
    let gone = permissions.iter().filter(|(who, _, it)| {
        it.since == 0 && it.before.records > it.before.denied && in_use.contains(who)
    });
    let told = gone.map(|(who, action, it)| UnusedRow {
        action: action.to_owned(),
        ..row(UnusedKind::Permission, who, &it.before)
    });
    Ok(told.collect())
}

fn row(kind: UnusedKind, value: &str, count: &Count) -> UnusedRow {
    let (value, action, created) = (value.to_owned(), String::new(), None);
    UnusedRow { kind, value, action, figures: Figures::from(count), created }
}

/// Types of which there are so many that they would hide all others: they are told last.
const MANY: &[&str] = &["AWS::S3::Object", "AWS::STS::AssumedRole"];

fn resources(
    snapshot: &Snapshot,
    ask: &UnusedAsk,
    limit: usize,
    more: &mut Vec<UnusedKind>,
) -> Result<Vec<UnusedRow>, Error> {
    let mut rows: BTreeMap<String, UnusedRow> = BTreeMap::new();
    let mut names_in = |found: &Found, prefix: Prefix| {
        let names = names(found, prefix);
        for name in &names {
            let last = Some(found.place.time);
            let figures = Figures { last, ..Figures::default() };
            let (action, created) = (String::new(), None);
            let (kind, value) = (UnusedKind::Resource, name.clone());
            rows.entry(value.clone()).or_insert(UnusedRow {
                kind,
                value,
                action,
                figures,
                created,
            });
        }
        names
    };
    let owner = ask.owner.as_ref();
    if !snapshot.untouched(owner, ask.since, limit, MANY, &mut names_in)? {
        more.push(UnusedKind::Resource);
    }
    Ok(rows.into_values().take(limit).collect())
}

/// Whether a name is one of a session: an ARN, an id with the session's name, a temporary key.
/// Those end by themselves.
fn is_session(name: &str) -> bool {
    name.contains(":assumed-role/")
        || name.contains(":federated-user/")
        || name.starts_with("ASIA")
        || (name.starts_with("ARO") && name.contains(':'))
}

/// The names in a record that fit.
fn names(found: &Found, prefix: Prefix) -> Vec<String> {
    read(found, |view| {
        let mut resources = Vec::new();
        cloudtrail::resources(view, &mut resources);
        let names = resources.iter().map(|resource| &*resource.name);
        let fitting = names.filter(|name| prefix.fits(name) && !is_session(name));
        fitting.map(str::to_owned).collect()
    })
}
