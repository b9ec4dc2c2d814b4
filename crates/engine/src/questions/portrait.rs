//! What one session did, and how its key came to be.

use super::facets::TOP_USUAL;
use super::figures::{Figures, ranked};
use super::node::{Edge, Made, Node, Witness};
use super::selection::Selection;
use super::story::{Touched, event_id, read, text};
use crate::error::Error;
use crate::settings::DETAILS_MAX;
use lake::{Actor, Attribute, Facet, Found, Issue, Link, Search, Snapshot, Term};
use model::{AccountId, TimeRange, Timestamp, Tree};

/// Records read for a session that was not asked about.
const READ_BESIDE: usize = 500;
/// First letters of temporary keys; others last.
const TEMPORARY: &str = "ASIA";

/// What is counted of each session.
const FACETS: &[Facet] = &[Facet::Action, Facet::ErrorCode, Facet::SourceIp, Facet::Region];

/// Paints nodes, within a budget of records that it may read.
#[derive(Debug)]
pub(super) struct Painter<'a> {
    snapshot: &'a Snapshot,
    owner: Option<&'a AccountId>,
    left: usize,
}

impl<'a> Painter<'a> {
    pub(super) const fn new(snapshot: &'a Snapshot, owner: Option<&'a AccountId>) -> Self {
        Self { snapshot, owner, left: DETAILS_MAX }
    }

    fn asking(&self, terms: Vec<Term>) -> Selection {
        Selection::of(&Search { owner: self.owner.cloned(), terms, ..Search::default() })
    }

    /// The session of a key.
    pub(super) fn keyed(&self, key: &str) -> Result<Node, Error> {
        let selection = self.asking(vec![Term::is(Attribute::AccessKeyId, key)]);
        let mut node = Node { key: Some(key.to_owned()), ..Node::default() };
        self.count(&mut node, &selection)?;
        selection.each(self.snapshot, 1, |found| node.actor = read(found, Actor::of))?;
        node.name = node.actor.name().to_owned();
        if node.name.is_empty() {
            key.clone_into(&mut node.name);
        }
        Ok(node)
    }

    /// Somebody whose records name no key. What all those of a service or a whole account did is
    /// not theirs.
    pub(super) fn keyless(&self, actor: &Actor) -> Node {
        let mut node =
            Node { name: actor.name().to_owned(), actor: actor.clone(), ..Node::default() };
        if !actor.arn.is_empty() {
            let selection = self.asking(vec![Term::is(Attribute::IdentityArn, &*actor.arn)]);
            // Who cannot be counted is shown all the same.
            let _ = self.count(&mut node, &selection);
        }
        node
    }

    fn count(&self, node: &mut Node, selection: &Selection) -> Result<(), Error> {
        let tally = selection.tally(self.snapshot, FACETS)?;
        node.did = Figures::from(&tally.total);
        for counts in &tally.counts {
            let (values, distinct) = (ranked(counts, TOP_USUAL), counts.values.len() as u64);
            match counts.facet {
                Facet::Action => (node.actions, node.actions_distinct) = (values, distinct),
                Facet::ErrorCode => node.errors = values,
                Facet::SourceIp => node.addresses = values,
                _ => node.regions = distinct,
            }
        }
        Ok(())
    }

    /// Reads what it touched, and who made its key where it lasts.
    pub(super) fn details(&mut self, node: &mut Node) -> Result<(), Error> {
        let Some(key) = node.key.clone() else { return Ok(()) };
        let most = if node.asked { self.left } else { self.left.min(READ_BESIDE) };
        let mut touched = Touched::default();
        if node.did.records > 0 {
            let selection = self.asking(vec![Term::is(Attribute::AccessKeyId, key.as_str())]);
            selection.each(self.snapshot, most, |found| touched.add(found))?;
        }
        self.left = self.left.saturating_sub(touched.read as usize);
        node.resources = touched.top(TOP_USUAL);
        node.resources_distinct = touched.distinct();
        node.read = touched.read;
        node.transfers = touched.transfers(TOP_USUAL);
        if node.actor == Actor::default()
            && let Some(edge) = &node.edge
        {
            node.actor = self.promised(edge)?;
            node.name = node.actor.name().to_owned();
        }
        if !key.starts_with(TEMPORARY) {
            node.made = self.made(&key)?;
        }
        Ok(())
    }

    /// Whom the issuing call made, for a key that was never used.
    fn promised(&self, edge: &Edge) -> Result<Actor, Error> {
        let mut actor = Actor::default();
        let ids = edge.records.iter().map(|it| Term::is(Attribute::EventId, it.event_id.as_str()));
        for id in ids {
            self.asking(vec![id]).each(self.snapshot, 1, |found| {
                read(found, |view| {
                    let answer = |path| text(view, Tree::ResponseElements, path);
                    for (kind, path) in [
                        ("AssumedRole", "assumedRoleUser.arn"),
                        ("FederatedUser", "federatedUser.arn"),
                    ] {
                        let arn = answer(path);
                        if !arn.is_empty() {
                            actor = Actor { kind: kind.to_owned(), arn, ..Actor::default() };
                        }
                    }
                });
            })?;
        }
        Ok(actor)
    }

    /// Who made a lasting key, where a record shows it.
    fn made(&self, key: &str) -> Result<Option<Made>, Error> {
        let terms = vec![
            Term::is(Attribute::EventName, "CreateAccessKey"),
            Term::is(Attribute::ResourceName, key),
        ];
        let mut made = None;
        self.asking(terms).each(self.snapshot, 1, |found| {
            made = Some(read(found, |view| {
                let actor = Actor::of(view);
                Made {
                    by: actor.name().to_owned(),
                    by_key: actor.access_key,
                    at: found.place.time,
                    event_id: event_id(found, view),
                }
            }));
        })?;
        Ok(made)
    }

    /// How a key came to be.
    pub(super) fn edge(&self, issue: &Issue) -> Result<Edge, Error> {
        let mut edge = Edge {
            how: issue.link.action.to_string(),
            at: issue.link.place.time,
            disputed: issue.disputed,
            ..Edge::default()
        };
        for link in std::iter::once(&issue.link).chain(&issue.copies) {
            let (witness, shared) = self.witness(link)?;
            edge.records.push(witness);
            // Copies of one event share an id; another one is of another event.
            edge.disputed |= !shared.is_empty()
                && !edge.shared_event_id.is_empty()
                && shared != edge.shared_event_id;
            if edge.shared_event_id.is_empty() {
                edge.shared_event_id = shared;
            }
        }
        Ok(edge)
    }

    fn witness(&self, link: &Link) -> Result<(Witness, String), Error> {
        let id = format!("{:032x}", u128::from_be_bytes(link.id.0));
        let at = link.place.time;
        let search = Search {
            owner: Some(link.owner.clone()),
            times: TimeRange { start: at, end: Timestamp(at.0.saturating_add(1)) },
            terms: vec![Term::is(Attribute::Identity, id)],
            ..Search::default()
        };
        let owner = link.owner.to_string();
        let mut witness = Witness { owner, event_id: link.id.to_uuid() };
        let mut shared = String::new();
        self.snapshot.each(&search, 1, |found: &Found| {
            read(found, |view| {
                witness.event_id = event_id(found, view);
                let id = view.text(model::Field::SharedEventId);
                shared = id.unwrap_or_default().into_owned();
            });
        })?;
        Ok((witness, shared))
    }
}
