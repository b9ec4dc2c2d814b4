//! The innocent look-alike: what carol does looks like the intrusion call by call, and is not.

use super::actor::{Actor, Session};
use super::assumption::assume;
use super::bucket::{self, FILES_PER_DAY};
use super::cast::{
    BROWSER, CAROL, CAROL_ADDRESS, CAROL_KEY, CAROL_SESSION_KEY, CLI, OFFICE_ADDRESS,
    PAYMENTS_DEPLOY, TERRAFORM,
};
use super::clock::{DAY_S, hms};
use super::record::Draft;

/// The number of the pair by which carol enters the payments account.
const PAIR: u64 = 2;

/// Everything of carol's that an investigator must not take for the intruder's, in order.
pub(super) fn drafts(t0_s: i64) -> Vec<Draft> {
    let mut drafts = sandbox(t0_s - 9 * DAY_S);
    drafts.extend(incident(t0_s));
    drafts
}

/// Nine days before, Terraform rebuilds a trail nobody depends on.
fn sandbox(day_s: i64) -> Vec<Draft> {
    let carol = Actor::by_key(&CAROL, CAROL_KEY).from(OFFICE_ADDRESS, TERRAFORM);
    let call = |at_s, name| {
        Draft::new(at_s, &carol, "cloudtrail.amazonaws.com", name)
            .asks(r#"{"name":"sandbox-trail"}"#)
    };
    vec![call(day_s + hms(14, 12, 5), "StopLogging"), call(day_s + hms(14, 18, 41), "StartLogging")]
}

/// On the night itself she looks into incident 4711 from home: one day's files, nothing changed.
fn incident(t0_s: i64) -> Vec<Draft> {
    let home = |actor: Actor, agent| actor.from(CAROL_ADDRESS, agent);
    let device = "arn:aws:iam::123456789012:mfa/carol";
    let browser = home(Actor::signing_in(&CAROL), BROWSER);
    let shell = home(Actor::by_key(&CAROL, CAROL_KEY), CLI);
    let since_s = t0_s + hms(1, 43, 26);
    let session = Session::new(&PAYMENTS_DEPLOY, "inc-4711-carol", CAROL_SESSION_KEY, since_s)
        .of_person(CAROL.name);
    let reader = home(Actor::in_session(&session), CLI);

    let mut drafts = vec![Draft::sign_in(t0_s + hms(1, 40, 0), &browser, device)];
    drafts.extend(assume(&shell, &session, PAIR));
    drafts.extend((0..FILES_PER_DAY).map(|number| {
        let at_s = t0_s + hms(1, 46, 10) + 31 * number;
        bucket::read(at_s, &reader, &bucket::key(t0_s - DAY_S, number))
    }));
    drafts
}
