//! What names and times suggest where no record says it outright. Always told as inferred.

use super::node::{Edge, Witness};
use super::selection::Selection;
use super::story::{event_id, read, text};
use crate::error::Error;
use lake::{Actor, Attribute, Found, Match, Search, Snapshot, Term};
use model::{AccountId, Field, TimeRange, Timestamp, Tree};

/// How long a session of a role lasts at most: the issuing call lies no further back.
const SESSION_MS_MAX: i64 = 12 * 3_600_000;
/// Calls looked through for one that fits.
const LOOKED_THROUGH_MAX: usize = 1_000;

const ISSUING: [&str; 4] =
    ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot"];

/// Somebody who may have become a session, and how.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    pub(super) actor: Actor,
    pub(super) edge: Edge,
}

/// Who may have become `session`, a role's session that first acted at `first`.
pub(super) fn parent(
    snapshot: &Snapshot,
    owner: Option<&AccountId>,
    session: &Actor,
    first: Timestamp,
) -> Result<Option<Guess>, Error> {
    if session.arn.is_empty() || session.kind != "AssumedRole" {
        return Ok(None);
    }
    // The second that both name is within.
    let end = Timestamp(first.0.saturating_add(1_000));
    let times = TimeRange { start: Timestamp(first.0.saturating_sub(SESSION_MS_MAX)), end };
    let base = Search { owner: owner.cloned(), times, ..Search::default() };
    match switched(snapshot, &base, session)? {
        Some(guess) => Ok(Some(guess)),
        None => named(snapshot, &base, session),
    }
}

/// The console's SwitchRole names the session it makes and whom it is made from, but no key.
fn switched(snapshot: &Snapshot, base: &Search, session: &Actor) -> Result<Option<Guess>, Error> {
    let terms = vec![
        Term::is(Attribute::EventName, "SwitchRole"),
        Term::is(Attribute::IdentityArn, session.arn.as_str()),
    ];
    newest(snapshot, &Search { terms, ..base.clone() }, |found| {
        read(found, |view| {
            let arn = text(view, Tree::AdditionalEventData, "SwitchFrom");
            let actor = Actor { kind: kind_of(&arn).to_owned(), arn, ..Actor::default() };
            let why = "the console's SwitchRole, by the session's name and the time";
            (!actor.arn.is_empty()).then(|| guess(found, view, actor, why))
        })
    })
}

fn kind_of(arn: &str) -> &'static str {
    match arn {
        _ if arn.contains(":assumed-role/") => "AssumedRole",
        _ if arn.contains(":user/") => "IAMUser",
        _ if arn.ends_with(":root") => "Root",
        _ => "",
    }
}

/// A call that assumed the role under the session's name, and whose record keeps the key back.
fn named(snapshot: &Snapshot, base: &Search, session: &Actor) -> Result<Option<Guess>, Error> {
    let name = session.arn.rsplit('/').next().unwrap_or_default();
    if session.issuer.is_empty() || name.is_empty() {
        return Ok(None);
    }
    let calls = Match::AnyOf(ISSUING.map(str::to_owned).to_vec());
    let terms = vec![
        Term { what: Attribute::EventName, matches: calls },
        Term::is(Attribute::ResourceName, session.issuer.as_str()),
    ];
    newest(snapshot, &Search { terms, ..base.clone() }, |found| {
        read(found, |view| {
            let keeps_back = view.text(Field::IssuedKey).is_none_or(|key| key.is_empty());
            let went_well = view.text(Field::ErrorCode).is_none_or(|code| code.is_empty());
            let same = text(view, Tree::RequestParameters, "roleSessionName") == name;
            let why = "role, session name and time; the record does not show the key";
            (keeps_back && went_well && same).then(|| guess(found, view, Actor::of(view), why))
        })
    })
}

fn guess(found: &Found, view: &model::RecordView<'_>, actor: Actor, why: &str) -> Guess {
    let owner = found.owner.to_string();
    let edge = Edge {
        how: view.text(Field::EventName).unwrap_or_default().into_owned(),
        at: found.place.time,
        records: vec![Witness { owner, event_id: event_id(found, view) }],
        inferred: Some(why.to_owned()),
        ..Edge::default()
    };
    Guess { actor, edge }
}

/// The newest record that `fits`.
fn newest(
    snapshot: &Snapshot,
    search: &Search,
    fits: impl Fn(&Found) -> Option<Guess>,
) -> Result<Option<Guess>, Error> {
    let mut guess = None;
    Selection::of(search).each(snapshot, LOOKED_THROUGH_MAX, |found| {
        if guess.is_none() {
            guess = fits(found);
        }
    })?;
    Ok(guess)
}
