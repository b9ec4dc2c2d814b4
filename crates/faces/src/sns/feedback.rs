//! What of a topic's deliveries is to be logged, for each protocol:
//! <https://docs.aws.amazon.com/sns/latest/dg/topics-attrib.html>.
//!
//! Kept and told; nothing is delivered yet, so there is nothing to log.

const PROTOCOLS: [&str; 5] = ["Application", "Firehose", "HTTP", "Lambda", "SQS"];
const ROLES: [&str; 2] = ["SuccessFeedbackRoleArn", "FailureFeedbackRoleArn"];
const RATE: &str = "SuccessFeedbackSampleRate";
const PERCENT_MAX: u8 = 100;
const ROLE_BYTES_MAX: usize = 2_048;

/// Whether an attribute says what is to be logged.
pub(super) fn is_one(name: &str) -> bool {
    what(name).is_some_and(|what| what == RATE || ROLES.contains(&what))
}

/// Why a value cannot be this attribute's; an empty one takes the attribute back.
pub(super) fn flaw(name: &str, value: &str) -> Option<&'static str> {
    let fits = match what(name) {
        _ if value.is_empty() => true,
        Some(RATE) => value.parse::<u8>().is_ok_and(|percent| percent <= PERCENT_MAX),
        _ => value.len() <= ROLE_BYTES_MAX && is_role(value),
    };
    match what(name) {
        _ if fits => None,
        Some(RATE) => Some("write a percentage from 0 to 100"),
        _ => Some("write the ARN of a role, arn:aws:iam::ACCOUNT:role/NAME"),
    }
}

fn what(name: &str) -> Option<&str> {
    PROTOCOLS.iter().find_map(|protocol| name.strip_prefix(protocol))
}

fn is_role(text: &str) -> bool {
    let mut parts = text.splitn(6, ':');
    let is_iam = parts.next() == Some("arn")
        && parts.next().is_some_and(|it| it.starts_with("aws"))
        && parts.next() == Some("iam");
    is_iam && parts.nth(2).is_some_and(|it| it.starts_with("role/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_roles_and_rates_of_every_protocol() {
        for name in ["HTTPSuccessFeedbackRoleArn", "SQSFailureFeedbackRoleArn"] {
            assert!(is_one(name), "{name}");
            assert_eq!(flaw(name, "arn:aws:iam::123456789012:role/r"), None);
            assert_eq!(flaw(name, ""), None);
            for bad in ["arn", "arn:aws:iam::123456789012:user/r", "arn:aws:iam:::"] {
                assert!(flaw(name, bad).is_some(), "{bad}");
            }
        }
        let rate = "LambdaSuccessFeedbackSampleRate";
        assert!(is_one(rate));
        for (value, fits) in [("0", true), ("100", true), ("101", false), ("-1", false)] {
            assert_eq!(flaw(rate, value).is_none(), fits, "{value}");
        }
        for other in ["SuccessFeedbackRoleArn", "SMSSuccessFeedbackRoleArn", "HTTP", "Policy"] {
            assert!(!is_one(other), "{other}");
        }
    }
}
