//! What was left out of an import, and why.

/// Why something was left out. The texts are stable: summaries group by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A CloudTrail digest: it proves log files and holds no records.
    DigestFile,
    /// JSON, but of something else.
    NotCloudTrail,
    /// No JSON at all.
    NotJson,
    /// Text that is packed or encoded in a way that is not read here.
    OtherEncoding,
    /// JSON that breaks off or breaks a rule on the way.
    DamagedJson,
    /// Nested deeper than is read.
    TooDeep,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// A record whose time cannot be read, so that it has no place in the lake.
    NoEventTime,
    /// A file, a text or a record above its limit.
    TooLarge,
    /// A file of no bytes.
    Empty,
    /// A gzip member that breaks off.
    TruncatedGzip,
    /// A gzip member whose bytes or check sum are wrong.
    DamagedGzip,
    /// Few bytes that would become very many.
    GzipBomb,
    /// A file below a directory whose name is not that of a log.
    NotALogByName,
    /// A link to a directory, which is not followed: it may lead in circles.
    LinkToDirectory,
    /// What the system would not let us read.
    Unreadable,
}

impl Reason {
    /// A short text that never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DigestFile => "digest file",
            Self::NotCloudTrail => "not CloudTrail records",
            Self::NotJson => "not JSON",
            Self::OtherEncoding => "in another encoding",
            Self::DamagedJson => "damaged JSON",
            Self::TooDeep => "nested too deeply",
            Self::NotUtf8 => "not UTF-8",
            Self::NoEventTime => "record without a readable eventTime",
            Self::TooLarge => "too large",
            Self::Empty => "empty file",
            Self::TruncatedGzip => "truncated gzip",
            Self::DamagedGzip => "damaged gzip",
            Self::GzipBomb => "gzip bomb",
            Self::NotALogByName => "not a log file by its name",
            Self::LinkToDirectory => "link to a directory",
            Self::Unreadable => "cannot be read",
        }
    }
}

impl Reason {
    /// Reasons that are plainly about something else than records.
    const FOREIGN: [Self; 6] = [
        Self::DigestFile,
        Self::NotCloudTrail,
        Self::NotJson,
        Self::Empty,
        Self::NotALogByName,
        Self::LinkToDirectory,
    ];

    /// Whether what was left out for the reason with this text may have held records.
    pub fn is_damage(text: &str) -> bool {
        !Self::FOREIGN.iter().any(|reason| reason.as_str() == text)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that was left out: a file, the rest of a file, or a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Skip {
    /// Why.
    pub reason: Reason,
    /// Where: an offset into the decompressed text, or into the file where it could not be
    /// decompressed.
    pub offset: usize,
    /// How many things this stands for; above 1 where many were alike and only the first is
    /// described.
    pub count: u64,
    /// What was found and what to do, for a person.
    pub detail: String,
}

impl Skip {
    /// One thing at `offset`.
    pub fn new(reason: Reason, offset: usize, detail: impl Into<String>) -> Self {
        Self { reason, offset, count: 1, detail: detail.into() }
    }

    /// The reason's stable text.
    pub const fn reason(&self) -> &'static str {
        self.reason.as_str()
    }

    /// Whether reading the same file later may do better: it may still be on its way.
    pub const fn retryable(&self) -> bool {
        matches!(self.reason, Reason::TruncatedGzip | Reason::Empty)
    }
}
