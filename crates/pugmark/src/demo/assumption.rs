//! Assuming a role: one record, or one in each account when the role is another account's.

use super::actor::{Actor, Session, role_arn};
use super::clock::{HOUR_S, words};
use super::object::Object;
use super::record::Draft;

/// The service's name in records.
pub(super) const STS: &str = "sts.amazonaws.com";
/// What stands where a session token would: it opens nothing.
const TOKEN: &str = "DEMO/not-a-session-token/DEMO==";

/// The records of `by` opening `session`. `pair` numbers the pair when there are two.
pub(super) fn assume(by: &Actor, session: &Session<'_>, pair: u64) -> Vec<Draft> {
    let draft = Draft::new(session.since_s, by, STS, "AssumeRole")
        .asks(request(session))
        .answers(answer(session))
        .about(resources(session));
    let trusting = session.role.account;
    if trusting == by.account {
        return vec![draft];
    }
    // The role's owner is told which account called and the caller's id there, but no more.
    let stranger = Object::new()
        .text("type", "AWSAccount")
        .text("principalId", &by.principal)
        .text("accountId", by.account)
        .end();
    let draft = draft.paired(pair);
    let twin = draft.seen_by(trusting, stranger);
    vec![draft, twin]
}

fn request(session: &Session<'_>) -> String {
    let device = session.source_identity.filter(|_| session.mfa).map(device);
    Object::with_capacity(256)
        .text("roleArn", &role_arn(session.role))
        .text("roleSessionName", session.name)
        .number("durationSeconds", 3_600)
        .text_if("serialNumber", device.as_deref())
        .text_if("sourceIdentity", session.source_identity)
        .end()
}

/// The MFA device of a person; all devices are kept in the build account.
fn device(person: &str) -> String {
    format!("arn:aws:iam::{}:mfa/{person}", super::cast::BUILD)
}

fn answer(session: &Session<'_>) -> String {
    let credentials = Object::new()
        .text("accessKeyId", session.key.unwrap_or_default())
        .text("sessionToken", TOKEN)
        .text("expiration", &words(session.since_s + HOUR_S));
    let assumed = Object::with_capacity(192)
        .text("assumedRoleId", &session.principal())
        .text("arn", &session.arn());
    Object::with_capacity(512)
        .json("credentials", &credentials.end())
        .json("assumedRoleUser", &assumed.end())
        .text_if("sourceIdentity", session.source_identity)
        .end()
}

fn resources(session: &Session<'_>) -> String {
    let role = Object::with_capacity(192)
        .text("accountId", session.role.account)
        .text("type", "AWS::IAM::Role")
        .text("ARN", &role_arn(session.role));
    format!("[{}]", role.end())
}
