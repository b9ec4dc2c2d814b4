//! `CreateAlias`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>

use super::prelude::*;
use super::{alias, told};
use model::Arn;
use model::resource::KmsAlias;

/// Most aliases of one key.
const ALIASES_MAX: usize = 50;

/// Which name for which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    alias_name: String,
    target_key_id: String,
}

/// Proposes the alias.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    alias::check_name(&input.alias_name)?;
    let key = alias::aim(state, caller, &input.target_key_id, "CreateAlias")?;
    let (account, region) = (caller.account(), caller.region());
    let arn = Arn::kms(region, account, &input.alias_name);
    if state.kms_alias(arn.as_str()).is_some() {
        let message = format!("An alias with the name {arn} already exists");
        return Err(Error::AlreadyExists(message));
    }
    let of_key = state.kms_aliases(account, region).filter(|other| other.key == key.id);
    if of_key.count() >= ALIASES_MAX {
        let message = format!("a key has at most {ALIASES_MAX} aliases: delete one first");
        return Err(Error::LimitExceeded(message));
    }
    let made = KmsAlias {
        name: input.alias_name,
        account: account.clone(),
        region: region.to_owned(),
        key: key.id.clone(),
        created: caller.at(),
        updated: caller.at(),
    };
    Ok((told::nothing(key), Effect::from(Change::KmsAliasPut(made))))
}
