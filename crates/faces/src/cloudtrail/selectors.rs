//! Event selectors of trails as callers give and see them.

use super::error::Error;
use super::exception::Exception;
use super::store::short;
use model::resource::{
    AdvancedEventSelector, DataResource, EventSelector, ReadWriteType, TrailSelectors,
};
use pattern::EventSelectors;
use serde::{Deserialize, Serialize};

/// A basic selector as it is given.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BasicShape {
    read_write_type: Option<String>,
    include_management_events: Option<bool>,
    data_resources: Option<Vec<ResourceShape>>,
    exclude_management_event_sources: Option<Vec<String>>,
}

/// A data resource as it is given.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceShape {
    #[serde(rename = "Type")]
    kind: Option<String>,
    values: Option<Vec<String>>,
}

impl BasicShape {
    fn read(self) -> Result<EventSelector, Error> {
        Ok(EventSelector {
            read_write_type: read_write_type(self.read_write_type.as_deref())?,
            include_management_events: self.include_management_events.unwrap_or(true),
            data_resources: self.data_resources.unwrap_or_default().into_iter().map(read).collect(),
            exclude_management_event_sources: self
                .exclude_management_event_sources
                .unwrap_or_default(),
        })
    }
}

fn read(resource: ResourceShape) -> DataResource {
    DataResource {
        kind: resource.kind.unwrap_or_default(),
        values: resource.values.unwrap_or_default(),
    }
}

fn read_write_type(text: Option<&str>) -> Result<ReadWriteType, Error> {
    match text {
        None | Some("All") => Ok(ReadWriteType::All),
        Some("ReadOnly") => Ok(ReadWriteType::ReadOnly),
        Some("WriteOnly") => Ok(ReadWriteType::WriteOnly),
        Some(other) => Err(Exception::InvalidEventSelectors.says(format!(
            "`{}` is no `ReadWriteType`: give ReadOnly, WriteOnly or All",
            short(other)
        ))),
    }
}

/// The selectors asked for, of one kind or the other, checked.
pub(super) fn checked(
    basic: Option<Vec<BasicShape>>,
    advanced: Option<Vec<AdvancedEventSelector>>,
) -> Result<TrailSelectors, Error> {
    let selectors = match (basic, advanced) {
        (Some(basic), None) => {
            let read = basic.into_iter().map(BasicShape::read);
            TrailSelectors::Basic(read.collect::<Result<_, _>>()?)
        }
        (None, Some(advanced)) => TrailSelectors::Advanced(advanced),
        (Some(_), Some(_)) => {
            return Err(Exception::InvalidEventSelectors.says(
                "a trail has either `EventSelectors` or `AdvancedEventSelectors`: give one of them",
            ));
        }
        (None, None) => {
            return Err(Exception::InvalidEventSelectors
                .says("no selectors: give `EventSelectors` or `AdvancedEventSelectors`"));
        }
    };
    match EventSelectors::compile_for_trail(&selectors) {
        Ok(_) => Ok(selectors),
        Err(invalid) => Err(Exception::InvalidEventSelectors.says(invalid.to_string())),
    }
}

/// The selectors of a trail as AWS tells them: those of the kind that it has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SelectorsShape {
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_selectors: Option<Vec<EventSelector>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
}

impl SelectorsShape {
    /// The selectors of a trail.
    pub(super) fn of(trail: &model::resource::Trail) -> Self {
        let (event_selectors, advanced_event_selectors) = match &trail.selectors {
            TrailSelectors::Basic(selectors) => (Some(selectors.clone()), None),
            TrailSelectors::Advanced(selectors) => (None, Some(selectors.clone())),
        };
        let trail_arn = trail.arn().to_string();
        Self { trail_arn, event_selectors, advanced_event_selectors }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(text: &str) -> Result<TrailSelectors, Error> {
        checked(Some(serde_json::from_str(text).unwrap()), None)
    }

    fn refused(outcome: Result<TrailSelectors, Error>, why: &str) {
        let error = outcome.unwrap_err();
        assert!(matches!(&error, Error::Lake(Exception::InvalidEventSelectors, _)), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }

    #[test]
    fn what_is_left_out_is_as_at_aws() {
        assert_eq!(basic("[{}]").unwrap(), TrailSelectors::default());
    }

    #[test]
    fn exactly_one_kind_is_given() {
        let advanced = || vec![AdvancedEventSelector::of_category("all", "Management")];
        assert!(checked(None, Some(advanced())).unwrap().is_custom());
        refused(checked(Some(Vec::new()), Some(advanced())), "give one of them");
        refused(checked(None, None), "no selectors");
        refused(checked(None, Some(Vec::new())), "there is no selector");
    }

    #[test]
    fn words_that_aws_does_not_know_are_refused() {
        refused(basic(r#"[{"ReadWriteType":"read-only"}]"#), "`read-only` is no `ReadWriteType`");
        refused(basic(r#"[{"DataResources":[{"Values":["x"]}]}]"#), "`DataResources.Type`");
        let source = r#"[{"ExcludeManagementEventSources":["s3.amazonaws.com"]}]"#;
        refused(basic(source), "`kms.amazonaws.com` or `rdsdata.amazonaws.com`");
    }
}
