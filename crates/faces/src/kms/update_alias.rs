//! `UpdateAlias`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html>

use super::prelude::*;
use super::{alias, target, told};
use model::resource::KmsAlias;

/// Which name for which key.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    alias_name: String,
    target_key_id: String,
}

/// Proposes that the alias names another key. Both keys must let the caller do so.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let old = alias::find(state, caller, &input.alias_name)?;
    target::find(state, caller, &old.key, "UpdateAlias")?;
    let key = alias::aim(state, caller, &input.target_key_id, "UpdateAlias")?;
    let made = KmsAlias { key: key.id.clone(), updated: caller.at(), ..old.clone() };
    Ok((told::nothing(key), Effect::from(Change::KmsAliasPut(made))))
}
