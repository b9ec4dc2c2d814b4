//! One condition on one value.

use model::resource::FieldSelector;

/// The operators of a field selector: any of the choosing ones must hold, where there are some,
/// and none of the others.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    equals: Vec<Box<str>>,
    starts: Vec<Box<str>>,
    ends: Vec<Box<str>>,
    not_equals: Vec<Box<str>>,
    not_starts: Vec<Box<str>>,
    not_ends: Vec<Box<str>>,
}

impl Condition {
    pub(crate) fn new(selector: &FieldSelector) -> Self {
        let boxed = |texts: &[String]| texts.iter().map(|text| text.as_str().into()).collect();
        Self {
            equals: boxed(&selector.equals),
            starts: boxed(&selector.starts_with),
            ends: boxed(&selector.ends_with),
            not_equals: boxed(&selector.not_equals),
            not_starts: boxed(&selector.not_starts_with),
            not_ends: boxed(&selector.not_ends_with),
        }
    }

    /// Whether a value is chosen. A member that is not there is chosen by refusals alone.
    pub(crate) fn holds(&self, value: Option<&str>) -> bool {
        let Some(value) = value else {
            return !self.chooses();
        };
        let chosen = !self.chooses()
            || self.equals.iter().any(|wanted| **wanted == *value)
            || self.starts.iter().any(|wanted| value.starts_with(&**wanted))
            || self.ends.iter().any(|wanted| value.ends_with(&**wanted));
        let refused = self.not_equals.iter().any(|wanted| **wanted == *value)
            || self.not_starts.iter().any(|wanted| value.starts_with(&**wanted))
            || self.not_ends.iter().any(|wanted| value.ends_with(&**wanted));
        chosen && !refused
    }

    const fn chooses(&self) -> bool {
        !(self.equals.is_empty() && self.starts.is_empty() && self.ends.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(selector: &FieldSelector, chosen: &[&str], refused: &[&str]) {
        let condition = Condition::new(selector);
        chosen.iter().for_each(|value| assert!(condition.holds(Some(value)), "{value}"));
        refused.iter().for_each(|value| assert!(!condition.holds(Some(value)), "{value}"));
    }

    fn list(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn any_choice_suffices_and_any_refusal_counts() {
        let selector = FieldSelector {
            equals: list(&["PutObject"]),
            starts_with: list(&["Get", "List"]),
            ends_with: list(&["Tagging"]),
            not_equals: list(&["GetObject"]),
            not_starts_with: list(&["ListBucket"]),
            not_ends_with: list(&["Acl"]),
            ..FieldSelector::default()
        };
        let chosen = ["PutObject", "GetBucket", "ListObjects", "PutTagging"];
        let refused = ["GetObject", "ListBuckets", "GetAcl", "DeleteObject", "", "putobject"];
        check(&selector, &chosen, &refused);
    }

    #[test]
    fn what_is_missing_is_chosen_by_refusals_alone() {
        let not = FieldSelector { not_equals: list(&["a"]), ..FieldSelector::default() };
        assert!(Condition::new(&not).holds(None));
        let is = FieldSelector { equals: list(&["a"]), ..not };
        assert!(!Condition::new(&is).holds(None));
    }
}
