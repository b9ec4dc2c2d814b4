//! Who is behind each record, from the chains of keys that the lake shows.

use arrow::array::StringViewArray;
use hashbrown::HashMap;
use lake::{Actor, Chains, Error, Snapshot};
use model::AccountId;
use std::sync::{Arc, OnceLock};

/// What is told of whoever is behind a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lineage {
    /// Who stands at the top.
    Root,
    /// The names from the root down, as a JSON array.
    Session,
}

impl Lineage {
    fn of(self, chains: &Chains, actor: &Actor) -> Option<Arc<str>> {
        let text = match self {
            Self::Root => chains.root_identity(actor),
            Self::Session => {
                let names = chains.session_chain(actor);
                let known: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
                match known.is_empty() {
                    true => String::new(),
                    false => serde_json::to_string(&known).unwrap_or_default(),
                }
            }
        };
        (!text.is_empty()).then(|| Arc::from(text))
    }
}

/// The chains of one moment, put together when a statement first asks for them.
#[derive(Debug)]
pub(crate) struct Identities {
    snapshot: Snapshot,
    owner: Option<AccountId>,
    chains: OnceLock<Chains>,
}

impl Identities {
    /// Of what `owner`'s records show; of all records, where there is no owner.
    pub(crate) fn new(snapshot: &Snapshot, owner: Option<&AccountId>) -> Self {
        Self { snapshot: snapshot.clone(), owner: owner.cloned(), chains: OnceLock::new() }
    }

    fn chains(&self) -> Result<&Chains, Error> {
        if let Some(chains) = self.chains.get() {
            return Ok(chains);
        }
        let chains = Chains::of(&self.snapshot, self.owner.as_ref())?;
        Ok(self.chains.get_or_init(|| chains))
    }

    /// What is told of those who acted, one after the other.
    pub(crate) fn told(
        &self,
        what: Lineage,
        actors: impl Iterator<Item = Arc<Actor>>,
    ) -> Result<StringViewArray, Error> {
        let chains = self.chains()?;
        let mut known: HashMap<Arc<Actor>, Option<Arc<str>>> = HashMap::new();
        let texts = actors.map(|actor| match known.get(&actor) {
            Some(text) => text.clone(),
            None => known.entry(actor).or_insert_with_key(|it| what.of(chains, it)).clone(),
        });
        Ok(texts.collect())
    }
}
