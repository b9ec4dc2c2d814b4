//! `pugmark export`: records as Parquet files, which others read without us.

use crate::cli::ExportArgs;
use crate::clock;
use crate::complaint::{Complaint, Exit};
use crate::output::{self, facts};
use crate::progress::spinner;
use crate::reach::Reach;
use crate::talk::{bytes, count, quoted, say};
use crate::when;
use model::{TimeRange, Timestamp};
use query::table::schema::{COLUMNS, Column, SESSION_CHAIN};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

const DAY_MS: i64 = 86_400_000;

/// Time that one file holds: where a server answers, as much as goes into one answer.
const FILE_MS: i64 = 30 * DAY_MS;

/// Columns that stay out: they are found out of others, at some cost.
const LEFT_OUT: [&str; 3] = ["eventJsonChecksum", "root_identity", SESSION_CHAIN];

/// An export under way.
struct Export<'a> {
    reach: &'a Reach,
    directory: &'a Path,
    columns: String,
    done: Done,
}

/// What was written.
#[derive(Debug, Default)]
struct Done {
    records: u64,
    files: u64,
    bytes: u64,
}

/// Writes the records of a time, or all.
pub(crate) fn run(reach: &Reach, args: &ExportArgs) -> Result<Exit, Complaint> {
    let directory = args.parquet.as_path();
    make(directory)?;
    let asked = when::range(args.since.as_ref(), args.until.as_ref(), clock::now());
    let mut export = Export { reach, directory, columns: columns(), done: Done::default() };
    let spinner = spinner("writing Parquet");
    if let Some(range) = within(asked, reach.extent()?) {
        export.range(range, || spinner.tick())?;
    }
    if asked == TimeRange::ALL {
        export.write("eventTime IS NULL", "no-time")?;
    }
    spinner.finish_and_clear();
    sync(directory)?;
    export.done.tell(directory)?;
    Ok(Exit::Ok)
}

impl Export<'_> {
    /// File after file; a shorter time each where a server has too much for one answer.
    fn range(&mut self, range: TimeRange, tick: impl Fn()) -> Result<(), Complaint> {
        let (mut start, mut length) = (range.start.0, FILE_MS);
        while start < range.end.0 {
            let end = start.saturating_add(length).min(range.end.0);
            let moment = |ms: i64| format!("from_iso8601_timestamp('{}')", Timestamp(ms));
            let filter = format!("eventTime >= {} AND eventTime < {}", moment(start), moment(end));
            match self.write(&filter, &name(Timestamp(start)))? {
                true => (start, length) = (end, length.saturating_mul(2).min(FILE_MS)),
                false if end - start == 1 => return Err(too_much(Timestamp(start))),
                false => length = ((end - start) / 2).max(1),
            }
            tick();
        }
        Ok(())
    }

    /// One file; `false` where it was too much for one.
    fn write(&mut self, filter: &str, name: &str) -> Result<bool, Complaint> {
        let path = self.directory.join(format!("{name}.parquet"));
        let unfinished = self.directory.join(format!("{name}.unfinished"));
        let statement = format!("SELECT {} FROM events WHERE {filter}", self.columns);
        let written = self.reach.export(&statement, &unfinished);
        let records = match written {
            Ok(Some(records)) if records > 0 => records,
            other => {
                remove(&unfinished)?;
                return other.map(|records| records.is_some());
            }
        };
        fs::rename(&unfinished, &path).map_err(|error| disk(&error, "naming", &path))?;
        let length = fs::metadata(&path).map_err(|error| disk(&error, "reading", &path))?.len();
        self.done.records += records;
        self.done.files += 1;
        self.done.bytes += length;
        Ok(true)
    }
}

impl Done {
    fn tell(&self, directory: &Path) -> Result<(), Complaint> {
        let lines = [
            ("records", self.records.to_string()),
            ("files", self.files.to_string()),
            ("bytes", self.bytes.to_string()),
            ("directory", directory.display().to_string()),
        ];
        output::print(facts(&lines).as_bytes())?;
        say(format!("{} in {}", count(self.records, "record"), bytes(self.bytes)));
        if self.files > 0 {
            let files = quoted(&directory.join("*.parquet").to_string_lossy());
            say(format!("next: duckdb -c \"SELECT eventName, count(*) FROM {files} GROUP BY 1\""));
        }
        Ok(())
    }
}

/// The columns under their own names, members of rows too: `"userIdentity.arn"`.
fn columns() -> String {
    let told = |column: &&Column| !LEFT_OUT.contains(&column.canonical);
    let column = |column: &Column| format!("{} AS \"{}\"", column.canonical, column.canonical);
    COLUMNS.iter().filter(told).map(column).collect::<Vec<String>>().join(", ")
}

/// Of what was asked for, what there is.
fn within(asked: TimeRange, extent: Option<(Timestamp, Timestamp)>) -> Option<TimeRange> {
    let (first, last) = extent?;
    let start = asked.start.max(first);
    let end = asked.end.min(Timestamp(last.0.saturating_add(1)));
    (start < end).then_some(TimeRange { start, end })
}

/// `2026-11-01T021307Z`: sorts by time, and every system takes it.
fn name(start: Timestamp) -> String {
    start.to_string().replace(':', "")
}

/// A directory for records is nobody else's to read. What lies there already stays as it is.
fn make(directory: &Path) -> Result<(), Complaint> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|error| disk(&error, "making", directory))?;
    let mut entries =
        fs::read_dir(directory).map_err(|error| disk(&error, "reading", directory))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(Complaint::failed(
            "something lies in the directory already, and a file of an older export beside new \
             ones would count twice",
            format!("exporting to `{}`", directory.display()),
            "name a new directory, or empty this one",
        )),
    }
}

fn sync(directory: &Path) -> Result<(), Complaint> {
    let synced = File::open(directory).and_then(|opened| opened.sync_all());
    synced.map_err(|error| disk(&error, "syncing", directory))
}

/// Of a statement that failed early there may be no file.
fn remove(path: &Path) -> Result<(), Complaint> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(disk(&error, "removing", path))
        }
        _ => Ok(()),
    }
}

fn disk(error: &io::Error, doing: &str, path: &Path) -> Complaint {
    let path: PathBuf = path.to_owned();
    Complaint::failed(
        format!("the disk says: {error}"),
        format!("{doing} `{}`", path.display()),
        "see that there is room and that the directory may be written to",
    )
}

fn too_much(at: Timestamp) -> Complaint {
    Complaint::failed(
        format!("more happened at {at} than the server puts into one answer"),
        "exporting through the server",
        "stop the server and export again: then the files are written without it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn what_was_asked_for_is_held_to_what_there_is() {
        let extent = Some((at("2026-11-01T00:00:00Z"), at("2026-11-03T00:00:00Z")));
        let all = within(TimeRange::ALL, extent).unwrap();
        assert_eq!(all.start, at("2026-11-01T00:00:00Z"));
        assert_eq!(all.end.0, at("2026-11-03T00:00:00Z").0 + 1, "the last one is inside");
        let later = TimeRange { start: at("2026-12-01T00:00:00Z"), ..TimeRange::ALL };
        assert_eq!((within(later, extent), within(TimeRange::ALL, None)), (None, None));
    }

    #[test]
    fn members_have_columns_of_their_own_and_the_record_is_whole() {
        let columns = columns();
        assert!(columns.contains("userIdentity.arn AS \"userIdentity.arn\""), "{columns}");
        assert!(columns.contains("eventJson AS \"eventJson\"") && !columns.contains("Checksum"));
        assert_eq!(name(at("2026-11-01T02:13:07Z")), "2026-11-01T021307Z");
    }

    #[test]
    fn an_export_goes_into_a_directory_of_its_own() {
        let home = tempfile::tempdir().unwrap();
        let new = home.path().join("a/b");
        make(&new).unwrap();
        make(&new).unwrap();
        fs::write(new.join("x"), "").unwrap();
        assert!(make(&new).unwrap_err().to_string().contains("count twice"));
    }
}
