//! Which file comes next: those that failed before, then those that were not read yet, in the order
//! of their keys.

use super::location;
use super::source::Source;
use super::vouchers::{Voucher, Vouchers};
use crate::Error;
use crate::objects::listing::Listing;
use model::resource::{BucketImport, FailureStatus, ImportProgress, Object};
use std::collections::VecDeque;

/// Objects named at one time.
const PAGE: usize = 1_000;

/// A file to be read.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) key: String,
    /// `None`: it failed before and is gone now.
    pub(super) object: Option<Object>,
    pub(super) voucher: Option<Voucher>,
    /// It failed before.
    pub(super) again: bool,
}

/// The files of one round.
#[derive(Debug)]
pub(super) struct Feed<'a> {
    source: &'a Source<'a>,
    import: &'a BucketImport,
    vouchers: Vouchers,
    page: VecDeque<Object>,
    is_over: bool,
    left: usize,
    /// As it will be when all files that were given out are done.
    pub(super) progress: ImportProgress,
}

impl<'a> Feed<'a> {
    /// At most `files` of them.
    pub(super) fn new(source: &'a Source<'a>, import: &'a BucketImport, files: usize) -> Self {
        Self {
            source,
            import,
            vouchers: Vouchers::default(),
            page: VecDeque::new(),
            is_over: false,
            left: files,
            progress: import.progress.clone(),
        }
    }

    /// Whether there is no further file at all.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next file; `None` at the end, and where the round has enough.
    pub(super) fn next(&mut self) -> Result<Option<Item>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        let item = match self.failed()? {
            Some(item) => Some(item),
            None => self.unread()?,
        };
        self.left -= 1;
        Ok(item)
    }

    /// The next file that failed before.
    fn failed(&mut self) -> Result<Option<Item>, Error> {
        let state = self.source.state;
        while let Some(after) = self.progress.retried_to.take() {
            let found = state.import_failures(&self.import.id, &after, 1)?.pop();
            let Some(failure) = found else { return Ok(None) };
            let key = failure.key;
            self.progress.retried_to = Some(key.clone());
            if failure.status == FailureStatus::Failed {
                let object = state.object(&self.source.bucket.name, &key)?;
                let object = object.filter(|object| !object.marker);
                let voucher = self.vouchers.of(self.source, &key)?;
                return Ok(Some(Item { key, object, voucher, again: true }));
            }
        }
        Ok(None)
    }

    /// The next file that was not read yet.
    fn unread(&mut self) -> Result<Option<Item>, Error> {
        while let Some(object) = self.listed()? {
            let key = object.key.clone();
            let is_wanted = self.source.location.is_log(&key)
                && location::may_hold(&key, self.import.start, self.import.end);
            if is_wanted {
                self.count_folder(&key);
            }
            self.progress.read_to.clone_from(&key);
            if is_wanted {
                let voucher = self.vouchers.of(self.source, &key)?;
                let object = Some(object);
                return Ok(Some(Item { key, object, voucher, again: false }));
            }
        }
        self.is_over = true;
        self.progress.prefixes_done = self.progress.prefixes_found;
        Ok(None)
    }

    fn count_folder(&mut self, key: &str) {
        let progress = &mut self.progress;
        if progress.prefixes_found == 0 || location::folder(key) != progress.folder {
            progress.prefixes_done = progress.prefixes_found;
            progress.prefixes_found += 1;
            location::folder(key).clone_into(&mut progress.folder);
        }
    }

    fn listed(&mut self) -> Result<Option<Object>, Error> {
        if self.page.is_empty() && !self.is_over {
            self.fill()?;
        }
        Ok(self.page.pop_front())
    }

    /// A page of delete markers alone says only where to go on.
    fn fill(&mut self) -> Result<(), Error> {
        let mut after = self.progress.read_to.clone();
        loop {
            let listing = Listing {
                bucket: &self.source.bucket.name,
                prefix: &self.source.location.prefix,
                delimiter: "",
                after: &after,
                limit: PAGE,
            };
            let page = self.source.state.list_current(&listing)?;
            self.page = page.objects.into();
            match page.next {
                Some(next) if self.page.is_empty() => after = next,
                _ => return Ok(()),
            }
        }
    }
}
