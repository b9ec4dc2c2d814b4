//! Takes decisions from the front of an input.

/// What is left of an input. Beyond its end everything is zero.
pub(crate) struct Bits<'a>(pub(crate) &'a [u8]);

impl<'a> Bits<'a> {
    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub(crate) fn word(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// The next `len` bytes, or those that are left.
    pub(crate) fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.is_empty()
    }
}
