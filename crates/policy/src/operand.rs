//! The values that a policy compares with, read once.

use crate::base64;
use crate::cidr::Cidr;
use crate::context::{Context, Fact};
use crate::document::Node;
use crate::error::{Malformed, short};
use crate::glob::{Token, matches};
use crate::operator::{Order, Test};
use crate::template::{Reading, Template};
use model::Timestamp;
use std::net::IpAddr;

const ARN_PARTS: usize = 6;

/// One value of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Text(Template),
    TextAnyCase(Template),
    Number(Order, f64),
    Date(Order, Timestamp),
    Flag(bool),
    Bytes(Vec<u8>),
    Ip(Cidr),
    Arn(Template),
    Null(bool),
}

impl Operand {
    pub(crate) fn parse(test: Test, value: Node, variables: bool) -> Result<Self, Malformed> {
        let text = match value {
            Node::Text(text) | Node::Number(text) => text,
            Node::Flag(flag) => flag.to_string(),
            Node::Null | Node::List(_) | Node::Object(_) => {
                return Err(Malformed::new("a value must be a text, a number or a boolean"));
            }
        };
        let template = |wildcards| Template::parse(&text, Reading { wildcards, variables });
        let read = match test {
            Test::Text => Some(Self::Text(template(false)?)),
            Test::TextAnyCase => Some(Self::TextAnyCase(template(false)?)),
            Test::TextLike => Some(Self::Text(template(true)?)),
            Test::Arn => Some(Self::Arn(template(true)?)),
            Test::Number(order) => number(&text).map(|number| Self::Number(order, number)),
            Test::Date(order) => date(&text).map(|date| Self::Date(order, date)),
            Test::Flag => flag(&text).map(Self::Flag),
            Test::Null => flag(&text).map(Self::Null),
            Test::Bytes => base64::decode(&text).map(Self::Bytes),
            Test::Ip => Cidr::parse(&text).map(Self::Ip),
        };
        let wanted = wanted(test);
        read.ok_or_else(|| Malformed::new(format!("`{}` is no {wanted}", short(&text))))
    }

    /// Whether a value of the request is this one. What cannot be read as the kind that is asked
    /// for is not.
    pub(crate) fn is_met(&self, fact: &Fact, context: &Context) -> bool {
        let met = match self {
            Self::Text(template) => text(template, fact, context),
            Self::TextAnyCase(template) => text_any_case(template, fact, context),
            Self::Arn(template) => arn(template, fact, context),
            Self::Number(order, written) => {
                fact_number(fact).map(|asked| order.holds(asked, *written))
            }
            Self::Date(order, written) => fact_date(fact).map(|asked| order.holds(asked, *written)),
            Self::Flag(written) => fact_flag(fact).map(|asked| asked == *written),
            Self::Bytes(written) => fact_bytes(fact).map(|asked| asked == *written),
            Self::Ip(range) => fact_ip(fact).map(|asked| range.contains(asked)),
            Self::Null(_) => None,
        };
        met.unwrap_or(false)
    }
}

const fn wanted(test: Test) -> &'static str {
    match test {
        Test::Text | Test::TextAnyCase | Test::TextLike | Test::Arn => "text",
        Test::Number(_) => "number",
        Test::Date(_) => "date: write 2026-01-31T12:00:00Z or seconds since 1970",
        Test::Flag | Test::Null => "`true` or `false`",
        Test::Bytes => "base64",
        Test::Ip => "address or range of addresses: write 203.0.113.0/24 or 2001:db8::/32",
    }
}

fn text(template: &Template, fact: &Fact, context: &Context) -> Option<bool> {
    let asked: Vec<char> = fact.text()?.chars().collect();
    Some(matches(&template.resolve(context)?, &asked))
}

fn text_any_case(template: &Template, fact: &Fact, context: &Context) -> Option<bool> {
    let asked = fact.text()?;
    let chars = template.resolve(context)?.into_iter().filter_map(|token| match token {
        Token::Char(c) => Some(c),
        Token::One | Token::Run => None,
    });
    let folded = |c: char| c.to_lowercase();
    Some(chars.flat_map(folded).eq(asked.chars().flat_map(folded)))
}

/// Each of the six parts by itself, so that no `*` reaches from one into the next.
fn arn(template: &Template, fact: &Fact, context: &Context) -> Option<bool> {
    let (pattern, asked) = (template.resolve(context)?, fact.text()?);
    let parts: Vec<&str> = asked.splitn(ARN_PARTS, ':').collect();
    if parts.len() != ARN_PARTS || parts.first() != Some(&"arn") {
        return Some(false);
    }
    if pattern == [Token::Run] {
        return Some(true);
    }
    let patterns: Vec<&[Token]> =
        pattern.splitn(ARN_PARTS, |token| *token == Token::Char(':')).collect();
    let part = |(pattern, part): (&&[Token], &&str)| {
        matches(pattern, &part.chars().collect::<Vec<char>>())
    };
    Some(patterns.len() == ARN_PARTS && patterns.iter().zip(&parts).all(part))
}

/// A decimal number. `inf`, `NaN` and `0x10` are none.
fn number(text: &str) -> Option<f64> {
    let plain = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    let number: f64 = text.parse().ok().filter(|_| text.bytes().all(plain))?;
    number.is_finite().then_some(number)
}

/// A date in one of the forms of <https://www.w3.org/TR/NOTE-datetime>, or seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    let seconds = text.parse::<i64>().ok().filter(|_| text.len() > 4);
    if let Some(seconds) = seconds {
        return seconds.checked_mul(1_000).map(Timestamp);
    }
    let whole = match text.len() {
        4 => format!("{text}-01-01T00:00:00Z"),
        7 => format!("{text}-01T00:00:00Z"),
        10 => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    Timestamp::parse(&whole)
}

const fn flag(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("false") { Some(false) } else { None }
}

fn fact_number(fact: &Fact) -> Option<f64> {
    match fact {
        Fact::Number(number) => Some(*number),
        Fact::Text(text) => number(text),
        Fact::Time(time) => Some(time.seconds() as f64),
        _ => None,
    }
}

fn fact_date(fact: &Fact) -> Option<Timestamp> {
    match fact {
        Fact::Time(time) => Some(*time),
        Fact::Text(text) => date(text),
        Fact::Number(seconds) => Some(Timestamp::from_seconds(*seconds as i64 % (1 << 50))),
        _ => None,
    }
}

fn fact_flag(fact: &Fact) -> Option<bool> {
    match fact {
        Fact::Flag(flag) => Some(*flag),
        Fact::Text(text) => flag(text),
        _ => None,
    }
}

fn fact_bytes(fact: &Fact) -> Option<Vec<u8>> {
    match fact {
        Fact::Bytes(bytes) => Some(bytes.clone()),
        Fact::Text(text) => base64::decode(text),
        _ => None,
    }
}

fn fact_ip(fact: &Fact) -> Option<IpAddr> {
    match fact {
        Fact::Ip(address) => Some(*address),
        Fact::Text(text) => text.parse().ok(),
        _ => None,
    }
}
