//! Event selectors, compiled.

use crate::basic;
use crate::category::EventCategory;
use crate::condition::Condition;
use crate::error::Invalid;
use crate::rules::{Member, Rules, operators};
use crate::scope::Scope;
use model::resource::{AdvancedEventSelector, FieldSelector, TrailSelectors};
use model::{Field, RecordView, Tree, json};
use std::borrow::Cow;

/// Most selectors of an event data store.
pub const SELECTORS_MAX: usize = 5;
/// Most values in all conditions of all selectors.
pub const VALUES_MAX: usize = 500;
/// Longest value, in bytes.
pub const VALUE_BYTES_MAX: usize = 2_048;
/// Longest name of a selector or of a field, in bytes.
const NAME_BYTES_MAX: usize = 1_000;

/// Which records are meant: those that any of the selectors chooses.
#[derive(Clone, Debug)]
pub struct EventSelectors(Vec<Selector>);

#[derive(Clone, Debug)]
struct Selector {
    category: EventCategory,
    tests: Vec<(Member, Condition)>,
}

impl EventSelectors {
    /// Checks selectors by AWS's rules for event data stores and makes them ready.
    ///
    /// # Errors
    /// What is wrong with which selector.
    pub fn compile(selectors: &[AdvancedEventSelector]) -> Result<Self, Invalid> {
        Self::checked(selectors, Scope::Store)
    }

    /// Checks a trail's selectors by AWS's rules and makes them ready. Basic ones are said again
    /// as advanced ones first.
    ///
    /// # Errors
    /// What is wrong with which selector.
    pub fn compile_for_trail(selectors: &TrailSelectors) -> Result<Self, Invalid> {
        match selectors {
            TrailSelectors::Basic(selectors) => {
                basic::check(selectors)?;
                Self::compiled(&basic::translate(selectors), Scope::Trail)
            }
            TrailSelectors::Advanced(selectors) => Self::checked(selectors, Scope::Trail),
        }
    }

    fn checked(selectors: &[AdvancedEventSelector], scope: Scope) -> Result<Self, Invalid> {
        let (found, most) = (selectors.len(), scope.selectors_max());
        if found == 0 {
            return Err(Invalid::Empty);
        }
        if found > most {
            return Err(Invalid::TooMany { found, most });
        }
        check_values(selectors)?;
        let compiled = Self::compiled(selectors, scope)?;
        compiled.check_mixture()?;
        Ok(compiled)
    }

    fn compiled(selectors: &[AdvancedEventSelector], scope: Scope) -> Result<Self, Invalid> {
        let compiled = selectors.iter().zip(1..).map(|(it, place)| Selector::new(it, place, scope));
        Ok(Self(compiled.collect::<Result<_, _>>()?))
    }

    /// Whether a record is chosen.
    pub fn matches(&self, view: &RecordView<'_>) -> bool {
        let category = view.text(Field::EventCategory);
        let category = category.as_deref().unwrap_or(EventCategory::Management.as_str());
        let fits = |selector: &&Selector| selector.category.as_str() == category;
        self.0.iter().filter(fits).any(|selector| selector.matches(view))
    }

    /// Whether any record of a category, of a call that only reads or one that does not, could be
    /// chosen.
    pub fn reaches(&self, category: EventCategory, read_only: bool) -> bool {
        let lets_in = |condition: &Condition| condition.holds(Some(word(read_only)));
        let fits = |selector: &Selector| {
            selector.category == category && selector.test(Member::ReadOnly).is_none_or(lets_in)
        };
        self.0.iter().any(fits)
    }

    /// The categories chosen from, one for each selector.
    pub fn categories(&self) -> impl Iterator<Item = EventCategory> {
        self.0.iter().map(|selector| selector.category)
    }

    fn check_mixture(&self) -> Result<(), Invalid> {
        let Some(one) = self.0.first().map(|selector| selector.category) else {
            return Ok(());
        };
        let mixes = |other: &EventCategory| *other == one || (other.mixes() && one.mixes());
        match self.categories().find(|other| !mixes(other)) {
            None => Ok(()),
            Some(other) => Err(Invalid::Mixed { one: one.as_str(), other: other.as_str() }),
        }
    }
}

fn check_values(selectors: &[AdvancedEventSelector]) -> Result<(), Invalid> {
    let mut found = 0;
    for (selector, place) in selectors.iter().zip(1..) {
        let length = |what, most| Err(Invalid::Length { selector: place, what, most });
        if selector.name.as_ref().is_some_and(|name| name.len() > NAME_BYTES_MAX) {
            return length("the name", NAME_BYTES_MAX);
        }
        for field in &selector.field_selectors {
            if field.field.is_empty() || field.field.len() > NAME_BYTES_MAX {
                return length("a field", NAME_BYTES_MAX);
            }
            let mut values = operators(field).flat_map(|(_, values)| values);
            found += values.clone().count();
            if values.any(|value| value.is_empty() || value.len() > VALUE_BYTES_MAX) {
                return length("a value", VALUE_BYTES_MAX);
            }
        }
    }
    match found > VALUES_MAX {
        true => Err(Invalid::TooManyValues { found, most: VALUES_MAX }),
        false => Ok(()),
    }
}

impl Selector {
    fn new(selector: &AdvancedEventSelector, place: usize, scope: Scope) -> Result<Self, Invalid> {
        let fields = &selector.field_selectors;
        if fields.is_empty() {
            return Err(Invalid::NoFields { selector: place });
        }
        let category = category(fields, place, scope)?;
        let rules = Rules { selector: place, category, scope };
        let mut tests: Vec<(Member, Condition)> = Vec::with_capacity(fields.len());
        for field in fields {
            let member = rules.check(field)?;
            if tests.iter().any(|(other, _)| *other == member) {
                let field = field.field.clone();
                return Err(Invalid::Twice { selector: place, field });
            }
            tests.push((member, Condition::new(field)));
        }
        let selector = Self { category, tests };
        selector.check_needed(place)?;
        Ok(selector)
    }

    fn check_needed(&self, place: usize) -> Result<(), Invalid> {
        let (member, field) = match self.category {
            EventCategory::Data => (Member::ResourceType, "resources.type"),
            EventCategory::NetworkActivity => (Member::Source, "eventSource"),
            _ => return Ok(()),
        };
        match self.test(member) {
            Some(_) => Ok(()),
            None => Err(Invalid::Missing { selector: place, field }),
        }
    }

    fn test(&self, member: Member) -> Option<&Condition> {
        self.tests.iter().find(|(it, _)| *it == member).map(|(_, condition)| condition)
    }

    /// The category has been compared already.
    fn matches(&self, view: &RecordView<'_>) -> bool {
        self.tests.iter().all(|(member, condition)| match member {
            Member::Category => true,
            Member::Name => condition.holds(text(view, Field::EventName).as_deref()),
            Member::Source => condition.holds(text(view, Field::EventSource).as_deref()),
            Member::Type => condition.holds(text(view, Field::EventType).as_deref()),
            Member::IdentityArn => condition.holds(text(view, Field::IdentityArn).as_deref()),
            Member::ErrorCode => condition.holds(text(view, Field::ErrorCode).as_deref()),
            Member::VpcEndpoint => condition.holds(text(view, Field::VpcEndpointId).as_deref()),
            Member::ReadOnly => condition.holds(view.read_only().map(word)),
            Member::FromConsole => condition.holds(Some(word(from_console(view)))),
            // Type and name must hold of one and the same resource.
            Member::ResourceType => self.matches_resource(view),
            Member::ResourceArn => true,
        })
    }

    fn matches_resource(&self, view: &RecordView<'_>) -> bool {
        let (kind, arn) = (self.test(Member::ResourceType), self.test(Member::ResourceArn));
        let holds = |condition: Option<&Condition>, value: Option<Cow<'_, str>>| {
            condition.is_none_or(|condition| condition.holds(value.as_deref()))
        };
        let resources = view.tree(Tree::Resources).into_iter().flat_map(json::items);
        let mut fits = resources.map(|resource| {
            let member = |key| json::member(resource, key).and_then(json::text);
            holds(kind, member("type")) && holds(arn, member("ARN").or_else(|| member("ARNPrefix")))
        });
        fits.any(|fits| fits)
    }
}

fn category(
    fields: &[FieldSelector],
    selector: usize,
    scope: Scope,
) -> Result<EventCategory, Invalid> {
    let missing = Invalid::Missing { selector, field: "eventCategory" };
    let chosen = fields.iter().find(|it| Member::parse(&it.field) == Some(Member::Category));
    match chosen.map(|it| it.equals.as_slice()) {
        Some([one]) => {
            let allowed = scope.categories();
            let unknown = || Invalid::Category { selector, found: one.clone(), allowed };
            scope.category(one).ok_or_else(unknown)
        }
        Some([_, second, ..]) => Err(Invalid::Value {
            selector,
            field: "eventCategory".to_owned(),
            value: second.clone(),
            allowed: "one category for each selector",
        }),
        _ => Err(missing),
    }
}

fn text<'a>(view: &RecordView<'a>, field: Field) -> Option<Cow<'a, str>> {
    view.text(field)
}

const fn word(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// CloudTrail writes the member only where it is true.
fn from_console(view: &RecordView<'_>) -> bool {
    let raw = view.tree(Tree::SessionCredentialFromConsole);
    matches!(raw, Some(b"true" | b"\"true\""))
}
