//! `DeleteAlias`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html>

use super::prelude::*;
use super::{alias, target, told};

/// Which name.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    alias_name: String,
}

/// Proposes that the alias goes. The key stays.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let alias = alias::find(state, caller, &input.alias_name)?;
    let key = target::find(state, caller, &alias.key, "DeleteAlias")?;
    let arn = alias.arn().to_string();
    Ok((told::nothing(key), Effect::from(Change::KmsAliasRemoved { arn })))
}
