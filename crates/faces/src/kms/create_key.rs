//! `CreateKey`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>
//!
//! Keys are symmetric, of one region, and made of randomness of this machine. The material was made
//! before the commit, and lies in State encrypted.

use super::algorithm::SYMMETRIC_DEFAULT;
use super::metadata::KeyMetadata;
use super::prelude::*;
use super::tag::{self, Tag};
use super::{key_policy, told, update_key_description};
use model::resource::{KmsKey, Rotation};

/// Most keys of an account in a region.
const KEYS_MAX: usize = 10_000;

/// What is to be made.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    policy: Option<String>,
    description: Option<String>,
    key_usage: Option<String>,
    customer_master_key_spec: Option<String>,
    key_spec: Option<String>,
    origin: Option<String>,
    custom_key_store_id: Option<String>,
    bypass_policy_lockout_safety_check: Option<bool>,
    tags: Option<Vec<Tag>>,
    multi_region: Option<bool>,
    xks_key_id: Option<String>,
}

/// What was made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    key_metadata: KeyMetadata,
}

/// Proposes the key.
pub fn handle(
    forge: &Forge,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<Output>, Effect), Error> {
    check_kind(&input)?;
    let description = input.description.unwrap_or_default();
    update_key_description::check(&description)?;
    let mut tags = BTreeMap::new();
    tag::add(&mut tags, &input.tags.unwrap_or_default())?;
    let (state, account, region) = (forge.state(), caller.account(), caller.region());
    if state.kms_keys(account, region).count() >= KEYS_MAX {
        let message = format!("there are {KEYS_MAX} keys in this region: delete one first");
        return Err(Error::LimitExceeded(message));
    }
    let mut key = KmsKey {
        id: caller.fresh_id().to_owned(),
        account: account.clone(),
        region: region.to_owned(),
        description,
        created: caller.at(),
        enabled: true,
        deletion: None,
        policy: key_policy::usual(account),
        tags,
        material: forge.material().clone(),
        rotation: Rotation::OFF,
        managed: false,
    };
    if let Some(policy) = input.policy {
        let bypass = input.bypass_policy_lockout_safety_check.unwrap_or(false);
        key_policy::check(state, caller, &policy, &key, bypass)?;
        key.policy = policy;
    }
    let output = Output { key_metadata: KeyMetadata::from(&key) };
    Ok((told::with_times(output), Effect::from(Change::KmsKeyPut(key))))
}

/// Refuses the kinds of keys that are not built.
fn check_kind(input: &Input) -> Result<(), Error> {
    let asked = |member: &Option<String>, usual: &str| {
        member.as_deref().filter(|asked| *asked != usual).map(str::to_owned)
    };
    let other = asked(&input.key_spec, SYMMETRIC_DEFAULT)
        .or_else(|| asked(&input.customer_master_key_spec, SYMMETRIC_DEFAULT))
        .or_else(|| asked(&input.key_usage, "ENCRYPT_DECRYPT"))
        .or_else(|| asked(&input.origin, "AWS_KMS"))
        .or_else(|| input.multi_region.filter(|it| *it).map(|_| "MultiRegion".to_owned()))
        .or_else(|| input.custom_key_store_id.as_ref().map(|_| "CustomKeyStoreId".to_owned()))
        .or_else(|| input.xks_key_id.as_ref().map(|_| "XksKeyId".to_owned()));
    match other {
        None => Ok(()),
        Some(other) => Err(Error::UnsupportedOperation(format!(
            "pugmark makes symmetric keys of one region that encrypt, and none with `{}`",
            other.chars().take(64).collect::<String>()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_kinds_of_keys_that_are_not_built() {
        let text = |text: &str| Some(text.to_owned());
        check_kind(&Input::default()).unwrap();
        check_kind(&Input { key_spec: text("SYMMETRIC_DEFAULT"), ..Input::default() }).unwrap();
        for input in [
            Input { key_spec: text("RSA_2048"), ..Input::default() },
            Input { customer_master_key_spec: text("HMAC_256"), ..Input::default() },
            Input { key_usage: text("SIGN_VERIFY"), ..Input::default() },
            Input { origin: text("EXTERNAL"), ..Input::default() },
            Input { multi_region: Some(true), ..Input::default() },
            Input { custom_key_store_id: text("x"), ..Input::default() },
            Input { xks_key_id: text("x"), ..Input::default() },
        ] {
            assert!(matches!(check_kind(&input), Err(Error::UnsupportedOperation(_))));
        }
    }
}
