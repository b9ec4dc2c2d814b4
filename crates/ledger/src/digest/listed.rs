//! Which files digests list: what else lies there was put there by somebody else.

use super::{Document, Flaw, Place, Trouble};
use crate::Hash;
use std::collections::HashSet;

/// The files that some digests list, sixteen bytes each.
#[derive(Clone, Debug, Default)]
pub struct Listed(HashSet<[u8; 16]>);

impl Listed {
    /// Adds the files of a digest.
    pub fn add(&mut self, document: &Document) {
        self.0.extend(document.log_files.iter().map(|file| mark(&file.place)));
    }

    /// How many files.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a log file that lies at `place`: that no digest lists it.
    pub fn check(&self, place: Place) -> Option<Flaw> {
        let is_listed = self.0.contains(&mark(&place));
        (!is_listed).then_some(Flaw { place, trouble: Trouble::Unlisted })
    }
}

/// Half a SHA-256 is beyond anybody's search for a second name with the same one.
pub(super) fn mark(place: &Place) -> [u8; 16] {
    let hash = Hash::of(&[place.bucket.as_bytes(), b"/", place.object.as_bytes()]);
    let mut half = [0; 16];
    half.iter_mut().zip(hash.0).for_each(|(to, from)| *to = from);
    half
}
