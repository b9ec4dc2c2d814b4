//! Which files are to be imported.

use super::tally::Tally;
use crate::error::Error;
use formats::cloudtrail::Reason;
use model::AccountId;
use ring::digest::{Context, SHA256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// Files and directories; directories are searched for log files at any depth.
    pub paths: Vec<PathBuf>,
    /// The account the records are imported for; `None`: the one each record names.
    pub owner: Option<AccountId>,
    /// The event data store that the records go into, besides the built-in one.
    pub store: Option<String>,
    /// Go on with an import of the same paths that was cut off.
    pub resume: bool,
}

/// A file to read.
#[derive(Clone, Debug)]
pub(crate) struct LogFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
}

/// A hash of the names and lengths of some files, in order; goes on from where it is.
#[derive(Clone)]
pub(crate) struct Fingerprint(Context);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(crate) fn add(&mut self, files: &[LogFile]) {
        for file in files {
            let path = file.path.as_os_str().as_encoded_bytes();
            self.0.update(&(path.len() as u64).to_le_bytes());
            self.0.update(path);
            self.0.update(&file.bytes.to_le_bytes());
        }
    }

    /// Sixty-four hex digits.
    pub(crate) fn text(&self) -> String {
        let hash = self.0.clone().finish();
        model::hex(hash.as_ref())
    }
}

/// Most files of one import, and deepest nesting of directories.
const FILES_MAX: usize = 10_000_000;
const DEPTH_MAX: usize = 64;

/// Endings of log files. A file that is named itself is taken whatever it is called.
const ENDINGS: &[&str] = &[".json", ".json.gz", ".gz", ".jsonl", ".ndjson", ".log"];

/// Finds the files, in order of their names; what cannot be read is counted and named.
pub(crate) fn find(paths: &[PathBuf], tally: &mut Tally) -> Result<Vec<LogFile>, Error> {
    let mut found = Vec::new();
    for path in paths {
        let about = fs::metadata(path).map_err(Error::io("read", path))?;
        match about.is_dir() {
            true => search(path, 0, &mut found, tally),
            false => found.push(LogFile { path: path.clone(), bytes: about.len() }),
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    if found.is_empty() && tally.is_clean() {
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let what = format!("no .json, .json.gz or .ndjson file below {}", names.join(", "));
        return Err(Error::NothingToImport { what });
    }
    Ok(found)
}

fn search(dir: &Path, depth: usize, found: &mut Vec<LogFile>, tally: &mut Tally) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return tally.unreadable(dir, &error),
    };
    for entry in entries {
        if found.len() >= FILES_MAX {
            return tally.skip("beyond ten million files", &dir.display().to_string());
        }
        match entry {
            Ok(entry) => visit(&entry, depth, found, tally),
            Err(error) => tally.unreadable(dir, &error),
        }
    }
}

fn visit(entry: &fs::DirEntry, depth: usize, found: &mut Vec<LogFile>, tally: &mut Tally) {
    let path = entry.path();
    // Links to files are followed, links to directories are not: they may go round in circles.
    let kind = entry.file_type();
    match kind.and_then(|kind| Ok((kind, fs::metadata(&path)?))) {
        Ok((kind, about)) if about.is_dir() => {
            if kind.is_dir() && depth < DEPTH_MAX {
                search(&path, depth + 1, found, tally);
            } else {
                tally.skip(Reason::LinkToDirectory.as_str(), &path.display().to_string());
            }
        }
        Ok((_, about)) if about.is_file() && is_log(&path) => {
            found.push(LogFile { path, bytes: about.len() });
        }
        Ok(_) => tally.skip(Reason::NotALogByName.as_str(), &path.display().to_string()),
        Err(error) => tally.unreadable(&path, &error),
    }
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
    name.is_some_and(|name| ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

/// Reads a file of at most `max` bytes.
pub(crate) fn read(file: &LogFile, max: usize) -> io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::with_capacity(usize::try_from(file.bytes).unwrap_or(0).min(max));
    fs::File::open(&file.path)?.take(max as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
