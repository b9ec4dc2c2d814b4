//! Whether a policy lets in the public, as S3 means it:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>

use crate::condition::Condition;
use crate::operand::Operand;
use crate::operator::{Quantity, Test};
use crate::policy::Policy;
use crate::principal::Named;
use crate::statement::{Choice, Effect, Statement};

/// Keys whose fixed values name a circle of callers.
const LIMITING: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

impl Policy {
    /// Whether a statement allows something to everybody, without a condition that limits callers
    /// to fixed addresses, networks, accounts, organizations or principals. In doubt it is public.
    pub fn is_public(&self) -> bool {
        self.statements.iter().any(is_public)
    }
}

fn is_public(statement: &Statement) -> bool {
    let everybody = match &statement.principals {
        Some(Choice::Only(names)) => names.contains(&Named::Everybody),
        Some(Choice::AllBut(_)) => true,
        None => false,
    };
    let allows = statement.effect == Effect::Allow;
    allows && everybody && !statement.conditions.iter().any(limits)
}

/// A condition that also holds where the key is missing limits nobody.
fn limits(condition: &Condition) -> bool {
    let operator = condition.operator;
    let firm = !operator.negated && !operator.if_exists && operator.quantity != Quantity::All;
    let compares = matches!(operator.test, Test::Text | Test::TextAnyCase | Test::TextLike)
        || matches!(operator.test, Test::Arn | Test::Ip);
    let fixed = condition.operands.iter().all(is_fixed);
    firm && compares && fixed && LIMITING.contains(&condition.key.as_str())
}

fn is_fixed(operand: &Operand) -> bool {
    match operand {
        Operand::Text(template) | Operand::TextAnyCase(template) | Operand::Arn(template) => {
            template.is_fixed()
        }
        Operand::Ip(range) => !range.is_wide(),
        _ => false,
    }
}
