//! Archives in our own buckets: every file and digest that was delivered is there, under its name,
//! with the text that was committed; every digest is signed and chained; nothing else lies there.

use super::content::{self, Content};
use super::expiry::{self, Expired};
use super::history::{self, Moment};
use super::report::{Report, Verdict};
use super::seqs::Seqs;
use super::still::Still;
use super::suspicion::{Deed, Suspicion, Suspicions, mark_truncated};
use super::{chain, deeds, strangers};
use crate::delivered::DeliveredFile;
use crate::objects::walk::Walk;
use crate::objects::{place, read};
use crate::vault::Vault;
use crate::{Error, State};
use crypt::Keys;
use ledger::digest::Place;
use model::Timestamp;
use model::disk::Disk;
use model::resource::{FileContent, Object, PlannedFile};
use std::collections::BTreeMap;
use std::ops::Bound;

const KMS: &str =
    "nobody can read it any more; its records are in the base: `pugmark events` shows them";

/// Objects without bytes that are looked for again.
const GONE_MAX: usize = 1_000;

/// What is looked at, and with what.
pub(super) struct Look<'a> {
    /// The disk itself, not a moment of it.
    pub(super) disk: &'a dyn Disk,
    pub(super) directory: [u8; 16],
    pub(super) vault: &'a Vault,
    pub(super) keys: Option<&'a Keys>,
}

/// What was found so far.
#[derive(Default)]
struct Findings {
    suspicions: Suspicions,
    places: strangers::Places,
    /// Objects whose bytes were not there.
    gone: Vec<(Suspicion, Object)>,
    /// What lifecycle rules took.
    expired: Expired,
    /// Files in buckets of others, by bucket.
    outside: BTreeMap<String, u64>,
    /// The trail and region whose files are being looked at, the first suspicion of theirs, and
    /// the end of the newest digest that is there.
    series: Vec<u8>,
    first: usize,
    newest: Option<Timestamp>,
}

impl Look<'_> {
    /// Compares every archive with what State says was delivered.
    /// `missing` are the records that the base misses.
    pub(super) fn check(&self, moment: &Moment, held: &Still, missing: &Seqs, report: &mut Report) {
        let mut findings = Findings { expired: Expired::new(missing), ..Findings::default() };
        let mut outcome = self.delivered(&moment.state, &mut findings, report);
        if outcome.is_ok() {
            findings.places.note_trails(&moment.state);
            outcome = findings.places.check(&moment.state, &mut findings.suspicions);
        }
        // What cannot be read of cold State is told where its runs are read.
        let _ = outcome;
        self.look_again(&mut findings);
        let told = deeds::of(&findings.suspicions.held, held, moment);
        findings.suspicions.tell(&told, report);
        findings.expired.tell(held, moment, report);
        for (bucket, files) in findings.outside {
            report.note(not_looked_at(&bucket, files));
        }
    }

    fn delivered(
        &self,
        state: &State,
        findings: &mut Findings,
        report: &mut Report,
    ) -> Result<(), Error> {
        let prefix = b"d\0";
        let mut walk = Walk::below(state.cold(), prefix, Bound::Included(prefix.to_vec()));
        while let Some((at, value)) = walk.step()? {
            let delivered: DeliveredFile = read(&value)?;
            if delivered.outside {
                *findings.outside.entry(delivered.file.bucket).or_default() += 1;
                continue;
            }
            let names: Vec<&[u8]> = at.splitn(4, |byte| *byte == 0).collect();
            let [_, trail, region, _] = names.as_slice() else { continue };
            findings.enter(&[trail, region]);
            let trail = String::from_utf8_lossy(trail);
            findings.places.note(&trail, &delivered);
            self.one(state, &trail, &delivered, findings, report)?;
        }
        findings.enter(&[]);
        Ok(())
    }

    fn one(
        &self,
        state: &State,
        trail: &str,
        delivered: &DeliveredFile,
        findings: &mut Findings,
        report: &mut Report,
    ) -> Result<(), Error> {
        let file = &delivered.file;
        let is_digest = matches!(file.content, FileContent::Digest { .. });
        let suspect = |verdict, found: String, deed| Suspicion {
            verdict,
            place: Place { bucket: file.bucket.clone(), object: file.object.clone() },
            expected: expected(delivered),
            found,
            deed,
            at: end(delivered),
        };
        match self.standing(state, file, is_digest)? {
            Standing::There { object, text } => {
                findings.newest = findings.newest.max(is_digest.then(|| end(delivered)));
                report.checked.delivered += 1;
                let wrong = match is_digest {
                    true => chain::check(state, trail, delivered, &object, text)?,
                    false => None,
                };
                let wrong = wrong.map(|found| suspect(Verdict::Tampered, found, Deed::Writing));
                wrong.into_iter().for_each(|it| findings.suspicions.add(it));
            }
            Standing::Wrong { verdict, found, deed, over } => {
                match expiry::of(state, file, delivered.at, over, deed)? {
                    Some(expiry) => findings.expired.note(delivered, &expiry),
                    None => findings.suspicions.add(suspect(verdict, found, deed)),
                }
            }
            Standing::Gone(object) if findings.gone.len() < GONE_MAX => {
                let found = "the object, but the file of its bytes is gone".to_owned();
                findings.gone.push((suspect(Verdict::Gap, found, Deed::Unknown), object));
            }
            Standing::Gone(_) => report.untold += 1,
            Standing::Locked(key) => {
                let file = format!("s3://{}/{}", file.bucket, file.object);
                report.doubt(file, format!("it is encrypted with `{key}`, which is gone"), KMS);
            }
        }
        Ok(())
    }

    /// Looks at the versions of a key, newest first, for the one that was delivered.
    fn standing(
        &self,
        state: &State,
        file: &PlannedFile,
        is_digest: bool,
    ) -> Result<Standing, Error> {
        let prefix = place::versions(&file.bucket, &file.object);
        let mut walk = Walk::below(state.cold(), &prefix, Bound::Included(prefix.clone()));
        let mut current = None;
        while let Some((_, value)) = walk.step()? {
            let object: Object = read(&value)?;
            // The right one is as long as what was put: no other is read but to say what it is.
            if current.is_some() && (object.marker || object.size != file.bytes) {
                continue;
            }
            let found = match object.marker {
                true => "a delete marker".to_owned(),
                false => match content::read(self.disk, (state, self.vault), &object, is_digest) {
                    Content::Text(hash, text) if hash.to_string() == file.text_hash => {
                        return Ok(match current {
                            None => Standing::There { object, text },
                            Some(newer) => hidden(newer, &object),
                        });
                    }
                    Content::Text(hash, _) => format!("other content, with SHA-256 {hash}"),
                    Content::Strange(what) => format!("content that cannot be read ({what})"),
                    Content::Gone => return Ok(Standing::Gone(object)),
                    Content::Locked(key) => return Ok(Standing::Locked(key)),
                },
            };
            current.get_or_insert((object, found));
        }
        Ok(changed(current, state, file))
    }

    /// What a server removes meanwhile is missing only where a later moment names it still.
    fn look_again(&self, findings: &mut Findings) {
        if findings.gone.is_empty() {
            return;
        }
        let later = Still::hold(self.disk).map(|still| {
            history::read(&still, self.directory, self.vault, self.keys, &mut Report::default())
        });
        for (suspicion, object) in findings.gone.drain(..) {
            let named = later.as_ref().ok().and_then(|later| {
                later.state.object_version(&object.bucket, &object.key, &object.version).ok()
            });
            if named.is_some_and(|named| named.is_some_and(|it| it.bodies == object.bodies)) {
                findings.suspicions.add(suspicion);
            }
        }
    }
}

impl Findings {
    /// Files of a trail and region follow; those of the last ones are through.
    fn enter(&mut self, names: &[&&[u8]]) {
        let series: Vec<u8> = names.iter().flat_map(|name| [name, &b"\0"[..]].concat()).collect();
        if series == self.series {
            return;
        }
        let of_series = self.suspicions.held.get_mut(self.first..).unwrap_or_default();
        mark_truncated(of_series, self.newest.take());
        self.first = self.suspicions.held.len();
        self.series = series;
    }
}

fn not_looked_at(bucket: &str, files: u64) -> String {
    format!(
        "not looked at: {files} files and digests in s3://{bucket}, which is not a bucket of this \
         directory; `aws cloudtrail validate-logs` tells of them"
    )
}

/// How a delivered file stands.
enum Standing {
    There {
        object: Object,
        text: Vec<u8>,
    },
    /// `over`: the order of what lies over the right version, where that is there.
    Wrong {
        verdict: Verdict,
        found: String,
        deed: Deed,
        over: Option<u64>,
    },
    Gone(Object),
    Locked(String),
}

/// The right version is there, but another is newer.
fn hidden((newer, found): (Object, String), right: &Object) -> Standing {
    let found =
        format!("{found} (version {}) over it; it is version {}", newer.version, right.version);
    let (verdict, deed) = match newer.marker {
        true => (Verdict::Gap, Deed::Removal),
        false => (Verdict::Tampered, Deed::Writing),
    };
    Standing::Wrong { verdict, found, deed, over: Some(newer.order) }
}

/// No version is the right one.
fn changed(current: Option<(Object, String)>, state: &State, file: &PlannedFile) -> Standing {
    let (verdict, found, deed) = match current {
        None if state.bucket(&file.bucket).is_none() => {
            (Verdict::Gap, "no such bucket".to_owned(), Deed::Removal)
        }
        None => (Verdict::Gap, "no such object".to_owned(), Deed::Removal),
        Some((object, found)) if object.marker => (Verdict::Gap, found, Deed::Removal),
        Some((object, found)) => {
            let (size, was) = (object.size, file.bytes);
            let found = match size < was {
                true => format!("{found}; {size} bytes where {was} were put"),
                false => found,
            };
            (Verdict::Tampered, found, Deed::Writing)
        }
    };
    Standing::Wrong { verdict, found, deed, over: None }
}

fn expected(delivered: &DeliveredFile) -> String {
    let DeliveredFile { trail, file, at, .. } = delivered;
    let what = match &file.content {
        FileContent::Log { records, first, last, .. } => {
            format!("the file of {records} records, numbers {} to {}", first.0, last.0)
        }
        FileContent::Digest { files, .. } => format!("the digest of {files} files"),
    };
    format!("{what}, that {trail} delivered at {at}, with SHA-256 {}", file.text_hash)
}

fn end(delivered: &DeliveredFile) -> Timestamp {
    match delivered.file.content {
        FileContent::Digest { end, .. } => end,
        FileContent::Log { .. } => delivered.at,
    }
}
