//! One flipped bit in the last frame, told apart from a frame that a crash cut short.
//!
//! A crash leaves a frame without some of its sectors, which then read as zeroes. It does not
//! turn a single bit. Where one bit makes the frame whole again, chain and all, the frame was
//! whole once: so it was acknowledged, and must not be dropped.

use crate::Position;
use crate::envelope::{ENVELOPE_BYTES, Envelope};
use crate::segment;

/// What a disk loses at once, in bytes; larger pieces are whole numbers of these.
const SECTOR: usize = 512;

/// CRC-32C's polynomial, lowest bit first.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// Whether the broken frame that should continue the journal at `at`, and stands at `offset` of
/// its segment, is whole but for one bit. `bytes` begin there.
pub(crate) fn is_flipped(directory: &[u8; 16], at: Position, offset: u64, bytes: &[u8]) -> bool {
    let Some((head, rest)) = bytes.split_at_checked(ENVELOPE_BYTES) else {
        return false;
    };
    match Envelope::read(directory, head) {
        Some(envelope) => payload_flipped(envelope, at, offset, bytes, rest),
        None => head_flipped(directory, at, head, rest),
    }
}

/// Whether a segment's header is whole but for one bit.
pub(crate) fn is_flipped_header(head: &[u8]) -> bool {
    let mut head = head.to_vec();
    (0..head.len() * 8).any(|bit| {
        flip(&mut head, bit);
        let whole = segment::is_whole(&head);
        flip(&mut head, bit);
        whole
    })
}

fn payload_flipped(
    envelope: Envelope,
    at: Position,
    offset: u64,
    bytes: &[u8],
    rest: &[u8],
) -> bool {
    let Some(stored) = rest.get(..envelope.stored).filter(|_| envelope.number == at.frame) else {
        return false;
    };
    let Some(bit) = flipped_bit(envelope.checksum_off_by(stored), stored.len()) else {
        return false;
    };
    let end = ENVELOPE_BYTES + stored.len();
    let start = (offset % SECTOR as u64) as usize;
    if is_lost(bytes.get(..end).unwrap_or(bytes), start, ENVELOPE_BYTES + bit / 8) {
        return false;
    }
    let mut stored = stored.to_vec();
    flip(&mut stored, bit);
    envelope.holds(&stored) && envelope.follows(at.chain, &stored)
}

fn head_flipped(directory: &[u8; 16], at: Position, head: &[u8], rest: &[u8]) -> bool {
    let mut head = head.to_vec();
    (0..head.len() * 8).any(|bit| {
        flip(&mut head, bit);
        let envelope = Envelope::read(directory, &head).filter(|it| it.number == at.frame);
        flip(&mut head, bit);
        let whole = |envelope: Envelope| {
            let stored = rest.get(..envelope.stored)?;
            (envelope.holds(stored) && envelope.follows(at.chain, stored)).then_some(())
        };
        envelope.and_then(whole).is_some()
    })
}

/// The one bit of `len` bytes whose turning changes their checksum by `off_by`, if there is one.
fn flipped_bit(off_by: u32, len: usize) -> Option<usize> {
    // What the last bit does to the checksum, then the one before it, and so on.
    let mut effect = POLYNOMIAL;
    for bit in (0..len * 8).rev() {
        if effect == off_by {
            return Some(bit);
        }
        effect = effect >> 1 ^ if effect & 1 == 1 { POLYNOMIAL } else { 0 };
    }
    None
}

/// Whether the sector around `byte` holds nothing but zeroes: then a crash may have lost it.
/// `start` is where the bytes begin, counted from some sector's start.
fn is_lost(bytes: &[u8], start: usize, byte: usize) -> bool {
    let sector = (start + byte) / SECTOR * SECTOR;
    let first = sector.saturating_sub(start);
    let end = (sector + SECTOR - start).min(bytes.len());
    bytes.get(first..end).is_none_or(|sector| sector.iter().all(|byte| *byte == 0))
}

fn flip(bytes: &mut [u8], bit: usize) {
    if let Some(byte) = bytes.get_mut(bit / 8) {
        *byte ^= 1 << (bit % 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Chain;
    use crate::compression::Squeezer;
    use crate::segment::Header;
    use model::Seq;

    const HERE: [u8; 16] = [1; 16];

    fn place() -> Position {
        Position { frame: 7, seq: Seq(0), chain: Chain::start(&HERE) }
    }

    fn frame(payload: &[u8]) -> Vec<u8> {
        let (at, mut squeezer) = (place(), Squeezer::new().unwrap());
        Envelope::seal(&HERE, at.frame, at.chain, payload, &mut squeezer, None).unwrap().0
    }

    #[test]
    fn finds_every_flipped_bit() {
        let mut bytes = frame(b"{\"who\":\"alice\",\"what\":\"nothing much\"}");
        for bit in 0..bytes.len() * 8 {
            flip(&mut bytes, bit);
            assert!(is_flipped(&HERE, place(), 300, &bytes), "bit {bit}");
            flip(&mut bytes, bit);
        }
    }

    #[test]
    fn finds_every_flipped_bit_of_a_header() {
        let mut bytes = Header { directory: HERE, at: place(), sealing: None }.bytes();
        for bit in 0..bytes.len() * 8 {
            flip(&mut bytes, bit);
            assert!(is_flipped_header(&bytes), "bit {bit}");
            flip(&mut bytes, bit);
        }
        assert!(!is_flipped_header(&vec![0; bytes.len()]));
        assert!(!is_flipped_header(&bytes[..90]));
    }

    #[test]
    fn takes_a_cut_frame_or_a_lost_sector_for_a_crash() {
        let bytes = frame(&(0..=255).cycle().take(3_000).collect::<Vec<u8>>());
        for len in 0..bytes.len() {
            assert!(!is_flipped(&HERE, place(), 128, &bytes[..len]), "{len}");
        }
        for sector in (0..bytes.len()).step_by(SECTOR) {
            let mut bytes = bytes.clone();
            bytes.iter_mut().skip(sector).take(SECTOR).for_each(|byte| *byte = 0);
            assert!(!is_flipped(&HERE, place(), 0, &bytes), "{sector}");
        }
    }

    /// The last sector of such a frame holds one bit that is set, and losing it is turning it.
    #[test]
    fn a_lost_sector_that_held_one_bit_is_no_rot() {
        let payload = [vec![b'x'; 200], vec![4]].concat();
        let mut bytes = frame(&payload);
        let last = bytes.len() - 1;
        assert_eq!(bytes[last], 4);
        bytes[last] = 0;
        let offset = (SECTOR - last % SECTOR) as u64;
        assert!(!is_flipped(&HERE, place(), offset, &bytes));
        assert!(is_flipped(&HERE, place(), offset + 1, &bytes));
    }

    #[test]
    fn a_frame_of_another_place_is_none() {
        let mut bytes = frame(b"payload");
        flip(&mut bytes, 530);
        let elsewhere = Position { chain: Chain([9; 32]), ..place() };
        assert!(is_flipped(&HERE, place(), 0, &bytes));
        assert!(!is_flipped(&HERE, elsewhere, 0, &bytes));
        assert!(!is_flipped(&HERE, Position { frame: 8, ..place() }, 0, &bytes));
    }
}
