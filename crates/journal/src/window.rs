//! A file read forward, a stretch at a time.

use model::disk::{File, read_exact};
use std::io;

/// How much is read at once, in bytes.
const STRETCH: usize = 256 << 10;

/// A stretch of a file, moved along as asked.
#[derive(Debug)]
pub(crate) struct Window<'a> {
    file: &'a dyn File,
    /// Length of the file when it was opened, in bytes.
    len: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    pub(crate) fn new(file: &'a dyn File) -> io::Result<Self> {
        Ok(Self { file, len: file.len()?, start: 0, bytes: Vec::new() })
    }

    /// Length of the file, in bytes.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// The bytes from `offset` on, `len` of them, or as many as there are. A length that was
    /// read from the file may be passed: no more than the file has is ever allocated.
    pub(crate) fn bytes(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        let wanted = len.min(self.left(offset));
        if self.view(offset, wanted).is_none() {
            let stretch = wanted.max(STRETCH).min(self.left(offset));
            self.bytes = read_exact(self.file, offset, stretch)?;
            self.start = offset;
        }
        Ok(self.view(offset, wanted).unwrap_or_default())
    }

    fn left(&self, offset: u64) -> usize {
        usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX)
    }

    fn view(&self, offset: u64, len: usize) -> Option<&[u8]> {
        let skip = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.bytes.get(skip..)?.get(..len)
    }
}
