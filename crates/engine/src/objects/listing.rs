//! Listing the objects of a bucket, page by page, as S3 does.

use super::place;
use super::walk::{Walk, read};
use crate::{Error, State};
use model::resource::Object;
use std::ops::Bound;

/// What to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listing<'a> {
    /// The bucket's name.
    pub bucket: &'a str,
    /// Keys that begin so.
    pub prefix: &'a str,
    /// What ends a common prefix: keys that have it behind `prefix` are told by what they begin
    /// with, once. Empty: every key is told.
    pub delimiter: &'a str,
    /// Keys behind this one. Where it is a common prefix, all keys behind those that begin so.
    pub after: &'a str,
    /// Keys and common prefixes together, at most.
    pub limit: usize,
}

/// Current objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectPage {
    /// In the order of their keys, without those whose current version is a delete marker.
    pub objects: Vec<Object>,
    /// In order.
    pub prefixes: Vec<String>,
    /// Where there may be more: what to list `after`.
    pub next: Option<String>,
}

/// Versions of objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionPage {
    /// In the order of their keys, newest first, with whether each is the current one.
    pub versions: Vec<(Object, bool)>,
    /// In order.
    pub prefixes: Vec<String>,
    /// Where there may be more: the key, or common prefix, and the version to list after.
    pub next: Option<(String, Option<String>)>,
}

impl<'a> Listing<'a> {
    /// The common prefix that tells of a key, if one does.
    pub(super) fn common(&self, key: &'a str) -> Option<&'a str> {
        let rest = key.get(self.prefix.len()..).filter(|_| !self.delimiter.is_empty())?;
        let at = rest.find(self.delimiter)?;
        key.get(..self.prefix.len() + at + self.delimiter.len())
    }

    /// Where a walk through the places that begin with `base` begins.
    pub(super) fn start(&self, base: &[u8]) -> Vec<u8> {
        let first = [base, self.prefix.as_bytes()].concat();
        let after = [base, self.after.as_bytes()].concat();
        let is_common = self.after.starts_with(self.prefix)
            && self.common(self.after).is_some_and(|common| common == self.after);
        let next = match is_common {
            _ if self.after.is_empty() => return first,
            true => place::behind(&after),
            false => place::behind(&[&after[..], b"\0"].concat()),
        };
        first.max(next)
    }
}

/// A key within the place of a version.
fn key_of<'a>(place: &'a [u8], base: &[u8]) -> Result<&'a str, Error> {
    let tail = 1 + size_of::<u64>();
    let end = place.len().checked_sub(tail);
    let key = end.and_then(|end| place.get(base.len()..end)).map(std::str::from_utf8);
    match key {
        Some(Ok(key)) => Ok(key),
        _ => Err(Error::Damaged {
            path: crate::runs::COLD.into(),
            what: "a key is no object's".to_owned(),
        }),
    }
}

impl State {
    /// Current objects, in the order of their keys. Looks at so many entries at most, and says so
    /// in `next`.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn list_current(&self, listing: &Listing<'_>) -> Result<ObjectPage, Error> {
        let base = place::objects(listing.bucket);
        let prefix = [&base[..], listing.prefix.as_bytes()].concat();
        let mut walk = Walk::below(self.cold(), &prefix, Bound::Included(listing.start(&base)));
        let (mut page, mut last) = (ObjectPage::default(), None);
        while let Some((at, value)) = walk.step()? {
            let key = key_of(&at, &base)?;
            let object: Object = read(&value)?;
            let is_full = page.objects.len() + page.prefixes.len() >= listing.limit;
            if (is_full && !object.marker) || walk.is_long() {
                page.next = last;
                break;
            }
            let common = listing.common(key).filter(|_| !object.marker).map(str::to_owned);
            let begins = match &common {
                Some(common) => [&base[..], common.as_bytes()].concat(),
                None => place::versions(listing.bucket, key),
            };
            last = Some(common.clone().unwrap_or_else(|| key.to_owned()));
            match common {
                Some(common) => page.prefixes.push(common),
                None if !object.marker => page.objects.push(object),
                None => {}
            }
            walk.skip_to(&place::behind(&begins))?;
        }
        Ok(page)
    }

    /// All versions and delete markers, behind version `version` of key `after` where it is given.
    /// Looks at so many entries at most, and says so in `next`.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn list_versions(
        &self,
        listing: &Listing<'_>,
        version: Option<&str>,
    ) -> Result<VersionPage, Error> {
        let base = place::objects(listing.bucket);
        let prefix = [&base[..], listing.prefix.as_bytes()].concat();
        let from = match version {
            Some(version) => self.behind_version(listing, version)?,
            None => None,
        };
        let from = from.unwrap_or_else(|| Bound::Included(listing.start(&base)));
        // Of this key, the current version was told before.
        let mut known = version.map(|_| listing.after.to_owned());
        let mut walk = Walk::below(self.cold(), &prefix, from);
        let (mut page, mut last) = (VersionPage::default(), None);
        while let Some((at, value)) = walk.step()? {
            let key = key_of(&at, &base)?;
            if page.versions.len() + page.prefixes.len() >= listing.limit || walk.is_long() {
                page.next = last;
                break;
            }
            if let Some(common) = listing.common(key) {
                page.prefixes.push(common.to_owned());
                last = Some((common.to_owned(), None));
                walk.skip_to(&place::behind(&[&base[..], common.as_bytes()].concat()))?;
                continue;
            }
            let object: Object = read(&value)?;
            let is_current = known.as_deref() != Some(key);
            known = Some(key.to_owned());
            last = Some((key.to_owned(), Some(object.version.clone())));
            page.versions.push((object, is_current));
        }
        Ok(page)
    }

    /// Behind a version, also one that is gone by now; `None` where nobody can tell any more.
    fn behind_version(
        &self,
        listing: &Listing<'_>,
        version: &str,
    ) -> Result<Option<Bound<Vec<u8>>>, Error> {
        let Listing { bucket, after: key, .. } = *listing;
        if key < listing.prefix {
            return Ok(None);
        }
        let order = match Object::order_of(version) {
            Some(order) => Some(order),
            None => self.object_version(bucket, key, version)?.map(|object| object.order),
        };
        Ok(order.map(|order| Bound::Excluded(place::version(bucket, key, order))))
    }
}
