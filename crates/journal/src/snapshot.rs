//! State as it was at one place of the journal, so that the frames before it can go.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `PUGMARKS` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | key id; 0: not encrypted |
//! | 16 | 16 | the directory's id |
//! | 32 | 8 | number of the next frame |
//! | 40 | 8 | the next Seq |
//! | 48 | 32 | chain at that place |
//! | 80 | 1 | 1 where the payload is compressed (zstd), else 0 |
//! | 81 | 7 | 0 |
//! | 88 | 8 | length of the payload as stored |
//! | 96 | 8 | its length before compression |
//! | 104 | 32 | SHA-256 of bytes 0 to 103 and of the payload as stored |
//! | 136 | | payload |
//!
//! The first twelve bytes mean the same in every version, and the hash stands in the same place.

use crate::compression::{Squeezer, expand};
use crate::fault::{self, Bug, Phase};
use crate::options::SNAPSHOT_BYTES_MAX;
use crate::varint::Reader;
use crate::{Chain, Damage, Error, Position, error};
use model::Seq;
use model::disk::{self, Disk};
use ring::digest::{Context, SHA256};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"PUGMARKS";
const VERSION: u32 = 1;
const HEAD_BYTES: usize = 104;
const HASH_BYTES: usize = 32;
const NAME_DIGITS: usize = 20;
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// How many are kept: one more than needed, in case the newest rots.
pub const KEPT: usize = 2;

/// State at one place of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The place: every frame before it is in the payload, none after it.
    pub at: Position,
    /// State, in the words of whoever keeps it. At most 1 GiB.
    pub payload: Vec<u8>,
}

/// A snapshot that was read, and what stood in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The newest one that is whole.
    pub snapshot: Snapshot,
    /// Newer ones that are not: rot, for a crash never leaves a broken one. Worth an alarm.
    pub damaged: Vec<PathBuf>,
}

/// Saves a snapshot in `dir`: all of it or nothing. Once it is durable, all but the newest two are
/// removed; so the journal may be trimmed below the *older* of the two and still bear the loss of
/// the newest.
///
/// # Errors
/// [`Error::TooLarge`], or what the disk says; then the snapshots before it are still there.
pub fn save(
    disk: &dyn Disk,
    dir: &Path,
    directory: &[u8; 16],
    snapshot: &Snapshot,
) -> Result<(), Error> {
    let path = path(dir, snapshot.at.frame);
    let bytes = encode(&path, directory, snapshot)?;
    disk.create_dir(dir).map_err(Error::io("make directory", dir))?;
    if fault::has(Bug::NonAtomicSnapshot) {
        return fault::save_in_place(disk, &path, &bytes);
    }
    fault::passes(Phase::Snapshot);
    let is_new = !frames(disk, dir)?.contains(&snapshot.at.frame);
    if let Err(error) = disk::replace(disk, &path, &bytes) {
        // The name may be seen and yet not be durable: nobody may load it and trim by it.
        let _ = is_new.then(|| disk.remove(&path));
        return Err(Error::io("write", &path)(error));
    }
    fault::passes(Phase::Snapshot);
    remove_old(disk, dir)
}

/// The newest snapshot in `dir` that is whole; `None` where there is none at all. Its name is
/// durable from then on, also where a crash cut its saving short.
///
/// # Errors
/// [`Error::Damaged`] where there are snapshots and none is whole; [`Error::Newer`],
/// [`Error::Encrypted`] and [`Error::WrongDirectory`] for the newest; else what the disk says.
pub fn load_newest(
    disk: &dyn Disk,
    dir: &Path,
    directory: &[u8; 16],
) -> Result<Option<Loaded>, Error> {
    let mut damaged = Vec::new();
    let mut first_damage = None;
    let frames = frames(disk, dir)?;
    if !frames.is_empty() {
        error::sync_dir(disk, dir)?;
    }
    for frame in frames.into_iter().rev() {
        let path = path(dir, frame);
        match load(disk, &path, frame, directory) {
            Ok(snapshot) => return Ok(Some(Loaded { snapshot, damaged })),
            Err(error @ Error::Damaged { .. }) => {
                first_damage.get_or_insert(error);
                damaged.push(path);
            }
            Err(error) => return Err(error),
        }
    }
    first_damage.map_or(Ok(None), Err)
}

/// The places of all snapshots in `dir`, in order: the numbers of their next frames, by name.
///
/// # Errors
/// What the disk says.
pub fn places(disk: &dyn Disk, dir: &Path) -> Result<Vec<u64>, Error> {
    frames(disk, dir)
}

/// Reads the snapshot that is named for frame `frame`, changing nothing: for verification.
///
/// # Errors
/// [`Error::Damaged`] where it is not whole or was made for another frame; [`Error::Newer`],
/// [`Error::Encrypted`], [`Error::WrongDirectory`]; else what the disk says.
pub fn read(
    disk: &dyn Disk,
    dir: &Path,
    directory: &[u8; 16],
    frame: u64,
) -> Result<Snapshot, Error> {
    load(disk, &path(dir, frame), frame, directory)
}

/// Where the snapshot that is named for frame `frame` lies in `dir`.
pub fn path(dir: &Path, frame: u64) -> PathBuf {
    dir.join(format!("{frame:0NAME_DIGITS$}.snap"))
}

/// The places of all snapshots, in order.
fn frames(disk: &dyn Disk, dir: &Path) -> Result<Vec<u64>, Error> {
    let names = disk.list(dir).map_err(Error::io("list", dir))?;
    let mut frames: Vec<u64> = names.iter().filter_map(|name| frame_of(name)).collect();
    frames.sort_unstable();
    Ok(frames)
}

/// The frame that the snapshot with this name is named for; `None` for other files.
fn frame_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".snap")?;
    let plain = digits.len() == NAME_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

/// Removes all but the newest, and what a crash left of others.
fn remove_old(disk: &dyn Disk, dir: &Path) -> Result<(), Error> {
    let frames = frames(disk, dir)?;
    let old = frames.len().saturating_sub(KEPT);
    let mut paths: Vec<PathBuf> = frames.iter().take(old).map(|n| path(dir, *n)).collect();
    let names = disk.list(dir).map_err(Error::io("list", dir))?;
    let half = names.iter().filter(|name| name.ends_with(".new"));
    paths.extend(half.map(|name| dir.join(name)));
    for path in paths {
        disk.remove(&path).map_err(Error::io("remove", &path))?;
    }
    error::sync_dir(disk, dir)
}

fn encode(path: &Path, directory: &[u8; 16], snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
    let (payload, at) = (&snapshot.payload, snapshot.at);
    if payload.len() > SNAPSHOT_BYTES_MAX {
        return Err(Error::TooLarge { bytes: payload.len(), limit: SNAPSHOT_BYTES_MAX });
    }
    let mut squeezer = Squeezer::new().map_err(Error::io("prepare compression for", path))?;
    let squeezed = squeezer.squeeze(payload);
    let stored = squeezed.as_ref().unwrap_or(payload);
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(directory);
    bytes.extend(at.frame.to_le_bytes());
    bytes.extend(at.seq.0.to_le_bytes());
    bytes.extend(at.chain.0);
    bytes.extend([if squeezed.is_some() { ZSTD } else { PLAIN }, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend((stored.len() as u64).to_le_bytes());
    bytes.extend((payload.len() as u64).to_le_bytes());
    let hash = hash(&bytes, stored);
    bytes.extend(hash);
    bytes.extend(stored);
    Ok(bytes)
}

fn hash(head: &[u8], stored: &[u8]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    context.update(head);
    context.update(stored);
    context.finish().as_ref().to_vec()
}

fn load(disk: &dyn Disk, path: &Path, named: u64, directory: &[u8; 16]) -> Result<Snapshot, Error> {
    let io = |error| Error::read(path)(error);
    let file = disk.open(path).map_err(io)?;
    let len = usize::try_from(file.len().map_err(io)?).unwrap_or(usize::MAX);
    if len > SNAPSHOT_BYTES_MAX + HEAD_BYTES + HASH_BYTES {
        return Err(Error::damaged(path, 0, Damage::Snapshot));
    }
    let bytes = disk::read_exact(&*file, 0, len).map_err(io)?;
    let (head, stored) =
        check_hash(&bytes).ok_or_else(|| Error::damaged(path, 0, Damage::Snapshot))?;
    let snapshot = decode(path, directory, head, stored)?;
    match snapshot.at.frame {
        made if made == named => Ok(snapshot),
        made => Err(Error::damaged(path, 0, Damage::Moved { named, made })),
    }
}

/// Splits the file where its hash is right.
fn check_hash(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
    let (written, stored) = rest.split_at_checked(HASH_BYTES)?;
    (hash(head, stored) == written).then_some((head, stored))
}

fn decode(
    path: &Path,
    directory: &[u8; 16],
    head: &[u8],
    stored: &[u8],
) -> Result<Snapshot, Error> {
    let damaged = || Error::damaged(path, 0, Damage::Snapshot);
    let mut reader = Reader(head.strip_prefix(MAGIC).ok_or_else(damaged)?);
    let mut word = || reader.array().map(u32::from_le_bytes);
    let path = || path.to_owned();
    match (word(), word()) {
        (Some(VERSION), Some(0)) => {}
        (Some(VERSION), Some(key)) => return Err(Error::Encrypted { path: path(), key }),
        (Some(version), _) if version > VERSION => {
            return Err(Error::Newer { path: path(), version });
        }
        _ => return Err(damaged()),
    }
    if reader.array() != Some(*directory) {
        return Err(Error::WrongDirectory { path: path() });
    }
    decode_rest(reader, stored).ok_or_else(damaged)
}

fn decode_rest(mut reader: Reader<'_>, stored: &[u8]) -> Option<Snapshot> {
    let at = Position {
        frame: u64::from_le_bytes(reader.array()?),
        seq: Seq(u64::from_le_bytes(reader.array()?)),
        chain: Chain(reader.array()?),
    };
    let [flags, ..] = reader.array::<8>()?;
    let stored_len = u64::from_le_bytes(reader.array()?);
    let raw_len = u64::from_le_bytes(reader.array()?);
    let raw = usize::try_from(raw_len).ok().filter(|raw| *raw <= SNAPSHOT_BYTES_MAX)?;
    let whole = stored_len == stored.len() as u64;
    let payload = match flags {
        PLAIN if raw == stored.len() => stored.to_vec(),
        ZSTD => expand(stored, raw)?,
        _ => return None,
    };
    whole.then_some(Snapshot { at, payload })
}
