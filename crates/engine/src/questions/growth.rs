//! A tree of sessions in the making: up from what was asked about to the roots, then down to
//! whatever came of it.

use super::inference;
use super::node::{Edge, Node};
use super::portrait::Painter;
use super::session::{Seed, Session};
use crate::error::Error;
use crate::settings::NODES_MAX;
use lake::{Actor, Attribute, DEPTH_MAX, Ending, Issue, Link, Search, Snapshot, Term, root_of};
use model::AccountId;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// The tree so far.
#[derive(Debug)]
pub(super) struct Growth<'a> {
    snapshot: &'a Snapshot,
    owner: Option<&'a AccountId>,
    painter: Painter<'a>,
    most: usize,
    /// Parents are places in this list.
    nodes: Vec<Node>,
    /// By key, or by identity where there is none.
    places: HashMap<String, usize>,
    /// Something did not fit.
    pub(super) more: bool,
}

impl<'a> Growth<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, owner: Option<&'a AccountId>, most: usize) -> Self {
        Self {
            snapshot,
            owner,
            painter: Painter::new(snapshot, owner),
            most: most.min(NODES_MAX),
            nodes: Vec::new(),
            places: HashMap::new(),
            more: false,
        }
    }

    /// Puts in what was asked about, with all above it.
    pub(super) fn plant(&mut self, seed: &Seed) -> Result<(), Error> {
        let (place, ending) = match seed {
            Seed::Key(key) => {
                let Some(place) = self.keyed(key)? else { return Ok(()) };
                (place, self.climb(key)?)
            }
            Seed::Keyless(actor) => {
                let Some(place) = self.keyless(actor) else { return Ok(()) };
                (place, self.infer(place)?.unwrap_or(ending_of(actor)))
            }
        };
        if let Some(node) = self.nodes.get_mut(place) {
            node.asked = true;
            node.ending = Some(ending);
        }
        Ok(())
    }

    /// Puts in everybody above a key; returns how that ends.
    fn climb(&mut self, key: &str) -> Result<Ending, Error> {
        let mut key = key.to_owned();
        for _ in 0..DEPTH_MAX {
            let chain = self.snapshot.chain(&key, self.owner)?;
            let Some(top) = self.ascend(&key, &chain.issues)? else {
                return Ok(chain.ending);
            };
            if matches!(chain.ending, Ending::Cycle | Ending::Deep) {
                return Ok(chain.ending);
            }
            let actor = self.nodes.get(top).map(|node| node.actor.clone()).unwrap_or_default();
            match self.infer(top)? {
                // Whom it was inferred to come from may have a key, and so a chain, of their own.
                Some(Ending::Unseen) => {}
                Some(ending) => return Ok(ending),
                None => return Ok(ending_of(&actor)),
            }
            let parent = self.nodes.get(top).and_then(|node| node.parent);
            let parent = parent.and_then(|parent| self.nodes.get(parent));
            match parent.and_then(|parent| parent.key.clone()) {
                Some(above) => key = above,
                None => return Ok(Ending::Unseen),
            }
        }
        Ok(Ending::Deep)
    }

    /// Puts in the issuers of a key; returns the place of the topmost.
    fn ascend(&mut self, key: &str, issues: &[Issue]) -> Result<Option<usize>, Error> {
        let Some(mut below) = self.keyed(key)? else {
            return Ok(None);
        };
        for issue in issues {
            let known = self.nodes.get(below).is_some_and(|node| node.edge.is_some());
            let actor = &issue.link.actor;
            let above = match actor.access_key.is_empty() {
                true => self.keyless(actor),
                false => self.keyed(&actor.access_key)?,
            };
            let Some(above) = above else { return Ok(None) };
            if !known {
                let edge = self.painter.edge(issue)?;
                self.join(below, above, edge);
            }
            below = above;
        }
        Ok(Some(below))
    }

    /// What names and times suggest above a node that nobody is shown to have made. Returns how
    /// the chain ends then; `None` where nothing is suggested.
    fn infer(&mut self, place: usize) -> Result<Option<Ending>, Error> {
        let Some(node) = self.nodes.get(place).filter(|node| node.edge.is_none()) else {
            return Ok(None);
        };
        let Some(first) = node.did.first else { return Ok(None) };
        let guess = inference::parent(self.snapshot, self.owner, &node.actor, first)?;
        let Some(guess) = guess else { return Ok(None) };
        let key = guess.actor.access_key.as_str();
        let above = match key.is_empty() {
            true => self.keyless(&guess.actor),
            false => self.keyed(key)?,
        };
        let Some(above) = above.filter(|above| *above != place) else { return Ok(None) };
        self.join(place, above, guess.edge);
        Ok(Some(if key.is_empty() { ending_of(&guess.actor) } else { Ending::Unseen }))
    }

    fn join(&mut self, below: usize, above: usize, edge: Edge) {
        if below == above || self.is_above(below, above) {
            return;
        }
        if let Some(node) = self.nodes.get_mut(below) {
            node.parent = Some(above);
            node.edge = Some(edge);
        }
    }

    /// Whether `one` stands above `other`: then it cannot be put below it.
    fn is_above(&self, one: usize, other: usize) -> bool {
        self.path(other).contains(&one)
    }

    /// A node and all above it.
    fn path(&self, place: usize) -> Vec<usize> {
        let above = |place: &usize| self.nodes.get(*place)?.parent;
        std::iter::successors(Some(place), above).take(self.nodes.len()).collect()
    }

    /// The node of a key, put in if need be; `None` where there is no room.
    fn keyed(&mut self, key: &str) -> Result<Option<usize>, Error> {
        if let Some(place) = self.places.get(key) {
            return Ok(Some(*place));
        }
        if self.is_full() {
            return Ok(None);
        }
        let node = self.painter.keyed(key)?;
        Ok(Some(self.put(key.to_owned(), node)))
    }

    fn keyless(&mut self, actor: &Actor) -> Option<usize> {
        // No key looks like this.
        let id = format!("~{}", actor.identity());
        if let Some(place) = self.places.get(&id) {
            return Some(*place);
        }
        if self.is_full() {
            return None;
        }
        let node = self.painter.keyless(actor);
        Some(self.put(id, node))
    }

    fn is_full(&mut self) -> bool {
        let full = self.nodes.len() >= self.most;
        self.more |= full;
        full
    }

    fn put(&mut self, id: String, node: Node) -> usize {
        let place = self.nodes.len();
        self.places.insert(id, place);
        self.nodes.push(node);
        place
    }

    /// Puts in what came of the sessions that were asked about, level by level.
    pub(super) fn grow(&mut self) -> Result<(), Error> {
        let asked = self.nodes.iter().enumerate().filter(|(_, node)| node.asked);
        let mut waiting: VecDeque<(usize, usize)> = asked.map(|(place, _)| (place, 0)).collect();
        while let Some((place, depth)) = waiting.pop_front() {
            let key = self.nodes.get(place).and_then(|node| node.key.clone());
            let Some(key) = key.filter(|_| depth < DEPTH_MAX) else { continue };
            for child in self.issued_by(&key)? {
                if self.places.contains_key(&*child) {
                    continue;
                }
                let Some(below) = self.keyed(&child)? else { return Ok(()) };
                if let Some(issue) = self.snapshot.issue_of(&child, self.owner)? {
                    let edge = self.painter.edge(&issue)?;
                    self.join(below, place, edge);
                }
                waiting.push_back((below, depth + 1));
            }
        }
        Ok(())
    }

    /// The keys that calls made with `key` issued, the earliest first.
    fn issued_by(&self, key: &str) -> Result<Vec<Arc<str>>, Error> {
        let terms = vec![Term::is(Attribute::AccessKeyId, key)];
        let search = Search { owner: self.owner.cloned(), terms, ..Search::default() };
        let mut links = self.snapshot.links(&search)?;
        links.sort_by(|a, b| (a.place, &a.key).cmp(&(b.place, &b.key)));
        let mut keys: Vec<Arc<str>> = links.into_iter().map(|link: Link| link.key).collect();
        keys.dedup();
        Ok(keys)
    }

    /// The tree as a list, each node behind the one above it.
    pub(super) fn told(mut self) -> Result<Session, Error> {
        self.finish()?;
        let mut below: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            below.entry(node.parent).or_default().push(place);
        }
        let born = |place: &usize| {
            let node = self.nodes.get(*place);
            let edge = node.and_then(|node| node.edge.as_ref().map(|edge| edge.at));
            (edge.or(node.and_then(|node| node.did.first)), *place)
        };
        below.values_mut().for_each(|places| places.sort_by_key(born));
        let mut nodes: Vec<Node> = Vec::with_capacity(self.nodes.len());
        let roots = below.remove(&None).unwrap_or_default();
        let mut stack: Vec<(usize, usize, Option<usize>)> =
            roots.into_iter().rev().map(|place| (place, 0, None)).collect();
        while let Some((place, depth, parent)) = stack.pop() {
            let Some(node) = self.nodes.get_mut(place).map(std::mem::take) else { continue };
            let at = nodes.len();
            nodes.push(Node { depth, parent, ..node });
            let children = below.remove(&Some(place)).unwrap_or_default();
            stack.extend(children.into_iter().rev().map(|child| (child, depth + 1, Some(at))));
        }
        Ok(Session { nodes, more: self.more })
    }

    /// Tells of those that were asked about who is at the root, and fills in the details.
    fn finish(&mut self) -> Result<(), Error> {
        let asked: Vec<usize> = (0..self.nodes.len())
            .filter(|place| self.nodes.get(*place).is_some_and(|node| node.asked))
            .collect();
        for place in asked {
            let path = self.path(place);
            let on_path = || path.iter().filter_map(|place| self.nodes.get(*place));
            let chain: Vec<String> = on_path().rev_names();
            let inferred =
                on_path().any(|node| node.edge.as_ref().is_some_and(|it| it.inferred.is_some()));
            let root = on_path().next_back().map(|node| root_of(&node.actor).to_owned());
            if let Some(node) = self.nodes.get_mut(place) {
                (node.chain, node.inferred) = (chain, inferred);
                node.root = root.unwrap_or_default();
            }
        }
        // What was asked about first: there is only so much that can be read.
        for asked in [true, false] {
            for node in self.nodes.iter_mut().filter(|node| node.asked == asked) {
                self.painter.details(node)?;
            }
        }
        Ok(())
    }
}

/// How a chain ends at whoever has nobody above them.
pub(super) fn ending_of(actor: &Actor) -> Ending {
    match actor.kind.as_str() {
        "AWSAccount" | "" => Ending::Unseen,
        "AssumedRole" if actor.identity() == actor.arn => Ending::Unseen,
        _ => Ending::Root,
    }
}

/// Names from the root down.
trait RevNames {
    fn rev_names(self) -> Vec<String>;
}

impl<'n, I: Iterator<Item = &'n Node>> RevNames for I {
    fn rev_names(self) -> Vec<String> {
        let mut names: Vec<String> = self.map(|node| node.name.clone()).collect();
        names.reverse();
        names
    }
}
