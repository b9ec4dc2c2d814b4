//! The bytes of objects: as they are kept, as they lie on a disk that changed them, and strange
//! ones that State might name.
//!
//! Claims: what comes in, in whatever pieces, comes out, for any range, over any number of bodies;
//! its sums are those of the bytes; of a body that was changed on the disk only bytes come out
//! that went in, in their places; what is no body is refused, however long it says that it is.

use crate::bits::Bits;
use crate::memory::MemoryDisk;
use crate::memory_engine;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{BodyKey, BodyReader, Engine, Error, OpenKey, StagedBody};
use model::resource::{BodyRef, ChecksumAlgorithm, Sealed};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// 70,000 bytes under a key of 32 bytes 7.
const EXAMPLE: &[u8] = include_bytes!("../../../docs/formats/examples/body-v1.body");
const HEAD_BYTES: usize = 16;
const BODIES_MAX: u8 = 3;

thread_local! {
    static HOUSE: (Engine, Arc<MemoryDisk>) = memory_engine::open();
}

pub(crate) fn run(data: &[u8]) {
    let mut bits = Bits(data);
    HOUSE.with(|(engine, disk)| {
        match bits.byte() & 1 {
            0 => strange(engine, disk, &mut bits),
            _ => kept(engine, disk, &mut bits),
        }
        engine.unlink_bodies().expect("a disk in memory");
    });
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let small = vec![1, 0, 1, 0, 5, 3, 0, 1, 0, 3];
    let large = vec![1, 1, 2, 0xff, 2, 3, 0xff, 4, 3, 0xff, 2, 0xff, 9];
    let two = vec![1, 1, 1, 0xfe, 4, 3, 1, 0, 200, 3, 0, 50, 20, 1];
    vec![
        [&small[..], &[0, 20, 1]].concat(),
        [&large[..], &[1, 0, 1], &[0, 0, 9, 4]].concat(),
        two,
        vec![0, 0, 2, 1, 0x11, 0x70, 0, 0, 1, 2, 3, 4],
        vec![0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    ]
}

/// Opens what [`kept`] sealed: a key that stands in the clear behind the name that it is for.
fn opener() -> OpenKey {
    Arc::new(|name, sealed| {
        let (of, key) = sealed.0.split_once(' ')?;
        let key = STANDARD.decode(key).ok()?.try_into().ok()?;
        (of == name).then(|| BodyKey::new(key))
    })
}

// --- What was written here -------------------------------------------------------------------

fn kept(engine: &Engine, disk: &MemoryDisk, bits: &mut Bits<'_>) {
    let count = bits.byte() % BODIES_MAX + 1;
    let made: Vec<(Vec<u8>, StagedBody)> = (0..count).map(|_| staged(engine, bits)).collect();
    let plain: Vec<u8> = made.iter().flat_map(|(plain, _)| plain.clone()).collect();
    let mut bodies: Vec<BodyRef> = made.iter().filter_map(|(_, it)| it.body.clone()).collect();
    let range = range(bits, plain.len() as u64);
    let wanted = part(&plain, &range);
    let (found, error) = read(engine, &bodies, range.clone());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(found, wanted);
    if bodies.is_empty() {
        return;
    }
    let place = usize::from(bits.byte()) % bodies.len();
    harm(bits, disk, &mut bodies[place]);
    let (found, error) = read(engine, &bodies, range);
    assert!(wanted.starts_with(&found), "other bytes than those that went in");
    assert!(error.is_some() || found == wanted, "bytes are missing");
}

fn staged(engine: &Engine, bits: &mut Bits<'_>) -> (Vec<u8>, StagedBody) {
    let asked = [ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Crc64Nvme];
    let mut staging = engine.stage(&asked).expect("a sound engine");
    let mut plain = Vec::new();
    for _ in 0..bits.byte() % 4 {
        let (len, step) = (len(bits), usize::from(bits.byte()));
        let piece: Vec<u8> = (0..len).map(|n| (n * step) as u8).collect();
        staging.write(&piece).expect("a disk in memory");
        plain.extend(piece);
    }
    assert_eq!(staging.size(), plain.len() as u64);
    let seal =
        |name: &str, key: &BodyKey| Ok(Sealed(format!("{name} {}", STANDARD.encode(key.expose()))));
    let staged = staging.finish_with(seal).expect("a disk in memory");
    let sums = engine::sums_of(&plain, &asked);
    assert_eq!((staged.md5, staged.sha256), (sums.md5, sums.sha256));
    assert_eq!(staged.checksums, sums.checksums);
    assert_eq!(staged.body.is_some(), !plain.is_empty());
    (plain, staged)
}

/// Mostly few bytes, now and then about as many as a chunk has, or as lie within State.
fn len(bits: &mut Bits<'_>) -> usize {
    let (how, more) = (bits.byte(), usize::from(bits.byte()));
    match how {
        0xff => (64 << 10) - 2 + more % 5,
        0xfe => (4 << 10) - 2 + more % 5,
        0xf0.. => more << 5,
        _ => more,
    }
}

/// A range of so many bytes or beyond them; none is all.
fn range(bits: &mut Bits<'_>, len: u64) -> Option<Range<u64>> {
    let how = bits.byte();
    let place = |bits: &mut Bits<'_>| bits.word() as u64 * len.div_ceil(0xffff).max(1);
    let (start, more) = (place(bits), place(bits));
    match how % 4 {
        0 => Some(start..start.saturating_add(more)),
        1 => Some(start..u64::MAX),
        2 => Some(start..more),
        _ => None,
    }
}

fn part(plain: &[u8], range: &Option<Range<u64>>) -> Vec<u8> {
    let range = range.clone().unwrap_or(0..u64::MAX);
    let end = range.end.min(plain.len() as u64);
    plain.get(range.start as usize..end as usize).unwrap_or_default().to_vec()
}

/// All that comes before an error, and the error.
fn read(
    engine: &Engine,
    bodies: &[BodyRef],
    range: Option<Range<u64>>,
) -> (Vec<u8>, Option<Error>) {
    let mut found = Vec::new();
    let reader: BodyReader = match engine.body_with("b/k", bodies, range, opener()) {
        Ok(reader) => reader,
        Err(error) => return (found, Some(error)),
    };
    for piece in reader {
        match piece {
            Ok(bytes) => found.extend_from_slice(&bytes),
            Err(error) => return (found, Some(error)),
        }
    }
    (found, None)
}

/// What is stored is changed, cut, or put together otherwise.
fn harm(bits: &mut Bits<'_>, disk: &MemoryDisk, body: &mut BodyRef) {
    let path = body.file().map(path_of);
    let mut bytes = match (&path, &*body) {
        (Some(path), _) => model::disk::read_all(disk, path).expect("a body's file"),
        (None, BodyRef::Inline { stored, .. }) => STANDARD.decode(stored).expect("base64"),
        (None, BodyRef::File { .. }) => return,
    };
    while !bits.is_over() && !bytes.is_empty() {
        let (how, at) = (bits.byte(), bits.word() % bytes.len());
        match how % 4 {
            0 => bytes[at] ^= bits.byte(),
            1 => bytes.truncate(at),
            2 => bytes.extend(bits.take(at % 64)),
            _ => {
                // Chunks change places, as far as there are two.
                let chunk = (64 << 10) + 16;
                if bytes.len() >= HEAD_BYTES + 2 * chunk {
                    bytes[HEAD_BYTES..HEAD_BYTES + 2 * chunk].rotate_left(chunk);
                }
            }
        }
    }
    match (path, body) {
        (Some(path), _) => disk.put(path, bytes),
        (None, BodyRef::Inline { stored, .. }) => *stored = STANDARD.encode(bytes),
        (None, BodyRef::File { .. }) => {}
    }
}

fn path_of(name: &str) -> PathBuf {
    Path::new("objects").join(name.get(..2).unwrap_or_default()).join(name)
}

// --- What nobody wrote -----------------------------------------------------------------------

fn strange(engine: &Engine, disk: &MemoryDisk, bits: &mut Bits<'_>) {
    let count = bits.byte() % BODIES_MAX + 1;
    let bodies: Vec<BodyRef> = (0..count).map(|_| named(disk, bits)).collect();
    let said: u128 = bodies.iter().map(|body| u128::from(body.size())).sum();
    let range = match bits.byte() & 1 {
        0 => None,
        _ => Some(number(bits)..number(bits)),
    };
    let open: OpenKey = Arc::new(|_, _| Some(BodyKey::new([7; 32])));
    let Ok(reader) = engine.body_with("b/k", &bodies, range, open) else { return };
    let given: u128 = reader.map_while(Result::ok).map(|bytes| bytes.len() as u128).sum();
    assert!(given <= said, "more than was said");
    bodies.iter().filter_map(BodyRef::file).for_each(|name| {
        let _ = model::disk::Disk::remove(disk, &path_of(name));
    });
}

/// Short, long, about the example's, or any.
fn number(bits: &mut Bits<'_>) -> u64 {
    let how = bits.byte();
    match how % 5 {
        0 => u64::from(bits.byte()),
        1 => 70_000 - u64::from(bits.byte() % 3),
        2 => EXAMPLE.len() as u64 - u64::from(bits.byte() % 3),
        3 => u64::MAX - u64::from(bits.byte()),
        _ => (bits.word() as u64) << (how % 48),
    }
}

fn named(disk: &MemoryDisk, bits: &mut Bits<'_>) -> BodyRef {
    let (how, size, stored) = (bits.byte(), number(bits), number(bits));
    let key = Sealed(String::new());
    let content = match how % 3 {
        0 => EXAMPLE.to_vec(),
        1 => {
            let len = bits.word();
            [&EXAMPLE[..HEAD_BYTES], bits.take(len)].concat()
        }
        _ => {
            let len = bits.word();
            bits.take(len).to_vec()
        }
    };
    if how & 0x80 != 0 {
        return BodyRef::Inline { size, stored: STANDARD.encode(content), key };
    }
    let len = usize::from(bits.byte() % 8);
    let name = String::from_utf8_lossy(bits.take(len)).into_owned();
    disk.put(path_of(&name), content);
    BodyRef::File { name, size, stored, key }
}
