//! Which field takes which operators and values, in which category:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>.

use crate::basic::EXCLUDABLE;
use crate::category::EventCategory;
use crate::error::Invalid;
use crate::scope::Scope;
use model::resource::FieldSelector;

/// A member that can be selected on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Category,
    Name,
    Source,
    ReadOnly,
    Type,
    ResourceType,
    ResourceArn,
    IdentityArn,
    FromConsole,
    ErrorCode,
    VpcEndpoint,
}

const NAMES: [(&str, Member); 11] = [
    ("eventCategory", Member::Category),
    ("eventName", Member::Name),
    ("eventSource", Member::Source),
    ("readOnly", Member::ReadOnly),
    ("eventType", Member::Type),
    ("resources.type", Member::ResourceType),
    ("resources.ARN", Member::ResourceArn),
    ("userIdentity.arn", Member::IdentityArn),
    ("sessionCredentialFromConsole", Member::FromConsole),
    ("errorCode", Member::ErrorCode),
    ("vpcEndpointId", Member::VpcEndpoint),
];

/// The only `errorCode` that can be selected.
const DENIED_BY_ENDPOINT: &str = "VpceAccessDenied";

impl Member {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, member)| *member)
    }

    fn is_in(self, category: EventCategory, scope: Scope) -> bool {
        use EventCategory::{Data, Management, NetworkActivity};
        if (scope, category) == (Scope::Trail, Management) {
            return matches!(self, Self::Category | Self::Source | Self::ReadOnly);
        }
        match self {
            Self::Category => true,
            Self::Name | Self::Source => category.mixes(),
            Self::ReadOnly | Self::Type | Self::IdentityArn | Self::FromConsole => {
                matches!(category, Management | Data)
            }
            Self::ResourceType | Self::ResourceArn => category == Data,
            Self::ErrorCode | Self::VpcEndpoint => category == NetworkActivity,
        }
    }
}

/// Says what is wrong with the selector at a place.
pub(crate) struct Rules {
    pub(crate) selector: usize,
    pub(crate) category: EventCategory,
    pub(crate) scope: Scope,
}

impl Rules {
    /// The member that a field selector is about, if it may be.
    pub(crate) fn check(&self, selector: &FieldSelector) -> Result<Member, Invalid> {
        let fits = |member: &Member| member.is_in(self.category, self.scope);
        let known = Member::parse(&selector.field).filter(fits);
        let member = known.ok_or_else(|| Invalid::Field {
            selector: self.selector,
            field: selector.field.clone(),
            category: self.category.as_str(),
        })?;
        if operators(selector).all(|(_, values)| values.is_empty()) {
            let field = selector.field.clone();
            return Err(Invalid::NoOperator { selector: self.selector, field });
        }
        self.check_operators(member, selector)?;
        self.check_values(member, selector)?;
        Ok(member)
    }

    fn check_operators(&self, member: Member, selector: &FieldSelector) -> Result<(), Invalid> {
        let (allowed, fits): (&[&str], _) = match member {
            Member::Category | Member::ReadOnly | Member::ResourceType | Member::ErrorCode => {
                (&["Equals"], "`Equals`")
            }
            Member::FromConsole => (&["Equals", "NotEquals"], "`Equals` and `NotEquals`"),
            Member::Source if self.category == EventCategory::NetworkActivity => {
                (&["Equals"], "`Equals`")
            }
            Member::Source if self.excludes_only() => (&["NotEquals"], "`NotEquals`"),
            _ => return Ok(()),
        };
        let wrong =
            |(name, values): (&str, &[String])| !values.is_empty() && !allowed.contains(&name);
        match operators(selector).any(wrong) {
            true => Err(Invalid::Operator {
                selector: self.selector,
                field: selector.field.clone(),
                allowed: fits,
            }),
            false => Ok(()),
        }
    }

    /// Whether `eventSource` is there to leave out the services that call most often.
    fn excludes_only(&self) -> bool {
        (self.scope, self.category) == (Scope::Trail, EventCategory::Management)
    }

    fn check_values(&self, member: Member, selector: &FieldSelector) -> Result<(), Invalid> {
        let is_one = selector.equals.len() == 1;
        let (fits, allowed): (fn(&str) -> bool, _) = match member {
            Member::ReadOnly | Member::FromConsole => {
                (|value| matches!(value, "true" | "false"), "`true` or `false`")
            }
            Member::ErrorCode => (|value| value == DENIED_BY_ENDPOINT, "`VpceAccessDenied`"),
            Member::ResourceType if !is_one => (|_| false, "one type for each selector"),
            Member::ResourceType => (|value| value.contains("::"), "a type as `AWS::S3::Object`"),
            Member::Source if self.excludes_only() => (
                |value| EXCLUDABLE.contains(&value),
                "`kms.amazonaws.com` or `rdsdata.amazonaws.com`",
            ),
            Member::Source => (|value| value.contains('.'), "a service as `s3.amazonaws.com`"),
            _ => return Ok(()),
        };
        let exact = selector.equals.iter().chain(&selector.not_equals);
        match exact.into_iter().find(|value| !fits(value)) {
            None => Ok(()),
            Some(value) => Err(Invalid::Value {
                selector: self.selector,
                field: selector.field.clone(),
                value: value.clone(),
                allowed,
            }),
        }
    }
}

/// The operators of a field selector by AWS's names.
pub(crate) fn operators(
    selector: &FieldSelector,
) -> impl Iterator<Item = (&str, &[String])> + Clone {
    [
        ("Equals", &selector.equals[..]),
        ("StartsWith", &selector.starts_with[..]),
        ("EndsWith", &selector.ends_with[..]),
        ("NotEquals", &selector.not_equals[..]),
        ("NotStartsWith", &selector.not_starts_with[..]),
        ("NotEndsWith", &selector.not_ends_with[..]),
    ]
    .into_iter()
}
