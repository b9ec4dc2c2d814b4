//! Who asks in the tests.

use model::AccountId;
use policy::{Context, Principal, Request};

pub(crate) const HOME: &str = "111111111111";
pub(crate) const AWAY: &str = "222222222222";

pub(crate) fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

/// `user NAME`, `root`, `role NAME/SESSION`, `federated NAME`, `service NAME`, `idp NAME`, `nobody`;
/// of [`HOME`], or with `away ` before it of [`AWAY`].
pub(crate) fn principal(text: &str) -> Principal {
    let (account, text) = match text.strip_prefix("away ") {
        Some(rest) => (account(AWAY), rest),
        None => (account(HOME), text),
    };
    let (kind, name) = text.split_once(' ').unwrap_or((text, ""));
    match kind {
        "user" => Principal::User {
            arn: format!("arn:aws:iam::{account}:user/{name}"),
            id: "AIDAEXAMPLEEXAMPLE01".to_owned(),
            name: name.rsplit('/').next().unwrap().to_owned(),
            account,
        },
        "role" => {
            let (role, session) = name.split_once('/').unwrap();
            Principal::Session {
                arn: format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
                role: format!("arn:aws:iam::{account}:role/{role}"),
                id: format!("AROAEXAMPLEEXAMPLE01:{session}"),
                account,
            }
        }
        "federated" => Principal::FederatedUser {
            arn: format!("arn:aws:sts::{account}:federated-user/{name}"),
            id: format!("{account}:{name}"),
            account,
        },
        "root" => Principal::Root { account },
        "service" => Principal::Service { name: name.to_owned() },
        "idp" => Principal::Federated { provider: name.to_owned() },
        "nobody" => Principal::Anonymous,
        _ => panic!("`{text}` is nobody"),
    }
}

/// `principal` wants to do `action` to `resource`, which is [`HOME`]'s.
pub(crate) fn request(who: &str, action: &str, resource: &str, context: Context) -> Request {
    Request::new(principal(who), action, resource, &account(HOME), context)
}
