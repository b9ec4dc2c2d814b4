//! Trails as callers name and see them.

use super::error::Error;
use super::exception::Exception;
use super::store::short;
use super::{arn, trail_name};
use crate::door::Caller;
use engine::State;
use model::Arn;
use model::resource::Trail;
use serde::Serialize;

/// The word before the name in an ARN.
pub(super) const KIND: &str = "trail";

/// A trail as a caller names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named<'a> {
    /// By a name, which counts in the caller's region.
    Name(&'a str),
    /// By an ARN, which counts everywhere: region, account, name.
    Arn(arn::LakeArn<'a>),
}

impl<'a> Named<'a> {
    /// Reads what a caller wrote.
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
        if !text.starts_with("arn:") {
            trail_name::check(text)?;
            return Ok(Self::Name(text));
        }
        let found = arn::parse(text).filter(|arn| arn.kind == KIND);
        let arn = found.ok_or_else(|| {
            Exception::CloudTrailArnInvalid.says(format!(
                "`{}` is no ARN of a trail: one is written as \
                 arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME",
                short(text)
            ))
        })?;
        trail_name::check(arn.id)?;
        Ok(Self::Arn(arn))
    }

    /// The ARN meant.
    fn arn(self, caller: &Caller) -> Arn {
        match self {
            Self::Name(name) => Arn::trail(caller.region(), caller.account(), name),
            Self::Arn(arn) => Arn::trail(arn.region, caller.account(), arn.id),
        }
    }

    /// The trail meant, if it is there and the caller's.
    pub(super) fn find<'s>(self, state: &'s State, caller: &Caller) -> Option<&'s Trail> {
        let is_callers = match self {
            Self::Name(_) => true,
            Self::Arn(arn) => arn.account == caller.account().as_str(),
        };
        state.trail(self.arn(caller).as_str()).filter(|_| is_callers)
    }

    /// A trail of this name that is only seen in the caller's region.
    fn shadow<'s>(self, state: &'s State, caller: &Caller) -> Option<&'s Trail> {
        let Self::Name(name) = self else {
            return None;
        };
        let is_seen = |trail: &&Trail| {
            trail.name == name
                && trail.account == *caller.account()
                && trail.is_seen_in(caller.region())
        };
        state.trails().find(is_seen)
    }
}

/// The trail that a caller names by its ARN, or by its name where it was made in this region.
pub(super) fn find<'a>(state: &'a State, caller: &Caller, text: &str) -> Result<&'a Trail, Error> {
    let named = Named::parse(text)?;
    named.find(state, caller).ok_or_else(|| unknown(caller, text, named))
}

/// As [`find`], but a trail that was made in another region is refused.
pub(super) fn find_at_home<'a>(
    state: &'a State,
    caller: &Caller,
    text: &str,
) -> Result<&'a Trail, Error> {
    let named = Named::parse(text)?;
    let found = named.find(state, caller).or_else(|| named.shadow(state, caller));
    let trail = found.ok_or_else(|| unknown(caller, text, named))?;
    match trail.home_region == caller.region() {
        true => Ok(trail),
        false => Err(Exception::InvalidHomeRegion.says(format!(
            "trail `{}` can only be changed in its home region {}, and this is {}",
            trail.name,
            trail.home_region,
            caller.region()
        ))),
    }
}

fn unknown(caller: &Caller, text: &str, named: Named<'_>) -> Error {
    let arn = match named {
        Named::Name(_) => named.arn(caller).to_string(),
        Named::Arn(_) => short(text),
    };
    Exception::TrailNotFound
        .says(format!("Unknown trail: {arn} for the user: {}", caller.account()))
}

/// A trail as AWS tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TrailShape {
    name: String,
    #[serde(rename = "S3BucketName")]
    bucket: String,
    #[serde(rename = "S3KeyPrefix", skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sns_topic_name: Option<String>,
    #[serde(rename = "SnsTopicARN", skip_serializing_if = "Option::is_none")]
    sns_topic_arn: Option<String>,
    include_global_service_events: bool,
    is_multi_region_trail: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_region: Option<String>,
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    log_file_validation_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_watch_logs_log_group_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_watch_logs_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_custom_event_selectors: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_insight_selectors: Option<bool>,
    is_organization_trail: bool,
}

impl TrailShape {
    /// All of it.
    pub(super) fn of(trail: &Trail) -> Self {
        let (topic, group) = (trail.topic.as_ref(), trail.log_group.as_ref());
        Self {
            name: trail.name.clone(),
            bucket: trail.bucket.clone(),
            prefix: trail.prefix.clone(),
            sns_topic_name: topic.map(|topic| topic.name.clone()),
            sns_topic_arn: topic.map(|topic| topic.arn.clone()),
            include_global_service_events: trail.include_global,
            is_multi_region_trail: trail.multi_region,
            home_region: Some(trail.home_region.clone()),
            trail_arn: trail.arn().to_string(),
            log_file_validation_enabled: trail.log_file_validation,
            cloud_watch_logs_log_group_arn: group.map(|group| group.arn.clone()),
            cloud_watch_logs_role_arn: group.map(|group| group.role.clone()),
            kms_key_id: trail.kms_key.clone(),
            has_custom_event_selectors: Some(trail.selectors.is_custom()),
            has_insight_selectors: Some(!trail.insights.is_empty()),
            is_organization_trail: false,
        }
    }

    /// As the answers that make or change a trail tell it.
    pub(super) fn changed(trail: &Trail) -> Self {
        Self {
            home_region: None,
            has_custom_event_selectors: None,
            has_insight_selectors: None,
            ..Self::of(trail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trails_are_named_by_name_or_arn() {
        assert_eq!(Named::parse("main").unwrap(), Named::Name("main"));
        let arn = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/main";
        let Named::Arn(found) = Named::parse(arn).unwrap() else {
            panic!("{arn}");
        };
        assert_eq!((found.region, found.account, found.id), ("eu-west-1", "123456789012", "main"));
    }

    #[test]
    fn what_names_no_trail_is_refused() {
        let refused = |text: &str| match Named::parse(text).unwrap_err() {
            Error::Lake(exception, _) => exception,
            other => panic!("{other}"),
        };
        assert_eq!(refused("a"), Exception::InvalidTrailName);
        for bad in [
            "arn:",
            "arn:aws:s3:::main",
            "arn:aws:cloudtrail:eu-west-1:123456789012:channel/main",
            "arn:aws:cloudtrail:eu-west-1:123456789012:trail/",
        ] {
            assert_eq!(refused(bad), Exception::CloudTrailArnInvalid, "{bad}");
        }
        let short = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/a";
        assert_eq!(refused(short), Exception::InvalidTrailName);
    }
}
