//! Who did it, in one word.

use model::{Field, RecordView, Tree, json};
use std::borrow::Cow;

/// The name `LookupEvents` gives as `Username`.
///
/// - Root: the account's alias where `userName` holds it, else `root`;
/// - AssumedRole, FederatedUser and whoever has no `userName`: the session, which follows `:`
///   in `principalId`, else is the last part of `arn`;
/// - IAMUser, SAMLUser, WebIdentityUser: `userName`;
/// - IdentityCenterUser: `userName`, else `onBehalfOf.userId`;
/// - AWSService, AWSAccount and who has none of these: `invokedBy`, as `ec2.amazonaws.com`.
///
/// AWS leaves the name empty for its own services; Pugmark gives the service, so that "who"
/// has an answer. `HIDDEN_DUE_TO_SECURITY_REASONS`, which a failed sign-in carries in place of
/// a name that does not exist, is kept as it is: it is what one searches for.
pub fn username<'a>(view: &RecordView<'a>) -> Option<Cow<'a, str>> {
    let text = |field| view.text(field).filter(|text| !text.is_empty());
    let named = text(Field::UserName);
    match view.raw(Field::IdentityType) {
        Some(b"Root") => named.or(Some(Cow::Borrowed("root"))),
        Some(b"AssumedRole" | b"FederatedUser") => session(view).or(named),
        Some(b"IdentityCenterUser") => named.or_else(|| identity_center(view)),
        _ => named.or_else(|| session(view)),
    }
    .or_else(|| text(Field::InvokedBy))
}

/// The name of a session: `AROA…:session`, else the end of an ARN.
fn session<'a>(view: &RecordView<'a>) -> Option<Cow<'a, str>> {
    let behind = |field, mark| after(view.text(field)?, mark);
    behind(Field::PrincipalId, ':').or_else(|| behind(Field::IdentityArn, '/'))
}

fn identity_center<'a>(view: &RecordView<'a>) -> Option<Cow<'a, str>> {
    json::text(json::at_path(view.tree(Tree::UserIdentity)?, "onBehalfOf.userId")?)
}

/// What stands behind the last `mark`, where there is one and something is.
fn after(text: Cow<'_, str>, mark: char) -> Option<Cow<'_, str>> {
    match text {
        Cow::Borrowed(text) => tail(text, mark).map(Cow::Borrowed),
        Cow::Owned(text) => tail(&text, mark).map(|tail| Cow::Owned(tail.to_owned())),
    }
}

fn tail(text: &str, mark: char) -> Option<&str> {
    text.rsplit_once(mark).map(|(_, tail)| tail).filter(|tail| !tail.is_empty())
}
