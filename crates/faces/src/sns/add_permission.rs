//! `AddPermission`:
//! <https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html>

use super::prelude::*;
use super::{document, permission, topic};

/// Who may do what from now on.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    topic_arn: String,
    label: String,
    #[serde(rename = "AWSAccountId")]
    aws_account_id: Vec<String>,
    action_name: Vec<String>,
}

/// Proposes one more statement of the topic's policy.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<((), Effect), Error> {
    let mut topic = topic::find(state, caller, &input.topic_arn, "AddPermission")?.clone();
    let (label, arn) = (&input.label, topic.arn());
    let new =
        permission::statement(label, &input.aws_account_id, &input.action_name, arn.as_str())?;
    let text = document::with(&topic, |statements| {
        if statements.iter().any(|it| permission::is_called(it, label)) {
            return Err(Error::InvalidParameter("Statement already exists".to_owned()));
        }
        statements.push(new);
        Ok(())
    })?;
    topic.attributes.insert(document::ATTRIBUTE.to_owned(), text);
    Ok(((), Effect::from(Change::TopicPut(topic))))
}
