//! The first questions to ask of the story, as printed by `pugmark up --demo`.

/// The seed of the story that is told; [`QUESTIONS`] names an id that belongs to it.
pub(crate) const SEED: u64 = 4_610;

/// Commands for a shell in which `pugmark env` has been read.
pub(crate) const QUESTIONS: &[&str] = &[
    "pugmark who did StopLogging",
    "pugmark events --who ci-deployer --failed",
    "pugmark session ASIADEMOPAYMENTSAAAA",
    "pugmark entity AKIAIOSFODNN7EXAMPLE",
    "pugmark event a998f6e4-e80a-4f4f-8485-ddb4a717b6bc",
    "aws cloudtrail lookup-events \
     --lookup-attributes AttributeKey=EventName,AttributeValue=StopLogging",
];
