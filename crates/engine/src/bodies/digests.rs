//! Checksums of what comes in, as it comes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use md5::{Digest as _, Md5};
use model::resource::{ChecksumAlgorithm, ChecksumKind};
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use std::collections::BTreeMap;
use std::fmt;

/// MD5, SHA-256, and whatever else was asked for.
pub(crate) struct Digests {
    md5: Md5,
    sha256: Context,
    crcs: Vec<(ChecksumAlgorithm, crc_fast::Digest)>,
    sha1: Option<Context>,
    asked: Vec<ChecksumAlgorithm>,
}

impl fmt::Debug for Digests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digests({:?})", self.asked)
    }
}

/// What became of it.
#[derive(Debug)]
pub struct Summed {
    /// MD5.
    pub md5: [u8; 16],
    /// SHA-256.
    pub sha256: [u8; 32],
    /// What else was asked for, in base64.
    pub checksums: BTreeMap<ChecksumAlgorithm, String>,
}

/// MD5, SHA-256 and these of bytes that are all here.
pub fn sums_of(bytes: &[u8], asked: &[ChecksumAlgorithm]) -> Summed {
    let mut digests = Digests::new(asked);
    digests.update(bytes);
    digests.finish()
}

/// The rule of a CRC, and how many bytes it gives.
const fn crc(algorithm: ChecksumAlgorithm) -> Option<(CrcAlgorithm, usize)> {
    match algorithm {
        ChecksumAlgorithm::Crc32 => Some((CrcAlgorithm::Crc32IsoHdlc, 4)),
        ChecksumAlgorithm::Crc32c => Some((CrcAlgorithm::Crc32Iscsi, 4)),
        ChecksumAlgorithm::Crc64Nvme => Some((CrcAlgorithm::Crc64Nvme, 8)),
        ChecksumAlgorithm::Sha1 | ChecksumAlgorithm::Sha256 => None,
    }
}

fn crc_text(value: u64, len: usize) -> String {
    let bytes = value.to_be_bytes();
    STANDARD.encode(bytes.get(bytes.len() - len..).unwrap_or_default())
}

impl Digests {
    pub(crate) fn new(asked: &[ChecksumAlgorithm]) -> Self {
        let crcs = asked.iter().filter_map(|it| Some((*it, crc_fast::Digest::new(crc(*it)?.0))));
        let sha1 = asked.contains(&ChecksumAlgorithm::Sha1);
        Self {
            md5: Md5::new(),
            sha256: Context::new(&SHA256),
            crcs: crcs.collect(),
            sha1: sha1.then(|| Context::new(&SHA1_FOR_LEGACY_USE_ONLY)),
            asked: asked.to_vec(),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sha256.update(bytes);
        self.crcs.iter_mut().for_each(|(_, crc)| crc.update(bytes));
        if let Some(sha1) = &mut self.sha1 {
            sha1.update(bytes);
        }
    }

    pub(crate) fn finish(self) -> Summed {
        let sha256 = self.sha256.finish();
        let mut checksums = BTreeMap::new();
        for (algorithm, digest) in &self.crcs {
            let len = crc(*algorithm).map_or(0, |(_, len)| len);
            checksums.insert(*algorithm, crc_text(digest.finalize(), len));
        }
        if let Some(sha1) = self.sha1 {
            checksums.insert(ChecksumAlgorithm::Sha1, STANDARD.encode(sha1.finish()));
        }
        if self.asked.contains(&ChecksumAlgorithm::Sha256) {
            checksums.insert(ChecksumAlgorithm::Sha256, STANDARD.encode(sha256));
        }
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(sha256.as_ref()).for_each(|(to, from)| *to = *from);
        Summed { md5: self.md5.finalize().into(), sha256: bytes, checksums }
    }
}

/// The ETag of an object that was put in parts, from those of the parts: the MD5 of their MD5s, and
/// how many they are.
pub fn joined_etag<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let (mut md5, mut count) = (Md5::new(), 0_usize);
    for part in parts {
        let bytes = (0..part.len())
            .step_by(2)
            .filter_map(|at| u8::from_str_radix(part.get(at..at + 2)?, 16).ok());
        md5.update(bytes.collect::<Vec<u8>>());
        count += 1;
    }
    let digest: [u8; 16] = md5.finalize().into();
    let hex = model::hex(&digest);
    format!("{hex}-{count}")
}

/// The checksum of an object that was put in parts, from those of the parts (in base64, each with
/// the part's length in bytes), as S3 tells it. `None` where a checksum is none, and for whole
/// objects by SHA, which cannot be put together.
pub fn joined_checksum(
    algorithm: ChecksumAlgorithm,
    kind: ChecksumKind,
    parts: &[(&str, u64)],
) -> Option<String> {
    let bytes = parts.iter().map(|(text, _)| STANDARD.decode(text).ok());
    let bytes = bytes.collect::<Option<Vec<Vec<u8>>>>()?;
    match (kind, crc(algorithm)) {
        (ChecksumKind::FullObject, None) => None,
        (ChecksumKind::FullObject, Some((rule, len))) => {
            let mut whole = None;
            for (bytes, (_, size)) in bytes.iter().zip(parts) {
                let value = big_endian(bytes).filter(|_| bytes.len() == len)?;
                whole = Some(match whole {
                    None => value,
                    Some(before) => crc_fast::checksum_combine(rule, before, value, *size),
                });
            }
            whole.map(|value| crc_text(value, len))
        }
        (ChecksumKind::Composite, rule) => {
            let all = bytes.concat();
            let text = match (rule, algorithm) {
                (Some((rule, len)), _) => crc_text(crc_fast::checksum(rule, &all), len),
                (None, ChecksumAlgorithm::Sha1) => {
                    STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &all))
                }
                (None, _) => STANDARD.encode(digest(&SHA256, &all)),
            };
            Some(format!("{text}-{}", parts.len()))
        }
    }
}

fn big_endian(bytes: &[u8]) -> Option<u64> {
    let fits = bytes.len() <= size_of::<u64>();
    fits.then(|| bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChecksumAlgorithm::{Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};

    const ALL: [ChecksumAlgorithm; 5] = [Crc32, Crc32c, Crc64Nvme, Sha1, Sha256];

    fn summed(bytes: &[u8]) -> Summed {
        let mut digests = Digests::new(&ALL);
        bytes.chunks(7).for_each(|chunk| digests.update(chunk));
        digests.finish()
    }

    /// The check values that each rule is published with.
    #[test]
    fn agrees_with_the_published_check_values() {
        let summed = summed(b"123456789");
        let hex = |text: &str| {
            let bytes = STANDARD.decode(text).unwrap();
            model::hex(&bytes)
        };
        assert_eq!(hex(&summed.checksums[&Crc32]), "cbf43926");
        assert_eq!(hex(&summed.checksums[&Crc32c]), "e3069283");
        assert_eq!(hex(&summed.checksums[&Crc64Nvme]), "ae8b14860a799888");
        assert_eq!(hex(&summed.checksums[&Sha1]), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
        let sha256 = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
        assert_eq!(hex(&summed.checksums[&Sha256]), sha256);
        assert_eq!(hex(&STANDARD.encode(summed.md5)), "25f9e794323b453885f5181f1b624d0b");
    }

    #[test]
    fn parts_join_to_the_whole() {
        let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        let parts: Vec<(Summed, u64)> =
            bytes.chunks(1_900).map(|part| (summed(part), part.len() as u64)).collect();
        let whole = summed(&bytes);
        for algorithm in ALL {
            let told: Vec<(&str, u64)> =
                parts.iter().map(|(it, len)| (&*it.checksums[&algorithm], *len)).collect();
            let full = joined_checksum(algorithm, ChecksumKind::FullObject, &told);
            let expected = crc(algorithm).map(|_| whole.checksums[&algorithm].clone());
            assert_eq!(full, expected, "{algorithm:?}");
            let composite = joined_checksum(algorithm, ChecksumKind::Composite, &told).unwrap();
            assert!(composite.ends_with("-3"), "{composite}");
        }
        assert_eq!(joined_checksum(Crc32, ChecksumKind::FullObject, &[("AAAA", 1)]), None);
        assert_eq!(joined_checksum(Crc32, ChecksumKind::Composite, &[("no base64!", 1)]), None);
    }
}
