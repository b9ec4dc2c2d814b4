//! The bytes of every object that State names: their length and the hash that they are named for.
//!
//! There may be more files than can be held open, so they are read where they lie. What a server
//! removes meanwhile is looked for again in a later moment: only what that one names is missing.

use super::history::{self, Moment};
use super::report::{Flaw, Report, Verdict};
use super::still::Still;
use crate::bodies::{OBJECTS, STAGE, janitor, path_of, stored_len};
use crate::objects::read;
use crate::runs::COLD;
use crate::vault::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypt::Keys;
use model::disk::{Disk, File, read_exact};
use model::resource::{BodyRef, Object, UploadPart};
use ring::digest::{Context, SHA256};
use std::io;
use std::ops::Bound;
use std::path::Path;

const OPEN: &str = "see that this user may read the file, then verify again";
const REMOVE: &str = "find out who put the file there; the server never reads it";

/// Bytes read at once.
const STRETCH: u64 = 1 << 20;

/// Missing files that are looked for again; beyond them, files are missing for sure.
const MISSING_MAX: usize = 10_000;

/// What is looked at, and with what.
pub(crate) struct Look<'a> {
    /// The disk itself, not a moment of it.
    pub(crate) disk: &'a dyn Disk,
    pub(crate) directory: [u8; 16],
    pub(crate) vault: &'a Vault,
    pub(crate) keys: Option<&'a Keys>,
}

impl Look<'_> {
    /// Reads every body that State names, and looks for files that it does not name.
    pub(crate) fn check(&self, moment: &Moment, report: &mut Report) {
        let mut missing = Vec::new();
        for (tag, bodies) in [("o\0", object as Bodies), ("p\0", part)] {
            let end = crate::objects::place::behind(tag.as_bytes());
            let (from, to) = (Bound::Included(tag.as_bytes()), Bound::Excluded(&end[..]));
            for entry in moment.state.cold().scan(from, to) {
                // What cannot be read of cold State is told where its runs are read.
                let Ok((_, value)) = entry else { return };
                match bodies(&value) {
                    Some(bodies) => {
                        bodies.iter().for_each(|it| self.body(it, &mut missing, report));
                    }
                    None => report.find(Flaw::new(Verdict::Tampered, COLD, "an object", "none")),
                }
            }
        }
        if moment.is_whole {
            self.tell_missing(missing, report);
            self.unnamed(moment, report);
        }
    }

    fn body(&self, body: &BodyRef, missing: &mut Vec<String>, report: &mut Report) {
        let (name, stored) = match body {
            BodyRef::File { name, stored, .. } => (name, stored),
            BodyRef::Inline { size, stored, .. } => {
                let len = STANDARD.decode(stored).map(|bytes| bytes.len() as u64).ok();
                if len.is_none() || len != stored_len(*size) {
                    let expected = format!("the bytes of an object, {size} of them");
                    report.find(Flaw::new(Verdict::Tampered, COLD, expected, "others"));
                }
                return;
            }
        };
        let path = path_of(name);
        let flaw = |verdict, expected: String, found: String| {
            Flaw::new(verdict, path.display(), expected, found)
        };
        let looked = self.disk.open(&path).and_then(|file| Ok((file.len()?, file)));
        let hash = match looked {
            Ok((len, file)) if len == *stored => hash(&*file),
            Ok((len, _)) => {
                let verdict = if len < *stored { Verdict::Truncated } else { Verdict::Tampered };
                let (expected, found) = (format!("{stored} bytes"), format!("{len}"));
                return report.find(flaw(verdict, expected, found));
            }
            Err(error) => Err(error),
        };
        match hash {
            Ok(hash) if hash == *name => {
                report.checked.bodies += 1;
                report.checked.body_bytes += stored;
            }
            Ok(hash) => {
                let expected = "the bytes that it is named for".to_owned();
                report.find(flaw(Verdict::Tampered, expected, format!("others, {hash}")));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match missing.len() < MISSING_MAX {
                    true => missing.push(name.clone()),
                    false => report.untold += 1,
                }
            }
            Err(error) => report.doubt(path.display(), error.to_string(), OPEN),
        }
    }

    fn tell_missing(&self, missing: Vec<String>, report: &mut Report) {
        if missing.is_empty() {
            return;
        }
        let later = Still::hold(self.disk).map(|still| {
            history::read(&still, self.directory, self.vault, self.keys, &mut Report::default())
        });
        for name in missing {
            let is_gone = later.as_ref().is_ok_and(|later| {
                later.is_whole && janitor::is_named(&later.state, &name).is_ok_and(|named| !named)
            });
            if !is_gone {
                let file = path_of(&name).display().to_string();
                let expected = "the bytes of an object";
                report.find(Flaw::new(Verdict::Gap, file, expected, "no such file"));
            }
        }
    }

    fn unnamed(&self, moment: &Moment, report: &mut Report) {
        let mut left = self.disk.list(Path::new(STAGE)).unwrap_or_default().len() as u64;
        for digits in janitor::digits() {
            let dir = Path::new(OBJECTS).join(&digits);
            let files = self.disk.list(&dir).unwrap_or_default();
            let Ok(named) = janitor::named(&moment.state, &digits) else { return };
            for name in files.iter().filter(|name| named.binary_search(name).is_err()) {
                match self.is_left(name, &digits) {
                    true => left += 1,
                    false => {
                        let file = dir.join(name).display().to_string();
                        let found = "a file that is not named for its content";
                        let flaw = Flaw::new(Verdict::Unreferenced, file, "no such file", found);
                        report.find(flaw.next(REMOVE));
                    }
                }
            }
        }
        if left > 0 {
            report.note(format!(
                "{OBJECTS}/ has {left} files that nothing names, as a crash or a server that is \
                 writing leaves them; no answer shows them, and the server removes them in time"
            ));
        }
    }

    /// Whether a crash, or a server that is writing, may have left this file, or removed it by now.
    fn is_left(&self, name: &str, digits: &str) -> bool {
        let hash = self.disk.open(&path_of(name)).and_then(|file| hash(&*file));
        janitor::lies_right(name, digits)
            && hash.map_or_else(|error| error.kind() == io::ErrorKind::NotFound, |it| it == name)
    }
}

/// The bodies that a value of cold State names; `None` where it is not what it should be.
type Bodies = fn(&[u8]) -> Option<Vec<BodyRef>>;

fn object(value: &[u8]) -> Option<Vec<BodyRef>> {
    read::<Object>(value).ok().map(|object| object.bodies)
}

fn part(value: &[u8]) -> Option<Vec<BodyRef>> {
    read::<UploadPart>(value).ok().map(|part| part.body.into_iter().collect())
}

/// SHA-256 of a file, in hex.
fn hash(file: &dyn File) -> io::Result<String> {
    let (mut context, len, mut offset) = (Context::new(&SHA256), file.len()?, 0);
    while offset < len {
        let stretch = STRETCH.min(len - offset);
        context.update(&read_exact(file, offset, stretch as usize)?);
        offset += stretch;
    }
    Ok(model::hex(context.finish().as_ref()))
}
