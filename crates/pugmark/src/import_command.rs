//! `pugmark import`: log files into the lake.

use crate::cli::ImportArgs;
use crate::complaint::{Complaint, Exit};
use crate::output::{self, Column, Format, Printer, Row, facts};
use crate::progress::{Progress, per_second};
use crate::reach::Reach;
use crate::talk::{bytes, count, grouped, say, top};
use engine::ImportRequest;
use formats::cloudtrail::Reason;
use model::resource::{Import, ImportStatus};
use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

/// Most accounts and regions named in the summary.
const NAMES_SHOWN: usize = 8;

const COLUMNS: &[Column] = &[
    Column::whole("id", 36, 0),
    Column::number("added", 5, 0),
    Column::number("duplicates", 10, 0),
    Column::number("conflicts", 9, 0),
    Column::number("skipped", 7, 0),
    Column::whole("oldest", 20, 0),
    Column::whole("newest", 20, 0),
];

/// Imports, and tells how it went.
pub(crate) fn run(
    reach: &Reach,
    args: &ImportArgs,
    asked: Option<Format>,
) -> Result<Exit, Complaint> {
    let (import, elapsed) = import(reach, args)?;
    let summary = facts(&summary(&import, elapsed));
    match Format::chosen(asked) {
        Format::Table => output::print(summary.as_bytes())?,
        format => {
            say(summary.trim_end());
            let mut printer = Printer::new(format, COLUMNS);
            printer.row(&Ended(&import))?;
            printer.finish()?;
        }
    }
    say(format!("next: {}", next_question(reach, &import)));
    Ok(exit(&import))
}

/// Imports to the end, showing how far it is.
pub(crate) fn import(reach: &Reach, args: &ImportArgs) -> Result<(Import, Duration), Complaint> {
    let request = ImportRequest {
        paths: absolute(&args.paths)?,
        owner: args.owner.clone(),
        store: None,
        resume: args.resume,
    };
    let mut progress = Progress::start();
    let id = reach.start_import(request)?;
    let import = loop {
        let import = reach.import(&id)?;
        if import.status != ImportStatus::Running {
            break import;
        }
        progress.show(&import);
        std::thread::sleep(reach.patience());
    };
    let elapsed = progress.finish();
    match &import.status {
        ImportStatus::Failed(cause) => Err(Complaint::failed(
            cause,
            format!("importing {}", import.paths.join(", ")),
            "remove the cause, then run the same command with --resume: what is in stays in",
        )),
        _ => Ok((import, elapsed)),
    }
}

/// The server that reads them may stand in another directory.
fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Complaint> {
    let whole = |path: &PathBuf| {
        let complain = |cause: String| {
            let tried = format!("looking for `{}`", path.display());
            let next = "name files or directories that are there and may be read";
            Complaint::failed(cause, tried, next)
        };
        let absent = |error| complain(format!("cannot find what to import: {error}"));
        let about = std::fs::metadata(path).map_err(absent)?;
        if !about.is_file() && !about.is_dir() {
            // A pipe would be waited for without end, and a device never ends.
            return Err(complain("what is to be imported is no file and no directory".to_owned()));
        }
        std::fs::canonicalize(path).map_err(absent)
    };
    paths.iter().map(whole).collect()
}

/// What came in and what did not.
pub(crate) fn summary(import: &Import, elapsed: Duration) -> Vec<(&'static str, String)> {
    let mut facts = vec![("range", range(import))];
    let accounts = import.accounts.iter().map(|(id, number)| (id.as_str(), *number));
    facts.push(("accounts", top(accounts, NAMES_SHOWN)));
    let regions = import.regions.iter().map(|(name, number)| (name.as_str(), *number));
    facts.push(("regions", top(regions, NAMES_SHOWN)));
    facts.push(("added", count(import.added, "record")));
    if import.duplicates > 0 {
        facts.push(("there already", count(import.duplicates, "record")));
    }
    if import.conflicts > 0 {
        let conflicts = count(import.conflicts, "record");
        let why = "with the id of another and other bytes: kept, not shown; see event ID --all";
        facts.push(("conflicts", format!("{conflicts} {why}")));
    }
    facts.extend(skipped(import));
    facts.push(("took", took(import, elapsed)));
    facts
}

fn range(import: &Import) -> String {
    match import.times {
        Some((oldest, newest)) => format!("{oldest} to {newest}"),
        None => "no record".to_owned(),
    }
}

fn skipped(import: &Import) -> Vec<(&'static str, String)> {
    let line = |(reason, skipped): (&String, &model::resource::Skipped)| {
        let mut names = skipped.names.join(", ");
        if skipped.count > skipped.names.len() as u64 {
            names.push_str(", …");
        }
        let number = grouped(skipped.count);
        ("skipped", format!("{number} {reason}: {names}"))
    };
    import.skipped.iter().map(line).collect()
}

fn took(import: &Import, elapsed: Duration) -> String {
    let read = import.added + import.duplicates;
    format!(
        "{:.1} s for {} in {}: {} records/s, {}/s",
        elapsed.as_secs_f64(),
        bytes(import.bytes_done),
        count(import.files_done, "file"),
        grouped(per_second(read, elapsed)),
        bytes(per_second(import.bytes_done, elapsed)),
    )
}

fn next_question(reach: &Reach, import: &Import) -> String {
    if import.added + import.duplicates == 0 {
        let import = reach.command("import OTHER_PATH");
        return format!("{import}; CloudTrail logs are .json or .json.gz");
    }
    reach.command("events --failed")
}

/// What was damaged is missing; what was foreign never was ours.
pub(crate) fn exit(import: &Import) -> Exit {
    if import.skipped.keys().any(|reason| Reason::is_damage(reason)) {
        Exit::Partial
    } else {
        Exit::Ok
    }
}

struct Ended<'a>(&'a Import);

impl Row for Ended<'_> {
    fn cells(&self) -> Vec<String> {
        let import = self.0;
        let skipped: u64 = import.skipped.values().map(|skipped| skipped.count).sum();
        let time = |pick: fn((model::Timestamp, model::Timestamp)) -> model::Timestamp| {
            import.times.map(pick).map(|time| time.to_string())
        };
        vec![
            import.id.clone(),
            import.added.to_string(),
            import.duplicates.to_string(),
            import.conflicts.to_string(),
            skipped.to_string(),
            time(|times| times.0).unwrap_or_default(),
            time(|times| times.1).unwrap_or_default(),
        ]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        // INVARIANT: an import is strings, numbers and maps by string, which always are JSON.
        Cow::Owned(serde_json::to_vec(self.0).unwrap_or_default())
    }
}
