//! The operators of conditions:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use crate::error::{Malformed, short};

/// What an operator compares, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Text,
    TextAnyCase,
    TextLike,
    Number(Order),
    Date(Order),
    Flag,
    Bytes,
    Ip,
    Arn,
    Null,
}

/// How two ordered values stand to each other: the request's to the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(crate) fn holds<T: PartialOrd>(self, asked: T, written: T) -> bool {
        match self {
            Self::Equal => asked == written,
            Self::Less => asked < written,
            Self::LessOrEqual => asked <= written,
            Self::Greater => asked > written,
            Self::GreaterOrEqual => asked >= written,
        }
    }
}

/// Which of a key's values must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// Nothing was said: the key has one value.
    One,
    /// `ForAllValues:`
    All,
    /// `ForAnyValue:`
    Any,
}

/// An operator with what stands before and behind its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) quantity: Quantity,
    pub(crate) test: Test,
    /// Whether the request's value must equal none of the policy's.
    pub(crate) negated: bool,
    /// Whether a missing key is as good as a fitting one.
    pub(crate) if_exists: bool,
}

const NAMES: &[(&str, Test, bool)] = &[
    ("StringEquals", Test::Text, false),
    ("StringNotEquals", Test::Text, true),
    ("StringEqualsIgnoreCase", Test::TextAnyCase, false),
    ("StringNotEqualsIgnoreCase", Test::TextAnyCase, true),
    ("StringLike", Test::TextLike, false),
    ("StringNotLike", Test::TextLike, true),
    ("NumericEquals", Test::Number(Order::Equal), false),
    ("NumericNotEquals", Test::Number(Order::Equal), true),
    ("NumericLessThan", Test::Number(Order::Less), false),
    ("NumericLessThanEquals", Test::Number(Order::LessOrEqual), false),
    ("NumericGreaterThan", Test::Number(Order::Greater), false),
    ("NumericGreaterThanEquals", Test::Number(Order::GreaterOrEqual), false),
    ("DateEquals", Test::Date(Order::Equal), false),
    ("DateNotEquals", Test::Date(Order::Equal), true),
    ("DateLessThan", Test::Date(Order::Less), false),
    ("DateLessThanEquals", Test::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Test::Date(Order::GreaterOrEqual), false),
    ("Bool", Test::Flag, false),
    ("BinaryEquals", Test::Bytes, false),
    ("IpAddress", Test::Ip, false),
    ("NotIpAddress", Test::Ip, true),
    ("ArnEquals", Test::Arn, false),
    ("ArnLike", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnNotLike", Test::Arn, true),
    ("Null", Test::Null, false),
];

impl Operator {
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        let (quantity, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (Quantity::All, rest),
            Some(("ForAnyValue", rest)) => (Quantity::Any, rest),
            _ => (Quantity::One, text),
        };
        let (name, if_exists) = match rest.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let Some((_, test, negated)) = NAMES.iter().find(|(known, ..)| *known == name) else {
            return Err(Malformed::new(format!("`{}` is no condition operator", short(text))));
        };
        if *test == Test::Null && (if_exists || quantity != Quantity::One) {
            let why = "`Null` stands alone: without a set operator and without `IfExists`";
            return Err(Malformed::new(why));
        }
        Ok(Self { quantity, test: *test, negated: *negated, if_exists })
    }
}
