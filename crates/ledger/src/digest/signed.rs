//! A digest before and after it is signed.

use super::{Document, KeyError, LogFile, Place, Previous, PublicKey, ReadError, SigningKey};
use crate::Hash;
use model::Timestamp;
use std::fmt;

/// What digests are signed with, as they say it.
pub const SIGNATURE_ALGORITHM: &str = "SHA256withRSA";

/// A digest that nobody signed yet: it does not know the key that will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    draft: Draft,
}

/// A digest with its bytes and their signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    document: Document,
    bytes: Vec<u8>,
    signature: Signature,
}

/// A digest: [`Digest<Unsigned>`] becomes [`Digest<Signed>`] by [`Digest::sign`], and no other way
/// but by reading one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest<S>(S);

/// What goes into a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Whose records.
    pub account: String,
    /// From when on, in whole seconds…
    pub start: Timestamp,
    /// …until when.
    pub end: Timestamp,
    /// Where the digest will lie.
    pub place: Place,
    /// The one before.
    pub previous: Option<Previous>,
    /// Its files.
    pub log_files: Vec<LogFile>,
}

/// A signature; lower-case hex when shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Signature {
    /// Reads hex digits of either case, as in an object's metadata.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| {
            let [high, low] = pair else { return None };
            let value = |digit: u8| char::from(digit).to_digit(16);
            u8::try_from(value(*high)? << 4 | value(*low)?).ok()
        };
        digits.map(byte).collect::<Option<_>>().map(Self)
    }
}

impl Digest<Unsigned> {
    /// A digest to be signed.
    pub const fn new(draft: Draft) -> Self {
        Self(Unsigned { draft })
    }

    /// Signs it: from here on its bytes stand.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn sign(self, key: &SigningKey) -> Result<Digest<Signed>, KeyError> {
        let draft = self.0.draft;
        let document = Document {
            account: draft.account,
            start: draft.start,
            end: draft.end,
            place: draft.place,
            fingerprint: key.public().fingerprint(),
            previous: draft.previous,
            log_files: draft.log_files,
        };
        let bytes = document.to_json();
        let signature = Signature(key.sign(&string_to_sign(&document, &bytes))?);
        Ok(Digest(Signed { document, bytes, signature }))
    }
}

impl Digest<Signed> {
    /// Takes a digest as it was found. Nothing is verified yet.
    ///
    /// # Errors
    /// Bytes that are no digest.
    pub fn read(bytes: Vec<u8>, signature: Signature) -> Result<Self, ReadError> {
        Ok(Self(Signed { document: Document::read(&bytes)?, bytes, signature }))
    }

    /// Whether `key` signed just this: the digest's bytes, its end, its own place and the
    /// signature before it.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let message = string_to_sign(&self.0.document, &self.0.bytes);
        key.verifies(&message, &self.0.signature.0)
    }

    /// What it says.
    pub const fn document(&self) -> &Document {
        &self.0.document
    }

    /// Its bytes, before they are compressed.
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Its signature.
    pub const fn signature(&self) -> &Signature {
        &self.0.signature
    }

    /// How the digest after it speaks of it.
    pub fn as_previous(&self) -> Previous {
        Previous {
            place: self.0.document.place.clone(),
            hash: Hash::of(&[&self.0.bytes]),
            signature: self.0.signature.to_string(),
        }
    }
}

/// The end, the place, the hash of the bytes and the signature before (the word `null` where there
/// is none), one a line.
fn string_to_sign(document: &Document, bytes: &[u8]) -> Vec<u8> {
    let end = model::format_seconds(document.end.seconds());
    let Place { bucket, object } = &document.place;
    let hash = Hash::of(&[bytes]);
    let previous = document.previous.as_ref().map_or("null", |previous| &previous.signature);
    format!("{end}\n{bucket}/{object}\n{hash}\n{previous}").into_bytes()
}
