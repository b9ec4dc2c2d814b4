//! `RemovePermission`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html>

use super::prelude::*;
use super::{document, permission, topic};

/// Which statement of which topic.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    topic_arn: String,
    label: String,
}

/// Proposes the topic's policy without the statement.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<((), Effect), Error> {
    let mut topic = topic::find(state, caller, &input.topic_arn, "RemovePermission")?.clone();
    let text = document::with(&topic, |statements| {
        let before = statements.len();
        statements.retain(|it| !permission::is_called(it, &input.label));
        match statements.len() < before {
            true => Ok(()),
            false => Err(Error::InvalidParameter("Label Reason: no statement has it".to_owned())),
        }
    })?;
    topic.attributes.insert(document::ATTRIBUTE.to_owned(), text);
    Ok(((), Effect::from(Change::TopicPut(topic))))
}
