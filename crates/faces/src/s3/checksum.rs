//! Checksums as requests carry them:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>.

use super::code::Code;
use super::error::Error;
use super::object_headers::checksum_header;
use model::resource::ChecksumAlgorithm;

/// All there are.
pub(super) const ALL: [ChecksumAlgorithm; 5] = [
    ChecksumAlgorithm::Crc32,
    ChecksumAlgorithm::Crc32c,
    ChecksumAlgorithm::Crc64Nvme,
    ChecksumAlgorithm::Sha1,
    ChecksumAlgorithm::Sha256,
];

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
