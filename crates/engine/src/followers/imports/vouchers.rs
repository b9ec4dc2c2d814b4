//! What digests say of log files: the hash that each must have.

use super::reading;
use super::source::Source;
use crate::Error;
use crate::objects::listing::Listing;
use formats::cloudtrail::Limits;
use ledger::Hash;
use ledger::digest::{Digest, PublicKey, Signature, Signed};
use model::resource::Object;
use model::{AccountId, days_of_civil};
use std::collections::{HashMap, VecDeque};

/// A digest lists files that were delivered late too, but none later than this, in days.
const DAYS_MAX: i64 = 31;
/// Longest digest read, in bytes.
const DIGEST_BYTES_MAX: usize = 64 << 20;
/// Digests named at one time.
const PAGE: usize = 100;

/// What a digest says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Voucher {
    /// It has this hash.
    Hash(Hash),
    /// Nobody knows: the digest of this key was changed after it was signed.
    Broken(String),
}

/// What the digests of one folder's day and of those after it say of the files in the folder. They
/// are read as they are needed.
#[derive(Debug, Default)]
pub(super) struct Vouchers {
    folder: String,
    listed: HashMap<String, Voucher>,
    /// Digests that were not read yet, and behind which key there may be more.
    ahead: VecDeque<Object>,
    after: Option<String>,
    place: Option<Place>,
}

/// Where the digests of a folder lie.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    prefix: String,
    region: String,
    day: i64,
}

impl Vouchers {
    /// What is said of a file, if anything.
    pub(super) fn of(&mut self, source: &Source<'_>, key: &str) -> Result<Option<Voucher>, Error> {
        let folder = super::location::folder(key);
        if folder != self.folder {
            self.enter(folder);
        }
        while !self.listed.contains_key(key) {
            let Some(digest) = self.next(source)? else { break };
            self.read(source, &digest);
        }
        Ok(self.listed.get(key).cloned())
    }

    fn enter(&mut self, folder: &str) {
        let place = Place::of(folder);
        let after = place.as_ref().map(|place| format!("{}{}/", place.prefix, date(folder)));
        *self = Self { folder: folder.to_owned(), after, place, ..Self::default() };
    }

    /// The next digest that may list files of the folder.
    fn next(&mut self, source: &Source<'_>) -> Result<Option<Object>, Error> {
        let Some(place) = &self.place else { return Ok(None) };
        if self.ahead.is_empty()
            && let Some(after) = self.after.take()
        {
            let (bucket, prefix) = (source.bucket.name.as_str(), place.prefix.as_str());
            let listing = Listing { bucket, prefix, after: &after, limit: PAGE, delimiter: "" };
            let page = source.state.list_current(&listing)?;
            (self.ahead, self.after) = (page.objects.into(), page.next);
        }
        let next = self.ahead.pop_front();
        let is_near = |object: &Object| match Place::of(super::location::folder(&object.key)) {
            Some(found) => found.day - place.day <= DAYS_MAX,
            None => false,
        };
        if next.as_ref().is_some_and(|object| !is_near(object)) {
            (self.ahead, self.after) = (VecDeque::new(), None);
            return Ok(None);
        }
        Ok(next)
    }

    /// Takes over what a digest says of the folder. One that cannot be read says nothing.
    fn read(&mut self, source: &Source<'_>, object: &Object) {
        let Some(digest) = read(source, object) else { return };
        let region = self.place.as_ref().map_or("", |place| place.region.as_str());
        let is_sound = is_sound(source, &digest, region);
        for file in &digest.document().log_files {
            let place = &file.place;
            let is_ours = place.bucket == source.bucket.name
                && super::location::folder(&place.object) == self.folder;
            if is_ours {
                let voucher = match is_sound {
                    true => Voucher::Hash(file.hash),
                    false => Voucher::Broken(object.key.clone()),
                };
                self.listed.insert(place.object.clone(), voucher);
            }
        }
    }
}

impl Place {
    /// Of `…/CloudTrail/REGION/YYYY/MM/DD`, or of a folder of digests.
    fn of(folder: &str) -> Option<Self> {
        let parts: Vec<&str> = folder.rsplitn(6, '/').collect();
        let [day, month, year, region, kind, head] = parts.as_slice() else { return None };
        let number = |text: &str| text.parse().ok().filter(|it| (0..=9999).contains(it));
        let day = days_of_civil(number(year)?, number(month)?, number(day)?);
        matches!(*kind, "CloudTrail" | "CloudTrail-Digest").then(|| Self {
            prefix: format!("{head}/CloudTrail-Digest/{region}/"),
            region: (*region).to_owned(),
            day,
        })
    }
}

/// `YYYY/MM/DD` of a folder.
fn date(folder: &str) -> &str {
    folder.len().checked_sub(10).and_then(|at| folder.get(at..)).unwrap_or_default()
}

fn read(source: &Source<'_>, object: &Object) -> Option<Digest<Signed>> {
    source.check_access(&object.key).ok()?;
    let limits = Limits {
        file_bytes_max: DIGEST_BYTES_MAX,
        text_bytes_max: DIGEST_BYTES_MAX,
        ..Limits::default()
    };
    let bytes = reading::bytes(source, object, &limits).ok()?;
    let mut text = Vec::new();
    formats::cloudtrail::decompress(&bytes, &limits, &mut text).ok()?;
    let signature = object.metadata.get("signature").map_or("", String::as_str);
    Digest::read(text, Signature::from_hex(signature)?).ok()
}

/// Whether nobody changed a digest. Only those that were signed here can be told; others are taken
/// at their word.
fn is_sound(source: &Source<'_>, digest: &Digest<Signed>, region: &str) -> bool {
    let document = digest.document();
    let Some(account) = AccountId::parse(&document.account) else { return true };
    let named = source.state.digest_keys(&account, region);
    let mut keys = named.filter(|key| key.fingerprint == document.fingerprint);
    keys.all(|key| {
        let der = reading::decoded(&key.public);
        digest.is_signed_by(&PublicKey::from_der(der))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_lie_beside_the_files_that_they_list() {
        let place = Place::of("a/AWSLogs/1/CloudTrail/eu-west-1/2026/11/20").unwrap();
        assert_eq!(place.prefix, "a/AWSLogs/1/CloudTrail-Digest/eu-west-1/");
        let digests = Place::of("a/AWSLogs/1/CloudTrail-Digest/eu-west-1/2026/11/21").unwrap();
        assert_eq!(digests.day - place.day, 1);
        assert_eq!(digests.prefix, place.prefix);
        for other in ["", "copies", "AWSLogs/1/CloudTrail/eu-west-1/2026/11", "a/b/c/d/2026/11/20"]
        {
            assert_eq!(Place::of(other), None, "{other}");
        }
    }
}
