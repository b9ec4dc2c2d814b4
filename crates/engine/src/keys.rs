//! What KMS is told to keep: keys, and the names they go by.

mod blob;
mod cipher;
pub(crate) mod managed;

pub use blob::blob_key;
pub use cipher::DataKey;
pub use managed::MANAGED_ALIAS;

use crate::State;
use model::resource::{KmsAlias, KmsKey};
use model::{AccountId, Change, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The resources of KMS. Copies share what did not change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// By id.
    keys: Arc<BTreeMap<String, KmsKey>>,
    /// By ARN.
    aliases: Arc<BTreeMap<String, KmsAlias>>,
}

impl Keys {
    /// Takes one step; steps of other resources are none of its business.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::KmsKeyPut(key) => {
                Arc::make_mut(&mut self.keys).insert(key.id.clone(), key.clone());
            }
            Change::KmsKeyRemoved { id } => {
                Arc::make_mut(&mut self.keys).remove(id);
                Arc::make_mut(&mut self.aliases).retain(|_, alias| alias.key != *id);
            }
            Change::KmsAliasPut(alias) => {
                let arn = alias.arn().to_string();
                Arc::make_mut(&mut self.aliases).insert(arn, alias.clone());
            }
            Change::KmsAliasRemoved { arn } => {
                Arc::make_mut(&mut self.aliases).remove(arn);
            }
            _ => {}
        }
    }

    /// Ids of keys whose time is over.
    pub(crate) fn gone(&self, at: Timestamp) -> impl Iterator<Item = &str> {
        self.keys.values().filter(move |key| key.is_gone(at)).map(|key| key.id.as_str())
    }
}

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// There is none of this name.
    #[error("{0}")]
    NotFound(String),
    /// What should be an ARN of this region is none.
    #[error("Invalid arn {0}")]
    InvalidArn(String),
    /// It was switched off.
    #[error("{0} is disabled.")]
    Disabled(String),
    /// It will be deleted.
    #[error("{0} is pending deletion.")]
    PendingDeletion(String),
}

impl State {
    /// The key that `name` means to `account` in `region`: an id, an alias (`alias/…`), or the ARN
    /// of either, then also of another account.
    ///
    /// # Errors
    /// [`KeyProblem::NotFound`] and [`KeyProblem::InvalidArn`]; whether the key may be used now is
    /// another question: [`check_key`].
    pub fn kms_key(
        &self,
        account: &AccountId,
        region: &str,
        name: &str,
    ) -> Result<&KmsKey, KeyProblem> {
        let Some(rest) = name.strip_prefix("arn:") else {
            return self.kms_key_of(account.as_str(), region, name);
        };
        let short: String = name.chars().take(200).collect();
        let parts: Vec<&str> = rest.splitn(5, ':').collect();
        match parts.as_slice() {
            [_, "kms", place, owner, resource] if *place == region => {
                let named = resource.strip_prefix("key/").filter(|id| !id.starts_with("alias/"));
                let alias = Some(*resource).filter(|name| name.starts_with("alias/"));
                let name = named.or(alias).ok_or(KeyProblem::InvalidArn(short))?;
                self.kms_key_of(owner, region, name)
            }
            _ => Err(KeyProblem::InvalidArn(short)),
        }
    }

    fn kms_key_of(&self, account: &str, region: &str, name: &str) -> Result<&KmsKey, KeyProblem> {
        let room = self.keys();
        let short: String = name.chars().take(200).collect();
        let arn = |resource: &str| format!("arn:aws:kms:{region}:{account}:{resource}");
        let (id, missing) = if name.starts_with("alias/") {
            let alias = room.aliases.get(&arn(name)).map(|alias| alias.key.as_str());
            (alias, format!("Alias {} is not found.", arn(&short)))
        } else {
            (Some(name), format!("Key '{}' does not exist", arn(&format!("key/{short}"))))
        };
        let key = id.and_then(|id| room.keys.get(id));
        let at_home = |key: &&KmsKey| key.account.as_str() == account && key.region == region;
        key.filter(at_home).ok_or(KeyProblem::NotFound(missing))
    }

    /// The key of an ARN, whoever may use it and whether or not it is switched on.
    ///
    /// # Errors
    /// [`KeyProblem::NotFound`] also where its time is over at `at`.
    pub fn kms_key_by_arn(&self, arn: &str, at: Timestamp) -> Result<&KmsKey, KeyProblem> {
        let id = arn.rsplit('/').next().unwrap_or_default();
        let is_it = |key: &&KmsKey| !key.is_gone(at) && key.arn().as_str() == arn;
        let missing = || KeyProblem::NotFound(format!("Key '{arn}' does not exist"));
        self.kms_key_by_id(id).filter(is_it).ok_or_else(missing)
    }

    /// A key by its id, wherever it is.
    pub fn kms_key_by_id(&self, id: &str) -> Option<&KmsKey> {
        self.keys().keys.get(id)
    }

    /// An alias, by its ARN.
    pub fn kms_alias(&self, arn: &str) -> Option<&KmsAlias> {
        self.keys().aliases.get(arn)
    }

    /// The keys of an account in a region, by id.
    pub fn kms_keys<'a>(
        &'a self,
        account: &'a AccountId,
        region: &'a str,
    ) -> impl Iterator<Item = &'a KmsKey> {
        let all = self.keys().keys.values();
        all.filter(move |key| key.account == *account && key.region == region)
    }

    /// The aliases of an account in a region, by name.
    pub fn kms_aliases<'a>(
        &'a self,
        account: &'a AccountId,
        region: &'a str,
    ) -> impl Iterator<Item = &'a KmsAlias> {
        let all = self.keys().aliases.values();
        all.filter(move |alias| alias.account == *account && alias.region == region)
    }
}

/// Refuses a key that may not be used now.
///
/// # Errors
/// [`KeyProblem::Disabled`], [`KeyProblem::PendingDeletion`].
pub fn check_key(key: &KmsKey) -> Result<(), KeyProblem> {
    match (key.deletion, key.enabled) {
        (Some(_), _) => Err(KeyProblem::PendingDeletion(key.arn().to_string())),
        (None, false) => Err(KeyProblem::Disabled(key.arn().to_string())),
        (None, true) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource::{Rotation, Sealed};

    const HOME: &str = "111111111111";

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    fn key(id: &str) -> KmsKey {
        KmsKey {
            id: id.to_owned(),
            account: account(HOME),
            region: "us-east-1".to_owned(),
            description: String::new(),
            created: Timestamp(0),
            enabled: true,
            deletion: None,
            policy: String::new(),
            tags: BTreeMap::new(),
            material: Sealed(String::new()),
            rotation: Rotation::OFF,
            managed: false,
        }
    }

    fn state() -> State {
        let mut state = State::default();
        state.apply(&Change::KmsKeyPut(key("k1")));
        state.apply(&Change::KmsAliasPut(KmsAlias {
            name: "alias/x".to_owned(),
            account: account(HOME),
            region: "us-east-1".to_owned(),
            key: "k1".to_owned(),
            created: Timestamp(0),
            updated: Timestamp(0),
        }));
        state
    }

    fn found(who: &str, name: &str) -> Result<String, String> {
        let state = state();
        let found = state.kms_key(&account(who), "us-east-1", name);
        found.map(|key| key.id.clone()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_key_is_found_by_all_its_names() {
        for name in [
            "k1",
            "alias/x",
            "arn:aws:kms:us-east-1:111111111111:key/k1",
            "arn:aws:kms:us-east-1:111111111111:alias/x",
        ] {
            assert_eq!(found(HOME, name), Ok("k1".to_owned()), "{name}");
            let abroad = found("222222222222", name).is_ok();
            assert_eq!(abroad, name.starts_with("arn:"), "{name}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_name() {
        let arn = "arn:aws:kms:us-east-1:111111111111";
        for (name, why) in [
            ("k2", format!("Key '{arn}:key/k2' does not exist")),
            ("", format!("Key '{arn}:key/' does not exist")),
            ("alias/y", format!("Alias {arn}:alias/y is not found.")),
            ("x", format!("Key '{arn}:key/x' does not exist")),
            ("arn:aws:s3:::b", "Invalid arn arn:aws:s3:::b".to_owned()),
            ("arn:", "Invalid arn arn:".to_owned()),
            (
                "arn:aws:kms:eu-west-1:111111111111:key/k1",
                "Invalid arn arn:aws:kms:eu-west-1:111111111111:key/k1".to_owned(),
            ),
        ] {
            assert_eq!(found(HOME, name), Err(why), "{name}");
        }
    }

    #[test]
    fn a_key_is_found_by_its_arn_until_its_time_is_over() {
        let mut state = state();
        let arn = "arn:aws:kms:us-east-1:111111111111:key/k1";
        state.apply(&Change::KmsKeyPut(KmsKey { deletion: Some(Timestamp(7)), ..key("k1") }));
        assert_eq!(state.kms_key_by_arn(arn, Timestamp(6)).unwrap().id, "k1");
        assert!(state.kms_key_by_arn(arn, Timestamp(7)).is_err());
        let elsewhere = arn.replace("us-east-1", "eu-west-1");
        assert!(state.kms_key_by_arn(&elsewhere, Timestamp(6)).is_err());
    }

    #[test]
    fn a_removed_key_takes_its_names_along() {
        let mut state = state();
        for _ in 0..2 {
            state.apply(&Change::KmsKeyRemoved { id: "k1".to_owned() });
        }
        assert_eq!(state.kms_keys(&account(HOME), "us-east-1").count(), 0);
        assert_eq!(state.kms_aliases(&account(HOME), "us-east-1").count(), 0);
    }

    #[test]
    fn a_key_that_is_off_or_going_is_not_usable() {
        let mut key = key("k1");
        assert_eq!(check_key(&key), Ok(()));
        key.enabled = false;
        assert!(matches!(check_key(&key), Err(KeyProblem::Disabled(_))));
        key.deletion = Some(Timestamp(7));
        assert!(matches!(check_key(&key), Err(KeyProblem::PendingDeletion(_))));
        assert!(!key.is_gone(Timestamp(6)) && key.is_gone(Timestamp(7)));
    }
}
