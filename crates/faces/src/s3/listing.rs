//! What listings of a bucket have in common.

use super::code::Code;
use super::error::Error;
use super::grants;
use super::object_headers::{kind_name, quoted};
use engine::Listing;
use model::format_millis;
use model::resource::{Bucket, ChecksumAlgorithm, Object};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Most keys and common prefixes of one answer.
pub(super) const PAGE_MAX: usize = 1_000;

/// Which keys, how they are told, and how many.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Asked {
    pub(super) prefix: Option<String>,
    pub(super) delimiter: Option<String>,
    #[serde(rename = "encoding-type")]
    encoding: Option<String>,
    #[serde(rename = "max-keys")]
    max_keys: Option<String>,
}

/// How keys are written: XML cannot carry every character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Url,
}

impl Asked {
    pub(super) fn encoding(&self) -> Result<Encoding, Error> {
        match self.encoding.as_deref() {
            None => Ok(Encoding::Plain),
            Some("url") => Ok(Encoding::Url),
            Some(_) => {
                Err(Code::InvalidArgument.says("Invalid Encoding Method specified in Request"))
            }
        }
    }

    /// How many are wanted.
    pub(super) fn limit(&self) -> Result<usize, Error> {
        most(self.max_keys.as_deref(), "maxKeys")
    }

    /// The question to State, behind a key.
    pub(super) fn listing<'a>(
        &'a self,
        bucket: &'a Bucket,
        after: &'a str,
    ) -> Result<Listing<'a>, Error> {
        let prefix = self.prefix.as_deref().unwrap_or_default();
        // No key holds NUL, which ends keys where they lie.
        let limit = if prefix.contains('\0') { 0 } else { self.limit()? };
        Ok(Listing {
            bucket: &bucket.name,
            prefix,
            delimiter: self.delimiter.as_deref().unwrap_or_default(),
            after,
            limit,
        })
    }

    /// What every listing repeats of its question.
    pub(super) fn echo(&self, bucket: &Bucket, out: &mut Map<String, Value>) -> Result<(), Error> {
        let encoding = self.encoding()?;
        let text = |text: &Option<String>| text.as_deref().map(|text| encoding.text(text));
        out.insert("Name".to_owned(), bucket.name.clone().into());
        out.insert("Prefix".to_owned(), text(&self.prefix).unwrap_or_default().into());
        out.insert("MaxKeys".to_owned(), self.limit()?.into());
        out.insert("Delimiter".to_owned(), text(&self.delimiter).into());
        out.insert("EncodingType".to_owned(), self.encoding.clone().into());
        Ok(())
    }
}

/// A bound of a page: AWS's default and maximum are the same.
pub(super) fn most(asked: Option<&str>, name: &str) -> Result<usize, Error> {
    match asked.map(str::parse::<i32>) {
        None => Ok(PAGE_MAX),
        Some(Ok(most)) if most >= 0 => Ok(usize::try_from(most).unwrap_or_default().min(PAGE_MAX)),
        Some(_) => Err(Code::InvalidArgument
            .says(format!("Provided {name} not an integer or within integer range"))
            .about("ArgumentName", name)),
    }
}

impl Encoding {
    /// A key as the answer has it; AWS writes spaces as forms do, and slashes as they are.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => wire::percent_encoded(text).replace("%2F", "/").replace("%20", "+"),
        }
    }

    /// Common prefixes as the answer has them.
    pub(super) fn prefixes(self, prefixes: &[String]) -> Vec<Value> {
        prefixes.iter().map(|prefix| json!({ "Prefix": self.text(prefix) })).collect()
    }

    /// An object as a listing tells of it.
    pub(super) fn object(self, object: &Object, with_owner: bool) -> Value {
        let sum = object.checksum.as_ref();
        json!({
            "Key": self.text(&object.key),
            "LastModified": format_millis(object.modified),
            "ETag": quoted(&object.etag),
            "ChecksumAlgorithm": sum.map(|sum| algorithm_name(sum.algorithm)),
            "ChecksumType": sum.map(|sum| kind_name(sum.kind)),
            "Size": object.size,
            "Owner": with_owner.then(|| grants::owner(&object.owner)),
            "StorageClass": object.storage_class,
        })
    }
}

/// AWS's name of a checksum.
pub(super) const fn algorithm_name(algorithm: ChecksumAlgorithm) -> &'static str {
    match algorithm {
        ChecksumAlgorithm::Crc32 => "CRC32",
        ChecksumAlgorithm::Crc32c => "CRC32C",
        ChecksumAlgorithm::Crc64Nvme => "CRC64NVME",
        ChecksumAlgorithm::Sha1 => "SHA1",
        ChecksumAlgorithm::Sha256 => "SHA256",
    }
}
