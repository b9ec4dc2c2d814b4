//! The pipeline: a run every quarter of an hour, always from one address, always by one user.

use super::actor::{Actor, Session};
use super::assumption::assume;
use super::cast::{
    CI_DEPLOYER, LEAKED_KEY, PAYMENTS_DEPLOY, PIPELINE, PIPELINE_ADDRESS, RELEASE, STANDBY_KEY,
};
use super::clock::DAY_S;
use super::containment::KEY_DISABLED_S;
use super::ids::{Ids, What};
use super::record::Draft;

/// How many runs a day has.
pub(super) const RUNS_PER_DAY: i64 = 96;
/// The number of the first run of the story.
const FIRST_RUN: i64 = 5_000;
/// The time a run has to itself.
const SLOT_S: i64 = DAY_S / RUNS_PER_DAY;
/// Every so many runs one goes on into the payments account.
const DEPLOYS_EVERY: i64 = 24;
/// The numbers of deployments' pairs begin here, far above the story's own.
const FIRST_PAIR: u64 = 1_000_000;

/// What a deployment does once it is in the payments account.
const DEPLOYMENT: &[(&str, &str, &str)] = &[
    ("sts.amazonaws.com", "GetCallerIdentity", "null"),
    ("ecs.amazonaws.com", "DescribeServices", SERVICES),
    ("ecs.amazonaws.com", "RegisterTaskDefinition", r#"{"family":"payments-api","cpu":"1024"}"#),
    ("ecs.amazonaws.com", "UpdateService", r#"{"cluster":"prod","service":"payments-api"}"#),
    ("ecs.amazonaws.com", "DescribeServices", SERVICES),
    ("ecs.amazonaws.com", "DescribeServices", SERVICES),
];
const SERVICES: &str = r#"{"cluster":"prod","services":["payments-api"]}"#;

/// One run of the pipeline.
#[derive(Debug)]
pub(super) struct Run {
    number: i64,
    name: String,
    /// When it assumes its role.
    at_s: i64,
    /// How long it works after that.
    work_s: i64,
    /// Which of the user's two keys it has.
    key: &'static str,
}

impl Run {
    /// The run of a moment, in a story that begins at `start_s` and comes to its point at `t0_s`.
    pub(super) fn at(at_s: i64, start_s: i64, t0_s: i64, ids: &Ids) -> Self {
        let slot = (at_s - start_s).div_euclid(SLOT_S);
        let slot_s = start_s + slot * SLOT_S;
        let disabled_s = t0_s + KEY_DISABLED_S;
        // The run that is under way when alice disables the key is done by then.
        let (delay_s, work_s) = match (slot_s..slot_s + SLOT_S).contains(&disabled_s) {
            true => (80, 55),
            false => (240, 600),
        };
        let number = FIRST_RUN + slot;
        let delay_s = ids.draw(What::Start, number.unsigned_abs()).seconds(delay_s);
        Self {
            number,
            name: format!("gh-run-{number}"),
            at_s: slot_s + delay_s,
            work_s,
            key: if slot_s + delay_s < disabled_s { LEAKED_KEY } else { STANDBY_KEY },
        }
    }

    /// Every run of the day that begins at `day_s`.
    pub(super) fn of_day(day_s: i64, start_s: i64, t0_s: i64, ids: &Ids) -> Vec<Self> {
        let slots = 0..RUNS_PER_DAY;
        slots.map(|slot| Self::at(day_s + slot * SLOT_S, start_s, t0_s, ids)).collect()
    }

    /// The run at work, and a moment of its work.
    pub(super) fn at_work(&self, ids: &Ids, draw: u64) -> (i64, Actor) {
        let key = ids.key(What::Run, self.ordinal());
        let actor = Actor::in_session(&self.session(&key)).from(PIPELINE_ADDRESS, PIPELINE);
        let work_s = u64::try_from(self.work_s).unwrap_or(1);
        let into_s = i64::try_from(draw % work_s).unwrap_or(0);
        (self.at_s + 1 + into_s, actor)
    }

    /// What every run does by itself: assume the role and, sometimes, deploy.
    pub(super) fn drafts(&self, ids: &Ids) -> Vec<Draft> {
        let deployer = Actor::by_key(&CI_DEPLOYER, self.key).from(PIPELINE_ADDRESS, PIPELINE);
        let key = ids.key(What::Run, self.ordinal());
        let mut drafts = assume(&deployer, &self.session(&key), 0);
        if self.number % DEPLOYS_EVERY == 4 {
            drafts.extend(self.deployment(ids));
        }
        drafts
    }

    fn deployment(&self, ids: &Ids) -> Vec<Draft> {
        let (_, releaser) = self.at_work(ids, 0);
        let key = ids.key(What::Deployment, self.ordinal());
        let since_s = self.at_s + 180;
        let session = Session::new(&PAYMENTS_DEPLOY, &self.name, &key, since_s);
        let actor = Actor::in_session(&session).from(PIPELINE_ADDRESS, PIPELINE);
        let mut drafts = assume(&releaser, &session, FIRST_PAIR + self.ordinal());
        for (&(source, name, request), nth) in DEPLOYMENT.iter().zip(1..) {
            drafts.push(Draft::new(since_s + 12 * nth, &actor, source, name).asks(request));
        }
        drafts
    }

    fn session<'a>(&'a self, key: &'a str) -> Session<'a> {
        Session::new(&RELEASE, &self.name, key, self.at_s)
    }

    const fn ordinal(&self) -> u64 {
        self.number.unsigned_abs()
    }
}
