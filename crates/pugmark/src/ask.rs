//! The everyday questions, asked of whatever answers: a server, a directory, a pile of logs.

use crate::cli::{AnswerArgs, Question, WhoQuestion};
use crate::complaint::{Complaint, Exit};
use crate::output::Format;
use crate::reach::Reach;
use crate::{event_command, events_command, who_command};

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
    };
    Ok(if rows == 0 && answer.fail_empty { Exit::Empty } else { Exit::Ok })
}
