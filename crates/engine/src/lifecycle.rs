//! What the lifecycle rules of a bucket ask for:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>.
//!
//! Transitions are checked and kept, and move nothing: all objects lie alike, and none says that it
//! lies elsewhere.

use model::Timestamp;
use model::resource::Object;
use serde_json::Value;
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;
const RULES_MAX: usize = 1_000;
const ID_CHARS_MAX: usize = 255;

/// What may stand in a filter: one of these, or `And` with several.
const MARKS: [&str; 4] = ["Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"];

/// What a rule may ask for.
const ACTIONS: [&str; 5] = [
    "AbortIncompleteMultipartUpload",
    "Expiration",
    "NoncurrentVersionExpiration",
    "NoncurrentVersionTransition",
    "Transition",
];

/// Why rules are not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LifecycleProblem {
    /// It is none of the documents that AWS describes.
    #[error("{0}")]
    Malformed(String),
    /// It is one, with a value that cannot be.
    #[error("{0}")]
    Argument(String),
    /// It is one, and asks for what does not go together.
    #[error("{0}")]
    Request(String),
}

/// The rules of a bucket that are switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule {
    /// Its id, or its place among the rules.
    id: String,
    prefix: String,
    tags: BTreeMap<String, String>,
    larger: Option<u64>,
    smaller: Option<u64>,
    expiration: Option<Expiration>,
    noncurrent: Option<Noncurrent>,
    abort_days: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiration {
    Days(u32),
    Date(Timestamp),
    /// Of delete markers that nothing is behind any more.
    Markers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Noncurrent {
    days: u32,
    /// So many of them stay, the newest.
    keep: u32,
}

/// Days later, at the midnight (UTC) that follows, as AWS counts.
fn due(from: Timestamp, days: u32) -> Timestamp {
    let at = from.0.saturating_add(i64::from(days).saturating_mul(DAY_MS));
    let midnight = at.div_euclid(DAY_MS).saturating_add(i64::from(at.rem_euclid(DAY_MS) > 0));
    Timestamp(midnight.saturating_mul(DAY_MS))
}

impl Lifecycle {
    /// Whether nothing is asked for.
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule by which a current object, or a delete marker that is alone, is to go.
    pub(crate) fn expires(&self, object: &Object, now: Timestamp) -> Option<&str> {
        let mut of = self.rules.iter().filter(|rule| rule.covers(object));
        let rule = of.find(|rule| match rule.expiration {
            Some(Expiration::Days(days)) => due(object.modified, days) <= now,
            Some(Expiration::Date(date)) => !object.marker && date <= now,
            Some(Expiration::Markers) => object.marker,
            None => false,
        });
        rule.map(|rule| rule.id.as_str())
    }

    /// The rule by which a version is to go that was replaced at `since` and has `newer`
    /// noncurrent ones before it.
    pub(crate) fn drops(
        &self,
        object: &Object,
        since: Timestamp,
        newer: u32,
        now: Timestamp,
    ) -> Option<&str> {
        let mut of = self.rules.iter().filter(|rule| rule.covers(object));
        let is_over = |it: Noncurrent| newer >= it.keep && due(since, it.days) <= now;
        of.find(|rule| rule.noncurrent.is_some_and(is_over)).map(|rule| rule.id.as_str())
    }

    /// Whether an upload of a key that began then is to be given up.
    pub(crate) fn aborts(&self, key: &str, began: Timestamp, now: Timestamp) -> bool {
        let of = self.rules.iter().filter(|rule| key.starts_with(&rule.prefix));
        of.filter_map(|rule| rule.abort_days).any(|days| due(began, days) <= now)
    }

    /// Reads the JSON of a `LifecycleConfiguration`'s XML.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(document: &Value) -> Result<Self, LifecycleProblem> {
        let all = many(document.get("Rule"));
        if all.is_empty() || all.len() > RULES_MAX {
            return Err(malformed(format!(
                "there are {} rules: 1 to {RULES_MAX} may be",
                all.len()
            )));
        }
        let mut ids: Vec<&str> = all.iter().filter_map(|rule| text(rule.get("ID"))).collect();
        ids.sort_unstable();
        if ids.iter().any(|id| id.chars().count() > ID_CHARS_MAX) {
            return Err(argument("ID length should not exceed allowed limit of 255"));
        }
        if ids.windows(2).any(|two| two.first() == two.last()) {
            return Err(argument("Rule ID must be unique. Found same ID for more than one rule"));
        }
        let mut rules = Vec::new();
        for (number, value) in all.into_iter().enumerate() {
            let id = text(value.get("ID")).map_or(format!("number {}", number + 1), str::to_owned);
            let is_on = match text(value.get("Status")) {
                Some("Enabled") => true,
                Some("Disabled") => false,
                _ => return Err(malformed("`Status` is `Enabled` or `Disabled`")),
            };
            let rule = Rule { id, ..Rule::parse(value)? };
            rules.extend(Some(rule).filter(|_| is_on));
        }
        Ok(Self { rules })
    }
}

impl Rule {
    /// Whether it asks for more than the key's beginning.
    fn is_narrow(&self) -> bool {
        !self.tags.is_empty() || self.larger.is_some() || self.smaller.is_some()
    }

    /// Whether an object is meant. Of a delete marker only its key is known.
    fn covers(&self, object: &Object) -> bool {
        let is_tagged = self.tags.iter().all(|(key, value)| object.tags.get(key) == Some(value));
        let fits = self.larger.is_none_or(|than| object.size > than)
            && self.smaller.is_none_or(|than| object.size < than);
        let is_meant = if object.marker { !self.is_narrow() } else { is_tagged && fits };
        object.key.starts_with(&self.prefix) && is_meant
    }

    fn parse(value: &Value) -> Result<Self, LifecycleProblem> {
        let mut rule = Self::default();
        match (value.get("Filter"), value.get("Prefix")) {
            (Some(filter), None) => rule.filter(filter)?,
            (None, Some(prefix)) => {
                text(Some(prefix)).unwrap_or_default().clone_into(&mut rule.prefix);
            }
            _ => return Err(malformed("a rule has one `Filter`, or one `Prefix`")),
        }
        if !ACTIONS.iter().any(|action| value.get(action).is_some()) {
            return Err(request("At least one action needs to be specified in a rule"));
        }
        many(value.get("Transition")).into_iter().try_for_each(transition)?;
        let later = many(value.get("NoncurrentVersionTransition"));
        later.into_iter().try_for_each(check_class)?;
        rule.expiration = value.get("Expiration").map_or(Ok(None), expiration)?;
        rule.noncurrent = value.get("NoncurrentVersionExpiration").map(noncurrent).transpose()?;
        let abort = value.get("AbortIncompleteMultipartUpload");
        rule.abort_days = abort.map(|abort| days(abort, "DaysAfterInitiation")).transpose()?;
        rule.check()
    }

    fn check(self) -> Result<Self, LifecycleProblem> {
        let of_markers = self.expiration == Some(Expiration::Markers);
        if self.is_narrow() && (self.abort_days.is_some() || of_markers) {
            return Err(request(
                "AbortIncompleteMultipartUpload and ExpiredObjectDeleteMarker cannot be specified \
                 with tags or sizes",
            ));
        }
        match (self.larger, self.smaller) {
            (Some(larger), Some(smaller)) if larger >= smaller => {
                Err(request("ObjectSizeGreaterThan must be less than ObjectSizeLessThan"))
            }
            _ => Ok(self),
        }
    }

    fn filter(&mut self, filter: &Value) -> Result<(), LifecycleProblem> {
        let marks = filter.as_object().map_or(0, serde_json::Map::len);
        if marks > 1 {
            return Err(malformed("a `Filter` has one member: put several into `And`"));
        }
        let inside = filter.get("And").unwrap_or(filter);
        let names = inside.as_object().into_iter().flat_map(serde_json::Map::keys);
        if let Some(odd) = names.into_iter().find(|name| !MARKS.contains(&name.as_str())) {
            return Err(malformed(format!("`{odd}` is no member of a filter")));
        }
        text(inside.get("Prefix")).unwrap_or_default().clone_into(&mut self.prefix);
        for tag in many(inside.get("Tag")) {
            let (Some(key), Some(value)) = (text(tag.get("Key")), text(tag.get("Value"))) else {
                return Err(malformed("a `Tag` has a `Key` and a `Value`"));
            };
            if self.tags.insert(key.to_owned(), value.to_owned()).is_some() {
                return Err(argument("Duplicate Tag Keys are not allowed."));
            }
        }
        self.larger = number(inside, "ObjectSizeGreaterThan")?;
        self.smaller = number(inside, "ObjectSizeLessThan")?;
        Ok(())
    }
}

/// What may be moved to, by AWS's names.
const CLASSES: [&str; 6] =
    ["DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA"];

fn check_class(value: &Value) -> Result<(), LifecycleProblem> {
    match text(value.get("StorageClass")) {
        Some(class) if CLASSES.contains(&class) => Ok(()),
        _ => Err(malformed(format!("a `StorageClass` is one of {}", CLASSES.join(", ")))),
    }
}

fn transition(value: &Value) -> Result<(), LifecycleProblem> {
    check_class(value)?;
    match (number(value, "Days")?, text(value.get("Date"))) {
        (Some(_), None) => Ok(()),
        (None, Some(date)) => midnight(date).map(drop),
        _ => Err(malformed("a `Transition` has one of `Days` and `Date`")),
    }
}

fn expiration(value: &Value) -> Result<Option<Expiration>, LifecycleProblem> {
    let date = text(value.get("Date"));
    let markers = text(value.get("ExpiredObjectDeleteMarker")).map(str::to_ascii_lowercase);
    match (value.get("Days"), date, markers.as_deref()) {
        (Some(_), None, None | Some("false")) => Ok(Some(Expiration::Days(days(value, "Days")?))),
        (None, Some(date), None | Some("false")) => Ok(Some(Expiration::Date(midnight(date)?))),
        (None, None, Some("true")) => Ok(Some(Expiration::Markers)),
        (None, None, Some("false")) => Ok(None),
        _ => Err(malformed(
            "an `Expiration` has one of `Days`, `Date` and `ExpiredObjectDeleteMarker`",
        )),
    }
}

/// `2030-01-01T00:00:00Z`, with or without a fraction, or a day alone.
fn midnight(text: &str) -> Result<Timestamp, LifecycleProblem> {
    let day = text.get(..10).unwrap_or_default();
    let seconds = model::parse_seconds(format!("{day}T00:00:00Z").as_bytes());
    let rest = text.get(10..).unwrap_or_default();
    let rest = rest.trim_end_matches("+00:00").trim_end_matches('Z');
    let is_midnight = rest.is_empty()
        || rest
            .strip_prefix("T00:00:00")
            .is_some_and(|fraction| fraction.chars().all(|digit| matches!(digit, '.' | '0')));
    let seconds = seconds.filter(|_| is_midnight);
    seconds.map(Timestamp::from_seconds).ok_or_else(|| argument("'Date' must be at midnight GMT"))
}

fn noncurrent(value: &Value) -> Result<Noncurrent, LifecycleProblem> {
    let keep = number(value, "NewerNoncurrentVersions")?.unwrap_or(0);
    let keep = u32::try_from(keep).ok().filter(|keep| *keep <= 100);
    let keep = keep.ok_or_else(|| argument("'NewerNoncurrentVersions' is 1 to 100"))?;
    Ok(Noncurrent { days: days(value, "NoncurrentDays")?, keep })
}

fn days(value: &Value, name: &str) -> Result<u32, LifecycleProblem> {
    let days = number(value, name)?.and_then(|days| u32::try_from(days).ok());
    let days = days.filter(|days| (1..=i32::MAX.unsigned_abs()).contains(days));
    days.ok_or_else(|| argument(format!("'{name}' must be a positive integer")))
}

fn number(value: &Value, name: &str) -> Result<Option<u64>, LifecycleProblem> {
    let Some(found) = value.get(name) else { return Ok(None) };
    let number = found.as_u64().or_else(|| found.as_str()?.trim().parse().ok());
    number.map(Some).ok_or_else(|| argument(format!("'{name}' must be a positive integer")))
}

/// The elements of a name: a list of one is the one.
fn many(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str()
}

fn malformed(what: impl Into<String>) -> LifecycleProblem {
    LifecycleProblem::Malformed(what.into())
}

fn request(what: impl Into<String>) -> LifecycleProblem {
    LifecycleProblem::Request(what.into())
}

fn argument(what: impl Into<String>) -> LifecycleProblem {
    LifecycleProblem::Argument(what.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(members: Value) -> Value {
        let mut rule = json!({ "Status": "Enabled", "Filter": {} });
        let members = members.as_object().unwrap().clone();
        rule.as_object_mut().unwrap().extend(members);
        json!({ "Rule": rule })
    }

    fn object(key: &str, size: u64) -> Object {
        let text = format!(
            r#"{{"bucket":"b","key":"{key}","version":"null","order":1,"size":{size},"etag":"e",
            "modified":3600000,"owner":"1","storage_class":"STANDARD","tags":{{"a":"1"}}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn days_end_at_the_next_midnight() {
        let day = |n: i64| Timestamp(n * DAY_MS);
        assert_eq!(due(day(3), 1), day(4));
        assert_eq!(due(Timestamp(1), 1), day(2));
        assert_eq!(due(Timestamp(DAY_MS - 1), 2), day(3));
    }

    #[test]
    fn a_filter_says_which_objects() {
        let late = Timestamp(10 * DAY_MS);
        for (filter, covered) in [
            (json!({}), true),
            (json!(""), true),
            (json!({ "Prefix": "logs/" }), true),
            (json!({ "Prefix": "other/" }), false),
            (json!({ "Tag": { "Key": "a", "Value": "1" } }), true),
            (json!({ "Tag": { "Key": "a", "Value": "2" } }), false),
            (json!({ "ObjectSizeGreaterThan": "9" }), true),
            (json!({ "ObjectSizeGreaterThan": "10" }), false),
            (json!({ "And": { "Prefix": "logs/", "ObjectSizeLessThan": "11" } }), true),
            (json!({ "And": { "Prefix": "logs/", "ObjectSizeLessThan": "10" } }), false),
        ] {
            let value = rule(json!({ "Filter": filter, "Expiration": { "Days": "1" } }));
            let found = Lifecycle::parse(&value).unwrap();
            let found = found.expires(&object("logs/k", 10), late).is_some();
            assert_eq!(found, covered, "{filter}");
        }
    }

    #[test]
    fn what_is_no_rule_or_cannot_be_is_refused() {
        let day = json!({ "Days": "1" });
        for wrong in [
            json!({}),
            rule(json!({})),
            rule(json!({ "Expiration": day, "Status": "On" })),
            rule(json!({ "Expiration": day, "Prefix": "" })),
            rule(json!({ "Expiration": { "Days": "0" } })),
            rule(json!({ "Expiration": { "Days": "1", "Date": "2030-01-01T00:00:00Z" } })),
            rule(json!({ "Expiration": { "Date": "2030-01-01T01:00:00Z" } })),
            rule(json!({ "Expiration": {} })),
            rule(json!({ "NoncurrentVersionExpiration": { "NewerNoncurrentVersions": "2" } })),
            rule(json!({ "Expiration": day, "Filter": { "Prefix": "a", "Tag": {} } })),
            rule(json!({ "Expiration": day, "Filter": { "Suffix": "a" } })),
            rule(json!({ "Transition": { "Days": "1", "StorageClass": "ATTIC" } })),
            rule(json!({ "Transition": { "StorageClass": "GLACIER" } })),
            rule(json!({ "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": "1" },
                "Filter": { "ObjectSizeLessThan": "1" } })),
        ] {
            assert!(Lifecycle::parse(&wrong).is_err(), "{wrong}");
        }
        let one = json!({ "ID": "x", "Status": "Enabled", "Prefix": "", "Expiration": day });
        assert!(Lifecycle::parse(&json!({ "Rule": [one, one] })).is_err());
    }

    #[test]
    fn rules_that_are_off_or_only_move_objects_do_nothing() {
        let off = rule(json!({ "Expiration": { "Days": "1" }, "Status": "Disabled" }));
        assert!(Lifecycle::parse(&off).unwrap().is_empty());
        let moves = rule(json!({ "Transition": { "Days": "1", "StorageClass": "GLACIER" } }));
        let found = Lifecycle::parse(&moves).unwrap();
        assert_eq!(found.expires(&object("k", 1), Timestamp(i64::MAX)), None);
    }

    #[test]
    fn a_rule_is_told_by_its_id_or_its_place() {
        let day = json!({ "Days": "1" });
        let rules = json!({ "Rule": [
            { "Status": "Disabled", "Prefix": "", "Expiration": day },
            { "ID": "old", "Status": "Enabled", "Prefix": "logs/", "Expiration": day },
            { "Status": "Enabled", "Prefix": "", "Expiration": day },
        ] });
        let rules = Lifecycle::parse(&rules).unwrap();
        let late = Timestamp(10 * DAY_MS);
        assert_eq!(rules.expires(&object("logs/k", 1), late), Some("old"));
        assert_eq!(rules.expires(&object("k", 1), late), Some("number 3"));
        assert_eq!(rules.expires(&object("k", 1), Timestamp(DAY_MS)), None);
    }

    #[test]
    fn a_marker_is_not_meant_by_tags_or_sizes() {
        let marker = Object { marker: true, size: 0, ..object("k", 0) };
        let rules = |filter| {
            let value = rule(json!({ "Filter": filter, "Expiration": { "Days": "1" } }));
            Lifecycle::parse(&value).unwrap()
        };
        let late = Timestamp(10 * DAY_MS);
        assert!(rules(json!({ "Prefix": "k" })).expires(&marker, late).is_some());
        assert_eq!(rules(json!({ "ObjectSizeLessThan": "9" })).expires(&marker, late), None);
    }

    #[test]
    fn dates_are_midnights() {
        for good in ["2030-01-01", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000Z"] {
            assert_eq!(midnight(good), Ok(Timestamp(1_893_456_000_000)), "{good}");
        }
        assert!(midnight("2030-01-01T00:00:01Z").is_err());
    }
}
