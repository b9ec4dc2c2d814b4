//! From the bytes of a file to its text: plain, gzip, or gzip members one after the other.

use super::{Limits, Reason, Skip};
use flate2::bufread::GzDecoder;
use std::io::{ErrorKind, Read};

/// How every gzip member begins: magic number and method.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// Header and trailer of a member that holds nothing.
const MEMBER_BYTES_MIN: usize = 18;

/// How much text is made between two looks at the limits.
const CHUNK_BYTES: usize = 128 << 10;

/// Appends the text of a file to `text`, a buffer made to be used again. What the file is is
/// told by its first bytes, never by its name.
///
/// # Errors
/// A file above `limits`, or a damaged or truncated one. Whole gzip members that stand before
/// the damage are in `text` all the same, and the error says how many bytes that was; nothing
/// of the broken member itself is, because its check sum was never seen.
pub fn decompress(input: &[u8], limits: &Limits, text: &mut Vec<u8>) -> Result<(), Skip> {
    if input.len() > limits.file_bytes_max {
        return Err(too_large("file", input.len(), limits.file_bytes_max));
    }
    if input.starts_with(&MAGIC) {
        return gunzip(input, limits, text);
    }
    if input.len() > limits.text_bytes_max {
        return Err(too_large("text", input.len(), limits.text_bytes_max));
    }
    text.extend_from_slice(input);
    Ok(())
}

fn too_large(what: &str, bytes: usize, most: usize) -> Skip {
    let detail = format!("the {what} has {bytes} bytes, above the limit of {most}; split it");
    Skip::new(Reason::TooLarge, 0, detail)
}

fn gunzip(input: &[u8], limits: &Limits, text: &mut Vec<u8>) -> Result<(), Skip> {
    let base = text.len();
    if whole(input, limits, text) {
        return Ok(());
    }
    let mut rest = input;
    while !is_padding(rest) {
        let kept = text.len();
        let step = member(rest, limits, base, text);
        let behind = step.map_err(|fault| {
            text.truncate(kept);
            fault.skip(input.len() - rest.len(), kept - base, limits)
        })?;
        rest = behind;
    }
    Ok(())
}

/// Zeros behind the last member are padding, as `gzip` itself takes them.
fn is_padding(rest: &[u8]) -> bool {
    rest.iter().all(|byte| *byte == 0)
}

/// The usual file is a single member whose trailer tells its length: decompressed in one go.
/// `false`, with `text` as it was, where the file is not that plain.
fn whole(input: &[u8], limits: &Limits, text: &mut Vec<u8>) -> bool {
    let Some(len) = single_member_len(input) else {
        return false;
    };
    if len > limits.text_bytes_of(input.len()) {
        return false;
    }
    let base = text.len();
    text.resize(base + len, 0);
    let out = text.get_mut(base..).unwrap_or_default();
    let done = libdeflater::Decompressor::new().gzip_decompress(input, out);
    let fits = done.is_ok_and(|written| written == len);
    if !fits {
        text.truncate(base);
    }
    fits
}

/// The length in the trailer, where it stands nowhere before. A first member of that length that
/// ends earlier would have it in its own trailer, so what decompresses to it is the whole file.
fn single_member_len(input: &[u8]) -> Option<usize> {
    let trailer: [u8; 4] = input.get(input.len().checked_sub(4)?..)?.try_into().ok()?;
    let is_short = input.len() < MEMBER_BYTES_MIN;
    if is_short || memchr::memmem::find(input.get(..input.len() - 1)?, &trailer).is_some() {
        return None;
    }
    usize::try_from(u32::from_le_bytes(trailer)).ok()
}

/// What may be wrong with a member.
enum Fault {
    Truncated,
    Damaged(String),
    Bomb(usize),
    TooLarge,
}

impl Fault {
    fn skip(self, offset: usize, kept: usize, limits: &Limits) -> Skip {
        let (reason, what) = match self {
            Self::Truncated => {
                (Reason::TruncatedGzip, "the file breaks off; fetch it again".to_owned())
            }
            Self::Damaged(cause) => (Reason::DamagedGzip, format!("{cause}; fetch it again")),
            Self::Bomb(bytes) => (
                Reason::GzipBomb,
                format!(
                    "more than {} bytes of text for one of file after {bytes} bytes of text",
                    limits.ratio_max
                ),
            ),
            Self::TooLarge => (
                Reason::TooLarge,
                format!("more than {} bytes of text; split it", limits.text_bytes_max),
            ),
        };
        let detail = format!("{what} ({kept} bytes of text before it were readable)");
        Skip::new(reason, offset, detail)
    }
}

/// Decompresses the member that `input` begins with; returns what stands behind it.
fn member<'a>(
    input: &'a [u8],
    limits: &Limits,
    base: usize,
    text: &mut Vec<u8>,
) -> Result<&'a [u8], Fault> {
    if !input.starts_with(&MAGIC) {
        return Err(no_member(input));
    }
    let begin = text.len();
    let mut decoder = GzDecoder::new(input);
    loop {
        let at = text.len();
        text.resize(at + CHUNK_BYTES, 0);
        let read = decoder.read(text.get_mut(at..).unwrap_or_default());
        text.truncate(at + read.as_ref().copied().unwrap_or_default());
        if read.map_err(fault)? == 0 {
            return Ok(decoder.into_inner());
        }
        let consumed = input.len() - decoder.get_ref().len();
        check(text.len() - begin, consumed, text.len() - base, limits)?;
    }
}

fn no_member(rest: &[u8]) -> Fault {
    if MAGIC.starts_with(rest) {
        return Fault::Truncated;
    }
    Fault::Damaged("what follows a gzip member is not gzip".to_owned())
}

fn fault(error: std::io::Error) -> Fault {
    match error.kind() {
        ErrorKind::UnexpectedEof => Fault::Truncated,
        _ => Fault::Damaged(error.to_string()),
    }
}

fn check(made: usize, consumed: usize, total: usize, limits: &Limits) -> Result<(), Fault> {
    if total > limits.text_bytes_max {
        return Err(Fault::TooLarge);
    }
    if made > limits.text_bytes_of(consumed) {
        return Err(Fault::Bomb(made));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// Zeros, compressed as well as deflate can.
    fn zeros(len: usize) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        for _ in 0..len >> 16 {
            encoder.write_all(&[0; 1 << 16]).unwrap();
        }
        encoder.finish().unwrap()
    }

    fn text_of(input: &[u8]) -> (String, Option<Skip>) {
        let mut text = b"before ".to_vec();
        let skip = decompress(input, &Limits::default(), &mut text).err();
        assert!(text.starts_with(b"before "));
        (String::from_utf8(text.split_off(7)).unwrap(), skip)
    }

    fn reason(skip: Option<Skip>) -> Option<Reason> {
        skip.map(|skip| skip.reason)
    }

    #[test]
    fn takes_plain_and_gzip_and_members_in_a_row() {
        let both = [gzip(b"{1}"), gzip(b"{2}")].concat();
        let padded = [gzip(b"{1}"), vec![0; 512]].concat();
        let twins = [gzip(b"{1}"), gzip(b"{2}"), gzip(b"{1}")].concat();
        let hollow = [gzip(b""), gzip(b"{1}"), gzip(b"")].concat();
        for (input, expected) in [
            (b"{}".to_vec(), "{}"),
            (Vec::new(), ""),
            (gzip(b"{}"), "{}"),
            (gzip(b""), ""),
            (both, "{1}{2}"),
            (padded, "{1}"),
            (twins, "{1}{2}{1}"),
            (hollow, "{1}"),
        ] {
            assert_eq!(text_of(&input), (expected.to_owned(), None));
        }
    }

    #[test]
    fn a_cut_member_is_named_and_those_before_it_are_kept() {
        let (first, second) = (gzip(b"{1}"), gzip(&b"{2}".repeat(100)));
        let whole = [first.clone(), second].concat();
        for cut in first.len() + 1..whole.len() {
            let (text, skip) = text_of(&whole[..cut]);
            let skip = skip.unwrap();
            assert_eq!((text.as_str(), skip.reason), ("{1}", Reason::TruncatedGzip), "{cut}");
            assert_eq!(skip.offset, first.len());
            assert!(skip.detail.contains("3 bytes") && skip.retryable(), "{}", skip.detail);
        }
        for cut in 3..first.len() {
            let (text, skip) = text_of(&first[..cut]);
            assert_eq!((text.as_str(), reason(skip)), ("", Some(Reason::TruncatedGzip)), "{cut}");
        }
    }

    #[test]
    fn damage_is_named() {
        let mut input = gzip(&b"some text ".repeat(50));
        let end = input.len();
        input[end - 6] ^= 1;
        assert_eq!(reason(text_of(&input).1), Some(Reason::DamagedGzip));
        let trailing = [gzip(b"{1}"), b"garbage".to_vec()].concat();
        let (text, skip) = text_of(&trailing);
        assert_eq!((text.as_str(), reason(skip)), ("{1}", Some(Reason::DamagedGzip)));
    }

    #[test]
    fn what_follows_a_member_is_named_though_it_ends_like_one() {
        for text in [&b"{1}"[..], b""] {
            let length = (text.len() as u32).to_le_bytes();
            let trailing = [gzip(text), b"garbage".to_vec(), length.to_vec()].concat();
            let (read, skip) = text_of(&trailing);
            assert_eq!((read.as_bytes(), reason(skip)), (text, Some(Reason::DamagedGzip)));
        }
    }

    #[test]
    fn a_bomb_stops_early_in_bounded_memory() {
        // As much text as ten gigabytes stand for, in members whose trailers lie about it too.
        let member = zeros(64 << 20);
        let mut liar = member.clone();
        let end = liar.len();
        liar[end - 4..].copy_from_slice(&10_u32.to_le_bytes());
        for input in [&member, &liar, &member.repeat(160)] {
            let mut text = Vec::new();
            let skip = decompress(input, &Limits::default(), &mut text).unwrap_err();
            assert_eq!(skip.reason, Reason::GzipBomb, "{skip}");
            assert!(text.is_empty());
            assert!(text.capacity() < 48 << 20, "{}", text.capacity());
        }
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { file_bytes_max: 1 << 20, text_bytes_max: 1 << 16, ratio_max: 1000 };
        let mut text = Vec::new();
        for input in [vec![b' '; 1 << 21], vec![b' '; 1 << 17], zeros(1 << 20)] {
            let skip = decompress(&input, &limits, &mut text).unwrap_err();
            assert_eq!(skip.reason, Reason::TooLarge, "{skip}");
            assert!(text.is_empty());
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3000), 1..4),
        ) {
            let input: Vec<u8> = parts.iter().flat_map(|part| gzip(part)).collect();
            let mut text = Vec::new();
            prop_assert_eq!(decompress(&input, &Limits::default(), &mut text), Ok(()));
            prop_assert_eq!(text, parts.concat());
        }

        #[test]
        fn random_bytes_never_panic(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let input = [&MAGIC[..], &[0, 0, 0, 0, 0, 0, 3], &tail].concat();
            let _ = decompress(&input, &Limits::default(), &mut Vec::new());
        }
    }
}
