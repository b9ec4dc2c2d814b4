//! What everybody in the background does all day. Nothing here is a call that the story's
//! questions count: no `StopLogging`, no new users, keys, policies or rules, and no reading from
//! the exports bucket.

use super::actor::Actor;
use super::crew::Who;
use super::ids::Draw;
use super::record::Draft;
use super::template::fill;

const CLOUDFORMATION: &str = "cloudformation.amazonaws.com";
const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";
const EC2: &str = "ec2.amazonaws.com";
const ECR: &str = "ecr.amazonaws.com";
const ECS: &str = "ecs.amazonaws.com";
const ELB: &str = "elasticloadbalancing.amazonaws.com";
const IAM: &str = "iam.amazonaws.com";
const KMS: &str = "kms.amazonaws.com";
const LAMBDA: &str = "lambda.amazonaws.com";
const LOGS: &str = "logs.amazonaws.com";
const MONITORING: &str = "monitoring.amazonaws.com";
const ORGANIZATIONS: &str = "organizations.amazonaws.com";
const RDS: &str = "rds.amazonaws.com";
const S3: &str = "s3.amazonaws.com";
const SECRETS: &str = "secretsmanager.amazonaws.com";
const SSM: &str = "ssm.amazonaws.com";
const STS: &str = "sts.amazonaws.com";

/// A call somebody makes again and again.
#[derive(Debug)]
struct Habit {
    who: Who,
    weight: u64,
    source: &'static str,
    name: &'static str,
    request: &'static str,
}

const fn habit(
    who: Who,
    weight: u64,
    source: &'static str,
    name: &'static str,
    request: &'static str,
) -> Habit {
    Habit { who, weight, source, name, request }
}

const STACK: &str = r#"{"stackName":"checkout"}"#;
const INSTANCE: &str = r#"{"instancesSet":{"items":[{"instanceId":"i-0$h"}]},"filterSet":{}}"#;
const FILTERED: &str =
    r#"{"filterSet":{"items":[{"name":"tag:env","valueSet":{"items":[{"value":"prod"}]}}]}}"#;
const LAYERS: &str =
    r#"{"registryId":"$a","repositoryName":"checkout","layerDigests":["sha256:$h$h$h$h"]}"#;
const IMAGE: &str = r#"{"registryId":"$a","repositoryName":"checkout","imageTag":"build-$n"}"#;
const ENVELOPE: &str = concat!(
    r#"{"encryptionContext":{"tenant":"tenant-$n"},"#,
    r#""encryptionAlgorithm":"SYMMETRIC_DEFAULT","keyId":"alias/payments"}"#,
);
const DATA_KEY: &str =
    r#"{"encryptionContext":{"tenant":"tenant-$n"},"keyId":"alias/payments","keySpec":"AES_256"}"#;
const QUERY: &str = concat!(
    r#"{"logGroupName":"/ecs/checkout","limit":1000,"#,
    r#""queryString":"fields @timestamp, @message | filter level = 'error'"}"#,
);
const LAUNCH: &str = concat!(
    r#"{"instancesSet":{"items":[{"minCount":1,"maxCount":1}]},"instanceType":"m7g.large","#,
    r#""launchTemplate":{"launchTemplateId":"lt-0123456789abcdef0","version":"$n"}}"#,
);
const INSTANCES: &str = r#"{"instancesSet":{"items":[{"instanceId":"i-0$h"}]}}"#;
const TAGS: &str = r#"{"resourcesSet":{"items":[{"resourceId":"i-0$h"}]}}"#;
const ALARMS: &str = r#"{"maxRecords":100,"stateValue":"ALARM"}"#;
const TARGETS: &str = concat!(
    r#"{"targetGroupArn":"arn:aws:elasticloadbalancing:us-east-1:$a:"#,
    r#"targetgroup/payments/0123456789abcdef"}"#,
);

const HABITS: &[Habit] = &[
    habit(Who::Release, 6, STS, "GetCallerIdentity", ""),
    habit(Who::Release, 8, ECR, "GetAuthorizationToken", ""),
    habit(Who::Release, 12, ECR, "BatchCheckLayerAvailability", LAYERS),
    habit(Who::Release, 4, ECR, "InitiateLayerUpload", r#"{"repositoryName":"checkout"}"#),
    habit(Who::Release, 4, ECR, "CompleteLayerUpload", LAYERS),
    habit(Who::Release, 3, ECR, "PutImage", IMAGE),
    habit(Who::Release, 9, CLOUDFORMATION, "DescribeStacks", STACK),
    habit(Who::Release, 7, CLOUDFORMATION, "DescribeStackEvents", STACK),
    habit(Who::Release, 2, CLOUDFORMATION, "CreateChangeSet", STACK),
    habit(Who::Release, 2, CLOUDFORMATION, "ExecuteChangeSet", STACK),
    habit(Who::Release, 5, SSM, "GetParameter", r#"{"name":"/build/version"}"#),
    habit(Who::Release, 2, LAMBDA, "UpdateFunctionCode20150331v2", r#"{"functionName":"notify"}"#),
    habit(Who::Alice, 6, EC2, "DescribeInstances", r#"{"maxResults":50,"instancesSet":{}}"#),
    habit(Who::Alice, 5, MONITORING, "DescribeAlarms", ALARMS),
    habit(Who::Alice, 3, IAM, "ListRoles", r#"{"maxItems":1000}"#),
    habit(Who::Alice, 3, IAM, "GetUser", r#"{"userName":"alice"}"#),
    habit(Who::Alice, 4, CLOUDTRAIL, "LookupEvents", r#"{"maxResults":50}"#),
    habit(Who::Alice, 2, S3, "ListBuckets", r#"{"Host":"s3.us-east-1.amazonaws.com"}"#),
    habit(Who::Bob, 6, ORGANIZATIONS, "ListAccounts", ""),
    habit(Who::Bob, 3, ORGANIZATIONS, "DescribeOrganization", ""),
    habit(Who::Bob, 2, ORGANIZATIONS, "ListPolicies", r#"{"filter":"SERVICE_CONTROL_POLICY"}"#),
    habit(Who::Bob, 4, "ce.amazonaws.com", "GetCostAndUsage", r#"{"granularity":"DAILY"}"#),
    habit(Who::Bob, 2, "health.amazonaws.com", "DescribeEventAggregates", ""),
    habit(Who::Carol, 6, EC2, "DescribeVpcs", FILTERED),
    habit(Who::Carol, 6, EC2, "DescribeSubnets", FILTERED),
    habit(Who::Carol, 6, EC2, "DescribeSecurityGroups", FILTERED),
    habit(Who::Carol, 5, IAM, "GetRole", r#"{"roleName":"ReleaseRole"}"#),
    habit(Who::Carol, 4, IAM, "ListRolePolicies", r#"{"roleName":"ReleaseRole"}"#),
    habit(Who::Carol, 3, CLOUDTRAIL, "GetTrailStatus", r#"{"name":"sandbox-trail"}"#),
    habit(Who::Carol, 2, EC2, "CreateTags", TAGS),
    habit(Who::Developer, 8, CLOUDFORMATION, "DescribeStacks", STACK),
    habit(Who::Developer, 9, LOGS, "DescribeLogGroups", r#"{"logGroupNamePrefix":"/ecs/"}"#),
    habit(Who::Developer, 7, LOGS, "StartQuery", QUERY),
    habit(Who::Developer, 9, LOGS, "GetQueryResults", r#"{"queryId":"$h"}"#),
    habit(Who::Developer, 6, ECS, "DescribeTasks", r#"{"cluster":"test","tasks":["$h$h"]}"#),
    habit(Who::Developer, 6, ECS, "ListTasks", r#"{"cluster":"test","maxResults":100}"#),
    habit(Who::Developer, 5, ECR, "DescribeImages", r#"{"repositoryName":"checkout"}"#),
    habit(Who::Developer, 4, LAMBDA, "GetFunction20150331v2", r#"{"functionName":"notify"}"#),
    habit(Who::PaymentsApi, 30, KMS, "Decrypt", ENVELOPE),
    habit(Who::PaymentsApi, 14, KMS, "GenerateDataKey", DATA_KEY),
    habit(Who::PaymentsApi, 7, SECRETS, "GetSecretValue", r#"{"secretId":"prod/checkout/stripe"}"#),
    habit(Who::PaymentsApi, 5, SSM, "GetParametersByPath", r#"{"path":"/payments/flags"}"#),
    habit(Who::PaymentsApi, 3, LOGS, "CreateLogStream", r#"{"logStreamName":"payments/$h"}"#),
    habit(Who::Monitor, 9, MONITORING, "ListMetrics", r#"{"namespace":"AWS/ECS"}"#),
    habit(Who::Monitor, 9, MONITORING, "DescribeAlarms", ALARMS),
    habit(Who::Monitor, 7, EC2, "DescribeInstances", r#"{"maxResults":1000,"instancesSet":{}}"#),
    habit(Who::Monitor, 4, EC2, "DescribeVolumes", FILTERED),
    habit(Who::Monitor, 5, RDS, "DescribeDBInstances", r#"{"maxRecords":100}"#),
    habit(Who::Monitor, 6, ELB, "DescribeTargetHealth", TARGETS),
    habit(Who::Monitor, 5, "tagging.amazonaws.com", "GetResources", r#"{"resourcesPerPage":100}"#),
    habit(Who::Monitor, 4, LOGS, "DescribeLogGroups", r#"{"limit":50}"#),
    habit(Who::Scaling, 12, EC2, "DescribeInstanceStatus", INSTANCE),
    habit(Who::Scaling, 8, ELB, "DescribeTargetHealth", TARGETS),
    habit(Who::Scaling, 1, EC2, "RunInstances", LAUNCH),
    habit(Who::Scaling, 1, EC2, "TerminateInstances", INSTANCES),
    habit(Who::Config, 6, EC2, "DescribeVpcs", r#"{"vpcSet":{},"filterSet":{}}"#),
    habit(Who::Config, 6, EC2, "DescribeSecurityGroups", r#"{"securityGroupSet":{}}"#),
    habit(Who::Config, 4, RDS, "DescribeDBSnapshots", r#"{"maxRecords":100}"#),
    habit(Who::Config, 4, IAM, "GetPolicy", r#"{"policyArn":"arn:aws:iam::$a:policy/deploy-$n"}"#),
    habit(Who::Config, 4, LAMBDA, "ListFunctions20150331", r#"{"maxItems":50}"#),
    habit(Who::Config, 3, KMS, "ListKeys", r#"{"limit":1000}"#),
];

/// Something `who` does again.
pub(super) fn usual(who: Who, at_s: i64, actor: &Actor, draw: &mut Draw) -> Option<Draft> {
    let habits = || HABITS.iter().filter(|habit| habit.who == who);
    let mut left = draw.below(habits().map(|habit| habit.weight).sum());
    let habit = habits().find(|habit| {
        let found = left < habit.weight;
        left = left.saturating_sub(habit.weight);
        found
    })?;
    let mut draft = Draft::new(at_s, actor, habit.source, habit.name);
    if !habit.request.is_empty() {
        draft = draft.asks(fill(habit.request, actor, draw));
    }
    if let Some(template) = answer(habit.name) {
        draft = draft.answers(fill(template, actor, draw));
    }
    if habit.source == KMS {
        draft = draft.about(fill(KMS_KEY, actor, draw));
    }
    Some(draft)
}

const KMS_KEY: &str = concat!(
    r#"[{"accountId":"$a","type":"AWS::KMS::Key","ARN":"#,
    r#""arn:aws:kms:us-east-1:$a:key/4b1e0b2c-8f4e-4c9a-9d57-1f2e3d4c5b6a"}]"#,
);

/// What a changing call answers; reading calls answer nothing in records.
fn answer(name: &str) -> Option<&'static str> {
    match name {
        "InitiateLayerUpload" => Some(r#"{"partSize":10485760,"uploadId":"$h$h"}"#),
        "CompleteLayerUpload" => Some(r#"{"repositoryName":"checkout","uploadId":"$h$h"}"#),
        "PutImage" => Some(r#"{"image":{"imageId":{"imageDigest":"sha256:$h$h$h$h"}}}"#),
        "CreateChangeSet" => Some(r#"{"id":"changeSet/release-$n/$h","stackId":"stack/checkout"}"#),
        "CreateTags" => Some(r#"{"_return":true}"#),
        "StartQuery" => Some(r#"{"queryId":"$h"}"#),
        "UpdateFunctionCode20150331v2" => Some(r#"{"functionName":"notify","version":"$n"}"#),
        "RunInstances" | "TerminateInstances" => Some(INSTANCES),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cast::{CAROL, CAROL_KEY};
    use super::super::ids::{Ids, What};
    use super::*;

    #[test]
    fn everybody_has_habits_that_are_json() {
        for who in Who::ALL {
            assert!(HABITS.iter().any(|habit| habit.who == who), "{who:?} does nothing");
        }
        let actor = Actor::by_key(&CAROL, CAROL_KEY);
        let mut draw = Ids::new(1).draw(What::Draw, 1);
        let answers = HABITS.iter().filter_map(|habit| answer(habit.name));
        let requests = HABITS.iter().map(|habit| habit.request).filter(|text| !text.is_empty());
        for template in requests.chain(answers).chain([KMS_KEY]) {
            let filled = fill(template, &actor, &mut draw);
            let read: Result<serde_json::Value, _> = serde_json::from_str(&filled);
            assert!(read.is_ok(), "{filled}");
        }
    }
}
