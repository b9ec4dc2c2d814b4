//! How AWS words a refusal.

use super::actor::Actor;

/// The code of a refusal by most services.
pub(super) const DENIED: &str = "AccessDenied";
/// The code of a refusal by EC2.
pub(super) const EC2_DENIED: &str = "Client.UnauthorizedOperation";

/// No policy allows `action` on `resource`.
pub(super) fn not_allowed(actor: &Actor, action: &str, resource: &str) -> String {
    let subject = not_authorized(actor, action, resource);
    format!("{subject} because no identity-based policy allows the {action} action")
}

/// EC2's longer wording of the same; it does not name what the call was about.
pub(super) fn ec2_not_allowed(actor: &Actor, action: &str) -> String {
    let arn = &actor.arn;
    format!(
        "You are not authorized to perform this operation. User: {arn} is not authorized to \
         perform: {action} because no identity-based policy allows the {action} action"
    )
}

/// The organization forbids `action` to everybody in the account.
pub(super) fn forbidden_by_organization(actor: &Actor, action: &str, resource: &str) -> String {
    let subject = not_authorized(actor, action, resource);
    format!("{subject} with an explicit deny in a service control policy")
}

/// The bare sentence, which STS says without a reason.
pub(super) fn not_authorized(actor: &Actor, action: &str, resource: &str) -> String {
    let arn = &actor.arn;
    format!("User: {arn} is not authorized to perform: {action} on resource: {resource}")
}
