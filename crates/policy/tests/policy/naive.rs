//! A second evaluator, made another way: it walks the JSON for every question, knows values as
//! texts only, and matches by trying everything.

use serde_json::Value;
use std::collections::BTreeMap;

/// A request as plain texts.
pub(crate) struct Asked {
    /// As in `people`.
    pub(crate) who: String,
    pub(crate) action: String,
    pub(crate) resource: String,
    /// By key in lower case.
    pub(crate) facts: BTreeMap<String, Vec<String>>,
}

/// `deny`, `direct`, `account` or nothing.
pub(crate) fn decide(policies: &[Value], asked: &Asked) -> Option<&'static str> {
    let statements = || {
        policies.iter().flat_map(|policy| {
            let new = policy["Version"] == "2012-10-17";
            list(&policy["Statement"]).into_iter().map(move |statement| (statement, new))
        })
    };
    let fits = |effect: &str, wanted: &str| {
        statements().any(|(statement, new)| {
            statement["Effect"] == effect
                && elements(&statement, asked, new)
                && people(&statement, asked).contains(&wanted)
        })
    };
    if fits("Deny", "direct") || fits("Deny", "account") {
        return Some("deny");
    }
    ["direct", "account"].into_iter().find(|wanted| fits("Allow", wanted))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn texts(value: &Value) -> Vec<String> {
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    list(value).into_iter().map(text).collect()
}

fn elements(statement: &Value, asked: &Asked, new: bool) -> bool {
    let lower = asked.action.to_lowercase();
    let action = |pattern: &String| glob(&pattern.to_lowercase(), &lower);
    let resource = |pattern: &String| {
        filled(pattern, asked, new).is_some_and(|pattern| glob(&pattern, &asked.resource))
    };
    let conditions = statement["Condition"].as_object().cloned().unwrap_or_default();
    let holds = |(operator, keys): (&String, &Value)| {
        let keys = keys.as_object().unwrap();
        keys.iter().all(|(key, values)| condition(operator, key, values, asked, new))
    };
    either(statement, "Action", &action)
        && either(statement, "Resource", &resource)
        && conditions.iter().all(holds)
}

fn either(statement: &Value, member: &str, is_it: &dyn Fn(&String) -> bool) -> bool {
    match statement.get(member) {
        Some(values) => texts(values).iter().any(is_it),
        None => !texts(&statement[format!("Not{member}")]).iter().any(is_it),
    }
}

/// Everything that the asker is called: itself, its role, its account.
fn called(who: &str) -> (Vec<String>, Option<String>) {
    let (account, who) = match who.strip_prefix("away ") {
        Some(who) => ("222222222222", who),
        None => ("111111111111", who),
    };
    let parts: Vec<&str> = who.split([' ', '/']).collect();
    let names = match parts.as_slice() {
        ["user", name] => vec![format!("arn:aws:iam::{account}:user/{name}")],
        ["role", role, session] => vec![
            format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
            format!("arn:aws:iam::{account}:role/{role}"),
        ],
        ["service", name] => vec![(*name).to_owned()],
        _ => vec![],
    };
    let at_home = matches!(parts[0], "user" | "role" | "root");
    (names, at_home.then(|| account.to_owned()))
}

/// How the statement speaks of the asker: in no way, directly, through the account.
fn people(statement: &Value, asked: &Asked) -> Vec<&'static str> {
    let (names, account) = called(&asked.who);
    let written = |element: &Value| -> Vec<String> {
        match element {
            Value::Object(kinds) => kinds.values().flat_map(texts).collect(),
            other => texts(other),
        }
    };
    let is_account = |text: &String| {
        account.as_ref().is_some_and(|id| text == id || *text == format!("arn:aws:iam::{id}:root"))
    };
    if let Some(element) = statement.get("Principal") {
        let element = written(element);
        let root = asked.who.ends_with("root");
        let by_account = element.iter().any(is_account);
        let itself = element.iter().any(|text| text == "*" || names.contains(text));
        let mut found = Vec::new();
        found.extend((itself || by_account && root).then_some("direct"));
        found.extend((by_account && !root).then_some("account"));
        return found;
    }
    let Some(element) = statement.get("NotPrincipal") else { return vec!["direct"] };
    let element = written(element);
    let named = |name: &String| element.contains(name) || element.contains(&"*".to_owned());
    let by_account = element.iter().any(is_account);
    let everybody = element.contains(&"*".to_owned());
    let spared = match statement["Effect"].as_str() {
        Some("Deny") if account.is_some() => everybody || names.iter().all(named) && by_account,
        Some("Deny") => everybody || !names.is_empty() && names.iter().all(named),
        _ => everybody || names.iter().any(named) || by_account,
    };
    if spared { vec![] } else { vec!["direct"] }
}

fn condition(operator: &str, key: &str, values: &Value, asked: &Asked, new: bool) -> bool {
    let facts = asked.facts.get(&key.to_lowercase()).cloned().unwrap_or_default();
    let written = texts(values);
    let (set, name) = operator.split_once(':').unwrap_or(("", operator));
    if name == "Null" {
        return written.iter().any(|text| (text == "true") == facts.is_empty());
    }
    let (name, lenient) = match name.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let negative = name.contains("Not");
    let plain = name.replace("Not", "");
    if facts.is_empty() {
        return lenient || set == "ForAllValues" || set.is_empty() && negative;
    }
    let equal = |fact: &String| {
        written.iter().any(|text| compare(&plain, fact, text, asked, new).unwrap_or(false))
    };
    let good = |fact: &String| if negative { !equal(fact) } else { equal(fact) };
    if set == "ForAllValues" || set.is_empty() && negative {
        facts.iter().all(good)
    } else {
        facts.iter().any(good)
    }
}

fn compare(name: &str, fact: &str, text: &str, asked: &Asked, new: bool) -> Option<bool> {
    let numbers = || Some((fact.parse::<f64>().ok()?, text.parse::<f64>().ok()?));
    match name {
        "StringEquals" => Some(glob(&filled(&quoted(text), asked, new)?, fact)),
        "StringEqualsIgnoreCase" => {
            let pattern = filled(&quoted(text), asked, new)?.to_lowercase();
            Some(glob(&pattern, &fact.to_lowercase()))
        }
        "StringLike" => Some(glob(&filled(text, asked, new)?, fact)),
        "ArnEquals" | "ArnLike" => {
            let pattern = filled(text, asked, new)?;
            let patterns: Vec<&str> = pattern.splitn(6, ':').collect();
            let parts: Vec<&str> = fact.splitn(6, ':').collect();
            let sound = parts.len() == 6 && parts[0] == "arn";
            let each = patterns.len() == 6
                && (0..6).all(|at| parts.get(at).is_some_and(|part| glob(patterns[at], part)));
            Some(sound && (pattern == "*" || each))
        }
        "NumericEquals" => numbers().map(|(a, b)| a == b),
        "NumericLessThan" => numbers().map(|(a, b)| a < b),
        "NumericLessThanEquals" => numbers().map(|(a, b)| a <= b),
        "NumericGreaterThan" => numbers().map(|(a, b)| a > b),
        "NumericGreaterThanEquals" => numbers().map(|(a, b)| a >= b),
        "Bool" => Some(fact.to_lowercase() == text.to_lowercase()),
        "IpAddress" => {
            let bits = |text: &str| -> Option<String> {
                let address: std::net::Ipv4Addr = text.parse().ok()?;
                Some(address.octets().iter().map(|octet| format!("{octet:08b}")).collect())
            };
            let (first, length) = text.split_once('/').unwrap_or((text, "32"));
            let length: usize = length.parse().unwrap();
            Some(bits(fact)?[..length] == bits(first)?[..length])
        }
        other => panic!("`{other}` is not generated"),
    }
}

const STAR: char = '\u{1}';
const MARK: char = '\u{2}';

/// A text without wildcards, for [`glob`].
fn quoted(text: &str) -> String {
    text.replace('*', &STAR.to_string()).replace('?', &MARK.to_string())
}

/// The text with its variables replaced.
fn filled(text: &str, asked: &Asked, new: bool) -> Option<String> {
    let Some((before, rest)) = text.split_once("${").filter(|_| new) else {
        return Some(text.to_owned());
    };
    let (inside, after) = rest.split_once('}')?;
    let value = match inside {
        "*" | "\u{1}" => STAR.to_string(),
        key => {
            let (key, default) = match key.split_once(", '") {
                Some((key, default)) => (key, Some(default.trim_end_matches('\'').to_owned())),
                None => (key, None),
            };
            let facts = asked.facts.get(&key.to_lowercase()).filter(|facts| facts.len() == 1);
            quoted(&facts.map(|facts| facts[0].clone()).or(default)?)
        }
    };
    Some(format!("{before}{value}{}", filled(after, asked, new)?))
}

fn glob(pattern: &str, text: &str) -> bool {
    let mut chars = pattern.chars();
    let rest = |text: &str| text.chars().skip(1).collect::<String>();
    match chars.next() {
        None => text.is_empty(),
        Some('*') => glob(chars.as_str(), text) || !text.is_empty() && glob(pattern, &rest(text)),
        Some('?') => !text.is_empty() && glob(chars.as_str(), &rest(text)),
        Some(c) => {
            let c = if c == STAR {
                '*'
            } else if c == MARK {
                '?'
            } else {
                c
            };
            text.starts_with(c) && glob(chars.as_str(), &rest(text))
        }
    }
}
