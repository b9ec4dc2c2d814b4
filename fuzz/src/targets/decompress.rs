//! A file of somebody else's, packed or not, to its text.
//!
//! Claims: the limits hold; plain text comes back as it is; what is taken for gzip is what
//! another decoder makes of it; packed text comes back.

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use formats::cloudtrail::{Limits, decompress};
use std::io::{Read, Write};

const LIMITS: Limits =
    Limits { file_bytes_max: 1 << 20, text_bytes_max: 1 << 18, ratio_max: 1_000 };
/// Text is made in chunks of this size between two looks at the limits.
const CHUNK_BYTES: usize = 128 << 10;
const BEFORE: &[u8] = b"before";

pub(crate) fn run(data: &[u8]) {
    let mut text = BEFORE.to_vec();
    let done = decompress(data, &LIMITS, &mut text);
    assert!(text.starts_with(BEFORE));
    let text = &text[BEFORE.len()..];
    assert!(text.len() <= LIMITS.text_bytes_max + CHUNK_BYTES);
    match done {
        Ok(()) if is_gzip(data) => match peer(data) {
            Some(theirs) => assert_eq!(text, theirs, "another decoder differs"),
            // Where padding begins cannot be told from zeros that belong to the last member.
            None => assert!(data.ends_with(&[0]), "another decoder refuses it"),
        },
        Ok(()) => assert_eq!(text, data),
        Err(skip) => assert!(skip.offset <= data.len(), "{skip}"),
    }
    // Packing takes far longer than unpacking: it is done for some.
    if data.len() <= 1_024 && data.last().is_some_and(|last| last.is_multiple_of(16)) {
        comes_back(data);
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let records = crate::example::records().concat();
    let records = records.as_bytes();
    let two = [gzip(b"{}", 6), gzip(records, 9)].concat();
    let padded = [gzip(b"{}", 0), vec![0; 64]].concat();
    let bomb = gzip(&vec![b' '; 1 << 17], 9);
    vec![b"{}".to_vec(), gzip(b"", 1), gzip(records, 1), two, padded, bomb]
}

fn is_gzip(data: &[u8]) -> bool {
    data.starts_with(&[0x1f, 0x8b, 8])
}

/// Everything up to the end of the last member; what is padding, only we take.
fn peer(data: &[u8]) -> Option<Vec<u8>> {
    let end = data.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    // The last member may itself end with zeros: its trailer, and what is before it.
    let ends = (end..=data.len().min(end + 16)).chain([data.len()]);
    let read = |end: usize| {
        let mut text = Vec::new();
        let limit = (LIMITS.text_bytes_max + CHUNK_BYTES) as u64;
        let mut decoder = MultiGzDecoder::new(&data[..end]).take(limit);
        decoder.read_to_end(&mut text).ok().map(|_| text)
    };
    ends.into_iter().find_map(read)
}

fn comes_back(text: &[u8]) {
    let (first, second) = text.split_at(text.len() / 2);
    let level = u32::from(text.first().copied().unwrap_or(0) % 10);
    let packed = [gzip(first, level), gzip(second, level)].concat();
    let mut back = Vec::new();
    assert_eq!(decompress(&packed, &LIMITS, &mut back), Ok(()));
    assert_eq!(back, text);
}

fn gzip(text: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(text).and_then(|()| encoder.finish()).expect("writing to memory")
}
