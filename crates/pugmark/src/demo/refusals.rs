//! What people and programs in the background try although they may not: nobody means harm, and
//! none of it is tried by the pipeline's user.

use super::actor::Actor;
use super::crew::Who;
use super::denial::{DENIED, EC2_DENIED, ec2_not_allowed, not_allowed};
use super::ids::Draw;
use super::record::Draft;
use super::template::fill;

const EC2: &str = "ec2.amazonaws.com";
const ECS: &str = "ecs.amazonaws.com";
const IAM: &str = "iam.amazonaws.com";
const KMS: &str = "kms.amazonaws.com";
const LOGS: &str = "logs.amazonaws.com";
const SECRETS: &str = "secretsmanager.amazonaws.com";
const SSM: &str = "ssm.amazonaws.com";

/// A call somebody tries and may not make.
#[derive(Debug)]
struct Refusal {
    who: Who,
    source: &'static str,
    name: &'static str,
    action: &'static str,
    resource: &'static str,
}

const fn refusal(
    who: Who,
    source: &'static str,
    name: &'static str,
    action: &'static str,
    resource: &'static str,
) -> Refusal {
    Refusal { who, source, name, action, resource }
}

const REFUSALS: &[Refusal] = &[
    refusal(Who::Developer, KMS, "Decrypt", "kms:Decrypt", KEY),
    refusal(Who::Developer, SECRETS, "GetSecretValue", "secretsmanager:GetSecretValue", SECRET),
    refusal(Who::Developer, IAM, "ListAccessKeys", "iam:ListAccessKeys", USER),
    refusal(Who::Developer, EC2, "TerminateInstances", "ec2:TerminateInstances", ""),
    refusal(Who::Developer, LOGS, "DeleteLogGroup", "logs:DeleteLogGroup", LOG_GROUP),
    refusal(Who::Developer, ECS, "UpdateService", "ecs:UpdateService", SERVICE),
    refusal(Who::Carol, IAM, "GetAccountPasswordPolicy", "iam:GetAccountPasswordPolicy", ACCOUNT),
    refusal(Who::Carol, EC2, "DescribeFlowLogs", "ec2:DescribeFlowLogs", ""),
    refusal(Who::Monitor, EC2, "DescribeFlowLogs", "ec2:DescribeFlowLogs", ""),
    refusal(Who::Monitor, "ce.amazonaws.com", "GetCostAndUsage", "ce:GetCostAndUsage", COSTS),
    refusal(Who::Monitor, "wafv2.amazonaws.com", "ListWebACLs", "wafv2:ListWebACLs", WEB_ACLS),
    refusal(Who::PaymentsApi, SSM, "PutParameter", "ssm:PutParameter", PARAMETER),
];

const KEY: &str = "arn:aws:kms:us-east-1:$a:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
const SECRET: &str = "arn:aws:secretsmanager:us-east-1:$a:secret:build/signing";
const USER: &str = "arn:aws:iam::$a:user/carol";
const LOG_GROUP: &str = "arn:aws:logs:us-east-1:$a:log-group:/ecs/checkout:log-stream:";
const SERVICE: &str = "arn:aws:ecs:us-east-1:$a:service/test/checkout";
const ACCOUNT: &str = "*";
const COSTS: &str = "arn:aws:ce:us-east-1:$a:/GetCostAndUsage";
const WEB_ACLS: &str = "arn:aws:wafv2:us-east-1:$a:regional/webacl/*";
const PARAMETER: &str = "arn:aws:ssm:us-east-1:$a:parameter/payments/flags";

/// Who is refused something, of those for whom `awake` holds.
pub(super) fn refused(awake: impl Fn(Who) -> bool, draw: &mut Draw) -> Option<Refused> {
    let refusals: Vec<&Refusal> = REFUSALS.iter().filter(|refusal| awake(refusal.who)).collect();
    draw.one_of(&refusals).map(|refusal| Refused(refusal))
}

/// A refusal that is to be told.
#[derive(Debug)]
pub(super) struct Refused(&'static Refusal);

impl Refused {
    /// Whom it meets.
    pub(super) const fn who(&self) -> Who {
        self.0.who
    }

    /// The call as it failed. Of a refused call AWS shows no parameters, except EC2.
    pub(super) fn draft(&self, at_s: i64, actor: &Actor, draw: &mut Draw) -> Draft {
        let Refusal { source, name, action, resource, .. } = self.0;
        let draft = Draft::new(at_s, actor, source, name);
        if *source == EC2 {
            let request = fill(r#"{"filterSet":{},"maxResults":$n}"#, actor, draw);
            return draft.asks(request).fails(EC2_DENIED, ec2_not_allowed(actor, action));
        }
        draft.fails(DENIED, not_allowed(actor, action, &fill(resource, actor, draw)))
    }
}
