//! Files that are named by nothing, and answers of queries.

use super::history::Moment;
use super::report::{Flaw, Report, Verdict};
use crate::State;
use crate::queries::{HEAD, QUERIES};
use crate::runs::COLD;
use crate::shared::PARTS;
use crate::store::{JOURNAL, STATE};
use cold::RunMeta;
use model::disk::{self, Disk};
use model::resource::{Query, QueryStatus};
use model::{PartId, RecordId};
use std::path::Path;

const REMOVE: &str = "find out who put the file there; the server never reads it";

/// What a file is to the directory.
enum Standing {
    /// Something names it.
    Named,
    /// A crash, or a server that is writing, leaves it; the server removes it in time.
    Left,
    /// Nobody of ours put it there.
    Strange(&'static str),
}

/// Tells what the file of a name is.
type Tell<'a> = &'a dyn Fn(&str) -> Standing;

/// Looks at every file of the five directories.
pub(crate) fn check(disk: &dyn Disk, moment: &Moment, report: &mut Report) {
    let state = &moment.state;
    let part = |name: &str| part(disk, state, name);
    let query = |name: &str| query(state, name);
    let run = |name: &str| run(disk, moment, name);
    let of: [(&str, Tell<'_>); 5] =
        [(JOURNAL, &segment), (STATE, &snapshot), (COLD, &run), (PARTS, &part), (QUERIES, &query)];
    for (dir, standing) in of {
        let mut left = 0_u64;
        for name in disk.list(Path::new(dir)).unwrap_or_default() {
            match standing(&name) {
                Standing::Named => {}
                Standing::Left => left += 1,
                Standing::Strange(found) => {
                    let file = format!("{dir}/{name}");
                    let flaw = Flaw::new(Verdict::Unreferenced, file, "no such file", found);
                    report.find(flaw.next(REMOVE));
                }
            }
        }
        if left > 0 && moment.is_whole {
            report.note(format!(
                "{dir}/ has {left} files that nothing names, as a crash or a server that is \
                 writing leaves them; no answer shows them, and the server removes them in time"
            ));
        }
    }
}

fn digits(name: &str, ending: &str) -> bool {
    let digits = name.strip_suffix(ending).unwrap_or_default();
    digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn segment(name: &str) -> Standing {
    match digits(name, ".seg") {
        true => Standing::Named,
        false => Standing::Strange("a file that is no segment"),
    }
}

fn snapshot(name: &str) -> Standing {
    match name {
        name if digits(name, ".snap") => Standing::Named,
        name if digits(name, ".new") => Standing::Left,
        _ => Standing::Strange("a file that is no State"),
    }
}

/// A crash leaves parts half written under another ending, or whole under their own name.
fn part(disk: &dyn Disk, state: &State, name: &str) -> Standing {
    let is_hex = |id: &str| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if name.strip_suffix(".new").is_some_and(is_hex) {
        return Standing::Left;
    }
    let Some(id) = name.strip_suffix(".part").filter(|id| is_hex(id)) else {
        return Standing::Strange("a file that is no part");
    };
    let id = PartId(id.to_owned());
    if state.part(&id).is_some() {
        return Standing::Named;
    }
    let file = disk.open(&Path::new(PARTS).join(name));
    match file.and_then(|file| lake::fingerprint(&*file)) {
        Ok(own) if own != id => Standing::Strange("a file that is not named for its content"),
        _ => Standing::Left,
    }
}

/// A crash leaves runs as it leaves parts; so does a server that was stopped before it wrote State
/// out again.
fn run(disk: &dyn Disk, moment: &Moment, name: &str) -> Standing {
    if name.ends_with(".new") {
        return Standing::Left;
    }
    match RunMeta::id_of(name) {
        None => Standing::Strange("a file that is no run"),
        Some(id) if moment.runs.contains_key(id) => Standing::Named,
        Some(id) => match disk
            .open(&Path::new(COLD).join(name))
            .and_then(|file| lake::fingerprint(&*file))
        {
            Ok(own) if own.0 != id => Standing::Strange("a file that is not named for its content"),
            _ => Standing::Left,
        },
    }
}

fn query(state: &State, name: &str) -> Standing {
    let id = name.strip_suffix(".rows").unwrap_or_default();
    match state.query(id) {
        Some(_) => Standing::Named,
        None if RecordId::from_uuid(id.as_bytes()).is_some() => Standing::Left,
        None => Standing::Strange("a file that is no answer"),
    }
}

/// Answers bear no checksum: their form is looked at, and how many rows there are.
pub(crate) fn answers(disk: &dyn Disk, state: &State, report: &mut Report) {
    for query in state.queries().filter(|query| query.status == QueryStatus::Finished) {
        report.checked.answers += 1;
        if rows(disk, query) != Some(query.rows) {
            report.note(format!(
                "{QUERIES}/{}.rows is not the whole answer; it is no record of anything: start \
                 the query again",
                query.id
            ));
        }
    }
}

/// How many rows an answer has; `None` where it cannot be read.
fn rows(disk: &dyn Disk, query: &Query) -> Option<u64> {
    let bytes = disk::read_all(disk, &Path::new(QUERIES).join(format!("{}.rows", query.id)));
    let bytes = bytes.ok()?;
    let lines = bytes.strip_prefix(HEAD)?;
    let whole = lines.split_inclusive(|byte| *byte == b'\n').all(|line| {
        line.ends_with(b"\n") && serde_json::from_slice::<Vec<Option<String>>>(line).is_ok()
    });
    whole.then(|| lines.iter().filter(|byte| **byte == b'\n').count() as u64)
}
