//! Conditions: all of them must hold, each by one of its values.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>

use crate::context::{Context, Fact};
use crate::document::Node;
use crate::error::{Malformed, short};
use crate::operand::Operand;
use crate::operator::{Operator, Quantity, Test};

/// One operator, one key, some values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    /// In lower case.
    pub(crate) key: String,
    pub(crate) operands: Vec<Operand>,
}

impl Condition {
    /// The conditions of a statement.
    pub(crate) fn parse_all(block: Node, variables: bool) -> Result<Vec<Self>, Malformed> {
        let mut conditions = Vec::new();
        for (name, keys) in block.members()? {
            let operator = Operator::parse(&name)?;
            for (key, values) in keys.members().map_err(|error| error.of(&name))? {
                let condition = Self::parse(operator, &key, values, variables);
                conditions.push(condition.map_err(|error| error.of(&name))?);
            }
        }
        Ok(conditions)
    }

    fn parse(
        operator: Operator,
        key: &str,
        values: Node,
        variables: bool,
    ) -> Result<Self, Malformed> {
        let named = key.split_once(':').is_some_and(|(left, right)| {
            !left.is_empty() && !right.is_empty() && !left.contains(char::is_whitespace)
        });
        if !named {
            let why = format!("`{}` is no condition key: it needs a prefix, as `aws:`", short(key));
            return Err(Malformed::new(why));
        }
        let read = |value| Operand::parse(operator.test, value, variables);
        let operands = values.items().into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { operator, key: key.to_lowercase(), operands })
    }

    /// Whether the request's facts are as the condition says.
    pub(crate) fn holds(&self, context: &Context) -> bool {
        let values = context.values(&self.key);
        if self.operator.test == Test::Null {
            return self.operands.iter().any(|it| *it == Operand::Null(values.is_none()));
        }
        match (values, self.operator.quantity) {
            (None, _) if self.operator.if_exists => true,
            (None, Quantity::One) => self.operator.negated,
            (None, Quantity::All) => true,
            (None, Quantity::Any) => false,
            (Some(values), Quantity::All) => values.iter().all(|it| self.is_met(it, context)),
            (Some(values), Quantity::One) if self.operator.negated => {
                values.iter().all(|it| self.is_met(it, context))
            }
            (Some(values), _) => values.iter().any(|it| self.is_met(it, context)),
        }
    }

    /// Whether one value of the request is one of the policy's; of a negated operator, none.
    fn is_met(&self, fact: &Fact, context: &Context) -> bool {
        let found = self.operands.iter().any(|operand| operand.is_met(fact, context));
        found != self.operator.negated
    }
}
