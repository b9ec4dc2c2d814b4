//! Who callers are under `--dev`, where nobody proves anything.

use model::{AccountId, Arn, CallerKind, Identity};

/// The name of everybody.
const NAME: &str = "dev";

/// The IAM user `dev` of an account: the one whose id is the access key, else the default one.
pub(super) fn waived(access_key_id: &str, default: &AccountId) -> Identity {
    let named = AccountId::parse(access_key_id).filter(AccountId::is_standard);
    let account_id = named.unwrap_or_else(|| default.clone());
    Identity {
        kind: CallerKind::IAMUser,
        principal_id: format!("AIDADEV00{account_id}"),
        arn: Arn::user(&account_id, NAME),
        account_id,
        access_key_id: access_key_id.to_owned(),
        user_name: Some(NAME.to_owned()),
        session: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_name_the_account() {
        let default = AccountId::parse("123456789012").unwrap();
        let of = |key| waived(key, &default).arn.to_string();
        assert_eq!(of("111122223333"), "arn:aws:iam::111122223333:user/dev");
        for key in ["test", "", "1111222233334", "AKIAIOSFODNN7EXAMPLE"] {
            assert_eq!(of(key), "arn:aws:iam::123456789012:user/dev", "{key}");
        }
    }
}
