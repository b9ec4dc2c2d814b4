//! Basic event selectors: checked by AWS's rules, and said again as advanced ones, so that there
//! is one engine for both.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>

use crate::error::Invalid;
use model::resource::{
    AdvancedEventSelector, DataResource, EventSelector, FieldSelector, ReadWriteType,
};

/// Most basic event selectors of a trail.
pub const BASIC_SELECTORS_MAX: usize = 5;
/// Most values of data resources in all basic selectors of a trail.
pub const BASIC_VALUES_MAX: usize = 250;

/// The services whose management events can be left out.
pub(crate) const EXCLUDABLE: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/// A type of resources that basic selectors know.
struct Kind {
    name: &'static str,
    /// The service in the ARNs: `arn:aws:SERVICE` alone means all of them.
    service: &'static str,
    /// Whether a value is the beginning of ARNs rather than one ARN.
    by_prefix: bool,
    /// What values look like.
    allowed: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind {
        name: "AWS::S3::Object",
        service: "s3",
        by_prefix: true,
        allowed: "`arn:aws:s3`, `arn:aws:s3:::bucket/` or `arn:aws:s3:::bucket/prefix`",
    },
    Kind {
        name: "AWS::Lambda::Function",
        service: "lambda",
        by_prefix: false,
        allowed: "`arn:aws:lambda` or a function's ARN",
    },
    Kind {
        name: "AWS::DynamoDB::Table",
        service: "dynamodb",
        by_prefix: false,
        allowed: "`arn:aws:dynamodb` or a table's ARN",
    },
];

impl Kind {
    fn parse(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// What stands behind `arn:PARTITION:SERVICE`; `None` for what is no such ARN.
    fn rest<'a>(&self, value: &'a str) -> Option<&'a str> {
        let (partition, rest) = value.strip_prefix("arn:")?.split_once(':')?;
        let rest = rest.strip_prefix(self.service).filter(|_| partition.starts_with("aws"))?;
        (rest.is_empty() || rest.starts_with(':')).then_some(rest)
    }

    /// Whether a value means every resource of the type.
    fn is_all(&self, value: &str) -> bool {
        matches!(self.rest(value), Some("")) || (self.by_prefix && self.rest(value) == Some(":::"))
    }

    /// Whether a value may be given.
    fn takes(&self, value: &str) -> bool {
        let is_one = |rest: &str| match self.service {
            // A bucket without the slash would also mean buckets whose names begin so.
            "s3" => {
                rest.strip_prefix(":::").is_some_and(|it| it.find('/').is_some_and(|at| at > 0))
            }
            "lambda" => is_resource(rest, ":function:"),
            _ => is_resource(rest, ":table/"),
        };
        self.is_all(value) || self.rest(value).is_some_and(is_one)
    }
}

/// Whether a text is `:REGION:ACCOUNT`, the mark and a name.
fn is_resource(rest: &str, mark: &str) -> bool {
    let Some((place, name)) = rest.split_once(mark) else {
        return false;
    };
    let mut parts = place.split(':');
    let is_whole = parts.next() == Some("") && parts.next().is_some_and(|it| !it.is_empty());
    is_whole
        && parts.next().is_some_and(|it| !it.is_empty())
        && parts.next().is_none()
        && !name.is_empty()
}

/// Says what is wrong with basic selectors.
pub(crate) fn check(selectors: &[EventSelector]) -> Result<(), Invalid> {
    let found = selectors.len();
    if found == 0 {
        return Err(Invalid::Empty);
    }
    if found > BASIC_SELECTORS_MAX {
        return Err(Invalid::TooMany { found, most: BASIC_SELECTORS_MAX });
    }
    let resources = selectors.iter().flat_map(|selector| &selector.data_resources);
    let found = resources.map(|resource| resource.values.len()).sum();
    if found > BASIC_VALUES_MAX {
        return Err(Invalid::TooManyResources { found, most: BASIC_VALUES_MAX });
    }
    selectors.iter().zip(1..).try_for_each(|(selector, place)| check_one(selector, place))
}

fn check_one(selector: &EventSelector, place: usize) -> Result<(), Invalid> {
    selector.data_resources.iter().try_for_each(|resource| check_resource(resource, place))?;
    let unknown = |source: &&String| !EXCLUDABLE.contains(&source.as_str());
    let excluded = &selector.exclude_management_event_sources;
    match excluded.iter().find(unknown) {
        Some(value) => Err(Invalid::Value {
            selector: place,
            field: "ExcludeManagementEventSources".to_owned(),
            value: short(value),
            allowed: "`kms.amazonaws.com` or `rdsdata.amazonaws.com`",
        }),
        None if excluded.len() > EXCLUDABLE.len() => {
            let field = "ExcludeManagementEventSources".to_owned();
            Err(Invalid::Twice { selector: place, field })
        }
        None => Ok(()),
    }
}

fn check_resource(resource: &DataResource, place: usize) -> Result<(), Invalid> {
    let kind = Kind::parse(&resource.kind).ok_or_else(|| Invalid::Value {
        selector: place,
        field: "DataResources.Type".to_owned(),
        value: short(&resource.kind),
        allowed: "AWS::S3::Object, AWS::Lambda::Function or AWS::DynamoDB::Table, or use advanced \
                  event selectors",
    })?;
    if resource.values.is_empty() {
        return Err(Invalid::NoValues { selector: place, kind: kind.name });
    }
    let fits = |value: &str| value.len() <= crate::VALUE_BYTES_MAX && kind.takes(value);
    match resource.values.iter().find(|value| !fits(value)) {
        None => Ok(()),
        Some(value) => Err(Invalid::Value {
            selector: place,
            field: "DataResources.Values".to_owned(),
            value: short(value),
            allowed: kind.allowed,
        }),
    }
}

/// As much of a stranger's text as a message needs.
fn short(text: &str) -> String {
    text.chars().take(300).collect()
}

/// The same choice, said as advanced selectors. What was checked comes through; one that chooses
/// nothing comes to none.
pub(crate) fn translate(selectors: &[EventSelector]) -> Vec<AdvancedEventSelector> {
    selectors.iter().flat_map(translate_one).collect()
}

fn translate_one(selector: &EventSelector) -> Vec<AdvancedEventSelector> {
    let management = selector.include_management_events.then(|| management(selector));
    let data = selector.data_resources.iter();
    let data = data.map(|resource| data_events(resource, selector.read_write_type));
    management.into_iter().chain(data).collect()
}

fn management(selector: &EventSelector) -> AdvancedEventSelector {
    let mut fields = vec![equals("eventCategory", "Management")];
    fields.extend(read_only(selector.read_write_type));
    let excluded = &selector.exclude_management_event_sources;
    if !excluded.is_empty() {
        fields.push(FieldSelector {
            field: "eventSource".to_owned(),
            not_equals: excluded.clone(),
            ..FieldSelector::default()
        });
    }
    AdvancedEventSelector { name: None, field_selectors: fields }
}

fn data_events(resource: &DataResource, which: ReadWriteType) -> AdvancedEventSelector {
    let mut fields =
        vec![equals("eventCategory", "Data"), equals("resources.type", &resource.kind)];
    fields.extend(read_only(which));
    let kind = Kind::parse(&resource.kind);
    let all = kind.is_some_and(|kind| resource.values.iter().any(|value| kind.is_all(value)));
    if !all {
        let values = resource.values.clone();
        let (starts_with, equals) = match kind {
            Some(Kind { by_prefix: true, .. }) => (values, Vec::new()),
            _ => (Vec::new(), values),
        };
        let field = "resources.ARN".to_owned();
        fields.push(FieldSelector { field, starts_with, equals, ..FieldSelector::default() });
    }
    AdvancedEventSelector { name: None, field_selectors: fields }
}

fn read_only(which: ReadWriteType) -> Option<FieldSelector> {
    match which {
        ReadWriteType::All => None,
        ReadWriteType::ReadOnly => Some(equals("readOnly", "true")),
        ReadWriteType::WriteOnly => Some(equals("readOnly", "false")),
    }
}

fn equals(field: &str, value: &str) -> FieldSelector {
    FieldSelector {
        field: field.to_owned(),
        equals: vec![value.to_owned()],
        ..FieldSelector::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(kind: &str, value: &str, expected: bool) {
        assert_eq!(Kind::parse(kind).unwrap().takes(value), expected, "{kind} {value}");
    }

    #[test]
    fn values_are_arns_or_beginnings_of_arns() {
        for value in ["arn:aws:s3", "arn:aws:s3:::", "arn:aws:s3:::b/", "arn:aws-cn:s3:::b/a/c"] {
            takes("AWS::S3::Object", value, true);
        }
        for value in ["", "b/", "arn:aws:s3:::b", "arn:aws:s3:::/a", "arn:aws:s3x", "arn:aws:s3:"] {
            takes("AWS::S3::Object", value, false);
        }
        let function = "arn:aws:lambda:us-east-1:111122223333:function:f";
        for value in ["arn:aws:lambda", function] {
            takes("AWS::Lambda::Function", value, true);
        }
        for value in ["arn:aws:lambda:us-east-1:111122223333:function:", "arn:aws:lambda:::", "f"] {
            takes("AWS::Lambda::Function", value, false);
        }
        let table = "arn:aws:dynamodb:us-east-1:111122223333:table/t";
        for value in ["arn:aws:dynamodb", table] {
            takes("AWS::DynamoDB::Table", value, true);
        }
        for value in ["arn:aws:dynamodb:us-east-1::table/t", function, "arn:aws:dynamodb:::"] {
            takes("AWS::DynamoDB::Table", value, false);
        }
    }

    #[test]
    fn a_selector_is_said_again_as_one_for_each_of_its_parts() {
        let resource = |kind: &str, values: &[&str]| DataResource {
            kind: kind.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let selector = EventSelector {
            read_write_type: ReadWriteType::WriteOnly,
            data_resources: vec![
                resource("AWS::S3::Object", &["arn:aws:s3:::b/"]),
                resource("AWS::Lambda::Function", &["arn:aws:lambda"]),
            ],
            exclude_management_event_sources: vec!["kms.amazonaws.com".to_owned()],
            ..EventSelector::default()
        };
        let said = translate(&[selector]);
        let fields = |at: usize| {
            let fields = &said[at].field_selectors;
            fields.iter().map(|it| it.field.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(said.len(), 3);
        assert_eq!(fields(0), ["eventCategory", "readOnly", "eventSource"]);
        assert_eq!(fields(1), ["eventCategory", "resources.type", "readOnly", "resources.ARN"]);
        assert_eq!(fields(2), ["eventCategory", "resources.type", "readOnly"]);
        assert_eq!(said[1].field_selectors[3].starts_with, ["arn:aws:s3:::b/"]);
    }
}
