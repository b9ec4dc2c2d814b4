//! Access control lists, which are off: what they may say, and how they are shown.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>

use super::code::Code;
use super::error::Error;
use model::AccountId;
use model::resource::Ownership;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Canned ACLs that give nobody more than the owner has.
const HARMLESS: [&str; 3] = ["private", "bucket-owner-full-control", "bucket-owner-read"];

/// What headers say of an ACL.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Grants {
    #[serde(rename = "x-amz-acl")]
    canned: Option<String>,
    #[serde(rename = "x-amz-grant-full-control")]
    full_control: Option<String>,
    #[serde(rename = "x-amz-grant-read")]
    read: Option<String>,
    #[serde(rename = "x-amz-grant-read-acp")]
    read_acp: Option<String>,
    #[serde(rename = "x-amz-grant-write")]
    write: Option<String>,
    #[serde(rename = "x-amz-grant-write-acp")]
    write_acp: Option<String>,
}

impl Grants {
    /// Where the owner is enforced, only what changes nothing may be said.
    pub(super) fn check(&self, ownership: Option<Ownership>) -> Result<(), Error> {
        let single = [&self.full_control, &self.read, &self.read_acp, &self.write, &self.write_acp];
        match single.iter().find_map(|it| it.as_deref()) {
            Some(grant) => check(Some(grant), ownership),
            None => check(self.canned.as_deref(), ownership),
        }
    }
}

/// Checks a canned ACL.
fn check(acl: Option<&str>, ownership: Option<Ownership>) -> Result<(), Error> {
    let enforced = ownership == Some(Ownership::BucketOwnerEnforced);
    match acl {
        None => Ok(()),
        Some(acl) if HARMLESS.contains(&acl) => Ok(()),
        Some(_) if enforced => Err(Code::AccessControlListNotSupported.error()),
        Some(acl) => Err(Code::NotImplemented.says(format!(
            "the ACL `{acl}` grants access to others, which pugmark does by bucket policies only: \
             leave the ACL out and put a policy"
        ))),
    }
}

/// The canonical user id of an account: 64 digits that follow from it. AWS's are secret; ours
/// need only be the same every time.
pub(super) fn canonical_id(account: &AccountId) -> String {
    let hash = wire::sha256(format!("canonical user {account}").as_bytes());
    model::hex(&hash)
}

/// An owner, as S3 shows one.
pub(super) fn owner(account: &AccountId) -> Value {
    json!({ "ID": canonical_id(account) })
}

/// The only list there is: all to the owner.
pub(super) fn list(account: &AccountId) -> Value {
    let id = canonical_id(account);
    json!({
        "Owner": { "ID": id },
        "AccessControlList": { "Grant": [{
            "Grantee": { "@xsi:type": "CanonicalUser", "ID": id },
            "Permission": "FULL_CONTROL",
        }] },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acl_may_only_say_what_holds_anyway() {
        let enforced = Some(Ownership::BucketOwnerEnforced);
        assert!(check(None, enforced).is_ok());
        assert!(check(Some("bucket-owner-full-control"), enforced).is_ok());
        assert!(check(Some("public-read"), enforced).is_err());
        assert!(check(Some("public-read"), Some(Ownership::ObjectWriter)).is_err());
    }

    #[test]
    fn an_account_has_one_canonical_id() {
        let of = |account| canonical_id(&AccountId::parse(account).unwrap());
        assert_eq!(of("123456789012").len(), 64);
        assert_eq!(of("123456789012"), of("123456789012"));
        assert_ne!(of("123456789012"), of("123456789013"));
    }
}
