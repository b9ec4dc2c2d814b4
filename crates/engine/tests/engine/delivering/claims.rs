//! What must be true of an archive: every record of a trail in just one of its files, every file
//! in just one digest, every digest signed and linked.

use super::archive::{Outside, Stored};
use crate::rows::rows;
use engine::{Engine, Search, State};
use ledger::Hash;
use ledger::digest::{Digest, PublicKey, Signature, Signed};
use model::resource::Trail;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(serde::Deserialize)]
struct File<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'a RawValue>,
}

/// The records of a file, byte for byte.
pub(super) fn records(stored: &Stored) -> Vec<String> {
    let text = String::from_utf8(stored.text()).unwrap();
    let file: File<'_> = serde_json::from_str(&text).unwrap();
    let joined: Vec<&str> = file.records.iter().map(|record| record.get()).collect();
    assert_eq!(text, format!("{{\"Records\":[{}]}}", joined.join(",")), "nothing else is in it");
    joined.into_iter().map(str::to_owned).collect()
}

fn is_digest(key: &str) -> bool {
    key.contains("/CloudTrail-Digest/")
}

/// Every record that the engine says is in a trail lies in just one file of that trail, in order.
/// Trails are told apart by their prefixes.
pub(super) fn delivered_once(engine: &Engine, archive: &Outside, trail: &Trail) -> usize {
    let question = Search { store: Some(trail.id.clone()), ..Search::default() };
    let kept = rows(engine, &question, 1_000).unwrap();
    let mut waiting: HashMap<String, u64> = kept
        .iter()
        .map(|row| (String::from_utf8(row.bytes.to_vec()).unwrap(), row.place.seq.0))
        .collect();
    assert_eq!(waiting.len(), kept.len(), "no two records of the test are alike");
    let prefix = format!("{}/AWSLogs/", trail.prefix.as_deref().unwrap());
    for (key, stored) in archive.with(&prefix) {
        if is_digest(&key) {
            continue;
        }
        let mut last = None;
        for record in records(&stored) {
            let seq = waiting.remove(&record);
            let seq = seq.unwrap_or_else(|| panic!("twice, or of nobody: {record} in {key}"));
            assert!(last < Some(seq), "out of order in {key}");
            last = Some(seq);
            let region = key.split('/').nth(4).unwrap();
            assert!(record.contains(&format!("\"awsRegion\":\"{region}\"")), "{key}: {record}");
        }
    }
    assert!(waiting.is_empty(), "never delivered: {waiting:?}");
    kept.len()
}

fn public_keys(state: &State, trail: &Trail) -> HashMap<String, PublicKey> {
    use base64::Engine as _;
    let regions = ["us-east-1", "eu-west-1", "eu-west-2"];
    let keys = regions.iter().flat_map(|region| state.digest_keys(&trail.account, region));
    let der = |text: &str| base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    keys.map(|key| (key.fingerprint.clone(), PublicKey::from_der(der(&key.public)))).collect()
}

/// What State says was delivered of a trail is just what lies in the archive.
pub(super) fn noted_once(engine: &Engine, archive: &Outside, trail: &Trail) {
    let state = engine.state();
    let mut noted = BTreeMap::new();
    for region in ["us-east-1", "eu-west-1", "eu-west-2"] {
        let mut after = String::new();
        loop {
            let page = state.delivered_files(&trail.id, region, &after, 7).unwrap();
            let Some(last) = page.last() else { break };
            after.clone_from(&last.file.object);
            for one in page {
                assert_eq!((one.trail, &*one.file.region), (trail.arn().to_string(), region));
                noted.insert(one.file.object, one.file.text_hash);
            }
        }
    }
    let prefix = format!("{}/AWSLogs/", trail.prefix.as_deref().unwrap());
    let stored = archive.with(&prefix).into_iter();
    let lies: BTreeMap<String, String> =
        stored.map(|(key, it)| (key, Hash::of_bytes(&it.text()).to_string())).collect();
    assert!(noted == lies, "noted: {:?}, there: {:?}", noted.keys(), lies.keys());
}

/// All digests below a prefix, by key; each is signed and says where it lies.
pub(super) fn digests(
    engine: &Engine,
    archive: &Outside,
    trail: &Trail,
) -> BTreeMap<String, Digest<Signed>> {
    let keys = public_keys(&engine.state(), trail);
    let prefix = trail.prefix.as_ref().map(|prefix| format!("{prefix}/AWSLogs/"));
    let stored = archive.with(prefix.as_deref().unwrap_or("AWSLogs/"));
    let read = |(key, stored): (String, Stored)| {
        let [(a, signature), (b, algorithm)] = &stored.metadata[..] else { panic!("{key}") };
        assert_eq!((*a, *b, &**algorithm), ("signature", "signature-algorithm", "SHA256withRSA"));
        let signature = Signature::from_hex(signature).unwrap();
        let digest = Digest::read(stored.text(), signature).unwrap();
        assert!(digest.is_signed_by(&keys[&digest.document().fingerprint]), "{key}");
        assert_eq!(digest.document().place.object, key);
        (key, digest)
    };
    stored.into_iter().filter(|(key, _)| is_digest(key)).map(read).collect()
}

/// Every log file is in just one digest, with its hash; every digest's predecessor is there, the
/// very one, and ends where it begins; and no two have the same one.
pub(super) fn listed_once(engine: &Engine, archive: &Outside, trail: &Trail) -> usize {
    let prefix = format!("{}/AWSLogs/", trail.prefix.as_deref().unwrap());
    let files = archive.with(&prefix).into_iter().filter(|(key, _)| !is_digest(key));
    let mut unlisted: BTreeMap<String, Hash> =
        files.map(|(key, stored)| (key, Hash::of_bytes(&stored.text()))).collect();
    let all = digests(engine, archive, trail);
    let mut followed = BTreeSet::new();
    for (key, digest) in &all {
        let document = digest.document();
        assert!(document.start < document.end, "{key}");
        for file in &document.log_files {
            let hash = unlisted.remove(&file.place.object);
            assert_eq!(hash, Some(file.hash), "{} in {key}", file.place.object);
            assert!(file.oldest <= file.newest);
        }
        let Some(previous) = &document.previous else { continue };
        let before = &all[&previous.place.object];
        assert_eq!(before.as_previous(), *previous, "{key}");
        assert!(before.document().end <= document.start, "{key}");
        assert!(followed.insert(previous.place.object.clone()), "{key} is a fork");
    }
    assert!(unlisted.is_empty(), "in no digest: {:?}", unlisted.keys());
    all.len()
}
