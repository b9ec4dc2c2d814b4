//! `pugmark verify`: proves or disproves that a data directory is what was recorded.

use crate::complaint::{Complaint, Exit};
use crate::output::escape::line;
use crate::output::{self, Column, Format, Printer, Row};
use crate::spelling;
use crate::talk::{bytes, count, grouped};
use engine::{Checked, Doubt, Flaw, Outcome, Report, RootKey};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::{self, Write};
use std::path::Path;

const COLUMNS: &[Column] = &[
    Column::whole("verdict", 8, 0),
    Column::text("file", 10, 0),
    Column::number("offset", 6, 2),
    Column::text("expected", 10, 1),
    Column::text("found", 10, 0),
    Column::text("next", 10, 3),
];

/// Verifies. The first word of the answer is the verdict, so without `-o` it is text, also where
/// it goes to a program.
pub(crate) fn run(
    data: &Path,
    root: Option<&RootKey>,
    asked: Option<Format>,
) -> Result<Exit, Complaint> {
    let report = engine::verify_with(data, root);
    let whole = Whole { verdict: word(report.outcome()), data: data.to_string_lossy(), report };
    match asked.unwrap_or(Format::Table) {
        Format::Table => output::print(whole.to_string().as_bytes())?,
        Format::Csv => whole.csv()?,
        format => whole.json(format)?,
    }
    Ok(exit(whole.report.outcome()))
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Proved => "PROVED",
        Outcome::Disproved(verdict) => verdict.word(),
        Outcome::CannotTell => "UNKNOWN",
    }
}

/// Never 0 for nothing found.
const fn exit(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Proved => Exit::Ok,
        Outcome::Disproved(_) => Exit::Failed,
        Outcome::CannotTell => Exit::Partial,
    }
}

#[derive(Serialize)]
struct Whole<'a> {
    verdict: &'static str,
    data: Cow<'a, str>,
    #[serde(flatten)]
    report: Report,
}

impl Whole<'_> {
    fn json(&self, format: Format) -> Result<(), Complaint> {
        // INVARIANT: strings and numbers always are JSON.
        let json = match format {
            Format::Json => serde_json::to_string_pretty(self),
            _ => serde_json::to_string(self),
        };
        output::print(format!("{}\n", json.unwrap_or_default()).as_bytes())
    }

    /// A row for each thing that is wrong or could not be looked at, or one that says that none is.
    fn csv(&self) -> Result<(), Complaint> {
        let mut printer = Printer::new(Format::Csv, COLUMNS);
        for flaw in &self.report.flaws {
            printer.row(&Line::Flaw(flaw))?;
        }
        for doubt in &self.report.doubts {
            printer.row(&Line::Doubt(doubt))?;
        }
        if self.report.outcome() == Outcome::Proved {
            printer.row(&Line::Proved(self.verdict))?;
        }
        printer.finish().map(drop)
    }
}

impl fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { flaws, doubts, notes, untold, checked } = &self.report;
        writeln!(f, "{}: {}", self.verdict, line(&self.data))?;
        for flaw in flaws {
            write_flaw(f, flaw)?;
        }
        for Doubt { file, cause, next } in doubts {
            writeln!(f, "\nnot looked at: {}", line(file))?;
            writeln!(f, "  cause:    {}\n  next:     {next}", line(cause))?;
        }
        for note in notes {
            writeln!(f, "\nnote: {}", line(note))?;
        }
        if *untold > 0 {
            writeln!(f, "\nand {} more of these", grouped(*untold))?;
        }
        f.write_char('\n')?;
        write_checked(f, checked)
    }
}

fn write_flaw(f: &mut fmt::Formatter<'_>, flaw: &Flaw) -> fmt::Result {
    let Flaw { verdict, file, offset, expected, found, next } = flaw;
    let at = offset.map(|offset| format!(" at byte {}", grouped(offset))).unwrap_or_default();
    writeln!(f, "\n{} {}{at}", verdict.word(), line(file))?;
    writeln!(f, "  expected: {}\n  found:    {}", line(expected), line(found))?;
    writeln!(f, "  next:     {next}")
}

fn write_checked(f: &mut fmt::Formatter<'_>, checked: &Checked) -> fmt::Result {
    let (segments, snapshots) = (count(checked.segments, "segment"), checked.snapshots);
    let frames = count(checked.frames, "frame");
    writeln!(f, "journal   {frames} in {segments}, to before frame {}", grouped(checked.end))?;
    writeln!(f, "State     {snapshots} written out")?;
    if checked.runs > 0 {
        let (runs, size) = (count(checked.runs, "run"), bytes(checked.run_bytes));
        writeln!(f, "cold      {runs} ({size}) read back")?;
    }
    if checked.bodies > 0 {
        let (files, size) = (count(checked.bodies, "file"), bytes(checked.body_bytes));
        writeln!(f, "objects   {files} ({size}) read back")?;
    }
    if checked.delivered > 0 {
        let files = count(checked.delivered, "file");
        writeln!(f, "archives  {files} and digests as they were delivered")?;
    }
    let (parts, size) = (count(checked.parts, "part"), bytes(checked.part_bytes));
    let records = count(checked.part_records, "record");
    writeln!(f, "parts     {parts} ({size}), {records} read back")?;
    writeln!(f, "tail      {}", count(checked.tail_records, "record"))?;
    let alone = match checked.leaves_alone {
        0 => String::new(),
        alone => format!("; {} whose neighbours are gone are not", grouped(alone)),
    };
    writeln!(f, "ledger    {} proved{alone}", count(checked.leaves, "record"))?;
    if checked.records_gone > 0 {
        let gone = count(checked.records_gone, "record");
        writeln!(f, "gone      {gone}, by retention, a reset or as duplicates")?;
    }
    writeln!(f, "answers   {} looked at; they bear no checksum", grouped(checked.answers))
}

/// A line of the CSV.
enum Line<'a> {
    Flaw(&'a Flaw),
    Doubt(&'a Doubt),
    Proved(&'static str),
}

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let cells = match self {
            Self::Flaw(Flaw { verdict, file, offset, expected, found, next }) => {
                let offset = offset.map(|offset| offset.to_string()).unwrap_or_default();
                [verdict.word(), file, &offset, expected, found, next].map(str::to_owned)
            }
            Self::Doubt(Doubt { file, cause, next }) => {
                ["UNKNOWN", file, "", "", cause, next].map(str::to_owned)
            }
            Self::Proved(word) => [word, "", "", "", "", ""].map(str::to_owned),
        };
        cells.to_vec()
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(match self {
            Self::Flaw(flaw) => spelling::json(flaw),
            Self::Doubt(doubt) => spelling::json(doubt),
            Self::Proved(word) => spelling::json(word),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(report: Report) -> Whole<'static> {
        Whole { verdict: word(report.outcome()), data: Cow::Borrowed("/d"), report }
    }

    #[test]
    fn the_verdict_is_the_first_word_and_tells_the_exit_code() {
        let empty = engine::verify(Path::new("/no/such/directory"));
        assert_eq!(exit(empty.outcome()), Exit::Partial);
        let text = whole(empty).to_string();
        assert!(text.starts_with("UNKNOWN: /d\n\nnot looked at: .\n"), "{text}");
        let proved = whole(Report::default());
        assert_eq!(exit(proved.report.outcome()), Exit::Ok);
        assert!(proved.to_string().starts_with("PROVED: /d\n\njournal   0 frames"));
        let flaw = Flaw {
            verdict: engine::Verdict::Tampered,
            file: "parts/x.part".to_owned(),
            offset: Some(1_234),
            expected: "one".to_owned(),
            found: "other".to_owned(),
            next: "look",
        };
        let report = Report { flaws: vec![flaw], ..Report::default() };
        assert_eq!(exit(report.outcome()), Exit::Failed);
        let told = whole(report);
        let text = told.to_string();
        assert!(
            text.starts_with("TAMPERED: /d\n\nTAMPERED parts/x.part at byte 1,234\n"),
            "{text}"
        );
        let json = serde_json::to_string(&told).unwrap();
        assert!(json.starts_with(r#"{"verdict":"TAMPERED","data":"/d","flaws":["#), "{json}");
    }
}
