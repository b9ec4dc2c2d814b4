//! Digests: signed with a key that this directory has, named and linked as they were delivered.

use crate::delivered::DeliveredFile;
use crate::objects::{place, read};
use crate::{Error, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ledger::digest::{Digest, Place, PublicKey, SIGNATURE_ALGORITHM, Signature, Signed};
use model::AccountId;
use model::resource::{FileContent, Object};

/// What is wrong with a digest whose text is the one that was committed; `None` where nothing is.
pub(super) fn check(
    state: &State,
    trail: &str,
    delivered: &DeliveredFile,
    object: &Object,
    text: Vec<u8>,
) -> Result<Option<String>, Error> {
    let FileContent::Digest { signature, .. } = &delivered.file.content else { return Ok(None) };
    let told = object.metadata.get("signature").map_or("", String::as_str);
    if told != signature {
        return Ok(Some("another signature in its metadata, or none".to_owned()));
    }
    let algorithm = object.metadata.get("signature-algorithm").map_or("", String::as_str);
    if algorithm != SIGNATURE_ALGORITHM {
        return Ok(Some(format!("`{algorithm}` as the algorithm of its signature")));
    }
    let read = Signature::from_hex(told).and_then(|it| Digest::read(text, it).ok());
    let Some(digest) = read else { return Ok(Some("what is no digest".to_owned())) };
    match distrust(state, delivered, &digest) {
        Some(found) => Ok(Some(found)),
        None => links(state, trail, &delivered.file.region, &digest),
    }
}

fn distrust(state: &State, delivered: &DeliveredFile, digest: &Digest<Signed>) -> Option<String> {
    let document = digest.document();
    let own =
        Place { bucket: delivered.file.bucket.clone(), object: delivered.file.object.clone() };
    if document.place != own {
        return Some(format!("a digest that says it lies at {}", document.place));
    }
    let account = AccountId::parse(&document.account);
    let region = &delivered.file.region;
    let keys = account.iter().flat_map(|account| state.digest_keys(account, region));
    let keys = keys.filter_map(|key| STANDARD.decode(&key.public).ok()).map(PublicKey::from_der);
    let mut named = keys.filter(|key| key.fingerprint() == document.fingerprint);
    match named.next() {
        None => {
            Some(format!("a digest signed with a key that is not ours, {}", document.fingerprint))
        }
        Some(key) if !digest.is_signed_by(&key) => {
            Some("a signature that does not fit its bytes".to_owned())
        }
        Some(_) => None,
    }
}

/// Its predecessor and its files are ones that were delivered, each with the hash that it says.
fn links(
    state: &State,
    trail: &str,
    region: &str,
    digest: &Digest<Signed>,
) -> Result<Option<String>, Error> {
    let document = digest.document();
    if let Some(previous) = &document.previous {
        let hash = previous.hash.to_string();
        let is_it = |found: &DeliveredFile| match &found.file.content {
            FileContent::Digest { signature, .. } => {
                found.file.text_hash == hash && *signature == previous.signature
            }
            FileContent::Log { .. } => false,
        };
        if !find(state, trail, region, &previous.place)?.is_some_and(|found| is_it(&found)) {
            return Ok(Some(format!("a predecessor that was never delivered, {}", previous.place)));
        }
    }
    for file in &document.log_files {
        let found = find(state, trail, region, &file.place)?;
        if found.is_none_or(|found| found.file.text_hash != file.hash.to_string()) {
            return Ok(Some(format!(
                "a file on its list that was never delivered, {}",
                file.place
            )));
        }
    }
    Ok(None)
}

fn find(
    state: &State,
    trail: &str,
    region: &str,
    at: &Place,
) -> Result<Option<DeliveredFile>, Error> {
    let value = state.cold().get(&place::delivered(trail, region, &at.object))?;
    let found: Option<DeliveredFile> = value.map(|value| read(&value)).transpose()?;
    Ok(found.filter(|found| found.file.bucket == at.bucket))
}
