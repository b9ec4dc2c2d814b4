//! The everyday questions, asked of whatever answers: a server, a directory, a pile of logs.

use crate::cli::{AnswerArgs, Question, WhoQuestion};
use crate::complaint::{Complaint, Exit};
use crate::output::Format;
use crate::reach::Reach;
use crate::{
    entity_command, event_command, events_command, explain_command, histogram_command,
    session_command, sql_command, top_command, unused_command, who_command,
};

/// Asks one question.
pub(crate) fn ask(
    reach: &Reach,
    question: &Question,
    answer: AnswerArgs,
) -> Result<Exit, Complaint> {
    let format = Format::chosen(answer.output);
    let rows = match question {
        Question::Events(args) => events_command::run(reach, args, format)?,
        Question::Who(WhoQuestion::Did(args)) => who_command::run(reach, args, format)?,
        Question::Event(args) => event_command::run(reach, args, format)?,
        Question::Session(args) => session_command::run(reach, args, format)?,
        Question::Entity(args) => entity_command::run(reach, args, format)?,
        Question::Unused(args) => unused_command::run(reach, args, format)?,
        Question::Top(args) => top_command::run(reach, args, format)?,
        Question::Histogram(args) => histogram_command::run(reach, args, format)?,
        Question::Explain(args) => explain_command::run(reach, args, format)?,
        Question::Sql(args) => sql_command::run(reach, args, format)?,
    };
    Ok(if rows == 0 && answer.fail_empty { Exit::Empty } else { Exit::Ok })
}
