//! One issue of a temporary key, as a record tells it: which key, by which call, to whom.

use crate::actor::Actor;
use crate::column::Column;
use crate::error::Error;
use crate::part::Part;
use crate::row::Flags;
use crate::search::Place;
use crate::tail::Entry;
use crate::worded::{Actors, Worded};
use model::{AccountId, Field, RecordId};
use std::borrow::Cow;
use std::sync::Arc;

/// A record that shows a key being issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The key that was issued.
    pub key: Arc<str>,
    /// The call: `AssumeRole`, `GetSessionToken`, …
    pub action: Arc<str>,
    /// Who called.
    pub actor: Arc<Actor>,
    /// Where the record stands.
    pub place: Place,
    /// Whose record it is.
    pub owner: AccountId,
    /// The record.
    pub id: RecordId,
}

impl Link {
    /// The order in which records of one issue are believed: those that tell more first, then by
    /// what they say. Nothing of it depends on the order in which records came.
    fn rank(&self) -> impl Ord + '_ {
        let told = std::cmp::Reverse(self.actor.detail());
        (told, self.place.time, &*self.actor, self.owner.as_str(), self.id)
    }

    fn contradicts(&self, other: &Self) -> bool {
        let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
        differ(&self.actor.access_key, &other.actor.access_key)
            || differ(&self.actor.arn, &other.actor.arn)
    }
}

/// All records of one issue: more than one where two accounts saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The record that tells most of the caller.
    pub link: Link,
    /// The other records of it, as the other account's copy with the same `sharedEventID`.
    pub copies: Vec<Link>,
    /// The records name different callers, which no honest log does.
    pub disputed: bool,
}

impl Issue {
    /// Joins records that show one key; `None` where there are none.
    pub(crate) fn join(mut links: Vec<Link>) -> Option<Self> {
        links.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let mut links = links.into_iter();
        let link = links.next()?;
        let copies: Vec<Link> = links.collect();
        let disputed = copies.iter().any(|copy| copy.contradicts(&link));
        Some(Self { link, copies, disputed })
    }

    pub(crate) fn add(&mut self, other: Link) {
        self.disputed |= other.contradicts(&self.link);
        if other.rank() < self.link.rank() {
            self.copies.push(std::mem::replace(&mut self.link, other));
        } else {
            self.copies.push(other);
        }
    }
}

/// All issues of keys that one part shows, by key. Made once for a part, which never changes.
#[derive(Debug, Default)]
pub(crate) struct Links(Vec<Link>);

impl Links {
    pub(crate) fn of(part: &Arc<Part>) -> Result<Self, Error> {
        let Some(keys) = Worded::of(part, Column::Field(Field::IssuedKey))? else {
            return Ok(Self::default());
        };
        let rows = (0..part.rows()).filter(|row| keys.code(*row) != 0);
        Ok(Self(at_rows(part, rows)?))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Link> {
        self.0.iter()
    }

    /// Bytes held in memory, roughly.
    pub(crate) fn weight(&self) -> usize {
        self.0.len() * (size_of::<Link>() + 64)
    }
}

/// The links that these rows of a part show.
pub(crate) fn at_rows(
    part: &Arc<Part>,
    rows: impl Iterator<Item = u32>,
) -> Result<Vec<Link>, Error> {
    let keys = Worded::of(part, Column::Field(Field::IssuedKey))?;
    let actions = Worded::of(part, Column::Field(Field::EventName))?;
    let mut actors = Actors::of(part)?;
    let text = |column: &Option<Worded>, row| match column {
        Some(column) => Arc::from(&*column.text(column.code(row))),
        None => Arc::from(""),
    };
    let mut links = Vec::new();
    for row in rows {
        if keys.as_ref().is_none_or(|keys| keys.code(row) == 0) {
            continue;
        }
        let key: Arc<str> = text(&keys, row);
        if key.is_empty() || part.flags(row)?.hidden() {
            continue;
        }
        links.push(Link {
            key,
            action: text(&actions, row),
            actor: actors.at(row),
            place: Place { time: part.time(row)?, seq: part.seq(row)? },
            owner: part.meta.owner.clone(),
            id: part.id(row)?,
        });
    }
    Ok(links)
}

/// The link that an entry of the tail shows, if it shows one.
pub(crate) fn of_entry(entry: &Entry) -> Option<Link> {
    let view = entry.view();
    let key = view.text(Field::IssuedKey).filter(|key| !key.is_empty())?;
    let shown = entry.flags.0 & Flags::HIDDEN == 0;
    shown.then(|| Link {
        key: Arc::from(&*key),
        action: Arc::from(&*view.text(Field::EventName).unwrap_or(Cow::Borrowed(""))),
        actor: Arc::new(entry.actor()),
        place: entry.place(),
        owner: entry.record.owner.clone(),
        id: entry.id,
    })
}
