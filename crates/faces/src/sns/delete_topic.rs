//! `DeleteTopic`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html>
//!
//! A topic that is not there is no error.

use super::prelude::*;
use super::topic;

/// Which topic.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    topic_arn: String,
}

/// Proposes that the topic goes.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<((), Effect), Error> {
    let arn = match topic::find(state, caller, &input.topic_arn, "DeleteTopic") {
        Ok(topic) => topic.arn().to_string(),
        Err(Error::NotFound) => return Ok(((), Effect::default())),
        Err(error) => return Err(error),
    };
    Ok(((), Effect::from(Change::TopicRemoved { arn })))
}
