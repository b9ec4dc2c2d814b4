//! How far a trail's deliveries have got.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// What a trail's deliveries of one region came to. Whatever never happened is not there.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryStatus {
    /// Of files with records.
    pub files: Attempts,
    /// Of digests.
    pub digests: Attempts,
    /// Of messages to the topic.
    pub notifications: Attempts,
    /// Of records to the log group.
    pub log_group: Attempts,
}

/// How one kind of delivery went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempts {
    /// When it was last tried.
    pub tried: Option<Timestamp>,
    /// When it last succeeded.
    pub succeeded: Option<Timestamp>,
    /// The error of the last attempt, as the destination called it (`AccessDenied`); `None` where
    /// that succeeded.
    pub error: Option<String>,
}

impl Attempts {
    /// Notes an attempt that came to this.
    pub fn note(&mut self, at: Timestamp, outcome: Result<(), String>) {
        self.tried = Some(at);
        self.error = outcome.err();
        if self.error.is_none() {
            self.succeeded = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_the_last_success_and_a_success_forgets_the_error() {
        let mut attempts = Attempts::default();
        attempts.note(Timestamp(1), Ok(()));
        attempts.note(Timestamp(2), Err("AccessDenied".to_owned()));
        assert_eq!(attempts.tried, Some(Timestamp(2)));
        assert_eq!(attempts.succeeded, Some(Timestamp(1)));
        assert_eq!(attempts.error.as_deref(), Some("AccessDenied"));
        attempts.note(Timestamp(3), Ok(()));
        assert_eq!((attempts.succeeded, attempts.error), (Some(Timestamp(3)), None));
    }
}
