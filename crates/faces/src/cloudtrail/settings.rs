//! What may be said of an event data store, checked once.

use super::error::Error;
use super::exception::Exception;
use super::store::short;
use model::resource::{AdvancedEventSelector, BillingMode};
use pattern::{EventCategory, EventSelectors};

const NAME_CHARS_MIN: usize = 3;
const NAME_CHARS_MAX: usize = 128;
const DAYS_MIN: i64 = 7;
const KEY_ID_BYTES_MAX: usize = 350;

/// Refuses a name that no event data store or channel may have.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let fits = (NAME_CHARS_MIN..=NAME_CHARS_MAX).contains(&name.len());
    match fits && name.bytes().all(plain) {
        true => Ok(()),
        false => Err(Exception::InvalidParameter.says(format!(
            "`Name` is `{}`: a name has {NAME_CHARS_MIN} to {NAME_CHARS_MAX} letters, digits, \
             `.`, `_` and `-`",
            short(name)
        ))),
    }
}

/// The retention asked for, in days.
pub(super) fn retention(asked: Option<i64>, billing: BillingMode) -> Result<u32, Error> {
    let Some(days) = asked else {
        return Ok(billing.days_default());
    };
    let most = billing.days_max();
    let fits = (DAYS_MIN..=i64::from(most)).contains(&days);
    u32::try_from(days).ok().filter(|_| fits).ok_or_else(|| {
        Exception::InvalidParameter.says(format!(
            "`RetentionPeriod` is {days}: give {DAYS_MIN} to {most} days, as the billing mode has \
             it"
        ))
    })
}

/// Refuses an organization: there is none.
pub(super) fn check_organization(member: &str, enabled: Option<bool>) -> Result<(), Error> {
    match enabled {
        Some(true) => Err(Exception::OrganizationsNotInUse.says(format!(
            "`{member}` needs an organization, and pugmark keeps none yet: leave it out"
        ))),
        _ => Ok(()),
    }
}

/// Refuses a key: there is none.
pub(super) fn check_key(id: Option<&str>) -> Result<(), Error> {
    let Some(id) = id else {
        return Ok(());
    };
    check_key_id(id)?;
    Err(Exception::KmsKeyNotFound.says(format!(
        "there is no KMS key `{id}`: pugmark keeps no KMS keys yet, so leave `KmsKeyId` out"
    )))
}

/// Refuses what cannot name a key.
pub(super) fn check_key_id(id: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._/-:".contains(&b);
    match (1..=KEY_ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(plain) {
        true => Ok(()),
        false => Err(Exception::InvalidKmsKeyId
            .says(format!("`{}` names no KMS key: give an id, an alias or an ARN", short(id)))),
    }
}

/// The selectors asked for, checked; every management event where none are.
pub(super) fn selectors(
    asked: Option<Vec<AdvancedEventSelector>>,
) -> Result<(Vec<AdvancedEventSelector>, EventSelectors), Error> {
    let usual = || AdvancedEventSelector::of_category("Default management events", "Management");
    let selectors = match asked {
        None => vec![usual()],
        Some(selectors) if selectors.is_empty() => vec![usual()],
        Some(selectors) => selectors,
    };
    match EventSelectors::compile(&selectors) {
        Ok(compiled) => Ok((selectors, compiled)),
        Err(invalid) => Err(Exception::InvalidEventSelectors.says(invalid.to_string())),
    }
}

/// What a store holds: CloudTrail's own events, or one kind of others. It never changes.
pub(super) fn kind(compiled: &EventSelectors) -> Option<EventCategory> {
    compiled.categories().next().filter(|category| !category.mixes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exception<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Exception {
        match outcome.unwrap_err() {
            Error::Lake(exception, _) => exception,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn names_have_their_letters_and_lengths() {
        for good in ["abc", "A.b_c-9", &"x".repeat(128)] {
            check_name(good).unwrap();
        }
        for bad in ["", "ab", "a b", "é-store", &"x".repeat(129)] {
            assert_eq!(exception(check_name(bad)), Exception::InvalidParameter, "{bad}");
        }
    }

    #[test]
    fn retention_goes_by_the_billing_mode() {
        use BillingMode::{ExtendableRetentionPricing as Long, FixedRetentionPricing as Fixed};
        assert_eq!(retention(None, Long).unwrap(), 366);
        assert_eq!(retention(None, Fixed).unwrap(), 2_557);
        assert_eq!(retention(Some(3_653), Long).unwrap(), 3_653);
        for (days, billing) in [(6, Long), (3_654, Long), (2_558, Fixed), (-1, Fixed)] {
            assert_eq!(exception(retention(Some(days), billing)), Exception::InvalidParameter);
        }
    }

    #[test]
    fn what_is_not_kept_is_refused_by_name() {
        let exceptions = [
            exception(check_organization("OrganizationEnabled", Some(true))),
            exception(check_key(Some("alias/x"))),
        ];
        assert_eq!(exceptions, [Exception::OrganizationsNotInUse, Exception::KmsKeyNotFound]);
        assert_eq!(exception(check_key(Some("a b"))), Exception::InvalidKmsKeyId);
        check_organization("OrganizationEnabled", Some(false)).unwrap();
        check_key(None).unwrap();
    }

    #[test]
    fn management_events_are_chosen_unasked() {
        let (chosen, compiled) = selectors(None).unwrap();
        assert_eq!(chosen.len(), 1);
        assert_eq!(kind(&compiled), None);
        let wrong = vec![AdvancedEventSelector::of_category("x", "Everything")];
        assert_eq!(exception(selectors(Some(wrong))), Exception::InvalidEventSelectors);
    }
}
