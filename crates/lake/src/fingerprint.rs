//! The name that a part's bytes give it.

use model::PartId;
use model::disk::{File, read_exact};
use std::io;
use xxhash_rust::xxh3::Xxh3;

/// How much is read at once, in bytes.
const STRETCH: u64 = 1 << 20;

/// The name that the bytes of a file would have as a part: a hash of all of them.
///
/// # Errors
/// What the disk says.
pub fn fingerprint(file: &dyn File) -> io::Result<PartId> {
    let (mut hasher, len) = (Xxh3::new(), file.len()?);
    let mut offset = 0;
    while offset < len {
        let stretch = STRETCH.min(len - offset);
        hasher.update(&read_exact(file, offset, stretch as usize)?);
        offset += stretch;
    }
    Ok(PartId(format!("{:032x}", hasher.digest128())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_128;

    #[derive(Debug)]
    struct Bytes(Vec<u8>);

    impl File for Bytes {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            let rest = &self.0[offset as usize..];
            let len = rest.len().min(buffer.len());
            buffer[..len].copy_from_slice(&rest[..len]);
            Ok(len)
        }

        fn append(&self, _: &[u8]) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }

        fn truncate(&self, _: u64) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }

        fn sync(&self) -> io::Result<()> {
            Ok(())
        }

        fn len(&self) -> io::Result<u64> {
            Ok(self.0.len() as u64)
        }
    }

    #[test]
    fn is_the_name_that_sealing_gives() {
        for len in [0, 1, 4_000, (1 << 20) + 7] {
            let bytes: Vec<u8> = (0..=255).cycle().take(len).collect();
            let name = PartId(format!("{:032x}", xxh3_128(&bytes)));
            assert_eq!(fingerprint(&Bytes(bytes)).unwrap(), name);
        }
    }
}
