//! What may be said of a trail, checked once.

use super::error::Error;
use super::exception::Exception;
use super::store::short;
use super::{destination, settings};
use engine::State;
use model::Timestamp;
use model::resource::{Trail, TrailLogGroup, TrailTopic};
use serde::{Deserialize, Serialize};

const PREFIX_CHARS_MAX: usize = 200;
const BUCKET_CHARS_MIN: usize = 3;
const BUCKET_CHARS_MAX: usize = 63;
const TOPIC_CHARS_MAX: usize = 256;
const ARN_BYTES_MAX: usize = 2_048;

/// What making and changing a trail have in common. An empty text takes away what is there.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TrailSettings {
    #[serde(rename = "S3BucketName")]
    bucket: Option<String>,
    #[serde(rename = "S3KeyPrefix")]
    prefix: Option<String>,
    sns_topic_name: Option<String>,
    include_global_service_events: Option<bool>,
    is_multi_region_trail: Option<bool>,
    enable_log_file_validation: Option<bool>,
    cloud_watch_logs_log_group_arn: Option<String>,
    cloud_watch_logs_role_arn: Option<String>,
    kms_key_id: Option<String>,
    is_organization_trail: Option<bool>,
}

impl TrailSettings {
    /// Gives a trail these settings, and asks whether its destinations take what it will deliver.
    pub(super) fn apply(
        &self,
        state: &State,
        trail: &mut Trail,
        at: Timestamp,
    ) -> Result<(), Error> {
        settings::check_organization("IsOrganizationTrail", self.is_organization_trail)?;
        self.set_reach(trail)?;
        self.set_place(trail)?;
        self.set_topic(trail)?;
        self.set_log_group(trail)?;
        self.set_key(state, trail, at)?;
        destination::check(state, trail, at)
    }

    fn set_reach(&self, trail: &mut Trail) -> Result<(), Error> {
        trail.include_global = self.include_global_service_events.unwrap_or(trail.include_global);
        trail.multi_region = self.is_multi_region_trail.unwrap_or(trail.multi_region);
        trail.log_file_validation =
            self.enable_log_file_validation.unwrap_or(trail.log_file_validation);
        match trail.multi_region && !trail.include_global {
            true => Err(Exception::InvalidParameterCombination
                .says("Multi-Region trail must include global service events.")),
            false => Ok(()),
        }
    }

    fn set_place(&self, trail: &mut Trail) -> Result<(), Error> {
        if let Some(bucket) = &self.bucket {
            trail.bucket.clone_from(bucket);
        }
        check_bucket_name(&trail.bucket)?;
        if let Some(prefix) = &self.prefix {
            check_prefix(prefix)?;
            trail.prefix = given(prefix);
        }
        Ok(())
    }

    fn set_topic(&self, trail: &mut Trail) -> Result<(), Error> {
        if let Some(name) = &self.sns_topic_name {
            trail.topic = match given(name) {
                None => None,
                Some(name) => Some(TrailTopic { arn: topic_arn(&name, trail)?, name }),
            };
        }
        Ok(())
    }

    fn set_log_group(&self, trail: &mut Trail) -> Result<(), Error> {
        let now = trail.log_group.take();
        let (group, role) = now.map_or((None, None), |it| (Some(it.arn), Some(it.role)));
        let said = |new: &Option<String>, old: Option<String>| match new {
            Some(text) => given(text),
            None => old,
        };
        let group = said(&self.cloud_watch_logs_log_group_arn, group);
        let role = said(&self.cloud_watch_logs_role_arn, role);
        trail.log_group = match (group, role) {
            (None, None) => None,
            (Some(arn), Some(role)) => {
                check_log_group_arn(&arn)?;
                check_role_arn(&role)?;
                Some(TrailLogGroup { arn, role })
            }
            (Some(_), None) => {
                return Err(Exception::InvalidCloudWatchLogsRoleArn
                    .says("You must specify a role ARN as well as a log group."));
            }
            (None, Some(_)) => {
                return Err(Exception::InvalidCloudWatchLogsLogGroupArn
                    .says("You must specify a log group ARN as well as a role."));
            }
        };
        Ok(())
    }

    fn set_key(&self, state: &State, trail: &mut Trail, at: Timestamp) -> Result<(), Error> {
        if let Some(id) = &self.kms_key_id {
            trail.kms_key = match given(id) {
                None => None,
                Some(id) => {
                    settings::check_key_id(&id)?;
                    Some(destination::key_arn(state, trail, &id, at)?.to_string())
                }
            };
        }
        Ok(())
    }
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn check_bucket_name(name: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b);
    let is_edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let fits = (BUCKET_CHARS_MIN..=BUCKET_CHARS_MAX).contains(&name.len())
        && name.bytes().all(plain)
        && is_edge(name.bytes().next())
        && is_edge(name.bytes().next_back())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err();
    match fits {
        true => Ok(()),
        false => Err(Exception::InvalidS3BucketName.says(format!(
            "`{}` is no name of a bucket: one has {BUCKET_CHARS_MIN} to {BUCKET_CHARS_MAX} small \
             letters, digits, `.` and `-`, and begins and ends with a letter or digit",
            short(name)
        ))),
    }
}

/// The bucket of `s3://BUCKET[/PREFIX]`, if both can be.
pub(super) fn check_uri(uri: &str) -> Result<&str, Error> {
    let Some(rest) = uri.strip_prefix("s3://") else {
        return Err(Exception::InvalidParameter.says(format!(
            "`{}` names no bucket: give `s3://BUCKET` or `s3://BUCKET/PREFIX`",
            short(uri)
        )));
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    check_bucket_name(bucket)?;
    check_prefix(prefix.strip_suffix('/').unwrap_or(prefix))?;
    Ok(bucket)
}

/// What stands before `AWSLogs/`: no more than AWS allows, and nothing that another reader of the
/// bucket might take for a way out of it.
fn check_prefix(prefix: &str) -> Result<(), Error> {
    let chars = prefix.chars().count();
    let refuse = |why: String| Err(Exception::InvalidS3Prefix.says(why));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b" !_.*'()/-=+@:,&$;".contains(&b);
    match () {
        () if chars > PREFIX_CHARS_MAX => {
            refuse(format!("`S3KeyPrefix` has {chars} characters: give at most {PREFIX_CHARS_MAX}"))
        }
        () if !prefix.bytes().all(plain) => refuse(format!(
            "`{}` cannot stand before the names of log files: give letters, digits, \
             spaces and any of !_.*'()/-=+@:,&$;",
            prefix.escape_debug()
        )),
        () if prefix.split('/').any(|part| matches!(part, "." | "..")) => {
            refuse(format!("`{prefix}` has `.` or `..` between slashes: leave those out"))
        }
        () => Ok(()),
    }
}

/// The ARN of a topic that is given by its name, in the trail's home region, or by its ARN.
fn topic_arn(text: &str, trail: &Trail) -> Result<String, Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
    let is_name = |name: &str| {
        let name = name.strip_suffix(".fifo").unwrap_or(name);
        (1..=TOPIC_CHARS_MAX).contains(&name.len()) && name.bytes().all(plain)
    };
    let of_arn = |arn: &str| {
        let mut parts = arn.splitn(6, ':');
        let is_sns = parts.next() == Some("arn")
            && parts.next().is_some_and(|it| it.starts_with("aws"))
            && parts.next() == Some("sns");
        let placed = parts.next().is_some_and(|it| !it.is_empty())
            && parts.next().is_some_and(|it| !it.is_empty());
        is_sns && placed && parts.next().is_some_and(is_name)
    };
    match text.starts_with("arn:") {
        true if text.len() <= ARN_BYTES_MAX && of_arn(text) => Ok(text.to_owned()),
        false if is_name(text) => {
            Ok(format!("arn:aws:sns:{}:{}:{text}", trail.home_region, trail.account))
        }
        _ => Err(Exception::InvalidSnsTopicName.says(format!(
            "`{}` names no SNS topic: give a name of 1 to {TOPIC_CHARS_MAX} letters, digits, `_` \
             and `-`, or an ARN",
            short(text)
        ))),
    }
}

fn check_log_group_arn(arn: &str) -> Result<(), Error> {
    let mut parts = arn.splitn(7, ':').skip(2);
    let is_one = arn.starts_with("arn:aws")
        && arn.len() <= ARN_BYTES_MAX
        && parts.next() == Some("logs")
        && parts.by_ref().nth(2) == Some("log-group")
        && parts.next().is_some_and(|name| !name.is_empty());
    match is_one {
        true => Ok(()),
        false => Err(Exception::InvalidCloudWatchLogsLogGroupArn.says(format!(
            "`{}` is no ARN of a log group: one is written as \
             arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*",
            short(arn)
        ))),
    }
}

fn check_role_arn(arn: &str) -> Result<(), Error> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let is_one = arn.starts_with("arn:aws")
        && arn.len() <= ARN_BYTES_MAX
        && parts.next() == Some("iam")
        && parts.nth(2).is_some_and(|role| role.starts_with("role/"));
    match is_one {
        true => Ok(()),
        false => Err(Exception::InvalidCloudWatchLogsRoleArn.says(format!(
            "`{}` is no ARN of a role: one is written as arn:aws:iam::ACCOUNT:role/NAME",
            short(arn)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AccountId;

    /// A trail that nothing was said of.
    fn trail() -> Trail {
        let (name, region) = ("main".to_owned(), "eu-west-1".to_owned());
        let account = AccountId::parse("123456789012").unwrap();
        let trail = Trail::new(String::new(), name, account, region, Timestamp(0));
        Trail { bucket: "audit".to_owned(), ..trail }
    }

    fn exception<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Exception {
        match outcome.unwrap_err() {
            Error::Lake(exception, _) => exception,
            other => panic!("{other}"),
        }
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn buckets_are_named_as_s3_names_them() {
        for good in ["audit", "a.b-c", "1-2", &"x".repeat(63)] {
            check_bucket_name(good).unwrap();
        }
        for bad in ["", "ab", "Audit", "a_b", "-abc", "abc.", "a..b", "10.0.0.1", &"x".repeat(64)] {
            assert_eq!(exception(check_bucket_name(bad)), Exception::InvalidS3BucketName, "{bad}");
        }
    }

    #[test]
    fn prefixes_are_short_and_plain() {
        for good in ["", "logs", "env=prod/logs", "a.b/c..d", &"x".repeat(200)] {
            check_prefix(good).unwrap();
        }
        for bad in ["../up", "a/../b", "a/.", "nul\0", "caf\u{e9}", "a\\b", &"x".repeat(201)] {
            assert_eq!(exception(check_prefix(bad)), Exception::InvalidS3Prefix, "{bad:?}");
        }
    }

    #[test]
    fn topics_are_given_by_name_or_arn() {
        let arn = "arn:aws:sns:eu-west-1:123456789012:news";
        assert_eq!(topic_arn("news", &trail()).unwrap(), arn);
        let other = "arn:aws:sns:us-east-1:999988887777:news.fifo";
        assert_eq!(topic_arn(other, &trail()).unwrap(), other);
        for bad in ["a b", "arn:aws:sqs:r:1:news", "arn:aws:sns:r:1:", "arn:aws:sns:::news"] {
            let refused = exception(topic_arn(bad, &trail()));
            assert_eq!(refused, Exception::InvalidSnsTopicName, "{bad}");
        }
    }

    #[test]
    fn a_log_group_and_its_role_come_and_go_together() {
        let group = "arn:aws:logs:eu-west-1:123456789012:log-group:g:*";
        let role = "arn:aws:iam::123456789012:role/r";
        let said = |group: Option<&str>, role: Option<&str>| TrailSettings {
            cloud_watch_logs_log_group_arn: group.map(str::to_owned),
            cloud_watch_logs_role_arn: role.map(str::to_owned),
            ..TrailSettings::default()
        };
        let mut trail = trail();
        said(Some(group), Some(role)).set_log_group(&mut trail).unwrap();
        said(None, None).set_log_group(&mut trail).unwrap();
        assert_eq!(trail.log_group.as_ref().unwrap().arn, group);
        said(Some(""), Some("")).set_log_group(&mut trail).unwrap();
        assert_eq!(trail.log_group, None);
        for (group, role, expected) in [
            (Some(group), None, Exception::InvalidCloudWatchLogsRoleArn),
            (None, Some(role), Exception::InvalidCloudWatchLogsLogGroupArn),
            (Some("g"), Some(role), Exception::InvalidCloudWatchLogsLogGroupArn),
            (Some(group), Some("r"), Exception::InvalidCloudWatchLogsRoleArn),
        ] {
            let refused = exception(said(group, role).set_log_group(&mut trail));
            assert_eq!(refused, expected, "{group:?} {role:?}");
        }
    }

    #[test]
    fn a_trail_of_all_regions_takes_what_has_none() {
        let mut trail = trail();
        let all = TrailSettings { is_multi_region_trail: Some(true), ..Default::default() };
        all.set_reach(&mut trail).unwrap();
        let none = TrailSettings { include_global_service_events: Some(false), ..all };
        let refused = exception(none.set_reach(&mut trail));
        assert_eq!(refused, Exception::InvalidParameterCombination);
    }

    #[test]
    fn an_empty_text_takes_away_and_none_leaves() {
        let mut trail = Trail { prefix: text("logs"), ..trail() };
        TrailSettings::default().set_place(&mut trail).unwrap();
        assert_eq!(trail.prefix, text("logs"));
        let away =
            TrailSettings { prefix: text(""), sns_topic_name: text(""), ..Default::default() };
        away.set_place(&mut trail).unwrap();
        away.set_topic(&mut trail).unwrap();
        assert_eq!((trail.prefix, trail.topic), (None, None));
    }
}
