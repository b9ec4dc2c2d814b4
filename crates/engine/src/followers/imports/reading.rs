//! One file of a bucket, from its bytes to the drafts.

use super::feed::Item;
use super::source::Source;
use super::vouchers::Voucher;
use crate::error::Error;
use crate::import::{Drafts, Intake, Tally};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::cloudtrail::{self, Limits};
use ledger::Hash;
use model::resource::{FailureStatus, ImportFailure, Object};
use model::{Scan, Timestamp};

/// Largest file and text of it, in bytes: files of trails have 50 MB of text.
const LIMITS: Limits =
    Limits { file_bytes_max: 64 << 20, text_bytes_max: 256 << 20, ratio_max: 1_000 };

/// In place of a key, where an import failed as a whole: its bucket or event data store was gone.
pub(super) const WHOLE: &str = "*";

/// How a gzip file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why a file is not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failing {
    pub(super) kind: &'static str,
    pub(super) message: String,
}

impl Failing {
    pub(super) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// As it is told of the file `key`.
    pub(super) fn of(self, key: &str, at: Timestamp) -> ImportFailure {
        ImportFailure {
            key: key.to_owned(),
            status: FailureStatus::Failed,
            kind: self.kind.to_owned(),
            message: self.message,
            updated: at,
        }
    }
}

/// What one worker did.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) tally: Tally,
    pub(super) files: u64,
    pub(super) failures: Vec<ImportFailure>,
    /// Files that failed this time and had not failed before, less those that failed before and
    /// succeeded this time.
    pub(super) newly_failed: i64,
}

/// Reads files, one after the other.
pub(super) struct Worker<'a> {
    source: &'a Source<'a>,
    intake: Intake<'a>,
    scan: Scan,
    text: Vec<u8>,
    done: Done,
}

impl<'a> Worker<'a> {
    pub(super) fn new(source: &'a Source<'a>, drafts: &'a Drafts) -> Self {
        let intake = Intake::new(source.shared, drafts);
        let (scan, text, done) = (Scan::learning(), Vec::new(), Done::default());
        Self { source, intake, scan, text, done }
    }

    pub(super) fn finish(mut self) -> Done {
        self.done.tally = self.intake.tally;
        self.done
    }

    /// Takes a file in, or notes why not. The error is ours.
    pub(super) fn read(&mut self, item: &Item) -> Result<(), Error> {
        let outcome = self.take(item);
        if let Some(error) = self.intake.failed.take() {
            return Err(error);
        }
        let at = self.source.shared.env.now();
        match outcome {
            Ok(()) => {
                self.done.files += 1;
                if item.again {
                    self.succeeded(item, at);
                }
            }
            Err(failing) => {
                self.done.newly_failed += i64::from(!item.again);
                self.done.failures.push(failing.of(&item.key, at));
            }
        }
        Ok(())
    }

    fn succeeded(&mut self, item: &Item, at: Timestamp) {
        self.done.newly_failed -= 1;
        self.done.failures.push(ImportFailure {
            key: item.key.clone(),
            status: FailureStatus::Succeeded,
            kind: String::new(),
            message: String::new(),
            updated: at,
        });
    }

    fn take(&mut self, item: &Item) -> Result<(), Failing> {
        let gone = || Failing::new("NoSuchKey", "the object is gone");
        if item.key == WHOLE {
            // What was missing is there again: that was asked before the round.
            return Ok(());
        }
        let object = item.object.as_ref().ok_or_else(gone)?;
        self.source.check_access(&item.key)?;
        let bytes = bytes(self.source, object, &LIMITS)?;
        self.unpack(&bytes)?;
        check(item.voucher.as_ref(), &self.text)?;
        self.take_text()
    }

    fn unpack(&mut self, bytes: &[u8]) -> Result<(), Failing> {
        if !bytes.starts_with(&GZIP) {
            return Err(Failing::new(
                "InvalidGzip",
                "only files compressed with gzip are taken in",
            ));
        }
        self.text.clear();
        cloudtrail::decompress(bytes, &LIMITS, &mut self.text)
            .map_err(|skip| Failing::new("InvalidGzip", skip.to_string()))
    }

    /// A file is looked through first, so that a damaged one is not taken in half.
    fn take_text(&mut self) -> Result<(), Failing> {
        let Self { intake, scan, text, .. } = self;
        let outcome = cloudtrail::each_record(text, scan, |_| {});
        if let Some(skip) = outcome.skipped.first() {
            return Err(Failing::new("InvalidLogFile", skip.to_string()));
        }
        let skipped = |tally: &Tally| tally.skipped.values().map(|it| it.count).sum::<u64>();
        let before = skipped(&intake.tally);
        intake.take_all(text, scan);
        match skipped(&intake.tally) - before {
            0 => Ok(()),
            count => {
                let what = "were left out: their eventTime cannot be read";
                Err(Failing::new("InvalidRecord", format!("{count} records of the file {what}")))
            }
        }
    }
}

/// Whether a file's text is what its digest says.
fn check(voucher: Option<&Voucher>, text: &[u8]) -> Result<(), Failing> {
    match voucher {
        None => Ok(()),
        Some(Voucher::Broken(digest)) => Err(Failing::new(
            "InvalidDigest",
            format!("the digest that lists it, `{digest}`, is not as it was signed"),
        )),
        Some(Voucher::Hash(hash)) => {
            let found = Hash::of_bytes(text);
            match found == *hash {
                true => Ok(()),
                false => Err(Failing::new(
                    "HashMismatch",
                    format!("its digest says that its SHA-256 is {hash}, and it is {found}"),
                )),
            }
        }
    }
}

/// The bytes of an object.
pub(super) fn bytes(
    source: &Source<'_>,
    object: &Object,
    limits: &Limits,
) -> Result<Vec<u8>, Failing> {
    let max = limits.file_bytes_max as u64;
    if object.size > max {
        let what = format!("it has {} bytes, more than {max}: split it", object.size);
        return Err(Failing::new("FileTooLarge", what));
    }
    let mut bytes = Vec::new();
    for piece in crate::bodies::open(source.shared, object, None).map_err(|it| unreadable(&it))? {
        bytes.extend_from_slice(&piece.map_err(|it| unreadable(&it))?);
    }
    Ok(bytes)
}

fn unreadable(error: &Error) -> Failing {
    let kind = match error {
        Error::Key(_) => "KmsKeyUnavailable",
        Error::ObjectGone { .. } => "NoSuchKey",
        _ => "InternalError",
    };
    Failing::new(kind, error.to_string())
}

/// The bytes of a text in base64; none of what is no such text.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}
