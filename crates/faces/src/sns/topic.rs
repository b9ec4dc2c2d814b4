//! The topic that a request names, if its policy lets the caller do what they want.

use super::error::Error;
use crate::door::Caller;
use engine::State;
use model::resource::Topic;
use policy::Verdict;

/// Longest ARN read, in bytes.
const ARN_BYTES_MAX: usize = 512;

/// The topic. `action` is the operation's name.
pub(super) fn find<'a>(
    state: &'a State,
    caller: &Caller,
    arn: &str,
    action: &str,
) -> Result<&'a Topic, Error> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let here = matches!(
        parts.as_slice(),
        ["arn", _, "sns", region, _, _] if *region == caller.region()
    );
    if !here || arn.len() > ARN_BYTES_MAX {
        return Err(Error::InvalidParameter(format!(
            "TopicArn Reason: `{}` is no ARN of a topic in {}",
            arn.chars().take(200).collect::<String>(),
            caller.region()
        )));
    }
    let topic = state.topic(arn).ok_or(Error::NotFound)?;
    check_policy(state, caller, topic, action)?;
    Ok(topic)
}

/// [`find`], in the words of operations on tags.
pub(super) fn find_tagged<'a>(
    state: &'a State,
    caller: &Caller,
    arn: &str,
    action: &str,
) -> Result<&'a Topic, Error> {
    find(state, caller, arn, action).map_err(|error| match error {
        Error::NotFound => Error::ResourceNotFound,
        other => other,
    })
}

fn check_policy(state: &State, caller: &Caller, topic: &Topic, action: &str) -> Result<(), Error> {
    let (action, arn) = (format!("SNS:{action}"), topic.arn());
    match caller.asking(state).weigh_topic(&action, topic) {
        Verdict::Allowed(_) => Ok(()),
        Verdict::Denied(refusal) => {
            let (who, because) = (&caller.identity().arn, refusal.because(&action));
            Err(Error::AuthorizationError(format!(
                "User: {who} is not authorized to perform: {action} on resource: {arn} {because}"
            )))
        }
    }
}
