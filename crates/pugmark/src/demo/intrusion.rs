//! The intrusion: from the first use of the leaked key to the last thing taken. Every time and
//! name here is told in the README's tour and asked for by its ten questions.

use super::actor::{Actor, Session, role_arn, user_arn};
use super::assumption::{STS, assume};
use super::bucket::{self, FILES_PER_DAY, S3};
use super::cast::{
    BUILD, CI_DEPLOYER, CLI, COPIER, INTRUDER_ADDRESS, LEAKED_KEY, METRICS_KEY,
    ORGANIZATION_ACCESS, PAYMENTS, PAYMENTS_DEPLOY, PAYMENTS_KEY, REGION, RELEASE, RELEASE_KEY,
    SECOND_ADDRESS, STRANGER, SVC_METRICS,
};
use super::clock::{DAY_S, hms, words};
use super::denial::{
    DENIED, EC2_DENIED, ec2_not_allowed, forbidden_by_organization, not_allowed, not_authorized,
};
use super::object::Object;
use super::record::Draft;

/// How many objects are taken.
pub(super) const OBJECTS: i64 = 4_812;
/// The first and the last second of the theft.
const THEFT_S: (i64, i64) = (hms(2, 36, 0), hms(2, 58, 59));
/// The name of both of the intruder's sessions: it looks like one of the pipeline's own.
const SESSION: &str = "build-7731";
/// The number of the pair that enters the payments account.
const PAIR: u64 = 1;

const IAM: &str = "iam.amazonaws.com";
const EC2: &str = "ec2.amazonaws.com";
const SECRETS: &str = "secretsmanager.amazonaws.com";
const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";
const SNAPSHOT: &str = "snap-0f1e2d3c4b5a69788";
const VOLUME: &str = "vol-0123456789abcdef0";
const SECURITY_GROUP: &str = "sg-0a1b2c3d4e5f60718";

/// Where the intruder looks for instances: the regions that are open in every account.
const REGIONS: [&str; 17] = [
    REGION,
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-north-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
];

/// Everything the intruder does on the day that begins at `t0_s`, in order.
pub(super) fn drafts(t0_s: i64) -> Vec<Draft> {
    let intruder = Intruder::new(t0_s);
    let mut drafts = intruder.look_around();
    drafts.extend(intruder.climb());
    drafts.extend(intruder.stay());
    drafts.extend(intruder.blind());
    drafts.extend(intruder.take_files());
    drafts.extend(intruder.take_more());
    drafts.extend(intruder.come_back());
    drafts
}

/// The intruder under every name.
#[derive(Debug)]
struct Intruder {
    t0_s: i64,
    /// With the leaked key.
    deployer: Actor,
    /// In the build account.
    release: Actor,
    /// In the payments account, at first.
    payments: Actor,
    /// In the payments account, from the second address.
    thief: Actor,
    /// As the user made to come back with.
    metrics: Actor,
}

impl Intruder {
    fn new(t0_s: i64) -> Self {
        let payments = Actor::in_session(&payments_session(t0_s));
        let metrics = Actor::by_key(&SVC_METRICS, METRICS_KEY);
        Self {
            t0_s,
            deployer: Actor::by_key(&CI_DEPLOYER, LEAKED_KEY).from(INTRUDER_ADDRESS, CLI),
            release: Actor::in_session(&release_session(t0_s)).from(INTRUDER_ADDRESS, CLI),
            payments: payments.clone().from(INTRUDER_ADDRESS, CLI),
            thief: payments.from(SECOND_ADDRESS, COPIER),
            metrics: metrics.from(SECOND_ADDRESS, CLI),
        }
    }

    const fn at(&self, hour: i64, minute: i64, second: i64) -> i64 {
        self.t0_s + hms(hour, minute, second)
    }

    /// What does this key open? One call to see whose it is, then 23 of which 20 are denied.
    fn look_around(&self) -> Vec<Draft> {
        let by = &self.deployer;
        let user = Object::new().text("userName", CI_DEPLOYER.name).end();
        let mut drafts = vec![
            Draft::new(self.at(2, 13, 7), by, STS, "GetCallerIdentity"),
            Draft::new(self.at(2, 13, 31), by, S3, "ListBuckets")
                .asks(r#"{"Host":"s3.us-east-1.amazonaws.com"}"#),
            Draft::new(self.at(2, 13, 48), by, IAM, "ListRoles"),
            self.denied_by_iam(self.at(2, 14, 2), "ListUsers", "user/"),
            self.denied_by_iam(self.at(2, 14, 15), "GetAccountAuthorizationDetails", "*"),
            Draft::new(self.at(2, 14, 37), by, IAM, "ListAttachedUserPolicies").asks(user),
            self.denied_by_iam(self.at(2, 15, 1), "SimulatePrincipalPolicy", "user/ci-deployer"),
        ];
        drafts.extend(self.look_for_instances());
        drafts
    }

    fn denied_by_iam(&self, at_s: i64, name: &'static str, resource: &str) -> Draft {
        let resource = match resource {
            "*" => "*".to_owned(),
            named => format!("arn:aws:iam::{BUILD}:{named}"),
        };
        let message = not_allowed(&self.deployer, &format!("iam:{name}"), &resource);
        Draft::new(at_s, &self.deployer, IAM, name).fails(DENIED, message)
    }

    fn look_for_instances(&self) -> Vec<Draft> {
        let message = ec2_not_allowed(&self.deployer, "ec2:DescribeInstances");
        let (first, last) = (self.at(2, 15, 34), self.at(2, 19, 58));
        let instances = |(region, nth): (&'static str, i64)| {
            let at_s = first + (last - first) * nth / 16;
            Draft::new(at_s, &self.deployer, EC2, "DescribeInstances")
                .in_region(region)
                .asks(r#"{"maxResults":1000,"instancesSet":{},"filterSet":{}}"#)
                .fails(EC2_DENIED, message.clone())
        };
        REGIONS.into_iter().zip(0..).map(instances).collect()
    }

    /// From the pipeline's user to its role, and from there into the payments account.
    fn climb(&self) -> Vec<Draft> {
        let target = role_arn(&ORGANIZATION_ACCESS);
        let message = not_authorized(&self.release, "sts:AssumeRole", &target);
        let mut drafts = assume(&self.deployer, &release_session(self.t0_s), 0);
        drafts.push(
            Draft::new(self.at(2, 25, 50), &self.release, STS, "AssumeRole").fails(DENIED, message),
        );
        drafts.extend(assume(&self.release, &payments_session(self.t0_s), PAIR));
        drafts
    }

    /// A user of the intruder's own, with a key that outlives the sessions.
    fn stay(&self) -> Vec<Draft> {
        let at_s = self.at(2, 29, 3);
        let name = Object::new().text("userName", SVC_METRICS.name);
        let policy = name.clone().text("policyArn", "arn:aws:iam::aws:policy/AdministratorAccess");
        vec![
            Draft::new(at_s, &self.payments, IAM, "CreateUser")
                .asks(name.clone().end())
                .answers(Object::new().json("user", &new_user(at_s)).end()),
            Draft::new(at_s + 4, &self.payments, IAM, "AttachUserPolicy").asks(policy.end()),
            Draft::new(at_s + 9, &self.payments, IAM, "CreateAccessKey")
                .asks(name.end())
                .answers(Object::new().json("accessKey", &new_key(at_s + 9)).end()),
        ]
    }

    /// The organization protects one trail; nobody protects the other.
    fn blind(&self) -> Vec<Draft> {
        let trail = format!("arn:aws:cloudtrail:{REGION}:{PAYMENTS}:trail/payments-local");
        let message = forbidden_by_organization(&self.payments, "cloudtrail:StopLogging", &trail);
        vec![
            Draft::new(self.at(2, 31, 20), &self.payments, CLOUDTRAIL, "StopLogging")
                .fails(DENIED, message),
            Draft::new(self.at(2, 33, 2), &self.release, CLOUDTRAIL, "StopLogging")
                .asks(r#"{"name":"build-local"}"#),
        ]
    }

    /// The newest files first: yesterday's, then the day before's, 401 days back.
    fn take_files(&self) -> Vec<Draft> {
        let (first, last) = THEFT_S;
        let start_s = self.t0_s + first;
        let mut drafts = vec![bucket::list(start_s, &self.thief)];
        for nth in 0..OBJECTS {
            // The listing has the first second to itself.
            let at_s = start_s + 1 + nth * (last - first - 1) / (OBJECTS - 1);
            let day_s = self.t0_s - DAY_S * (1 + nth / FILES_PER_DAY);
            let key = bucket::key(day_s, nth % FILES_PER_DAY);
            drafts.push(bucket::read(at_s, &self.thief, &key));
        }
        drafts
    }

    /// A copy of the database's disk, and what opens the database.
    fn take_more(&self) -> Vec<Draft> {
        let by = self.thief.clone().from(SECOND_ADDRESS, CLI);
        let root = format!("arn:aws:secretsmanager:{REGION}:{PAYMENTS}:secret:prod/payments/root");
        let message = not_allowed(&by, "secretsmanager:GetSecretValue", &root);
        vec![
            snapshot(self.at(3, 2, 15), &by),
            share(self.at(3, 9, 41), &by),
            Draft::new(self.at(3, 11, 2), &by, SECRETS, "GetSecretValue")
                .asks(r#"{"secretId":"prod/payments/db"}"#),
            Draft::new(self.at(3, 11, 9), &by, SECRETS, "GetSecretValue").fails(DENIED, message),
        ]
    }

    /// As svc-metrics: a way in, a machine to enter by, and, hours later, a look at the door.
    fn come_back(&self) -> Vec<Draft> {
        vec![
            open_port(self.at(3, 14, 9), &self.metrics),
            run_instances(self.at(3, 14, 41), &self.metrics),
            Draft::new(self.at(6, 22, 10), &self.metrics, S3, "ListBuckets")
                .asks(r#"{"Host":"s3.us-east-1.amazonaws.com"}"#),
        ]
    }
}

/// ReleaseRole/build-7731.
fn release_session(t0_s: i64) -> Session<'static> {
    Session::new(&RELEASE, SESSION, RELEASE_KEY, t0_s + hms(2, 24, 40))
}

/// PaymentsDeploy/build-7731.
fn payments_session(t0_s: i64) -> Session<'static> {
    Session::new(&PAYMENTS_DEPLOY, SESSION, PAYMENTS_KEY, t0_s + hms(2, 26, 12))
}

fn new_user(at_s: i64) -> String {
    Object::with_capacity(256)
        .text("path", "/")
        .text("userName", SVC_METRICS.name)
        .text("userId", SVC_METRICS.id)
        .text("arn", &user_arn(&SVC_METRICS))
        .text("createDate", &words(at_s))
        .end()
}

fn new_key(at_s: i64) -> String {
    Object::with_capacity(192)
        .text("accessKeyId", METRICS_KEY)
        .text("status", "Active")
        .text("userName", SVC_METRICS.name)
        .text("createDate", &words(at_s))
        .end()
}

fn snapshot(at_s: i64, by: &Actor) -> Draft {
    let request = Object::new().text("volumeId", VOLUME).text("description", "backup");
    let response = Object::with_capacity(256)
        .text("snapshotId", SNAPSHOT)
        .text("volumeId", VOLUME)
        .text("status", "pending")
        .number("startTime", u64::try_from(at_s).unwrap_or(0) * 1_000)
        .text("ownerId", PAYMENTS)
        .text("volumeSize", "200")
        .text("description", "backup")
        .flag("encrypted", false);
    Draft::new(at_s, by, EC2, "CreateSnapshot").asks(request.end()).answers(response.end())
}

fn share(at_s: i64, by: &Actor) -> Draft {
    let permission = format!(r#"{{"add":{{"items":[{{"userId":"{STRANGER}"}}]}}}}"#);
    let request = Object::with_capacity(192)
        .text("snapshotId", SNAPSHOT)
        .json("createVolumePermission", &permission)
        .text("attributeType", "CREATE_VOLUME_PERMISSION");
    Draft::new(at_s, by, EC2, "ModifySnapshotAttribute")
        .asks(request.end())
        .answers(r#"{"_return":true}"#)
}

fn open_port(at_s: i64, by: &Actor) -> Draft {
    let permissions = concat!(
        r#"{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{},"#,
        r#""ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{},"prefixListIds":{}}]}"#,
    );
    let rule = Object::with_capacity(256)
        .text("groupOwnerId", PAYMENTS)
        .text("groupId", SECURITY_GROUP)
        .text("securityGroupRuleId", "sgr-0c4d5e6f708192a3b")
        .flag("isEgress", false)
        .text("ipProtocol", "tcp")
        .number("fromPort", 22)
        .number("toPort", 22)
        .text("cidrIpv4", "0.0.0.0/0");
    let request = Object::new().text("groupId", SECURITY_GROUP).json("ipPermissions", permissions);
    let rules = format!(r#"{{"items":[{}]}}"#, rule.end());
    Draft::new(at_s, by, EC2, "AuthorizeSecurityGroupIngress")
        .asks(request.end())
        .answers(Object::new().flag("_return", true).json("securityGroupRuleSet", &rules).end())
}

fn run_instances(at_s: i64, by: &Actor) -> Draft {
    let instances = r#"{"items":[{"imageId":"ami-0abcdef1234567890","minCount":8,"maxCount":8}]}"#;
    let request = Object::with_capacity(384)
        .json("instancesSet", instances)
        .json("groupSet", &format!(r#"{{"items":[{{"groupId":"{SECURITY_GROUP}"}}]}}"#))
        .text("instanceType", "p5.48xlarge")
        .json("blockDeviceMapping", "{}")
        .json("monitoring", r#"{"enabled":false}"#)
        .flag("disableApiTermination", false);
    let message = "You have requested more vCPU capacity than your current vCPU limit of 64 \
        allows for the instance bucket that the specified instance type belongs to. Please visit \
        http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.";
    Draft::new(at_s, by, EC2, "RunInstances")
        .asks(request.end())
        .fails("Client.VcpuLimitExceeded", message)
}
