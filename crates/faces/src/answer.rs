//! What a handler gives back, ready for the wire and for the record.

use crate::fault;
use serde::Serialize;
use serde_json::Value;
use wire::Fault;

/// An output whose record must not say all of it. Handlers whose output may be recorded as it is
/// return the output itself.
#[derive(Debug)]
pub struct Answer<O> {
    /// What the caller gets.
    pub output: O,
    /// What the record says as `responseElements`, in CloudTrail's spelling.
    pub response_elements: Value,
}

/// An answer as JSON.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) output: Value,
    /// `None`: the output itself, unless the operation only reads.
    pub(crate) response_elements: Option<Value>,
}

/// What a handler may return on success.
pub(crate) trait IntoAnswered {
    fn into_answered(self) -> Result<Answered, Fault>;
}

impl<O: Serialize> IntoAnswered for O {
    fn into_answered(self) -> Result<Answered, Fault> {
        let output = written(&self)?;
        let response_elements = None;
        Ok(Answered { output, response_elements })
    }
}

impl<O: Serialize> IntoAnswered for Answer<O> {
    fn into_answered(self) -> Result<Answered, Fault> {
        let output = written(&self.output)?;
        let response_elements = Some(self.response_elements);
        Ok(Answered { output, response_elements })
    }
}

fn written(output: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(output).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        fault::internal()
    })
}
