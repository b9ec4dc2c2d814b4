//! Checksums as requests carry them:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>.

use super::code::Code;
use super::error::Error;
use super::object_headers::{checksum_header, checksum_member, kind_name};
use model::resource::{Checksum, ChecksumAlgorithm};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All there are.
pub(super) const ALL: [ChecksumAlgorithm; 5] = [
    ChecksumAlgorithm::Crc32,
    ChecksumAlgorithm::Crc32c,
    ChecksumAlgorithm::Crc64Nvme,
    ChecksumAlgorithm::Sha1,
    ChecksumAlgorithm::Sha256,
];

/// Checksums of headers, whichever there are.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Sums {
    #[serde(rename = "x-amz-checksum-crc32")]
    crc32: Option<String>,
    #[serde(rename = "x-amz-checksum-crc32c")]
    crc32c: Option<String>,
    #[serde(rename = "x-amz-checksum-crc64nvme")]
    crc64nvme: Option<String>,
    #[serde(rename = "x-amz-checksum-sha1")]
    sha1: Option<String>,
    #[serde(rename = "x-amz-checksum-sha256")]
    sha256: Option<String>,
}

impl Sums {
    /// Checks that what is said, if anything, is the checksum that was found. That of parts may
    /// say behind a dash how many they are.
    pub(super) fn check(&self, found: &Checksum) -> Result<(), Error> {
        let plain = |text: &str| text.split('-').next().unwrap_or_default().to_owned();
        let said = [
            (ChecksumAlgorithm::Crc32, &self.crc32),
            (ChecksumAlgorithm::Crc32c, &self.crc32c),
            (ChecksumAlgorithm::Crc64Nvme, &self.crc64nvme),
            (ChecksumAlgorithm::Sha1, &self.sha1),
            (ChecksumAlgorithm::Sha256, &self.sha256),
        ];
        for (algorithm, value) in said {
            let Some(value) = value else { continue };
            if algorithm != found.algorithm || plain(value) != plain(&found.value) {
                let name = name(algorithm).to_ascii_lowercase();
                return Err(Code::BadDigest.says(format!(
                    "The {name} you specified did not match the calculated checksum."
                )));
            }
        }
        Ok(())
    }
}

/// An algorithm by AWS's name.
pub(super) fn parse_algorithm(name: &str) -> Result<ChecksumAlgorithm, Error> {
    let wanted = name.to_ascii_uppercase();
    let found = ALL.into_iter().find(|it| super::listing::algorithm_name(*it) == wanted);
    found.ok_or_else(|| {
        Code::InvalidRequest.says(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid \
             types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        )
    })
}

/// AWS's name of an algorithm.
pub(crate) const fn name(algorithm: ChecksumAlgorithm) -> &'static str {
    super::listing::algorithm_name(algorithm)
}

/// The algorithm of a header or trailer `x-amz-checksum-…`.
pub(crate) fn of_header(name: &str) -> Option<ChecksumAlgorithm> {
    ALL.into_iter().find(|it| checksum_header(*it) == name)
}

/// Puts a checksum among the members of a document.
pub(super) fn put_sum(document: &mut Value, sum: Option<&Checksum>) {
    if let (Some(sum), Some(members)) = (sum, document.as_object_mut()) {
        members.insert(checksum_member(sum.algorithm).to_owned(), sum.value.clone().into());
    }
}

/// [`put_sum`], and what it is of.
pub(super) fn put_sum_and_kind(document: &mut Value, sum: Option<&Checksum>) {
    put_sum(document, sum);
    if let (Some(sum), Some(members)) = (sum, document.as_object_mut()) {
        members.insert("ChecksumType".to_owned(), kind_name(sum.kind).into());
    }
}
