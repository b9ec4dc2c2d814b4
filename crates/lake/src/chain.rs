//! Who is behind a temporary key: from the key to the call that issued it, to the key that made
//! that call, and so on to a person, a service or a workload.
//!
//! Only what a record says outright is a link: the key in its response. Nothing is guessed from
//! names or times here.

use crate::actor::Actor;
use crate::error::Error;
use crate::link::{self, Issue, Link, Links};
use crate::search::{Attribute, Search, Term};
use crate::selection::{Lot, each_lot};
use crate::snapshot::Snapshot;
use hashbrown::HashMap;
use model::AccountId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most links followed from one key. AWS chains roles as often as one likes; nobody likes 32.
pub const DEPTH_MAX: usize = 32;

/// How a chain ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// At whoever was there first: a user, root, a federated person, a service.
    #[default]
    Root,
    /// At a session whose making is not recorded here, or at another account's principal.
    Unseen,
    /// At a key that is its own ancestor, which no honest log shows.
    Cycle,
    /// After [`DEPTH_MAX`] links.
    Deep,
}

/// The issues that lead to a key, from the key up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// `issues[0]` made the key itself, the last one the key nearest to the root. Empty where
    /// no record shows the key being issued.
    pub issues: Vec<Issue>,
    /// How it ends above the last issue.
    pub ending: Ending,
}

impl Chain {
    /// Whoever stands at the top, where a record shows the key being issued.
    pub fn top(&self) -> Option<&Arc<Actor>> {
        self.issues.last().map(|issue| &issue.link.actor)
    }

    /// Who is at the root; `None` where no record shows the key being issued.
    pub fn root(&self) -> Option<&str> {
        self.top().map(|actor| root_of(actor))
    }

    /// Whether any link is told differently by different records.
    pub fn disputed(&self) -> bool {
        self.issues.iter().any(|issue| issue.disputed)
    }

    fn follow(
        key: &str,
        mut made: impl FnMut(&str) -> Result<Option<Issue>, Error>,
    ) -> Result<Self, Error> {
        let mut issues: Vec<Issue> = Vec::new();
        let mut at: String = key.to_owned();
        while let Some(issue) = made(&at)? {
            at.clone_from(&issue.link.actor.access_key);
            issues.push(issue);
            if at == key || issues.iter().any(|issue| *issue.link.key == *at) {
                return Ok(Self { issues, ending: Ending::Cycle });
            }
            if issues.len() == DEPTH_MAX {
                return Ok(Self { issues, ending: Ending::Deep });
            }
        }
        let ending = issues.last().map_or(Ending::Unseen, |issue| ending(&issue.link.actor));
        Ok(Self { issues, ending })
    }
}

/// How a chain ends at whoever has no link of their own.
fn ending(actor: &Actor) -> Ending {
    match actor.kind.as_str() {
        "AWSAccount" => Ending::Unseen,
        "AssumedRole" if actor.identity() == actor.arn => Ending::Unseen,
        _ => Ending::Root,
    }
}

/// The root identity of whoever has no link of their own: themselves, but for a federated user
/// the user who federated them.
pub fn root_of(actor: &Actor) -> &str {
    match actor.kind.as_str() {
        "FederatedUser" if !actor.issuer.is_empty() => &actor.issuer,
        _ => actor.identity(),
    }
}

impl Snapshot {
    /// How a key was issued, by every record that shows it. Costs a look into an index for each
    /// part. With an `owner`, only that account's records are seen.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn issue_of(&self, key: &str, owner: Option<&AccountId>) -> Result<Option<Issue>, Error> {
        if key.is_empty() {
            return Ok(None);
        }
        let terms = vec![Term::is(Attribute::IssuedKey, key)];
        let search = Search { terms, owner: owner.cloned(), ..Search::default() };
        Ok(Issue::join(self.links(&search)?))
    }

    /// The issues of keys among the records that pass a look-up.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn links(&self, search: &Search) -> Result<Vec<Link>, Error> {
        let mut links = Vec::new();
        each_lot(self, search, None, |lot| {
            match lot {
                Lot::Rows(part, rows) => links.extend(link::at_rows(&part, rows.into_iter())?),
                Lot::Entries(entries) => {
                    links.extend(entries.iter().filter_map(|entry| link::of_entry(entry)));
                }
            }
            Ok(())
        })?;
        Ok(links)
    }

    /// Who is behind a key.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn chain(&self, key: &str, owner: Option<&AccountId>) -> Result<Chain, Error> {
        Chain::follow(key, |key| self.issue_of(key, owner))
    }
}

/// Every key that the lake shows being issued, for questions about many records at once.
///
/// A part's own list is made once and kept with what else was read of it; putting the lists
/// together costs a step per link.
#[derive(Debug, Default)]
pub struct Chains {
    issues: HashMap<Arc<str>, Issue>,
}

impl Chains {
    /// All of them; with an `owner`, only what that account's records show.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn of(snapshot: &Snapshot, owner: Option<&AccountId>) -> Result<Self, Error> {
        let mut chains = Self::default();
        let seen = |of: &AccountId| owner.is_none_or(|owner| owner == of);
        for part in snapshot.parts.iter().filter(|part| seen(&part.meta.owner)) {
            let links: Arc<Links> = part.links()?;
            links.iter().for_each(|link| chains.add(link.clone()));
        }
        for generation in &snapshot.tail {
            let entries = generation.entries();
            let entries = entries.iter().filter(|entry| entry.seq < snapshot.end);
            let entries = entries.filter(|entry| seen(&entry.record.owner));
            entries.filter_map(|entry| link::of_entry(entry)).for_each(|link| chains.add(link));
        }
        Ok(chains)
    }

    fn add(&mut self, link: Link) {
        match self.issues.get_mut(&link.key) {
            Some(issue) => issue.add(link),
            None => {
                let issue = Issue { link: link.clone(), copies: Vec::new(), disputed: false };
                self.issues.insert(link.key, issue);
            }
        }
    }

    /// How many keys were issued.
    pub fn len(&self) -> usize {
        self.issues.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.issues.is_empty()
    }

    /// Who is behind a key.
    pub fn chain(&self, key: &str) -> Chain {
        // INVARIANT: looking into a table cannot fail.
        Chain::follow(key, |key| Ok(self.issues.get(key).cloned())).unwrap_or_default()
    }

    /// Who is behind a record: SQL's `root_identity`. The same for all records of one actor.
    pub fn root_identity(&self, actor: &Actor) -> String {
        self.root(&actor.access_key).unwrap_or_else(|| root_of(actor).to_owned())
    }

    /// The names from the root to whoever made a record: SQL's `session_chain`. The same for all
    /// records of one actor.
    pub fn session_chain(&self, actor: &Actor) -> Vec<String> {
        let mut names = self.callers(&actor.access_key);
        names.push(actor.name().to_owned());
        names
    }

    /// Who is behind a key; `None` where no record shows it being issued.
    pub fn root(&self, key: &str) -> Option<String> {
        self.chain(key).root().map(str::to_owned)
    }

    /// The names from the root to whoever issued a key. Empty where nobody is shown to.
    pub fn callers(&self, key: &str) -> Vec<String> {
        let chain = self.chain(key);
        let names = chain.issues.iter().rev().map(|issue| issue.link.actor.name().to_owned());
        names.collect()
    }
}
