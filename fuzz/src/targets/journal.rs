//! A journal's segment: as it lies there, or with every checksum made right over strange content.
//!
//! Claims: reading changes nothing and is repeatable; what is read, written again, is read alike;
//! opening drops no frame that inspecting showed, and leaves nothing torn; a journal that was cut
//! or flipped gives a prefix of its frames or an alarm.

use crate::bits::Bits;
use crate::example::SEGMENT;
use crate::memory::MemoryDisk;
use journal::{Chain, Frame, Journal, LedgerHead, Options, Recovery};
use model::{AccountId, Body, Origin, Record, Seq, Timestamp};
use std::path::Path;
use std::sync::Arc;

const HEADER_BYTES: usize = 128;
const MARKER: &[u8; 4] = b"\xF5PJf";

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    match bits.byte() % 3 {
        0 => read(bits.0),
        1 => read(&sealed(&mut bits)),
        _ => damaged(&mut bits),
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let raw = [&[0], SEGMENT].concat();
    let mut contents = vec![1];
    for content in contents_of(SEGMENT) {
        contents.push(content.0);
        contents.extend((content.1.len() as u16).to_be_bytes());
        contents.extend(content.1);
    }
    let flips = vec![2, 3, 9, 4, 7, 0, 200, 5, 1];
    vec![raw, contents, flips, vec![2, 6, 1, 2, 3, 4, 5, 6, 1, 0, 64, 2]]
}

/// What stands in each envelope, and whether it is packed.
fn contents_of(segment: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut found = Vec::new();
    let mut at = HEADER_BYTES;
    while let Some(envelope) = segment.get(at..at + 64) {
        let stored = u32::from_le_bytes([envelope[8], envelope[9], envelope[10], envelope[11]]);
        let (start, end) = (at + 64, at + 64 + stored as usize);
        found.push((envelope[20], segment.get(start..end).unwrap_or_default().to_vec()));
        at = end;
    }
    found
}

fn dir() -> &'static Path {
    Path::new("journal")
}

fn disk_of(segment: &[u8]) -> Arc<MemoryDisk> {
    let disk = MemoryDisk::default();
    disk.put(dir().join("00000000000000000000.seg"), segment.to_vec());
    Arc::new(disk)
}

/// A segment's own directory; that of none where it says nothing.
fn directory_of(segment: &[u8]) -> [u8; 16] {
    segment.get(16..32).and_then(|it| it.try_into().ok()).unwrap_or_default()
}

fn inspect(disk: &MemoryDisk, id: [u8; 16]) -> Result<(Recovery, Vec<Frame>), journal::Error> {
    let mut frames = Vec::new();
    let mut show = |_, frame| {
        frames.push(frame);
        Ok(())
    };
    let recovery = Journal::inspect(disk, dir(), id, &Options::default(), &mut show)?;
    Ok((recovery, frames))
}

fn read(segment: &[u8]) {
    let (disk, id) = (disk_of(segment), directory_of(segment));
    let _ = Journal::directory(&*disk, dir());
    let inspected = inspect(&disk, id);
    let again = inspect(&disk, id);
    assert_eq!(format!("{inspected:?}"), format!("{again:?}"), "reading changes something");
    let opened = open(&disk, id);
    match inspected {
        Ok((_, frames)) => {
            assert_eq!(Some(&frames), opened.as_ref(), "opening reads other frames");
            let (recovery, left) = inspect(&disk, id).expect("what was opened can be read");
            assert_eq!((recovery.torn_bytes, left.len()), (0, frames.len()));
            written_again(id, frames);
        }
        Err(_) => assert!(opened.is_none(), "opened in spite of an alarm"),
    }
}

fn open(disk: &Arc<MemoryDisk>, id: [u8; 16]) -> Option<Vec<Frame>> {
    let mut frames = Vec::new();
    let mut show = |frame| {
        frames.push(frame);
        Ok(())
    };
    let disk: Arc<MemoryDisk> = Arc::clone(disk);
    let opened = Journal::open(disk, dir(), id, &Options::default(), &mut show);
    opened.ok().map(|_| frames)
}

/// Frames that begin at the beginning can be appended to a new journal, and come back.
fn written_again(id: [u8; 16], frames: Vec<Frame>) {
    if frames.first().is_none_or(|frame| frame.number != 0 || frame.first != Seq(0)) {
        return;
    }
    let disk = Arc::new(MemoryDisk::default());
    let made = Journal::create(disk.clone(), dir(), id, &Options::default());
    let mut journal = made.expect("a new journal in memory");
    for frame in &frames {
        let durable = journal.append(frame.clone()).expect("a frame that was read can be written");
        assert_eq!(durable.into_inner(), *frame);
    }
    assert_eq!(inspect(&disk, id).expect("a new journal is whole").1, frames);
}

/// A segment whose checksums and chain are right, whatever its frames hold.
fn sealed(bits: &mut Bits<'_>) -> Vec<u8> {
    let id = [7; 16];
    let mut chain = Chain::start(&id).0;
    let mut segment = header(&id, &chain);
    let mut number = 0_u64;
    while !bits.is_over() {
        let flags = bits.byte();
        let len = bits.word();
        let stored = bits.take(len);
        // Where it is packed, its own first bytes tell how long it claims to be.
        let raw = if flags & 1 == 1 { claimed_len(stored) } else { stored.len() as u32 };
        let head = head(stored, raw, flags, number);
        chain = wire::sha256(&[&chain[..], &head, stored].concat());
        segment.extend(envelope(&id, &head, &chain));
        segment.extend(stored);
        number += 1;
    }
    segment
}

fn header(id: &[u8; 16], chain: &[u8; 32]) -> Vec<u8> {
    let mut bytes = b"PUGMARKJ\x01\0\0\0\0\0\0\0".to_vec();
    bytes.extend(id);
    bytes.extend([0; 16]);
    bytes.extend(chain);
    bytes.resize(HEADER_BYTES - 4, 0);
    let crc = crc32c::crc32c(&bytes).to_le_bytes();
    bytes.extend(crc);
    bytes
}

fn head(stored: &[u8], raw: u32, flags: u8, number: u64) -> Vec<u8> {
    let mut head = (stored.len() as u32).to_le_bytes().to_vec();
    head.extend(raw.to_le_bytes());
    head.extend(crc32c::crc32c(stored).to_le_bytes());
    head.extend([flags & 1, 0, 0, 0]);
    head.extend(number.to_le_bytes());
    head
}

fn envelope(id: &[u8; 16], head: &[u8], chain: &[u8; 32]) -> Vec<u8> {
    let covered = [head, chain].concat();
    let crc = crc32c::crc32c_append(crc32c::crc32c(id), &covered).to_le_bytes();
    [&MARKER[..], &crc, &covered].concat()
}

/// Of a zstd frame: the content size, where its header has one of the usual form.
fn claimed_len(stored: &[u8]) -> u32 {
    match stored {
        [0x28, 0xb5, 0x2f, 0xfd, descriptor, low, high, ..] if descriptor & 0xe0 == 0x60 => {
            u32::from(u16::from_le_bytes([*low, *high])) + 256
        }
        [0x28, 0xb5, 0x2f, 0xfd, _, one, ..] => u32::from(*one),
        _ => stored.len() as u32,
    }
}

/// A sound journal of some frames, then flipped, cut or grown.
fn damaged(bits: &mut Bits<'_>) {
    let id = [9; 16];
    let disk = Arc::new(MemoryDisk::default());
    let options = Options::default();
    let mut journal = Journal::create(disk.clone(), dir(), id, &options).expect("a new journal");
    let count = bits.byte() % 6;
    for _ in 0..count {
        let frame = frame(bits, &journal);
        journal.append(frame).expect("a frame in its place").into_inner();
    }
    let whole = inspect(&disk, id).expect("a new journal is whole").1;
    assert_eq!(whole.len(), usize::from(count));
    let path = dir().join("00000000000000000000.seg");
    let mut bytes = model::disk::read_all(&*disk, &path).expect("it is there");
    let before = bytes.clone();
    harm(bits, &mut bytes);
    let hurt = disk_of(&bytes);
    match inspect(&hurt, id) {
        Ok((_, frames)) if bytes == before => assert_eq!(frames, whole),
        Ok((_, frames)) => assert_eq!(frames, whole[..frames.len()], "other frames"),
        Err(_) => assert_ne!(bytes, before, "a false alarm"),
    }
    read(&bytes);
}

fn frame(bits: &mut Bits<'_>, journal: &Journal) -> Frame {
    let at = journal.position();
    let records = bits.byte() % 4;
    let mut record = || {
        let len = usize::from(bits.byte()) * 8;
        let owner = if bits.byte() & 1 == 0 { "111122223333" } else { "444455556666" };
        Record {
            owner: AccountId::parse(owner).expect("an account"),
            origin: Origin::Imported,
            ingested: Timestamp(i64::from(bits.byte()) << (bits.byte() % 56)),
            stores: (len % 3 == 0).then(|| "a,b".into()),
            body: Body::ApiCall(bits.take(len).into()),
        }
    };
    let records = (0..records).map(|_| record()).collect();
    let head = LedgerHead { size: 1, root: [3; 32] };
    Frame { number: at.frame, first: at.seq, reserved: 2, changes: Vec::new(), records, head }
}

fn harm(bits: &mut Bits<'_>, bytes: &mut Vec<u8>) {
    while !bits.is_over() && !bytes.is_empty() {
        let (how, at) = (bits.byte(), bits.word() % bytes.len());
        match how % 4 {
            0 => bytes.truncate(at),
            1 => bytes.extend(bits.take(at % 64)),
            _ => bytes[at] ^= 1 << (how >> 5),
        }
    }
}
