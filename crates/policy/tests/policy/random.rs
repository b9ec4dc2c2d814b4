//! Policies and requests at random, decided twice.

use crate::naive::{self, Asked};
use crate::people;
use policy::{Context, Decision, Fact, Global, Kind, Policy, Reach, ServiceKey, evaluate};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const ROUNDS: u64 = 30_000;
const PEOPLE: &[&str] = &[
    "user ann",
    "user bob",
    "root",
    "role R/s",
    "role Q/s",
    "away user ann",
    "away root",
    "service s.amazonaws.com",
    "nobody",
];
const NAMES: &[&str] = &[
    "*",
    "111111111111",
    "222222222222",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::111111111111:user/ann",
    "arn:aws:iam::222222222222:user/ann",
    "arn:aws:iam::111111111111:role/R",
    "arn:aws:sts::111111111111:assumed-role/R/s",
];
const ACTIONS: &[&str] = &["s3:Get", "s3:Put", "sns:Get", "s3:*", "*", "S3:?et", "s3:*t"];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/${aws:username}",
    "arn:aws:s3:::*n",
    "arn:aws:s3:::b/${s3:prefix, 'ann'}",
    "arn:aws:s3:::b/?nn",
    "arn:aws:s3:::b/${*}",
];
const ASKED: &[&str] =
    &["arn:aws:s3:::b", "arn:aws:s3:::b/ann", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${*}"];
const TEXTS: &[&str] = &["a", "A", "ab", "a*", "?b", "*", "${*}", "${aws:username}", "ann", ""];
const ARNS: &[&str] = &[
    "arn:aws:s3:::b",
    "arn:aws:s3:::*",
    "arn:*:s3:::b",
    "*",
    "arn:aws:*",
    "x",
    "arn:aws:s3:::b:c",
];
const NUMBERS: &[&str] = &["0", "1", "2", "-1", "1.5"];
const ADDRESSES: &[&str] = &["10.0.0.1", "10.0.0.0/24", "0.0.0.0/0", "10.1.0.0/16", "10.0.0.1/31"];
const FLAGS: &[&str] = &["true", "false"];

/// SplitMix64: small, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % sides as u64).unwrap()
    }

    fn one(&mut self, of: &[&str]) -> String {
        of[self.roll(of.len())].to_owned()
    }

    /// One text, or a list of up to three.
    fn some(&mut self, of: &[&str]) -> Value {
        match self.roll(2) {
            0 => json!(self.one(of)),
            _ => (0..=self.roll(3)).map(|_| json!(self.one(of))).collect(),
        }
    }

    fn either(&mut self, member: &str) -> String {
        if self.roll(4) == 0 { format!("Not{member}") } else { member.to_owned() }
    }

    fn condition(&mut self) -> (String, Value) {
        let kinds: [(&[&str], &[&str]); 5] = [
            (
                &[
                    "StringEquals",
                    "StringNotEquals",
                    "StringEqualsIgnoreCase",
                    "StringLike",
                    "StringNotEqualsIgnoreCase",
                    "StringNotLike",
                ],
                TEXTS,
            ),
            (&["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], ARNS),
            (
                &[
                    "NumericEquals",
                    "NumericNotEquals",
                    "NumericLessThan",
                    "NumericLessThanEquals",
                    "NumericGreaterThan",
                    "NumericGreaterThanEquals",
                ],
                NUMBERS,
            ),
            (&["IpAddress", "NotIpAddress"], ADDRESSES),
            (&["Bool"], FLAGS),
        ];
        if self.roll(8) == 0 {
            return ("Null".to_owned(), self.some(FLAGS));
        }
        let (operators, values) = kinds[self.roll(kinds.len())];
        let set = self.one(&["", "", "ForAllValues:", "ForAnyValue:"]);
        let behind = self.one(&["", "", "IfExists"]);
        (format!("{set}{}{behind}", self.one(operators)), self.some(values))
    }

    fn statement(&mut self, kind: Kind) -> Value {
        let mut statement = Map::new();
        statement.insert("Effect".into(), json!(self.one(&["Allow", "Allow", "Deny"])));
        if kind == Kind::Resource {
            let names = match self.roll(5) {
                0 => json!("*"),
                1 => json!({ "Service": "s.amazonaws.com" }),
                2 => json!({ "AWS": self.some(NAMES), "Service": "s.amazonaws.com" }),
                _ => json!({ "AWS": self.some(NAMES) }),
            };
            statement.insert(self.either("Principal"), names);
        }
        statement.insert(self.either("Action"), self.some(ACTIONS));
        statement.insert(self.either("Resource"), self.some(RESOURCES));
        let mut conditions = Map::new();
        for _ in 0..self.roll(3) {
            let (operator, values) = self.condition();
            conditions.insert(operator, json!({ self.one(&["s3:Prefix", "s3:prefix"]): values }));
        }
        statement.insert("Condition".into(), Value::Object(conditions));
        Value::Object(statement)
    }

    fn policy(&mut self, kind: Kind) -> Value {
        let statements: Vec<Value> = (0..=self.roll(3)).map(|_| self.statement(kind)).collect();
        json!({ "Version": self.one(&["2012-10-17", "2008-10-17"]), "Statement": statements })
    }

    fn asked(&mut self) -> Asked {
        let who = self.one(PEOPLE);
        let mut facts = BTreeMap::new();
        let all = [TEXTS, ARNS, NUMBERS, ADDRESSES, FLAGS];
        let values = all[self.roll(all.len())];
        let values = (0..self.roll(4)).map(|_| self.one(values)).collect();
        facts.insert("s3:prefix".to_owned(), values);
        if let Some(name) = who.split("user ").nth(1) {
            facts.insert("aws:username".to_owned(), vec![name.to_owned()]);
        }
        Asked {
            who,
            action: self.one(&["s3:Get", "s3:Put", "SNS:Get"]),
            resource: self.one(ASKED),
            facts,
        }
    }
}

fn by_us(policies: &[Policy], asked: &Asked) -> Option<&'static str> {
    let values = asked.facts["s3:prefix"].iter().cloned();
    let fact = match asked.facts["s3:prefix"].as_slice() {
        [one] => Fact::Text(one.clone()),
        _ => values.collect(),
    };
    let key = ServiceKey::new("s3", "Prefix").unwrap();
    let context = Context::default().service(key, fact).global(Global::SecureTransport, true);
    let request = people::request(&asked.who, &asked.action, &asked.resource, context);
    let policies: Vec<&Policy> = policies.iter().collect();
    match evaluate(&policies, &request) {
        Decision::Denied(_) => Some("deny"),
        Decision::Allowed(_, Reach::Direct) => Some("direct"),
        Decision::Allowed(_, Reach::Account) => Some("account"),
        Decision::Unmentioned => None,
    }
}

#[test]
fn two_evaluators_agree() {
    let mut seen: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    for seed in 0..ROUNDS {
        let mut dice = Dice(seed);
        let kind = if seed % 2 == 0 { Kind::Resource } else { Kind::Identity };
        let written: Vec<Value> = (0..=dice.roll(2)).map(|_| dice.policy(kind)).collect();
        let read = |policy: &Value| {
            Policy::parse(&policy.to_string(), kind).unwrap_or_else(|e| panic!("{policy}: {e}"))
        };
        let policies: Vec<Policy> = written.iter().map(read).collect();
        let asked = dice.asked();
        let expected = naive::decide(&written, &asked);
        let found = by_us(&policies, &asked);
        let Asked { who, action, resource, facts } = &asked;
        assert_eq!(found, expected, "{seed}: {who} {action} {resource} {facts:?} {written:#?}");
        *seen.entry(found).or_default() += 1;
    }
    // A comparison that hardly ever says yes compares nothing.
    for answer in [None, Some("deny"), Some("direct"), Some("account")] {
        assert!(seen.get(&answer).is_some_and(|count| *count > ROUNDS / 200), "{seen:?}");
    }
}
