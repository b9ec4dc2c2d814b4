//! What can be wrong with a journal that no crash can have done.

/// What was found in a journal that no crash can have left there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The head of a segment is not what was written.
    #[error("the segment's header is not whole")]
    Header,
    /// A segment in the clear, where all are encrypted.
    #[error("the segment is not encrypted, though the directory is")]
    Clear,
    /// A segment's name and its header disagree.
    #[error("the segment is named for frame {named} but was made for frame {made}")]
    Name {
        /// First frame by the file's name.
        named: u64,
        /// First frame by the header.
        made: u64,
    },
    /// A segment does not begin where the one before it ended.
    #[error("the segment begins at frame {found}, the one before it ended at frame {expected}")]
    Gap {
        /// Number the next frame must have.
        expected: u64,
        /// Number it would have.
        found: u64,
    },
    /// A frame is not whole although something was written after it.
    #[error("frame {frame} is not whole, though the journal went on after it")]
    Frame {
        /// Number of the frame.
        frame: u64,
    },
    /// A whole frame that belongs elsewhere.
    #[error("frame {expected} was expected, frame {found} was found")]
    Number {
        /// Number the frame must have.
        expected: u64,
        /// Number it has.
        found: u64,
    },
    /// A frame that does not follow from the one before it.
    #[error("frame {frame} does not follow from the frames before it")]
    Chain {
        /// Number of the frame.
        frame: u64,
    },
    /// A frame whose records do not continue the count.
    #[error("the records of frame {frame} begin at {found}, not at {expected}")]
    Seq {
        /// Number of the frame.
        frame: u64,
        /// Seq its first record must have.
        expected: u64,
        /// Seq it has.
        found: u64,
    },
    /// A frame that is whole but holds nonsense.
    #[error("frame {frame} is whole but makes no sense: {what}")]
    Nonsense {
        /// Number of the frame.
        frame: u64,
        /// What makes no sense.
        what: &'static str,
    },
    /// A snapshot lies under the name of another.
    #[error("the snapshot is named for frame {named} but was made for frame {made}")]
    Moved {
        /// The frame of its name.
        named: u64,
        /// The frame it was made for.
        made: u64,
    },
    /// A snapshot is not what was written.
    #[error("the snapshot is not whole")]
    Snapshot,
}
