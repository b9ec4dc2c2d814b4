//! A data directory: its name, its format, its key, and the lock that keeps others out.

use crate::error::Error;
use crate::store::JOURNAL;
use crate::vault::KEY_LEN;
use crate::{Env, Settings};
use journal::Journal;
use model::disk::{self, Disk};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The newest format this binary reads.
pub(crate) const FORMAT: u64 = ENCRYPTED;

/// The format of a directory in the clear, and of an encrypted one.
const CLEAR: u64 = 1;
const ENCRYPTED: u64 = 2;

pub(crate) const STAMP: &str = "directory.json";
pub(crate) const KEY: &str = "root.key";
pub(crate) const LOCK: &str = "lock";

/// What the stamp says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stamp {
    format: u64,
    /// Random name of the directory, 32 hex digits.
    directory: String,
    /// Made by `--dev`.
    pub(crate) dev: bool,
    /// Counts resets.
    pub(crate) generation: u64,
}

impl Stamp {
    pub(crate) fn id(&self) -> [u8; 16] {
        u128::from_str_radix(&self.directory, 16).unwrap_or(0).to_be_bytes()
    }

    /// Whether the directory was encrypted, so that there must be keys.
    pub(crate) const fn is_encrypted(&self) -> bool {
        self.format == ENCRYPTED
    }

    pub(crate) fn name(&self) -> &str {
        &self.directory
    }

    /// The file's bytes, as the first start wrote them.
    pub(crate) fn as_made(&self) -> Vec<u8> {
        let Self { format, directory, dev, .. } = self;
        let made = Self { format: *format, directory: directory.clone(), dev: *dev, generation: 0 };
        serde_json::to_vec(&made).unwrap_or_default()
    }
}

/// Keeps other processes out for as long as it lives. The system lets go of it when the process
/// ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

/// Makes the directory where it is missing, for its owner alone, and locks it.
pub(crate) fn lock(path: &Path) -> Result<Lock, Error> {
    make_private(path).map_err(Error::io("create", path))?;
    let file = path.join(LOCK);
    let open = File::options().create(true).truncate(false).write(true).open(&file);
    let lock = open.map_err(Error::io("open", &file))?;
    match lock.try_lock() {
        Ok(()) => Ok(Lock(lock)),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Locked { path: path.to_owned() }),
        Err(std::fs::TryLockError::Error(source)) => Err(Error::io("lock", &file)(source)),
    }
}

/// Whether a process uses the directory at `path`. Changes nothing; an absent directory is used by
/// nobody.
///
/// # Errors
/// What the system says.
pub fn is_in_use(path: &Path) -> io::Result<bool> {
    let lock = match File::open(path.join(LOCK)) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    // Let go of at once, when the file is closed.
    match lock.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(std::fs::TryLockError::WouldBlock) => Ok(true),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes durable which files are there: stamp, key and key ring were perhaps put in their place by
/// a process that was killed before the directory was synced, and are to be seen only as long as
/// the power lasts. The directories below are synced by whoever reads them.
///
/// INVARIANT (a key is durable before it is used): also one that somebody else made.
///
/// # Errors
/// What the disk says.
pub(crate) fn settle(disk: &dyn Disk, at: &Path) -> Result<(), Error> {
    disk.sync_dir(Path::new("")).map_err(Error::io("sync directory", at))
}

/// Reads the directory's stamp and key, or makes them where it is new.
pub(crate) fn identify(
    disk: &dyn Disk,
    at: &Path,
    settings: &Settings,
    env: &Env,
    is_encrypted: bool,
) -> Result<(Stamp, Vec<u8>), Error> {
    let Some(raw) = read(disk, at, STAMP)? else {
        return make(disk, at, settings, env, is_encrypted);
    };
    let stamp = read_stamp(&raw, at)?;
    match (stamp.dev, settings.dev) {
        (true, false) => return Err(Error::BornDev { path: at.to_owned() }),
        (false, true) => return Err(Error::BornSecure { path: at.to_owned() }),
        _ => {}
    }
    if stamp.is_encrypted() && !is_encrypted {
        return Err(without_ring(at));
    }
    let key = key(disk, at)?.ok_or_else(|| damaged(at.join(KEY), "it is missing"))?;
    Ok((stamp, key))
}

/// The error of a directory whose keys are gone.
pub(crate) fn without_ring(at: &Path) -> Error {
    damaged(at.join(crypt::RING), "it is missing, and nothing can be read without it")
}

/// Says in the stamp that the directory is encrypted, where it does not say so yet: whoever knows
/// nothing of that must not open it.
pub(crate) fn mark_encrypted(disk: &dyn Disk, stamp: Stamp) -> Result<Stamp, Error> {
    if stamp.is_encrypted() {
        return Ok(stamp);
    }
    let stamp = Stamp { format: ENCRYPTED, ..stamp };
    write_stamp(disk, &stamp)?;
    Ok(stamp)
}

/// The stamp is written last: where it stands, the key does, and a lost key is never taken for
/// one that was not made yet.
fn make(
    disk: &dyn Disk,
    at: &Path,
    settings: &Settings,
    env: &Env,
    is_encrypted: bool,
) -> Result<(Stamp, Vec<u8>), Error> {
    if Journal::directory(disk, Path::new(JOURNAL))?.is_some() {
        return Err(damaged(at.join(STAMP), "it is missing, though there is a journal"));
    }
    let key = match key(disk, at)? {
        Some(key) => key,
        None => make_key(disk, at, env)?,
    };
    let directory = format!("{:032x}", u128::from_be_bytes(env.bytes()));
    let format = if is_encrypted { ENCRYPTED } else { CLEAR };
    let stamp = Stamp { format, directory, dev: settings.dev, generation: 0 };
    write_stamp(disk, &stamp)?;
    Ok((stamp, key))
}

/// The error of a key that opens nothing here.
pub(crate) fn wrong_key(at: &Path) -> Error {
    damaged(at.join(KEY), "it is not the key of this directory")
}

fn damaged(path: PathBuf, what: &str) -> Error {
    Error::Damaged { path, what: what.to_owned() }
}

/// A file of the directory; `None` where there is none.
fn read(disk: &dyn Disk, at: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    match disk::read_all(disk, Path::new(name)) {
        Ok(raw) => Ok(Some(raw)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", at.join(name))(error)),
    }
}

fn write_stamp(disk: &dyn Disk, stamp: &Stamp) -> Result<(), Error> {
    let text = serde_json::to_vec(stamp).unwrap_or_default();
    disk::replace(disk, Path::new(STAMP), &text).map_err(Error::io("write", STAMP))
}

pub(crate) fn read_stamp(raw: &[u8], at: &Path) -> Result<Stamp, Error> {
    // The format is read first: a newer stamp may have members that are unknown here.
    let damaged =
        |error: serde_json::Error| Error::Damaged { path: at.join(STAMP), what: error.to_string() };
    let value: serde_json::Value = serde_json::from_slice(raw).map_err(damaged)?;
    let found = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if found > FORMAT {
        return Err(Error::NewerFormat { path: at.to_owned(), found, known: FORMAT });
    }
    serde_json::from_value(value).map_err(damaged)
}

fn key(disk: &dyn Disk, at: &Path) -> Result<Option<Vec<u8>>, Error> {
    match read(disk, at, KEY)? {
        Some(raw) if raw.len() != KEY_LEN => Err(damaged(at.join(KEY), "a wrong length")),
        raw => Ok(raw),
    }
}

fn make_key(disk: &dyn Disk, at: &Path, env: &Env) -> Result<Vec<u8>, Error> {
    let raw: [u8; KEY_LEN] = env.bytes();
    disk::replace(disk, Path::new(KEY), &raw).map_err(Error::io("write", at.join(KEY)))?;
    Ok(raw.to_vec())
}
