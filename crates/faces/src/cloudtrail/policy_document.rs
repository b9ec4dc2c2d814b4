//! Policies that stand with a resource: what CloudTrail takes as one.

use super::error::Error;
use super::exception::Exception;
use policy::{Kind, Policy};

/// Longest document, in bytes.
const DOCUMENT_BYTES_MAX: usize = 8_192;

/// Refuses what is no policy for the resource `arn`.
pub(super) fn check(document: &str, arn: &str) -> Result<(), Error> {
    let refuse = |why: String| Exception::ResourcePolicyNotValid.says(why);
    let policy = Policy::parse_within(document, Kind::Resource, DOCUMENT_BYTES_MAX)
        .map_err(|malformed| refuse(malformed.to_string()))?;
    match policy.is_about(arn) {
        true => Ok(()),
        false => Err(refuse(format!("`Resource` must be `{arn}` in every statement"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ARN: &str = "arn:aws:cloudtrail:us-east-1:1:channel/x";

    fn statement(member: &str, value: Value) -> String {
        let mut statement = json!({
            "Effect": "Allow",
            "Principal": { "AWS": ["arn:aws:iam::111111111111:root"] },
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
            ("[]", "must be a JSON object"),
            ("{}", "`Statement`: is missing"),
            (r#"{"Statement":[]}"#, "`Statement`: is missing"),
            (r#"{"Statement":[7]}"#, "statement 1: must be"),
            (r#"{"Version":"2020-01-01","Statement":[{}]}"#, "`Version`: must be"),
            (&long, "more than 8192"),
            (&statement("Effect", json!("Maybe")), "`Effect`"),
            (&statement("Principal", json!("eve")), "`Principal`"),
            (&statement("Principal", json!({})), "`Principal`"),
            (&statement("Action", json!([])), "`Action`"),
            (&statement("Resource", json!("*")), "`Resource` must be"),
            (&statement("Resource", json!([ARN, "arn:aws:a:b:c:d"])), "`Resource` must be"),
        ] {
            let error = check(document, ARN).unwrap_err().to_string();
            assert!(error.contains(why), "{document}: {error}");
        }
    }
}
