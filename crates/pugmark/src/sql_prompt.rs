//! The prompt of `pugmark sql`: completion, history, `.mode`, and Ctrl-C that ends a statement.

use crate::complaint::Complaint;
use crate::output::Format;
use crate::reach::Reach;
use crate::sql_command::{self, Answer};
use crate::talk::{say, whisper};
use clap::ValueEnum;
use engine::Cancel;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, Helper};
use std::path::PathBuf;
use tokio::runtime::Runtime;

const HELP: &str = "\
A statement ends with `;`. Tab completes, the arrows go through what was asked before.
  .mode table|json|ndjson|csv   how answers are written
  .limit N                      most rows of an answer
  .columns                      the columns of `events`
  .quit                         leave, as Ctrl-D does";

/// Lines remembered.
const HISTORY_MAX: usize = 1_000;

const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "ORDER BY",
    "LIMIT",
    "DESC",
    "AND",
    "OR",
    "NOT",
    "IN",
    "LIKE",
    "BETWEEN",
    "IS NULL",
    "IS NOT NULL",
    "DISTINCT",
    "AS",
    "JOIN",
    "LEFT JOIN",
    "ON",
    "UNION ALL",
    "WITH",
    "HAVING",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "UNNEST",
    "CROSS JOIN",
    "events",
    "count(*)",
    "count_if(",
    "approx_distinct(",
    "date_trunc(",
    "date_add(",
    "from_iso8601_timestamp(",
    "json_extract_scalar(",
    "element_at(",
    "max_by(",
    "min_by(",
];

/// Asks statement after statement; returns how many rows the last answer had.
pub(crate) fn run(reach: &Reach, limit: u64, format: Format) -> Result<u64, Complaint> {
    let mut editor = editor()?;
    let history = history();
    if let Some(path) = &history {
        // There is none the first time.
        let _ = editor.load_history(path);
    }
    say("SQL over `events` and your event data stores; .help tells more, .quit leaves");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(&format!("cannot listen for Ctrl-C: {error}")))?;
    let mut session = Session { reach, runtime, limit, format, rows: 0 };
    loop {
        match editor.readline("pugmark> ") {
            Ok(line) => {
                // A history that cannot be kept is no reason to end.
                let _ = editor.add_history_entry(line.trim());
                if !session.take(line.trim())? {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => say("Ctrl-D or .quit leaves"),
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(unreadable(&error)),
        }
    }
    if let Some(path) = &history {
        let _ = editor.save_history(path);
    }
    Ok(session.rows)
}

struct Session<'a> {
    reach: &'a Reach,
    runtime: Runtime,
    limit: u64,
    format: Format,
    rows: u64,
}

impl Session<'_> {
    /// Does what a line says; `false`: leave.
    fn take(&mut self, line: &str) -> Result<bool, Complaint> {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (None, _) => {}
            (Some(".quit" | ".exit"), _) => return Ok(false),
            (Some(".help"), _) => say(HELP),
            (Some(".columns"), _) => {
                query::table::COLUMNS.iter().for_each(|column| say(column.canonical));
            }
            (Some(".mode"), word) => self.set_format(word.unwrap_or_default()),
            (Some(".limit"), word) => match word.unwrap_or_default().parse() {
                Ok(limit) => self.limit = limit,
                Err(_) => say(".limit takes a number, as .limit 5000"),
            },
            (Some(word), _) if word.starts_with('.') => say(HELP),
            _ => self.ask(line.trim_end_matches(';'))?,
        }
        Ok(true)
    }

    fn set_format(&mut self, word: &str) {
        match Format::from_str(word, true) {
            Ok(format) => self.format = format,
            Err(_) => say(".mode takes table, json, ndjson or csv"),
        }
    }

    /// A statement that fails ends nothing but itself.
    fn ask(&mut self, statement: &str) -> Result<(), Complaint> {
        let cancel = Cancel::default();
        match self.answer(statement, &cancel) {
            Ok(answer) => self.rows = sql_command::show(&answer, self.format, None)?,
            Err(_) if cancel.is_cancelled() => say("cancelled"),
            Err(complaint) => whisper(&complaint),
        }
        Ok(())
    }

    /// Waits for the answer, or for Ctrl-C.
    fn answer(&self, statement: &str, cancel: &Cancel) -> Result<Answer, Complaint> {
        let (done, ended) = tokio::sync::oneshot::channel();
        std::thread::scope(|scope| {
            let asked = scope.spawn(move || {
                let answer = self.reach.query(statement, self.limit, cancel);
                // Whoever waited may have been interrupted.
                let _ = done.send(());
                answer
            });
            self.runtime.block_on(async {
                tokio::select! {
                    _ = ended => {}
                    _ = tokio::signal::ctrl_c() => cancel.cancel(),
                }
            });
            asked.join().unwrap_or_else(|_| Err(failed("the statement made this command fail")))
        })
    }
}

fn editor() -> Result<Editor<Words, FileHistory>, Complaint> {
    let config =
        Config::builder().max_history_size(HISTORY_MAX).map(|it| it.auto_add_history(false));
    let config = config.map_err(|error| unreadable(&error))?.build();
    let mut editor = Editor::with_config(config).map_err(|error| unreadable(&error))?;
    editor.set_helper(Some(Words));
    Ok(editor)
}

fn unreadable(error: &ReadlineError) -> Complaint {
    failed(&format!("the terminal cannot be read: {error}"))
}

fn failed(cause: &str) -> Complaint {
    Complaint::failed(
        cause,
        "asking at the prompt",
        "give the statement as an argument: pugmark sql 'SELECT …'",
    )
}

/// Where what was asked is remembered: in the user's own state directory.
fn history() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).or_else(home)?;
    let directory = state.join("pugmark");
    std::fs::create_dir_all(&directory).ok()?;
    Some(directory.join("sql_history"))
}

/// Completes words of SQL and names of columns.
struct Words;

impl Completer for Words {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let typed = line.get(..at).unwrap_or(line);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let start = typed.rfind(|c: char| !is_part(c)).map_or(0, |at| at + 1);
        let word = typed.get(start..).unwrap_or_default();
        Ok((start, candidates(word)))
    }
}

fn candidates(word: &str) -> Vec<Pair> {
    let begins =
        |name: &&str| name.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let columns = query::table::COLUMNS.iter().map(|column| column.canonical);
    let fitting = columns.chain(WORDS.iter().copied()).filter(begins);
    let pair = |name: &str| Pair { display: name.to_owned(), replacement: name.to_owned() };
    fitting.map(pair).collect()
}

impl Validator for Words {
    /// A statement may go over several lines; it ends with a semicolon.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let typed = context.input().trim();
        let is_whole = typed.is_empty() || typed.starts_with('.') || typed.ends_with(';');
        Ok(if is_whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {}

impl Helper for Words {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completes_columns_and_words_in_any_case() {
        let found = |word: &str| -> Vec<String> {
            candidates(word).into_iter().map(|pair| pair.replacement).collect()
        };
        assert!(found("eventn").contains(&"eventName".to_owned()));
        assert!(found("sel").contains(&"SELECT".to_owned()));
        assert!(found("userIdentity.a").iter().all(|name| name.starts_with("userIdentity.a")));
        assert!(found("zzz").is_empty());
    }
}
