//! `CreateTopic`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>
//!
//! Making a topic that is there already gives its ARN again, if nothing about it would be
//! different.

use super::prelude::*;
use super::tag::{self, Tag};
use super::attribute;
use crate::parameters;
use model::resource::Topic;

const NAME_BYTES_MAX: usize = 256;
/// Most topics of an account in a region.
const TOPICS_MAX: usize = 10_000;
/// What the names of topics end with that keep the order of messages.
const FIFO: &str = ".fifo";

/// What is to be made.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    name: String,
    #[serde(default, serialize_with = "parameters::as_they_are")]
    attributes: Option<BTreeMap<String, String>>,
    tags: Option<Vec<Tag>>,
}

/// What is there now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    topic_arn: String,
}

/// Proposes the topic.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Output, Effect), Error> {
    check_name(&input.name)?;
    let (mut attributes, mut tags) = (BTreeMap::new(), BTreeMap::new());
    for (name, value) in input.attributes.iter().flatten() {
        attribute::set(&mut attributes, name, value)?;
    }
    tag::add(&mut tags, input.tags.as_deref().unwrap_or_default())?;
    let (account, region) = (caller.account().clone(), caller.region().to_owned());
    let made = Topic { name: input.name, account, region, attributes, tags };
    let output = Output { topic_arn: made.arn().to_string() };
    if let Some(there) = state.topic(&output.topic_arn) {
        check_same(there, &made, input.attributes.is_some(), input.tags.is_some())?;
        return Ok((output, Effect::default()));
    }
    if state.topics(caller.account(), caller.region()).count() >= TOPICS_MAX {
        let message = format!("there are {TOPICS_MAX} topics in this region: delete one first");
        return Err(Error::TopicLimitExceeded(message));
    }
    Ok((output, Effect::from(Change::TopicPut(made))))
}

fn check_name(name: &str) -> Result<(), Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
    if name.ends_with(FIFO) {
        let message = "Name Reason: pugmark keeps no FIFO topics: leave `.fifo` out";
        return Err(Error::InvalidParameter(message.to_owned()));
    }
    match !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.bytes().all(plain) {
        true => Ok(()),
        false => Err(Error::InvalidParameter("Topic Name".to_owned())),
    }
}

/// What was asked for must be as it is.
fn check_same(there: &Topic, asked: &Topic, attributes: bool, tags: bool) -> Result<(), Error> {
    let same = |(name, value): (&String, &String)| there.attributes.get(name) == Some(value);
    let refuse = |what: &str| {
        let lower = what.to_lowercase();
        let why = format!("{what} Reason: Topic already exists with different {lower}");
        Err(Error::InvalidParameter(why))
    };
    match () {
        () if attributes && !asked.attributes.iter().all(same) => refuse("Attributes"),
        () if tags && there.tags != asked.tags => refuse("Tags"),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_form() {
        check_name("Pug_1-x").unwrap();
        for bad in ["", "a b", "ü", "a.b", "a.fifo", &"x".repeat(257)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
