//! Policies that stand with a resource: read and bounded here, evaluated when identities are built.

use super::error::Error;
use super::exception::Exception;
use serde_json::{Map, Value};

/// Longest document, in bytes.
const DOCUMENT_BYTES_MAX: usize = 8_192;
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// Refuses what is no policy for the resource `arn`.
pub(super) fn check(document: &str, arn: &str) -> Result<(), Error> {
    fault(document, arn).map_or(Ok(()), |why| Err(Exception::ResourcePolicyNotValid.says(why)))
}

fn fault(document: &str, arn: &str) -> Option<String> {
    if document.len() > DOCUMENT_BYTES_MAX {
        return Some(format!("the policy has more than {DOCUMENT_BYTES_MAX} bytes: shorten it"));
    }
    let policy: Value = match serde_json::from_str(document) {
        Ok(policy) => policy,
        Err(error) => return Some(format!("the policy is no JSON: {error}")),
    };
    let Some(policy) = policy.as_object() else {
        return Some("the policy is no JSON object: begin with `{`".to_owned());
    };
    if let Some(version) = policy.get("Version")
        && !VERSIONS.iter().any(|known| version == known)
    {
        return Some("the policy has an unknown `Version`: write 2012-10-17".to_owned());
    }
    let statements: &[Value] = match policy.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements,
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        _ => return Some("the policy has no `Statement`: give at least one".to_owned()),
    };
    let broken = |(statement, place): (&Value, usize)| {
        let fault = statement_fault(statement.as_object(), arn)?;
        Some(format!("statement {place}: {fault}"))
    };
    statements.iter().zip(1..).find_map(broken)
}

fn statement_fault(statement: Option<&Map<String, Value>>, arn: &str) -> Option<String> {
    let Some(statement) = statement else {
        return Some("it is no JSON object".to_owned());
    };
    let member = |name| statement.get(name);
    let effect = member("Effect").and_then(Value::as_str);
    if !matches!(effect, Some("Allow" | "Deny")) {
        return Some("`Effect` must be Allow or Deny".to_owned());
    }
    if !member("Principal").or_else(|| member("NotPrincipal")).is_some_and(is_principal) {
        return Some("`Principal` must be `*` or name accounts, users or services".to_owned());
    }
    if !member("Action").or_else(|| member("NotAction")).is_some_and(is_texts) {
        return Some("`Action` must name one action or more".to_owned());
    }
    match member("Resource") {
        Some(resource) if is_texts(resource) && names(resource, arn) => None,
        _ => Some(format!("`Resource` must be `{arn}`")),
    }
}

fn is_principal(value: &Value) -> bool {
    match value {
        Value::String(text) => text == "*",
        Value::Object(kinds) => !kinds.is_empty() && kinds.values().all(is_texts),
        _ => false,
    }
}

/// A text, or some.
fn is_texts(value: &Value) -> bool {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    match value {
        Value::Array(texts) => !texts.is_empty() && texts.iter().all(is_text),
        value => is_text(value),
    }
}

fn names(resource: &Value, arn: &str) -> bool {
    match resource {
        Value::Array(texts) => texts.iter().all(|text| text == arn),
        text => text == arn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ARN: &str = "arn:aws:cloudtrail:us-east-1:1:channel/x";

    fn statement(member: &str, value: Value) -> String {
        let mut statement = json!({
            "Effect": "Allow",
            "Principal": { "AWS": ["arn:aws:iam::1:root"] },
            "Action": "cloudtrail-data:PutAuditEvents",
            "Resource": ARN,
        });
        statement[member] = value;
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    }

    #[test]
    fn takes_policies() {
        check(&statement("Sid", json!("a")), ARN).unwrap();
        check(&statement("Principal", json!("*")), ARN).unwrap();
        check(&statement("Action", json!(["a:b", "c:d"])), ARN).unwrap();
    }

    #[test]
    fn refuses_what_is_none() {
        let long = statement("Sid", json!("x".repeat(DOCUMENT_BYTES_MAX)));
        for (document, why) in [
            ("", "no JSON"),
            ("[]", "no JSON object"),
            ("{}", "no `Statement`"),
            (r#"{"Statement":[]}"#, "no `Statement`"),
            (r#"{"Statement":[7]}"#, "statement 1: it is no"),
            (r#"{"Version":"2020-01-01","Statement":[{}]}"#, "unknown `Version`"),
            (&long, "more than 8192"),
            (&statement("Effect", json!("Maybe")), "`Effect`"),
            (&statement("Principal", json!("eve")), "`Principal`"),
            (&statement("Principal", json!({})), "`Principal`"),
            (&statement("Action", json!([])), "`Action`"),
            (&statement("Resource", json!("*")), "`Resource` must be"),
            (&statement("Resource", json!([ARN, "x"])), "`Resource` must be"),
        ] {
            let error = check(document, ARN).unwrap_err().to_string();
            assert!(error.contains(why), "{document}: {error}");
        }
    }
}
