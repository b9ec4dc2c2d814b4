//! Uploads in parts that are under way.

use super::listing::Listing;
use super::place;
use super::walk::{Walk, read};
use crate::{Error, State};
use model::resource::{Upload, UploadPart};
use std::ops::Bound;

/// Uploads under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadPage {
    /// In the order of their keys, those of one key in the order of their ids.
    pub uploads: Vec<Upload>,
    /// In order.
    pub prefixes: Vec<String>,
    /// Where there may be more: the key, or common prefix, and the id to list after.
    pub next: Option<(String, Option<String>)>,
}

impl State {
    /// An upload under way.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn upload(&self, bucket: &str, key: &str, id: &str) -> Result<Option<Upload>, Error> {
        let value = self.cold().get(&place::upload(bucket, key, id))?;
        value.map(|value| read(&value)).transpose()
    }

    /// Uploads under way in a bucket, behind upload `id` of key `after` where it is given.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn uploads(&self, listing: &Listing<'_>, id: Option<&str>) -> Result<UploadPage, Error> {
        let base = place::uploads(listing.bucket);
        let prefix = [&base[..], listing.prefix.as_bytes()].concat();
        let from = match id.filter(|_| listing.after >= listing.prefix) {
            Some(id) => Bound::Excluded(place::upload(listing.bucket, listing.after, id)),
            None => Bound::Included(listing.start(&base)),
        };
        let mut walk = Walk::below(self.cold(), &prefix, from);
        let (mut page, mut last) = (UploadPage::default(), None);
        while let Some((_, value)) = walk.step()? {
            if page.uploads.len() + page.prefixes.len() >= listing.limit || walk.is_long() {
                page.next = last;
                break;
            }
            let upload: Upload = read(&value)?;
            if let Some(common) = listing.common(&upload.key).map(str::to_owned) {
                walk.skip_to(&place::behind(&[&base[..], common.as_bytes()].concat()))?;
                last = Some((common.clone(), None));
                page.prefixes.push(common);
                continue;
            }
            last = Some((upload.key.clone(), Some(upload.id.clone())));
            page.uploads.push(upload);
        }
        Ok(page)
    }

    /// Parts of an upload behind number `after`, in order, `limit` at most.
    ///
    /// # Errors
    /// Cold State that cannot be read.
    pub fn upload_parts(
        &self,
        upload: &Upload,
        after: u16,
        limit: usize,
    ) -> Result<Vec<UploadPart>, Error> {
        let Upload { bucket, key, id, .. } = upload;
        let prefix = place::upload_parts(bucket, key, id);
        let from = Bound::Excluded(place::upload_part(bucket, key, id, after));
        let mut walk = Walk::below(self.cold(), &prefix, from);
        let mut parts = Vec::new();
        while let Some((_, value)) = walk.step()?.filter(|_| parts.len() < limit) {
            parts.push(read(&value)?);
        }
        Ok(parts)
    }
}
