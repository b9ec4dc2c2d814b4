//! `pugmark open`: a pile of logs looked into in one shot, in a lake that is gone afterwards.

use crate::ask;
use crate::cli::{ImportArgs, OpenArgs, OpenQuestion};
use crate::complaint::{Complaint, Exit};
use crate::directory;
use crate::import_command::{exit, import, summary};
use crate::interrupt::Sweeper;
use crate::output::{self, Format, facts};
use crate::overview::Overview;
use crate::progress::spinner;
use crate::reach::Reach;
use crate::reading::Reading;
use crate::talk::{quoted, say};
use clap::Parser;
use engine::Search;
use model::resource::Import;
use std::path::Path;
use tempfile::TempDir;

/// Opens the logs, answers, and removes what it made.
pub(crate) fn run(args: &OpenArgs, asked: Option<Format>) -> Result<Exit, Complaint> {
    // A question that makes no sense is told before anything is read.
    let question = question(args)?;
    let sweeper = Sweeper::listen()?;
    let directory = temporary()?;
    sweeper.watch_over(directory.path())?;
    let reach = open(directory.path(), prompt(args))?;
    let answered = answer(&reach, args, question, asked);
    reach.close();
    removed(directory).and(answered)
}

fn question(args: &OpenArgs) -> Result<Option<OpenQuestion>, Complaint> {
    if args.question.is_empty() {
        return Ok(None);
    }
    match OpenQuestion::try_parse_from(&args.question) {
        Ok(question) => Ok(Some(question)),
        // The same words and exit code as for the command line itself.
        Err(error) => error.exit(),
    }
}

fn temporary() -> Result<TempDir, Complaint> {
    tempfile::Builder::new().prefix("pugmark-open-").tempdir().map_err(|error| {
        let tried = format!("making a directory in `{}`", std::env::temp_dir().display());
        let next = "make room there, or name another place in TMPDIR";
        Complaint::failed(format!("no temporary lake: {error}"), tried, next)
    })
}

/// How the same logs are asked again.
fn prompt(args: &OpenArgs) -> String {
    format!("pugmark open {} --", paths(args))
}

fn paths(args: &OpenArgs) -> String {
    let paths = args.paths.iter().map(|path| quoted(&path.to_string_lossy()));
    paths.collect::<Vec<String>>().join(" ")
}

fn open(directory: &Path, prompt: String) -> Result<Reach, Complaint> {
    match directory::open(directory, engine::Settings::default()) {
        Ok(opened) => Ok(Reach::local(directory, opened.engine, prompt)),
        Err(closed) => Err(closed.complaint(directory)),
    }
}

fn removed(directory: TempDir) -> Result<(), Complaint> {
    let path = directory.path().display().to_string();
    directory.close().map_err(|error| {
        let tried = format!("removing `{path}`");
        Complaint::failed(format!("the temporary lake stays: {error}"), tried, "remove it")
    })
}

fn answer(
    reach: &Reach,
    args: &OpenArgs,
    question: Option<OpenQuestion>,
    asked: Option<Format>,
) -> Result<Exit, Complaint> {
    let request = ImportArgs { paths: args.paths.clone(), owner: None, resume: false };
    let (import, elapsed) = import(reach, &request)?;
    let summary = summary(&import, elapsed);
    let answered = match question {
        Some(question) => {
            let mut answer = question.answer;
            answer.output = answer.output.or(asked);
            say(facts(&skipped_only(&summary)).trim_end());
            ask::ask(reach, &question.question, answer)?
        }
        None => overview(reach, args, &import, &summary, asked)?,
    };
    // That something could not be read matters more than that nothing was found.
    Ok(match exit(&import) {
        Exit::Ok => answered,
        partial => partial,
    })
}

/// Beside an answer only what is missing from it needs saying.
fn skipped_only(summary: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let said = ["skipped", "conflicts", "took"];
    let kept = summary.iter().filter(|(name, _)| said.contains(name));
    kept.cloned().collect()
}

fn overview(
    reach: &Reach,
    args: &OpenArgs,
    import: &Import,
    summary: &[(&'static str, String)],
    asked: Option<Format>,
) -> Result<Exit, Complaint> {
    let spinner = spinner("counting who did what");
    let mut overview = Overview::default();
    let mut reading = Reading::new(reach, vec![Search::default()], None);
    while let Some(found) = reading.next()? {
        overview.add(&found);
        spinner.tick();
    }
    spinner.finish_and_clear();
    match Format::chosen(asked) {
        Format::Table => {
            let mut all = summary.to_vec();
            all.extend(overview.facts());
            output::print(facts(&all).as_bytes())?;
        }
        format => {
            say(facts(summary).trim_end());
            overview.print(import, format)?;
        }
    }
    say(next_questions(reach, args, &overview));
    Ok(Exit::Ok)
}

fn next_questions(reach: &Reach, args: &OpenArgs, overview: &Overview) -> String {
    let who = quoted(overview.first_principal().unwrap_or("NAME"));
    format!(
        "next: {}\n      {}\n      {}\nto ask more than once, keep them: pugmark import {}",
        reach.command("events --failed"),
        reach.command(&format!("events --who {who}")),
        reach.command("who did DeleteTrail"),
        paths(args)
    )
}
