//! `PutEventConfiguration`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventConfiguration.html>
//!
//! A record is stored once for all event data stores: it carries what any store of the account that
//! takes records asks for. Records are kept whole up to 1 MB unless every store that says anything
//! says `Standard`; then they are cut at 256 KB.

use super::configuration::{self, ConfigurationShape};
use super::exception::Exception;
use super::prelude::*;
use super::store;
use model::resource::{ContextKeySelector, ContextKind, EventConfiguration, MaxEventSize};
use pattern::EventCategory;

const SELECTORS_MAX: usize = 2;
const KEYS_MAX: usize = 50;
const KEY_CHARS_MAX: usize = 128;

/// What records shall carry for what.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    trail_name: Option<String>,
    event_data_store: Option<String>,
    max_event_size: Option<MaxEventSize>,
    context_key_selectors: Option<Vec<ContextKeySelector>>,
    aggregation_configurations: Option<serde_json::Value>,
}

/// Proposes the configuration.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(ConfigurationShape, Effect), Error> {
    let (trail, text) = (input.trail_name.as_deref(), input.event_data_store.as_deref());
    let target = configuration::target(state, caller, trail, text)?;
    store::check_active(&target)?;
    if input.aggregation_configurations.is_some() {
        return Err(Exception::InvalidParameterCombination.says(
            "`AggregationConfigurations` are for trails: leave them out for an event data store",
        ));
    }
    if !store::categories(&target).iter().any(has_context) {
        return Err(Exception::InvalidEventDataStoreCategory.says(format!(
            "event data store `{}` holds neither management nor data events, and no others carry \
             context",
            target.name
        )));
    }
    let max_event_size = input.max_event_size.unwrap_or(MaxEventSize::Standard);
    let context = input.context_key_selectors.unwrap_or_default();
    check(max_event_size, &context)?;
    let said = EventConfiguration {
        account: caller.account().clone(),
        store: target.id.clone(),
        max_event_size,
        context,
    };
    let output = ConfigurationShape::of(&target, Some(&said));
    Ok((output, Effect::from(Change::EventConfigurationPut(said))))
}

const fn has_context(category: &EventCategory) -> bool {
    matches!(category, EventCategory::Management | EventCategory::Data)
}

fn check(size: MaxEventSize, context: &[ContextKeySelector]) -> Result<(), Error> {
    if !context.is_empty() && size != MaxEventSize::Large {
        return Err(Exception::InvalidParameterCombination
            .says("`ContextKeySelectors` need `MaxEventSize` Large: give both"));
    }
    let refuse = |why: String| Err(Exception::InvalidParameter.says(why));
    if context.len() > SELECTORS_MAX {
        return refuse(format!("`ContextKeySelectors` has more than {SELECTORS_MAX} items"));
    }
    if let [one, other] = context
        && one.kind == other.kind
    {
        return refuse("`ContextKeySelectors` has two items of one `Type`: give one".to_owned());
    }
    for selector in context {
        if selector.equals.is_empty() || selector.equals.len() > KEYS_MAX {
            return refuse(format!("`Equals` must have 1 to {KEYS_MAX} keys"));
        }
        if let Some(key) = selector.equals.iter().find(|key| !is_key(selector.kind, key)) {
            let key = store::short(key);
            return refuse(format!(
                "`{key}` is no key: a tag has 1 to {KEY_CHARS_MAX} characters, and a condition \
                 key is written as `aws:SourceIp`"
            ));
        }
    }
    Ok(())
}

fn is_key(kind: ContextKind, key: &str) -> bool {
    let fits = (1..=KEY_CHARS_MAX).contains(&key.chars().count());
    let is_plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let parts = key.split_once(':');
    let named = parts.is_some_and(|(prefix, name)| is_plain(prefix) && is_plain(name));
    fits && (kind == ContextKind::TagContext || named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(kind: ContextKind, keys: &[&str]) -> ContextKeySelector {
        ContextKeySelector { kind, equals: keys.iter().map(|key| (*key).to_owned()).collect() }
    }

    fn refused(size: MaxEventSize, context: &[ContextKeySelector], why: &str) {
        let error = check(size, context).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn context_needs_room_and_keys_that_are_some() {
        use ContextKind::{RequestContext, TagContext};
        use MaxEventSize::{Large, Standard};
        let good = keys(RequestContext, &["aws:SourceIp", "aws:username"]);
        check(Large, &[good.clone(), keys(TagContext, &["cost center"])]).unwrap();
        check(Standard, &[]).unwrap();
        refused(Standard, std::slice::from_ref(&good), "need `MaxEventSize` Large");
        refused(Large, &[good.clone(), good.clone()], "two items of one `Type`");
        refused(Large, &[good.clone(), good.clone(), good], "more than 2");
        refused(Large, &[keys(RequestContext, &[])], "1 to 50 keys");
        refused(Large, &[keys(RequestContext, &["SourceIp"])], "`SourceIp` is no key");
        refused(Large, &[keys(TagContext, &[&"x".repeat(129)])], "is no key");
    }
}
