//! Insight selectors as callers give and see them. They are kept; nothing here looks for unusual
//! rates yet.

use super::error::Error;
use super::exception::Exception;
use super::store::short;
use model::resource::{InsightCategory, InsightSelector, InsightType, Trail};
use pattern::{EventCategory, EventSelectors};
use serde::{Deserialize, Serialize};

/// A selector as it is given.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InsightShape {
    insight_type: Option<String>,
    event_categories: Option<Vec<String>>,
}

/// The selectors asked for, checked; none takes away those that are there.
pub(super) fn checked(asked: &[InsightShape]) -> Result<Vec<InsightSelector>, Error> {
    let mut selectors: Vec<InsightSelector> = Vec::new();
    for shape in asked {
        let selector = read(shape)?;
        if selectors.iter().any(|other| other.insight_type == selector.insight_type) {
            return refuse("`InsightSelectors` names a type twice: give each type once".to_owned());
        }
        selectors.push(selector);
    }
    Ok(selectors)
}

fn read(shape: &InsightShape) -> Result<InsightSelector, Error> {
    let insight_type = match shape.insight_type.as_deref() {
        Some("ApiCallRateInsight") => InsightType::ApiCallRateInsight,
        Some("ApiErrorRateInsight") => InsightType::ApiErrorRateInsight,
        other => {
            let found = short(other.unwrap_or_default());
            return refuse(format!(
                "`{found}` is no `InsightType`: give ApiCallRateInsight or ApiErrorRateInsight"
            ));
        }
    };
    let mut event_categories = Vec::new();
    for text in shape.event_categories.iter().flatten() {
        let category = category(text)?;
        if event_categories.contains(&category) {
            return refuse("`EventCategories` names one twice: give each once".to_owned());
        }
        event_categories.push(category);
    }
    Ok(InsightSelector { insight_type, event_categories })
}

fn category(text: &str) -> Result<InsightCategory, Error> {
    match text {
        "Management" => Ok(InsightCategory::Management),
        "Data" => Ok(InsightCategory::Data),
        other => {
            let found = short(other);
            refuse(format!("`{found}` is no category with rates: give Management or Data"))
        }
    }
}

fn refuse<T>(why: String) -> Result<T, Error> {
    Err(Exception::InvalidInsightSelectors.says(why))
}

/// Refuses rates of events that a trail does not log.
pub(super) fn check_logged(trail: &Trail, selectors: &[InsightSelector]) -> Result<(), Error> {
    // What is kept was checked when it was given.
    let Ok(logs) = EventSelectors::compile_for_trail(&trail.selectors) else {
        return Ok(());
    };
    for selector in selectors {
        let categories = match selector.event_categories.as_slice() {
            [] => &[InsightCategory::Management],
            some => some,
        };
        for category in categories {
            let missing = missing(&logs, selector.insight_type, *category);
            if let Some(what) = missing {
                return refuse(format!(
                    "trail `{}` does not log {what}: select those first",
                    trail.name
                ));
            }
        }
    }
    Ok(())
}

/// What a trail would have to log, and does not. Calls that only read are not counted but where
/// they fail.
fn missing(
    logs: &EventSelectors,
    insight: InsightType,
    category: InsightCategory,
) -> Option<&'static str> {
    let either = |category| logs.reaches(category, true) || logs.reaches(category, false);
    let (is_logged, what) = match (category, insight) {
        (InsightCategory::Data, _) => (either(EventCategory::Data), "data events"),
        (InsightCategory::Management, InsightType::ApiCallRateInsight) => {
            (logs.reaches(EventCategory::Management, false), "write management events")
        }
        (InsightCategory::Management, InsightType::ApiErrorRateInsight) => {
            (either(EventCategory::Management), "management events")
        }
    };
    (!is_logged).then_some(what)
}

/// The trail of a request that may also name an event data store, which has no insights here.
pub(super) fn named<'a>(trail: Option<&'a str>, store: Option<&str>) -> Result<&'a str, Error> {
    match (trail, store) {
        (Some(trail), None) => Ok(trail),
        (None, Some(_)) => Err(Exception::UnsupportedOperation.says(
            "pugmark does not implement insights of event data stores yet: give `TrailName`",
        )),
        _ => Err(Exception::InvalidParameterCombination
            .says("give either `TrailName` or `EventDataStore`")),
    }
}

/// Insight selectors as AWS tells them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InsightsShape {
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    insight_selectors: Vec<InsightSelector>,
}

impl InsightsShape {
    /// Those of a trail.
    pub(super) fn of(trail: &Trail) -> Self {
        let trail_arn = trail.arn().to_string();
        Self { trail_arn, insight_selectors: trail.insights.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource::TrailSelectors;

    fn asked(text: &str) -> Result<Vec<InsightSelector>, Error> {
        let shapes: Vec<InsightShape> = serde_json::from_str(text).unwrap();
        checked(&shapes)
    }

    fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>, why: &str) {
        let error = outcome.unwrap_err();
        assert!(matches!(&error, Error::Lake(Exception::InvalidInsightSelectors, _)), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }

    const CALLS: &str = r#"{"InsightType":"ApiCallRateInsight"}"#;

    #[test]
    fn takes_each_type_once_with_its_categories() {
        let both = r#"[{"InsightType":"ApiCallRateInsight","EventCategories":["Data"]},
            {"InsightType":"ApiErrorRateInsight","EventCategories":["Management","Data"]}]"#;
        assert_eq!(asked(both).unwrap().len(), 2);
        assert_eq!(asked("[]").unwrap(), []);
        refused(asked(&format!("[{CALLS},{CALLS}]")), "names a type twice");
        refused(asked(r#"[{"InsightType":"ApiCalls"}]"#), "`ApiCalls` is no `InsightType`");
        refused(asked("[{}]"), "is no `InsightType`");
        let twice = r#"{"InsightType":"ApiCallRateInsight","EventCategories":["Data","Data"]}"#;
        refused(asked(&format!("[{twice}]")), "names one twice");
        refused(
            asked(&format!("[{}]", twice.replace("Data\"]", "All\"]"))),
            "`All` is no category",
        );
    }

    #[test]
    fn rates_are_counted_of_what_is_logged() {
        let check = |selectors: &str, insights: &str, missing: Option<&str>| {
            let selectors = TrailSelectors::Basic(serde_json::from_str(selectors).unwrap());
            let logs = EventSelectors::compile_for_trail(&selectors).unwrap();
            let insight = asked(insights).unwrap().remove(0);
            let category = insight.event_categories.first().copied();
            let category = category.unwrap_or(InsightCategory::Management);
            assert_eq!(super::missing(&logs, insight.insight_type, category), missing);
        };
        let reads = r#"[{"ReadWriteType":"ReadOnly"}]"#;
        let none = r#"[{"IncludeManagementEvents":false}]"#;
        let errors = r#"[{"InsightType":"ApiErrorRateInsight"}]"#;
        let data = r#"[{"InsightType":"ApiErrorRateInsight","EventCategories":["Data"]}]"#;
        check("[{}]", &format!("[{CALLS}]"), None);
        check(reads, &format!("[{CALLS}]"), Some("write management events"));
        check(reads, errors, None);
        check(none, errors, Some("management events"));
        check("[{}]", data, Some("data events"));
    }

    #[test]
    fn a_trail_or_a_store_is_named() {
        assert_eq!(named(Some("main"), None).unwrap(), "main");
        for (trail, store, expected) in [
            (None, Some("x"), Exception::UnsupportedOperation),
            (Some("main"), Some("x"), Exception::InvalidParameterCombination),
            (None, None, Exception::InvalidParameterCombination),
        ] {
            let Err(Error::Lake(exception, _)) = named(trail, store) else {
                panic!("{trail:?} {store:?}");
            };
            assert_eq!(exception, expected);
        }
    }
}
