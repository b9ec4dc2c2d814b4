//! The containment: alice shuts the doors in the order in which she finds them. The last one she
//! finds is the one that was made to be found last.

use super::actor::{Actor, Session};
use super::assumption::assume;
use super::cast::{
    ALICE, ALICE_CONSOLE_KEY, ALICE_SESSION_KEY, BROWSER, CI_DEPLOYER, LEAKED_KEY, METRICS_KEY,
    OFFICE_ADDRESS, PAYMENTS_DEPLOY, RELEASE, RESPONSE, Role, SVC_METRICS,
};
use super::clock::{hms, iso};
use super::object::Object;
use super::record::Draft;

/// When alice signs in.
pub(super) const SIGN_IN_S: i64 = hms(6, 1, 12);
/// When the leaked key is disabled; the pipeline uses its standby key from then on.
pub(super) const KEY_DISABLED_S: i64 = hms(6, 2, 20);
/// When sessions of the pipeline's role are revoked.
pub(super) const REVOKED_S: i64 = hms(6, 3, 0);
/// The number of the pair by which alice enters the payments account.
const PAIR: u64 = 3;

const IAM: &str = "iam.amazonaws.com";

/// Everything alice does about the intrusion, in order.
pub(super) fn drafts(t0_s: i64) -> Vec<Draft> {
    let since_s = t0_s + SIGN_IN_S;
    let browser = Actor::signing_in(&ALICE).from(OFFICE_ADDRESS, BROWSER);
    let alice = Actor::at_console(&ALICE, ALICE_CONSOLE_KEY, since_s);
    let alice = alice.from(OFFICE_ADDRESS, BROWSER);
    let session = Session::new(&RESPONSE, "alice", ALICE_SESSION_KEY, t0_s + hms(6, 3, 21))
        .of_person(ALICE.name);
    let responder = Actor::in_session(&session).from(OFFICE_ADDRESS, BROWSER);

    let device = "arn:aws:iam::123456789012:mfa/alice";
    let mut drafts = vec![
        Draft::sign_in(since_s, &browser, device),
        disable_key(t0_s + KEY_DISABLED_S, &alice, CI_DEPLOYER.name, LEAKED_KEY),
        revoke_sessions(t0_s + REVOKED_S, &alice, &RELEASE),
    ];
    drafts.extend(assume(&alice, &session, PAIR));
    drafts.extend([
        revoke_sessions(t0_s + hms(6, 3, 40), &responder, &PAYMENTS_DEPLOY),
        Draft::new(t0_s + hms(6, 5, 10), &alice, "cloudtrail.amazonaws.com", "StartLogging")
            .asks(r#"{"name":"build-local"}"#),
        disable_key(t0_s + hms(6, 41, 55), &responder, SVC_METRICS.name, METRICS_KEY),
    ]);
    drafts
}

fn disable_key(at_s: i64, by: &Actor, user: &str, key: &str) -> Draft {
    let request =
        Object::new().text("userName", user).text("status", "Inactive").text("accessKeyId", key);
    Draft::new(at_s, by, IAM, "UpdateAccessKey").asks(request.end())
}

/// What the console's button for it does: a policy that refuses every session older than now.
fn revoke_sessions(at_s: i64, by: &Actor, role: &Role) -> Draft {
    let time = iso(at_s);
    let policy = format!(
        concat!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":["*"],"#,
            r#""Resource":["*"],"Condition":{{"DateLessThan":"#,
            r#"{{"aws:TokenIssueTime":"{}"}}}}}}]}}"#,
        ),
        time
    );
    let request = Object::with_capacity(384)
        .text("roleName", role.name)
        .text("policyName", "AWSRevokeOlderSessions")
        .text("policyDocument", &policy);
    Draft::new(at_s, by, IAM, "PutRolePolicy").asks(request.end())
}
