//! The account's own key for S3, `alias/aws/s3`: there is one for each account and region, made
//! when first something is encrypted with it. Its policy lets in, through S3, whoever S3 lets in,
//! and lets nobody change it.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key>

use crate::State;
use crate::engine::commit;
use crate::error::Error;
use crate::keys::KeyProblem;
use crate::shared::Shared;
use model::resource::{Encryption, KmsAlias, KmsKey, Rotation, Sealed};
use model::{AccountId, Arn, Change, Effect, RecordId, Timestamp};
use serde_json::json;
use std::borrow::Cow;

/// The name of the account's own key for S3.
pub const MANAGED_ALIAS: &str = "alias/aws/s3";

const DESCRIPTION: &str = "Default key that protects my S3 objects when no other key is defined";

/// As AWS writes it.
fn policy(account: &AccountId, region: &str) -> String {
    let via = format!("s3.{region}.amazonaws.com");
    let who = "all principals in the account that are authorized to use S3";
    let policy = json!({
        "Version": "2012-10-17",
        "Id": "auto-s3-2",
        "Statement": [{
            "Sid": format!("Allow access through S3 for {who}"),
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": [
                "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*",
                "kms:DescribeKey",
            ],
            "Resource": "*",
            "Condition": { "StringEquals": {
                "kms:CallerAccount": account, "kms:ViaService": via,
            } },
        }, {
            "Sid": "Allow direct access to key metadata to the account",
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
            "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
            "Resource": "*",
        }],
    });
    format!("{policy:#}")
}

impl State {
    /// The ARN of an account's own key for S3 in a region, whether it was made yet or not: its id
    /// follows from the directory, the account and the region.
    pub fn managed_key_arn(&self, account: &AccountId, region: &str) -> Arn {
        Arn::kms(region, account, &format!("key/{}", self.managed_key_id(account, region)))
    }

    fn managed_key_id(&self, account: &AccountId, region: &str) -> String {
        let birth = self.birth().map(|birth| format!("{} {}", birth.directory, birth.generation));
        let birth = birth.unwrap_or_default();
        let name = format!("{MANAGED_ALIAS} {account} {region} {birth}");
        let hash = ledger::Hash::of_bytes(name.as_bytes());
        let mut id = [0; 16];
        id.iter_mut().zip(hash.0).for_each(|(to, from)| *to = from);
        // A UUID of version 4, as the ids of keys are.
        let [.., version, _, variant, _, _, _, _, _, _, _] = &mut id;
        *version = *version & 0x0f | 0x40;
        *variant = *variant & 0x3f | 0x80;
        RecordId(id).to_uuid()
    }

    /// The key of an ARN; an account's own key for S3 also before it was made, then without
    /// material.
    ///
    /// # Errors
    /// [`KeyProblem::NotFound`].
    pub fn kms_key_or_managed(
        &self,
        arn: &str,
        at: Timestamp,
    ) -> Result<Cow<'_, KmsKey>, KeyProblem> {
        match self.kms_key_by_arn(arn, at) {
            Ok(key) => Ok(Cow::Borrowed(key)),
            Err(problem) => self.unmade(arn, at).map(Cow::Owned).ok_or(problem),
        }
    }

    /// An account's own key for S3, as it is to be made.
    fn unmade(&self, arn: &str, at: Timestamp) -> Option<KmsKey> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, _, region, account, _] = parts.as_slice() else { return None };
        let account = AccountId::parse(account)?;
        let is_it = self.managed_key_arn(&account, region).as_str() == arn;
        let key = || KmsKey {
            id: self.managed_key_id(&account, region),
            region: (*region).to_owned(),
            description: DESCRIPTION.to_owned(),
            created: at,
            enabled: true,
            deletion: None,
            policy: policy(&account, region),
            tags: Default::default(),
            material: Sealed(String::new()),
            rotation: Rotation { since: Some(at), ..Rotation::OFF },
            managed: true,
            account: account.clone(),
        };
        is_it.then(key)
    }
}

/// Makes the account's own key, with its name, where it is asked for and not there yet. Waits for
/// the commit: not for the writer.
pub(crate) fn make_sure(shared: &Shared, encryption: &Encryption) -> Result<(), Error> {
    let Encryption::Kms { key_arn, .. } = encryption else { return Ok(()) };
    let (state, at) = (shared.state(), shared.env.now());
    if state.kms_key_by_arn(key_arn, at).is_ok() {
        return Ok(());
    }
    let Some(key) = state.unmade(key_arn, at) else { return Ok(()) };
    let key = KmsKey { material: shared.vault.fresh_key(&key.id), ..key };
    let alias = KmsAlias {
        name: MANAGED_ALIAS.to_owned(),
        account: key.account.clone(),
        region: key.region.clone(),
        key: key.id.clone(),
        created: at,
        updated: at,
    };
    let pending = commit(shared, move |state| {
        // Another one may have been first.
        let changes = match state.kms_key_by_id(&key.id) {
            Some(_) => Vec::new(),
            None => vec![Change::KmsKeyPut(key), Change::KmsAliasPut(alias)],
        };
        ((), Effect { changes, ..Effect::default() })
    });
    pending.wait().map(|durable| durable.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::{Kind, Policy};

    #[test]
    fn each_account_and_region_has_one_and_its_policy_can_be_read() {
        let account = |id| AccountId::parse(id).unwrap();
        let (one, two) = (account("123456789012"), account("999988887777"));
        let state = State::default();
        let arn = |account, region| state.managed_key_arn(account, region).to_string();
        assert_eq!(arn(&one, "us-east-1"), arn(&one, "us-east-1"));
        assert_ne!(arn(&one, "us-east-1"), arn(&two, "us-east-1"));
        assert_ne!(arn(&one, "us-east-1"), arn(&one, "eu-west-1"));
        let id = state.managed_key_id(&one, "us-east-1");
        assert!(id.len() == 36 && id.as_bytes()[14] == b'4', "{id}");
        let found = state.kms_key_or_managed(&arn(&one, "us-east-1"), Timestamp(5)).unwrap();
        assert!(found.managed && found.arn().as_str() == arn(&one, "us-east-1"));
        Policy::parse(&found.policy, Kind::Resource).unwrap();
        let other = Arn::kms("us-east-1", &one, &format!("key/{}", RecordId([7; 16]).to_uuid()));
        assert!(state.kms_key_or_managed(other.as_str(), Timestamp(5)).is_err());
    }
}
