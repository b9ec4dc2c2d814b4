//! A walk along a chain of digests, from the newest back, that says what is wrong.

use super::listed::mark;
use super::{Digest, Document, Flaw, LogFile, Place, Previous, PublicKey, Signature, Signed};
use super::{SIGNATURE_ALGORITHM, Trouble};
use crate::Hash;
use std::collections::HashSet;

/// A digest as it lies in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes, decompressed; `None` where that fails.
    pub bytes: Option<Vec<u8>>,
    /// `x-amz-meta-signature`.
    pub signature: Option<String>,
    /// `x-amz-meta-signature-algorithm`.
    pub algorithm: Option<String>,
}

/// What lies where a log file should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Missing,
    /// Something that cannot be decompressed.
    Unreadable,
    /// Bytes that have this hash when decompressed.
    Hashed(Hash),
}

/// How the walk asks.
pub struct Lookup<'a, E> {
    /// The digest at a place.
    pub digest: &'a mut dyn FnMut(&Place) -> Result<Option<Stored>, E>,
    /// The log file at a place.
    pub log_file: &'a mut dyn FnMut(&Place) -> Result<Content, E>,
    /// The key with a fingerprint.
    pub key: &'a mut dyn FnMut(&str) -> Result<Option<PublicKey>, E>,
    /// The newest digest known from before the one at a place: where the chain begins, or is
    /// torn, the walk goes on there.
    pub older: &'a mut dyn FnMut(&Place) -> Result<Option<Previous>, E>,
}

impl<E> std::fmt::Debug for Lookup<'_, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lookup")
    }
}

/// One digest of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it should lie.
    pub place: Place,
    /// What it says, if it was there and its signature holds.
    pub document: Option<Document>,
    /// What is wrong with it and its log files.
    pub flaws: Vec<Flaw>,
    /// How many of its log files are as it says.
    pub sound_files: u64,
}

/// Walks from `head`, the newest digest that was delivered, back to the first one and hands over
/// each; `take` says whether to go on. What AWS's validator does not look at is looked at here:
/// whether the newest digest is there, and whether each one is the very one that the next names.
///
/// # Errors
/// Those of `lookup`.
pub fn walk<E>(
    head: Previous,
    lookup: &mut Lookup<'_, E>,
    mut take: impl FnMut(Step) -> bool,
) -> Result<(), E> {
    let (mut next, mut is_newest) = (Some(head), true);
    // Whoever has the key can sign digests that name each other in a circle.
    let mut seen = HashSet::new();
    while let Some(expected) = next.filter(|next| seen.insert(mark(&next.place))) {
        let mut step = step(&expected, lookup)?;
        let missing = step.flaws.first_mut().filter(|it| it.trouble == Trouble::DigestMissing);
        if let Some(flaw) = missing.filter(|_| is_newest) {
            flaw.trouble = Trouble::Truncated;
        } else {
            is_newest = false;
        }
        let linked = step.document.as_ref().and_then(|document| document.previous.clone());
        next = match linked {
            Some(previous) => Some(previous),
            None => (lookup.older)(&expected.place)?,
        };
        if !take(step) {
            break;
        }
    }
    Ok(())
}

fn step<E>(expected: &Previous, lookup: &mut Lookup<'_, E>) -> Result<Step, E> {
    let place = expected.place.clone();
    let flaw = |trouble| Flaw { place: place.clone(), trouble };
    let mut step = Step { place: place.clone(), document: None, flaws: Vec::new(), sound_files: 0 };
    let digest = match (lookup.digest)(&place)? {
        None => Err(Trouble::DigestMissing),
        Some(stored) => read(stored).ok_or(Trouble::DigestUnreadable),
    };
    let digest = match digest {
        Ok(digest) => digest,
        Err(trouble) => {
            step.flaws.push(flaw(trouble));
            return Ok(step);
        }
    };
    let found = digest.as_previous();
    if found.hash != expected.hash || found.signature != expected.signature {
        step.flaws.push(flaw(Trouble::LinkBroken));
    }
    let key = (lookup.key)(&digest.document().fingerprint)?;
    if let Some(trouble) = distrust(&digest, &place, key.as_ref()) {
        step.flaws.push(flaw(trouble));
        return Ok(step);
    }
    for file in &digest.document().log_files {
        match check(file, (lookup.log_file)(&file.place)?) {
            Some(flaw) => step.flaws.push(flaw),
            None => step.sound_files += 1,
        }
    }
    step.document = Some(digest.document().clone());
    Ok(step)
}

fn read(stored: Stored) -> Option<Digest<Signed>> {
    if stored.algorithm.as_deref() != Some(SIGNATURE_ALGORITHM) {
        return None;
    }
    let signature = Signature::from_hex(&stored.signature?)?;
    Digest::read(stored.bytes?, signature).ok()
}

/// Why a digest must not be believed.
fn distrust(digest: &Digest<Signed>, place: &Place, key: Option<&PublicKey>) -> Option<Trouble> {
    let is_named = |key: &&PublicKey| key.fingerprint() == digest.document().fingerprint;
    if digest.document().place != *place {
        return Some(Trouble::Moved);
    }
    match key.filter(is_named) {
        None => Some(Trouble::UnknownKey),
        Some(key) if !digest.is_signed_by(key) => Some(Trouble::BadSignature),
        Some(_) => None,
    }
}

fn check(file: &LogFile, content: Content) -> Option<Flaw> {
    let trouble = match content {
        Content::Hashed(hash) if hash == file.hash => return None,
        Content::Hashed(_) => Trouble::LogChanged,
        Content::Missing => Trouble::LogMissing,
        Content::Unreadable => Trouble::LogUnreadable,
    };
    Some(Flaw { place: file.place.clone(), trouble })
}
