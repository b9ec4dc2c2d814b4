//! CloudTrail's digests: the document itself, and a walk along an archive that somebody changed.
//!
//! Claims: a document that was read, written again, is read alike; nothing strange is signed by our
//! key; a walk ends; an archive that nobody touched has no flaw; what a walk believes was signed;
//! and where it finds no flaw, it saw every digest and every file as they were delivered.

use crate::bits::Bits;
use ledger::Hash;
use ledger::digest::{Content, Digest, Document, Draft, Folder, LogFile, Lookup, Place, Previous};
use ledger::digest::{Flaw, Listed, SIGNATURE_ALGORITHM};
use ledger::digest::{PublicKey, Series, Signature, Signed, SigningKey, Step, Stored, walk};
use model::Timestamp;
use std::collections::BTreeMap;

/// A key made for the tests of the ledger; it signs nothing else.
const KEY: &[u8] = include_bytes!("../../../crates/ledger/tests/fixtures/rsa-2048.pk8");
/// 2026-11-20T00:00:00Z.
const FIRST_S: i64 = 1_795_132_800;
const HOURS: i64 = 4;
const FILES: u8 = 2;

thread_local! {
    static SIGNED: (SigningKey, Vec<Digest<Signed>>) = signed();
}

#[derive(Clone, Debug, PartialEq)]
struct Archive {
    digests: BTreeMap<Place, Stored>,
    logs: BTreeMap<Place, Content>,
    /// What is known to have been delivered, oldest first.
    known: Vec<Previous>,
}

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    SIGNED.with(|(key, digests)| match bits.byte() & 1 {
        0 => document(bits.0, &key.public()),
        _ => walked(&mut bits, &key.public(), digests),
    });
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let documents = SIGNED.with(|(_, digests)| {
        let texts = digests.iter().map(|digest| [&[0], digest.bytes()].concat());
        texts.collect::<Vec<_>>()
    });
    let mut seeds = vec![vec![1], documents[0].clone(), documents[1].clone()];
    for harm in 0..8 {
        seeds.push(vec![1, harm, 2, 0, 90, 1, 1]);
        seeds.push(vec![1, harm, 1, 1, 0, 7, 3, harm + 1, 0, 2, 9, 9]);
    }
    seeds
}

fn signed() -> (SigningKey, Vec<Digest<Signed>>) {
    let key = SigningKey::from_pkcs8(KEY).expect("a key");
    let mut digests: Vec<Digest<Signed>> = Vec::new();
    for hour in 0..HOURS {
        let draft = draft(hour, digests.last());
        digests.push(Digest::new(draft).sign(&key).expect("a signature"));
    }
    (key, digests)
}

fn draft(hour: i64, before: Option<&Digest<Signed>>) -> Draft {
    let start = Timestamp::from_seconds(FIRST_S + hour * 3_600);
    let end = Timestamp::from_seconds(start.seconds() + 3_600);
    let folder = Folder { prefix: Some("logs"), account: "111122223333", region: "eu-west-1" };
    let series = Series { trail: "main", home_region: "us-east-1" };
    let place = |object| Place { bucket: "audit".to_owned(), object };
    let file = |n| LogFile {
        place: place(format!("logs/{hour}-{n}")),
        hash: Hash([n; 32]),
        newest: end,
        oldest: start,
    };
    Draft {
        account: "111122223333".to_owned(),
        start,
        end,
        place: place(folder.digest(&series, end)),
        // A trail that was stopped begins another chain.
        previous: before.filter(|_| hour != 2).map(Digest::as_previous),
        log_files: (0..FILES).map(file).collect(),
    }
}

fn document(bytes: &[u8], key: &PublicKey) {
    let Ok(read) = Document::read(bytes) else { return };
    let written = read.to_json();
    let again = Document::read(&written).expect("what was written can be read");
    // A document of another algorithm is written with ours; all else comes back.
    assert_eq!(again, read);
    assert_eq!(again.to_json(), written);
    let signature = Signature::from_hex(&"5a".repeat(256)).expect("hex digits");
    let digest = Digest::read(bytes.to_vec(), signature).expect("it was read before");
    assert!(!digest.is_signed_by(key), "a signature that nobody made");
    assert_eq!(digest.as_previous().hash, Hash(wire::sha256(bytes)));
    let mut listed = Listed::default();
    listed.add(&read);
    assert!(read.log_files.iter().all(|file| listed.check(file.place.clone()).is_none()));
    assert!(listed.len() <= read.log_files.len());
}

fn walked(bits: &mut Bits<'_>, key: &PublicKey, digests: &[Digest<Signed>]) {
    let sound = Archive::of(digests);
    let mut archive = sound.clone();
    while !bits.is_over() {
        archive.harm(bits);
    }
    let steps = archive.walk(key);
    let flaws: Vec<&Flaw> = steps.iter().flat_map(|step| &step.flaws).collect();
    for step in &steps {
        let Some(document) = &step.document else { continue };
        let was = digests.iter().find(|digest| digest.document().place == step.place);
        assert_eq!(Some(document), was.map(Digest::document), "what nobody signed is believed");
        assert!(step.sound_files <= u64::from(FILES));
    }
    if archive == sound {
        assert!(flaws.is_empty(), "a false alarm: {flaws:?}");
    }
    if flaws.is_empty() {
        let seen: Vec<&Document> = steps.iter().filter_map(|it| it.document.as_ref()).collect();
        let all = digests.iter().rev().map(Digest::document);
        assert!(seen.into_iter().eq(all), "digests are missing, and nothing is said");
        assert!(steps.iter().all(|step| step.sound_files == u64::from(FILES)));
    }
}

impl Archive {
    fn of(digests: &[Digest<Signed>]) -> Self {
        let (mut stored, mut logs) = (BTreeMap::new(), BTreeMap::new());
        for digest in digests {
            let object = Stored {
                bytes: Some(digest.bytes().to_vec()),
                signature: Some(digest.signature().to_string()),
                algorithm: Some(SIGNATURE_ALGORITHM.to_owned()),
            };
            stored.insert(digest.document().place.clone(), object);
            for file in &digest.document().log_files {
                logs.insert(file.place.clone(), Content::Hashed(file.hash));
            }
        }
        let known = digests.iter().map(Digest::as_previous).collect();
        Self { digests: stored, logs, known }
    }

    /// One object is changed, taken away, or put in another's place.
    fn harm(&mut self, bits: &mut Bits<'_>) {
        let (how, which) = (bits.byte(), usize::from(bits.byte()));
        let places: Vec<Place> = self.digests.keys().cloned().collect();
        let logs: Vec<Place> = self.logs.keys().cloned().collect();
        if places.is_empty() || logs.is_empty() {
            bits.take(1);
            return;
        }
        let (place, log) = (&places[which % places.len()], &logs[which % logs.len()]);
        let Some(stored) = self.digests.get_mut(place) else { return };
        match how % 8 {
            0 => flip(bits, stored.bytes.as_mut()),
            1 => {
                let mut text = stored.signature.take().map(String::into_bytes);
                flip(bits, text.as_mut());
                stored.signature = text.map(|text| String::from_utf8_lossy(&text).into_owned());
            }
            2 => drop(self.digests.remove(place)),
            3 => {
                let other = places[usize::from(bits.byte()) % places.len()].clone();
                let copy = stored.clone();
                self.digests.insert(other, copy);
            }
            4 => drop(self.logs.remove(log)),
            5 => drop(self.logs.insert(log.clone(), Content::Hashed(Hash([bits.byte(); 32])))),
            6 => drop(self.logs.insert(log.clone(), Content::Unreadable)),
            _ => {
                let len = bits.word();
                *stored = Stored { bytes: Some(bits.take(len).to_vec()), ..stored.clone() };
            }
        }
    }

    fn walk(&self, key: &PublicKey) -> Vec<Step> {
        let mut steps = Vec::new();
        let Some(head) = self.known.last().cloned() else { return steps };
        let older = |place: &Place| {
            let at = self.known.iter().position(|known| known.place == *place);
            at.and_then(|at| self.known[..at].last().cloned())
        };
        let mut lookup: Lookup<'_, ()> = Lookup {
            digest: &mut |place| Ok(self.digests.get(place).cloned()),
            log_file: &mut |place| Ok(self.logs.get(place).copied().unwrap_or(Content::Missing)),
            key: &mut |name| Ok((name == key.fingerprint()).then(|| key.clone())),
            older: &mut |place| Ok(older(place)),
        };
        let walked = walk(head, &mut lookup, |step| {
            steps.push(step);
            steps.len() < 100
        });
        assert_eq!(walked, Ok(()));
        assert!(steps.len() < 100, "a walk in a circle");
        steps
    }
}

fn flip(bits: &mut Bits<'_>, bytes: Option<&mut Vec<u8>>) {
    let (at, with) = (bits.word(), bits.byte());
    if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
        let at = at % bytes.len();
        bytes[at] ^= with;
    }
}
