//! What goes round a frame's payload: 64 bytes that say how long it is and whether it is whole.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | marker |
//! | 4 | 4 | CRC-32C of the directory's id and of bytes 8 to 63 |
//! | 8 | 4 | length of the payload as stored: compressed, then encrypted |
//! | 12 | 4 | its length before compression |
//! | 16 | 4 | CRC-32C of the payload as stored |
//! | 20 | 1 | 1 where it is compressed (zstd), else 0 |
//! | 21 | 3 | 0 |
//! | 24 | 8 | number of the frame |
//! | 32 | 32 | chain after this frame: SHA-256 of the chain before it, bytes 8 to 31, payload |

use crate::compression::{Squeezer, expand};
use crate::options::FRAME_BYTES_MAX;
use crate::varint::Reader;
use crate::{Chain, Damage};
use crypt::{FRAME_BYTES_ADDED, FrameCipher};

/// How every frame begins.
pub(crate) const MARKER: &[u8; 4] = b"\xF5PJf";

/// Length of an envelope, in bytes.
pub(crate) const ENVELOPE_BYTES: usize = 64;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// The envelope of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// Length of the payload as stored, in bytes.
    pub(crate) stored: usize,
    /// Its length before compression, in bytes.
    raw: usize,
    payload_crc: u32,
    flags: u8,
    /// Number of the frame.
    pub(crate) number: u64,
    /// The chain after this frame.
    pub(crate) chain: Chain,
}

impl Envelope {
    /// Puts a payload into its envelope: the bytes to be written, and the chain after them.
    /// `None` where the payload is beyond the limit.
    pub(crate) fn seal(
        directory: &[u8; 16],
        number: u64,
        before: Chain,
        payload: &[u8],
        squeezer: &mut Squeezer,
        cipher: Option<&FrameCipher>,
    ) -> Option<(Vec<u8>, Chain)> {
        let added = if cipher.is_some() { FRAME_BYTES_ADDED } else { 0 };
        if payload.len() + added > FRAME_BYTES_MAX {
            return None;
        }
        let squeezed = squeezer.squeeze(payload);
        let (flags, clear) = match &squeezed {
            Some(squeezed) => (ZSTD, squeezed.as_slice()),
            None => (PLAIN, payload),
        };
        let mut envelope =
            Self { stored: 0, raw: payload.len(), payload_crc: 0, flags, number, chain: before };
        let sealed = match cipher {
            Some(cipher) => Some(cipher.seal(&envelope.bound(before), clear)?),
            None => None,
        };
        let stored = sealed.as_deref().unwrap_or(clear);
        (envelope.stored, envelope.payload_crc) = (stored.len(), crc32c::crc32c(stored));
        envelope.chain = before.after(&envelope.head()?, stored);
        let mut bytes = envelope.bytes(directory)?;
        bytes.extend_from_slice(stored);
        Some((bytes, envelope.chain))
    }

    /// What an encrypted payload is bound to: its place, and what it is once it is decrypted.
    fn bound(&self, before: Chain) -> Vec<u8> {
        let mut bytes = before.0.to_vec();
        bytes.extend(self.number.to_le_bytes());
        bytes.extend((self.raw as u64).to_le_bytes());
        bytes.push(self.flags);
        bytes
    }

    /// Bytes 8 to 31: what the chain covers besides the payload.
    fn head(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(ENVELOPE_BYTES);
        bytes.extend(u32::try_from(self.stored).ok()?.to_le_bytes());
        bytes.extend(u32::try_from(self.raw).ok()?.to_le_bytes());
        bytes.extend(self.payload_crc.to_le_bytes());
        bytes.extend([self.flags, 0, 0, 0]);
        bytes.extend(self.number.to_le_bytes());
        Some(bytes)
    }

    fn bytes(&self, directory: &[u8; 16]) -> Option<Vec<u8>> {
        let mut covered = self.head()?;
        covered.extend(self.chain.0);
        let mut bytes = MARKER.to_vec();
        bytes.extend(checksum(directory, &covered).to_le_bytes());
        bytes.extend(covered);
        Some(bytes)
    }

    /// Reads an envelope; `None` where the bytes are not one that was written in this directory.
    ///
    /// Its own checksum covers the directory's random id, which no client knows: no record can
    /// hold bytes that pass for an envelope.
    pub(crate) fn read(directory: &[u8; 16], bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes.strip_prefix(MARKER)?);
        let crc = u32::from_le_bytes(reader.array()?);
        let covered: [u8; ENVELOPE_BYTES - 8] = reader.array()?;
        if checksum(directory, &covered) != crc {
            return None;
        }
        let mut reader = Reader(&covered);
        let envelope = Self {
            stored: u32::from_le_bytes(reader.array()?).try_into().ok()?,
            raw: u32::from_le_bytes(reader.array()?).try_into().ok()?,
            payload_crc: u32::from_le_bytes(reader.array()?),
            flags: reader.byte()?,
            number: {
                reader.take(3)?;
                u64::from_le_bytes(reader.array()?)
            },
            chain: Chain(reader.array()?),
        };
        let fits = envelope.stored <= FRAME_BYTES_MAX && envelope.raw <= FRAME_BYTES_MAX;
        fits.then_some(envelope)
    }

    /// Whether these are all the payload's bytes, unchanged.
    pub(crate) fn holds(&self, stored: &[u8]) -> bool {
        stored.len() == self.stored && crc32c::crc32c(stored) == self.payload_crc
    }

    /// By how much the payload's checksum is off.
    pub(crate) fn checksum_off_by(&self, stored: &[u8]) -> u32 {
        crc32c::crc32c(stored) ^ self.payload_crc
    }

    /// Whether the chain goes on from `before` with this payload.
    pub(crate) fn follows(&self, before: Chain, stored: &[u8]) -> bool {
        self.head().is_some_and(|head| before.after(&head, stored) == self.chain)
    }

    /// Takes the payload out, after the chain was checked and before anything interprets it.
    pub(crate) fn open(
        &self,
        before: Chain,
        stored: &[u8],
        cipher: Option<&FrameCipher>,
    ) -> Result<Vec<u8>, Damage> {
        let frame = self.number;
        let nonsense = |what| Damage::Nonsense { frame, what };
        if !self.follows(before, stored) {
            return Err(Damage::Chain { frame });
        }
        let Some(cipher) = cipher else {
            return self.expand(stored);
        };
        let clear = cipher.open(&self.bound(before), stored);
        self.expand(&clear.ok_or(nonsense("it cannot be decrypted"))?)
    }

    fn expand(&self, stored: &[u8]) -> Result<Vec<u8>, Damage> {
        let nonsense = |what| Damage::Nonsense { frame: self.number, what };
        match self.flags {
            PLAIN if self.raw == stored.len() => Ok(stored.to_vec()),
            ZSTD => expand(stored, self.raw).ok_or(nonsense("it cannot be decompressed")),
            _ => Err(nonsense("its flags")),
        }
    }
}

fn checksum(directory: &[u8; 16], covered: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(directory), covered)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [u8; 16] = [1; 16];

    fn sealed(payload: &[u8]) -> Vec<u8> {
        let mut squeezer = Squeezer::new().unwrap();
        let before = Chain::start(&HERE);
        let sealed = Envelope::seal(&HERE, 7, before, payload, &mut squeezer, None);
        sealed.unwrap().0
    }

    #[test]
    fn comes_back_plain_and_compressed() {
        for payload in [b"short".to_vec(), b"long ".repeat(200)] {
            let bytes = sealed(&payload);
            let (envelope, stored) = bytes.split_at(ENVELOPE_BYTES);
            let envelope = Envelope::read(&HERE, envelope).unwrap();
            assert!(envelope.holds(stored));
            assert_eq!(envelope.number, 7);
            assert_eq!(envelope.open(Chain::start(&HERE), stored, None).unwrap(), payload);
        }
        assert!(sealed(&b"long ".repeat(200)).len() < 200);
    }

    #[test]
    fn sees_every_flipped_bit() {
        let bytes = sealed(b"payload");
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let (envelope, stored) = bytes.split_at(ENVELOPE_BYTES);
            let envelope = Envelope::read(&HERE, envelope);
            assert!(envelope.is_none_or(|e| !e.holds(stored)), "bit {bit}");
        }
    }

    #[test]
    fn belongs_to_one_directory_and_one_place() {
        let bytes = sealed(b"payload");
        assert_eq!(Envelope::read(&[2; 16], &bytes), None);
        let (envelope, stored) = bytes.split_at(ENVELOPE_BYTES);
        let elsewhere = Envelope::read(&HERE, envelope).unwrap().open(Chain([0; 32]), stored, None);
        assert_eq!(elsewhere, Err(Damage::Chain { frame: 7 }));
    }

    #[test]
    fn refuses_a_payload_beyond_the_limit() {
        let huge = vec![0; FRAME_BYTES_MAX + 1];
        let mut squeezer = Squeezer::new().unwrap();
        let sealed = Envelope::seal(&HERE, 0, Chain::start(&HERE), &huge, &mut squeezer, None);
        assert_eq!(sealed, None);
    }
}
