//! `Principal` and `NotPrincipal`:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use crate::document::Node;
use crate::error::{Malformed, short};
use crate::request::Principal;

/// One name of the element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// `*`: everybody, known or not.
    Everybody,
    /// An account, and so whoever it trusts.
    Account(String),
    /// A user, role or session, by ARN.
    Arn(String),
    /// A user or role, by the unique id that AWS puts in place of a deleted one's ARN.
    UniqueId(String),
    /// A service.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// An account by its id in S3. We give out none, so it is nobody here.
    CanonicalUser(String),
}

/// How well a statement knows a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    No,
    /// Its account is named.
    Account,
    /// It is named itself, or everybody is.
    Exact,
}

/// Reads the element.
pub(crate) fn parse(element: Node) -> Result<Vec<Named>, Malformed> {
    if let Node::Text(text) = &element {
        return match text.as_str() {
            "*" => Ok(vec![Named::Everybody]),
            _ => Err(Malformed::new(format!(
                "`{}` is no principal: write `*`, or `AWS`, `Service`, `Federated` or \
                 `CanonicalUser` with names",
                short(text)
            ))),
        };
    }
    let mut names = Vec::new();
    for (kind, values) in element.members()? {
        for text in values.texts()? {
            names.push(named(&kind, text)?);
        }
    }
    match names.is_empty() {
        true => Err(Malformed::new("must name somebody")),
        false => Ok(names),
    }
}

fn named(kind: &str, text: String) -> Result<Named, Malformed> {
    match kind {
        "AWS" => aws(text),
        "Service" if is_domain(&text) => Ok(Named::Service(text)),
        "Federated" if is_provider(&text) => Ok(Named::Federated(text)),
        "CanonicalUser" if text.bytes().all(|b| b.is_ascii_alphanumeric()) && !text.is_empty() => {
            Ok(Named::CanonicalUser(text))
        }
        "Service" | "Federated" | "CanonicalUser" => {
            Err(Malformed::new(format!("`{}` is no {kind} principal", short(&text))))
        }
        _ => Err(Malformed::new(format!(
            "`{}` is no kind of principal: use AWS, Service, Federated or CanonicalUser",
            short(kind)
        ))),
    }
}

fn aws(text: String) -> Result<Named, Malformed> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if text == "*" {
        return Ok(Named::Everybody);
    }
    if is_account(&text) {
        return Ok(Named::Account(text));
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let found = match parts.as_slice() {
        ["arn", _, "iam", "", account, "root"] if is_account(account) => {
            Some(Named::Account((*account).to_owned()))
        }
        ["arn", partition, "iam" | "sts", "", account, rest] => {
            let kinds = ["user/", "role/", "assumed-role/", "federated-user/"];
            let known = kinds.iter().any(|kind| rest.len() > kind.len() && rest.starts_with(kind));
            let sound = known && !partition.is_empty() && is_account(account);
            (sound && !text.contains(['*', '?', ' '])).then(|| Named::Arn(text.clone()))
        }
        [id] if is_unique_id(id) => Some(Named::UniqueId((*id).to_owned())),
        _ => None,
    };
    found.ok_or_else(|| {
        Malformed::new(format!(
            "`{}` is no AWS principal: write an account's id, the ARN of a user, role or session \
             without wildcards, or `*`",
            short(&text)
        ))
    })
}

fn is_unique_id(text: &str) -> bool {
    let begins = ["AIDA", "AROA", "AGPA"].iter().any(|kind| text.starts_with(kind));
    begins && (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_domain(text: &str) -> bool {
    let sound = |b: u8| b.is_ascii_alphanumeric() || b".-".contains(&b);
    text.contains('.') && text.bytes().all(sound)
}

fn is_provider(text: &str) -> bool {
    is_domain(text) || text.starts_with("arn:") && !text.contains(['*', '?'])
}

impl Named {
    fn match_of(&self, principal: &Principal) -> Match {
        let exact = |found| if found { Match::Exact } else { Match::No };
        match self {
            Self::Everybody => Match::Exact,
            Self::Account(id) => match principal.account() {
                Some(account) if account.as_str() != id => Match::No,
                Some(_) if matches!(principal, Principal::Root { .. }) => Match::Exact,
                Some(_) => Match::Account,
                None => Match::No,
            },
            Self::Arn(arn) => {
                exact(principal.account().is_some() && principal.names().contains(&arn.as_str()))
            }
            Self::UniqueId(id) => exact(principal.unique_id() == Some(id)),
            Self::Service(service) => {
                exact(matches!(principal, Principal::Service { name } if name == service))
            }
            Self::Federated(name) => {
                exact(matches!(principal, Principal::Federated { provider } if provider == name))
            }
            Self::CanonicalUser(_) => Match::No,
        }
    }
}

/// How well the names know the principal.
pub(crate) fn best(names: &[Named], principal: &Principal) -> Match {
    names.iter().map(|name| name.match_of(principal)).max().unwrap_or(Match::No)
}

/// Whether everything that the principal is stands among the names: itself, the role of its
/// session, and its account. Short of that, `NotPrincipal` does not spare it: AWS asks to name the
/// account beside the user.
pub(crate) fn spares(names: &[Named], principal: &Principal) -> bool {
    let named = |arn: &str| names.iter().any(|it| matches!(it, Named::Arn(known) if known == arn));
    let account = |it: &Named| match (it, principal.account()) {
        (Named::Account(id), Some(account)) => account.as_str() == id,
        _ => false,
    };
    if names.contains(&Named::Everybody) {
        return true;
    }
    match principal {
        Principal::Anonymous => false,
        Principal::Service { .. } | Principal::Federated { .. } => {
            best(names, principal) == Match::Exact
        }
        known => known.names().into_iter().all(named) && names.iter().any(account),
    }
}
