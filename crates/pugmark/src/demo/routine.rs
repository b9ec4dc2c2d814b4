//! What happens by the clock in the background: sign-ins, settlement files, new containers,
//! snapshots and the weekly audit.

use super::actor::{Actor, Session};
use super::assumption::assume;
use super::bucket::{self, FILES_PER_DAY};
use super::cast::{
    ALICE, AUDIT_ADDRESS, AUDITOR, AUDITOR_KEY, AUDITS, BOB, BROWSER, EXPORTER, LIFECYCLE,
    OFFICE_ADDRESS, PAYMENTS, PAYMENTS_ADDRESS, PAYMENTS_API, PYTHON, User,
};
use super::clock::{DAY_S, HOUR_S, hms, is_weekend};
use super::crew::{Stage, TASK_S, TASKS};
use super::ids::What;
use super::object::Object;
use super::pipeline::Run;
use super::record::Draft;

/// The audit comes on the day this many days before the intrusion, and every week before it.
const AUDIT_DAYS_BEFORE: i64 = 5;
/// How many calls an audit makes in each account.
const AUDIT_CALLS: i64 = 300;
/// The numbers of audits' pairs begin here.
const FIRST_AUDIT_PAIR: u64 = 2_000_000;

/// What an audit asks for, over and over.
const AUDIT: &[(&str, &str)] = &[
    ("ec2.amazonaws.com", "DescribeInstances"),
    ("ec2.amazonaws.com", "DescribeSecurityGroups"),
    ("ec2.amazonaws.com", "DescribeSnapshots"),
    ("ec2.amazonaws.com", "DescribeVolumes"),
    ("ec2.amazonaws.com", "DescribeNetworkAcls"),
    ("ec2.amazonaws.com", "DescribeFlowLogs"),
    ("ec2.amazonaws.com", "DescribeImages"),
    ("ec2.amazonaws.com", "DescribeRegions"),
    ("rds.amazonaws.com", "DescribeDBInstances"),
    ("rds.amazonaws.com", "DescribeDBSnapshots"),
    ("cloudtrail.amazonaws.com", "DescribeTrails"),
    ("config.amazonaws.com", "DescribeConfigurationRecorders"),
    ("logs.amazonaws.com", "DescribeMetricFilters"),
    ("monitoring.amazonaws.com", "DescribeAlarms"),
    ("elasticloadbalancing.amazonaws.com", "DescribeLoadBalancers"),
    ("kms.amazonaws.com", "DescribeKey"),
    ("ecs.amazonaws.com", "DescribeTaskDefinition"),
    ("ssm.amazonaws.com", "DescribeInstanceInformation"),
    ("dynamodb.amazonaws.com", "DescribeContinuousBackups"),
];

/// Everything of the day that begins at `day_s` that happens by the clock.
pub(super) fn drafts(stage: &Stage, day_s: i64) -> Vec<Draft> {
    let runs = Run::of_day(day_s, stage.start_s, stage.t0_s, &stage.ids);
    let mut drafts: Vec<Draft> = runs.iter().flat_map(|run| run.drafts(&stage.ids)).collect();
    drafts.extend(sign_ins(stage, day_s));
    drafts.extend(exports(stage, day_s));
    drafts.extend(containers(stage, day_s));
    drafts.extend(snapshots(stage, day_s));
    if is_audit_day(stage, day_s) {
        drafts.extend(audit(stage, day_s));
    }
    drafts
}

/// People sign in on working days. On the day of the intrusion alice has long done so.
fn sign_ins(stage: &Stage, day_s: i64) -> Vec<Draft> {
    let people = [ALICE, BOB];
    let people = people.iter().filter(|_| !is_weekend(day_s));
    let people = people.filter(|user| **user != ALICE || day_s != stage.t0_s);
    people.map(|user| sign_in(stage, user, day_s)).collect()
}

fn sign_in(stage: &Stage, user: &User, day_s: i64) -> Draft {
    let actor = Actor::signing_in(user).from(OFFICE_ADDRESS, BROWSER);
    let device = format!("arn:aws:iam::{}:mfa/{}", user.account, user.name);
    Draft::sign_in(stage.sign_in_s(user, day_s), &actor, &device)
}

/// A settlement file every two hours, written by a function that starts afresh each day.
fn exports(stage: &Stage, day_s: i64) -> Vec<Draft> {
    let mut draw = stage.ids.draw(What::Start, day_s.unsigned_abs());
    let key = stage.ids.key(What::Task, day_s.unsigned_abs());
    let session = Session::new(&EXPORTER, EXPORTER.name, &key, day_s + 40 + draw.seconds(120));
    let actor = Actor::in_session(&session).from(PAYMENTS_ADDRESS, PYTHON);
    let service = Actor::service("lambda.amazonaws.com", PAYMENTS);
    let mut drafts = assume(&service, &session, 0);
    drafts.extend((0..FILES_PER_DAY).map(|number| {
        let at_s = day_s + number * 2 * HOUR_S + hms(0, 5, 0) + draw.seconds(240);
        bucket::write(at_s, &actor, &bucket::key(day_s, number))
    }));
    drafts
}

/// New containers of the payments service take their role.
fn containers(stage: &Stage, day_s: i64) -> Vec<Draft> {
    let service = Actor::service("ecs-tasks.amazonaws.com", PAYMENTS);
    let stretches = (0..DAY_S / TASK_S).map(|stretch| day_s + stretch * TASK_S);
    let tasks = stretches.flat_map(|at_s| (0..TASKS).map(move |task| (at_s, task)));
    tasks
        .flat_map(|(at_s, task)| {
            let (name, key, since_s) = stage.task_session(at_s, task);
            assume(&service, &Session::new(&PAYMENTS_API, &name, &key, since_s), 0)
        })
        .collect()
}

/// Two snapshots a night, shared with nobody.
fn snapshots(stage: &Stage, day_s: i64) -> Vec<Draft> {
    let service = "dlm.amazonaws.com";
    let at_s =
        day_s + hms(1, 0, 0) + stage.ids.draw(What::Start, day_s.unsigned_abs()).seconds(600);
    let session = Session::of_service(&LIFECYCLE, "snapshots", service, at_s - 2);
    let actor = Actor::in_session(&session);
    let volumes = ["vol-0123456789abcdef0", "vol-0fedcba9876543210"];
    let snapshot = |(volume, nth): (&str, i64)| {
        let draw = stage.ids.draw(What::Start, (at_s + nth).unsigned_abs()).next();
        let response = Object::new()
            .text("snapshotId", &format!("snap-0{draw:016x}"))
            .text("volumeId", volume)
            .text("status", "pending");
        Draft::new(at_s + nth, &actor, "ec2.amazonaws.com", "CreateSnapshot")
            .asks(Object::new().text("volumeId", volume).end())
            .answers(response.end())
    };
    volumes.into_iter().zip(0..).map(snapshot).collect()
}

fn is_audit_day(stage: &Stage, day_s: i64) -> bool {
    let days_before = (stage.t0_s - day_s).div_euclid(DAY_S);
    days_before % 7 == AUDIT_DAYS_BEFORE
}

/// The audit of all accounts, one after the other.
fn audit(stage: &Stage, day_s: i64) -> Vec<Draft> {
    let auditor = Actor::by_key(&AUDITOR, AUDITOR_KEY).from(AUDIT_ADDRESS, PYTHON);
    let mut drafts = Vec::new();
    for (role, nth) in AUDITS.iter().zip(0..) {
        let ordinal = (day_s / DAY_S * 4 + nth).unsigned_abs();
        let key = stage.ids.key(What::Audit, ordinal);
        let session = Session::new(role, role.name, &key, day_s + hms(4, 30 + 8 * nth, 0));
        drafts.extend(assume(&auditor, &session, FIRST_AUDIT_PAIR + ordinal));
        drafts.extend(audit_calls(&session));
    }
    drafts
}

fn audit_calls(session: &Session<'_>) -> Vec<Draft> {
    let actor = Actor::in_session(session).from(AUDIT_ADDRESS, PYTHON);
    let calls = AUDIT.iter().cycle().zip(0..AUDIT_CALLS);
    calls
        .map(|(&(source, name), nth)| Draft::new(session.since_s + 2 + nth, &actor, source, name))
        .collect()
}
