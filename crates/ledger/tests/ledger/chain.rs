//! Archives that somebody changed: what the walk says.

use crate::digest::{hour, key};
use ledger::digest::{Content, Digest, Document, Listed, Lookup, Place, Previous, Signed, Step};
use ledger::digest::{Stored, Trouble, walk};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Digests of four hours, then a stop, then two more; three log files each.
struct Archive {
    digests: BTreeMap<Place, Stored>,
    logs: BTreeMap<Place, Content>,
    /// What was delivered, oldest first: as State knows it.
    known: Vec<Previous>,
    keys: bool,
}

impl Archive {
    fn new() -> Self {
        let mut archive =
            Self { digests: BTreeMap::new(), logs: BTreeMap::new(), known: Vec::new(), keys: true };
        let mut last: Option<Digest<Signed>> = None;
        for number in [1, 2, 3, 4, 8, 9] {
            let before = last.as_ref().filter(|_| number != 8);
            let digest = hour(number, 3, before);
            archive.put(&digest);
            last = Some(digest);
        }
        archive
    }

    fn put(&mut self, digest: &Digest<Signed>) {
        self.known.push(digest.as_previous());
        self.store(digest.document().place.clone(), digest);
        for file in &digest.document().log_files {
            self.logs.insert(file.place.clone(), Content::Hashed(file.hash));
        }
    }

    fn store(&mut self, place: Place, digest: &Digest<Signed>) {
        let stored = Stored {
            bytes: Some(digest.bytes().to_vec()),
            signature: Some(digest.signature().to_string()),
            algorithm: Some("SHA256withRSA".into()),
        };
        self.digests.insert(place, stored);
    }

    fn place(&self, digest: usize) -> Place {
        self.known[digest].place.clone()
    }

    fn log(&self, nth: usize) -> Place {
        self.logs.keys().nth(nth).unwrap().clone()
    }

    fn walk(&self) -> Vec<Step> {
        let steps = RefCell::new(Vec::new());
        let at = |place: &Place| self.known.iter().position(|it| it.place == *place);
        let older = |place: &Place| at(place)?.checked_sub(1).map(|before| &self.known[before]);
        let mut lookup = Lookup::<Infallible> {
            digest: &mut |place| Ok(self.digests.get(place).cloned()),
            log_file: &mut |place| Ok(*self.logs.get(place).unwrap_or(&Content::Missing)),
            key: &mut |_| Ok(self.keys.then(|| key().public())),
            older: &mut |place| Ok(older(place).cloned()),
        };
        let head = self.known.last().unwrap().clone();
        walk(head, &mut lookup, |step| {
            steps.borrow_mut().push(step);
            true
        })
        .unwrap();
        steps.into_inner()
    }

    #[track_caller]
    fn check(&self, expected: &[(&Place, Trouble)]) -> Vec<Step> {
        let steps = self.walk();
        let flaws = steps.iter().flat_map(|step| &step.flaws);
        let found: Vec<(&Place, Trouble)> = flaws.map(|it| (&it.place, it.trouble)).collect();
        assert_eq!(found, expected);
        steps
    }
}

#[test]
fn a_clean_archive_is_walked_over_the_stop_to_its_first_digest() {
    let steps = Archive::new().check(&[]);
    let begins: Vec<bool> =
        steps.iter().map(|it| it.document.as_ref().unwrap().previous.is_none()).collect();
    assert_eq!(begins, [false, true, false, false, false, true]);
    assert_eq!(steps.iter().map(|it| it.sound_files).sum::<u64>(), 18);
}

#[test]
fn log_files_that_were_changed_or_removed_are_named() {
    let mut archive = Archive::new();
    let (gone, changed, torn) = (archive.log(0), archive.log(17), archive.log(4));
    archive.logs.remove(&gone);
    archive.logs.insert(changed.clone(), Content::Hashed(ledger::Hash([9; 32])));
    archive.logs.insert(torn.clone(), Content::Unreadable);
    archive.check(&[
        (&changed, Trouble::LogChanged),
        (&torn, Trouble::LogUnreadable),
        (&gone, Trouble::LogMissing),
    ]);
}

#[test]
fn every_digest_that_is_gone_is_named_and_the_rest_is_checked_all_the_same() {
    let mut archive = Archive::new();
    let (two, three) = (archive.place(1), archive.place(2));
    archive.digests.remove(&two);
    archive.digests.remove(&three);
    let steps = archive.check(&[(&three, Trouble::DigestMissing), (&two, Trouble::DigestMissing)]);
    assert_eq!(steps.len(), 6);
    assert_eq!(steps.iter().map(|it| it.sound_files).sum::<u64>(), 12);
}

#[test]
fn an_end_that_was_cut_off_is_seen() {
    let mut archive = Archive::new();
    let (five, six) = (archive.place(4), archive.place(5));
    archive.digests.remove(&five);
    archive.digests.remove(&six);
    archive.check(&[(&six, Trouble::Truncated), (&five, Trouble::Truncated)]);
}

#[test]
fn a_digest_that_lies_elsewhere_or_was_swapped_is_not_believed() {
    let mut archive = Archive::new();
    let (two, three) = (archive.place(1), archive.place(2));
    let other = archive.digests[&two].clone();
    archive.digests.insert(three.clone(), other);
    archive.check(&[(&three, Trouble::LinkBroken), (&three, Trouble::Moved)]);
}

#[test]
fn changed_bytes_lost_signatures_and_unknown_keys_are_told_apart() {
    let mut archive = Archive::new();
    let (one, two, four) = (archive.place(0), archive.place(1), archive.place(3));
    archive.digests.get_mut(&one).unwrap().signature = None;
    archive.digests.get_mut(&two).unwrap().bytes = None;
    let stored = archive.digests.get_mut(&four).unwrap();
    let text = String::from_utf8(stored.bytes.take().unwrap()).unwrap();
    stored.bytes = Some(text.replace("\"hashValue\":\"00", "\"hashValue\":\"10").into_bytes());
    archive.check(&[
        (&four, Trouble::LinkBroken),
        (&four, Trouble::BadSignature),
        (&two, Trouble::DigestUnreadable),
        (&one, Trouble::DigestUnreadable),
    ]);
    let mut archive = Archive::new();
    archive.keys = false;
    assert!(archive.walk().iter().all(|it| it.flaws[0].trouble == Trouble::UnknownKey));
}

/// Whoever has the key can sign anything; what the next digest says of this one still stands.
#[test]
fn a_digest_that_was_signed_anew_does_not_fit_its_successor() {
    let mut archive = Archive::new();
    let three = archive.place(2);
    let forged = hour(3, 2, None);
    assert_eq!(forged.document().place, three);
    archive.store(three.clone(), &forged);
    archive.check(&[(&three, Trouble::LinkBroken)]);
}

#[test]
fn a_log_file_that_no_digest_lists_is_found() {
    let archive = Archive::new();
    let mut listed = Listed::default();
    let steps = archive.walk();
    let documents = steps.iter().filter_map(|it: &Step| it.document.as_ref());
    documents.for_each(|it: &Document| listed.add(it));
    assert_eq!(listed.len(), 18);
    let forged = Place { bucket: "audit".into(), object: "logs/file-1-9".into() };
    assert_eq!(listed.check(archive.log(7)), None);
    assert_eq!(listed.check(forged).unwrap().trouble, Trouble::Unlisted);
}
