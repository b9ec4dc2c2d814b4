//! Whether a directory is encrypted, and the disk that it is read and written through.

use crate::directory::{self, KEY, STAMP, Stamp};
use crate::error::Error;
use crate::followers::delivery::stage::DELIVERY;
use crate::queries::QUERIES;
use crate::runs::COLD;
use crate::shared::PARTS;
use crate::store::STATE;
use crate::{Env, Settings};
use crypt::{CryptDisk, KeyName, Keys, Random, RootKey};
use journal::Journal;
use lake::Part;
use model::PartId;
use model::disk::{self, Disk, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An encrypted directory's disk.
pub(crate) type Crypt = CryptDisk<Arc<dyn Disk>>;

/// Bytes that are encrypted at one time.
const PIECE_BYTES: usize = 4 << 20;

/// The keys' randomness is the engine's.
fn random(env: &Env) -> Random {
    let env = env.clone();
    Random::new(move |bytes| env.random(bytes))
}

/// The disk that a directory is read and written through; the second, where that is encrypted. What
/// lies there in the clear from before is encrypted first.
///
/// # Errors
/// Those of [`open`] and [`encrypt_old`].
pub(crate) fn begin(
    disk: Arc<dyn Disk>,
    at: &Path,
    settings: &Settings,
    env: &Env,
) -> Result<(Arc<dyn Disk>, Option<Crypt>), Error> {
    let Some(crypt) = open(&disk, at, settings, env)? else {
        return Ok((disk, None));
    };
    encrypt_old(&crypt, &*disk)?;
    Ok((Arc::new(crypt.clone()), Some(crypt)))
}

/// The journal goes on encrypted: from here on nothing in the clear is believed but its older
/// segments, and whoever knows nothing of encryption is told so by the stamp.
///
/// # Errors
/// What the disk says.
pub(crate) fn finish(
    keys: Option<&Keys>,
    disk: &dyn Disk,
    stamp: Stamp,
    journal: &Journal,
) -> Result<Stamp, Error> {
    let Some(keys) = keys else { return Ok(stamp) };
    if keys.is_partial() {
        let frame = journal.position().frame;
        keys.finish(disk, frame)?;
        tracing::warn!(
            frame,
            "the directory is encrypted now; older frames of the journal stay in the clear until \
             they are trimmed"
        );
    }
    directory::mark_encrypted(disk, stamp)
}

/// The disk of the directory on `disk` where it is encrypted, or is to be from now on; `None` where
/// it lies in the clear.
///
/// # Errors
/// [`Error::NoRootKey`] where the key is missing; [`Error::Keys`] where it is another one.
fn open(
    disk: &Arc<dyn Disk>,
    at: &Path,
    settings: &Settings,
    env: &Env,
) -> Result<Option<Crypt>, Error> {
    let is_there = has(&**disk, crypt::RING, at)?;
    let keys = match &settings.root_key {
        None if is_there || settings.encrypt => {
            return Err(Error::NoRootKey { path: at.to_owned() });
        }
        None => None,
        Some(root) if is_there => Keys::open(&**disk, root, random(env))?,
        Some(root) if settings.encrypt => {
            never_encrypted(&**disk, at)?;
            let is_old = has(&**disk, STAMP, at)? || has(&**disk, KEY, at)?;
            Some(Keys::make(&**disk, root, random(env), is_old)?)
        }
        Some(_) => None,
    };
    Ok(keys.map(|keys| CryptDisk::new(Arc::clone(disk), keys)))
}

/// Refuses to make keys where there were some: what was encrypted under them would be lost.
fn never_encrypted(disk: &dyn Disk, at: &Path) -> Result<(), Error> {
    let raw = match disk::read_all(disk, Path::new(STAMP)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        raw => raw.map_err(Error::io("read", at.join(STAMP)))?,
    };
    match directory::read_stamp(&raw, at)?.is_encrypted() {
        false => Ok(()),
        true => Err(directory::without_ring(at)),
    }
}

/// The keys of a directory that is only looked at; `None` where it lies in the clear.
///
/// # Errors
/// Those of [`open`].
pub(crate) fn keys_of(disk: &dyn Disk, root: Option<&RootKey>) -> Result<Option<Keys>, Error> {
    match root {
        None if has(disk, crypt::RING, Path::new(""))? => {
            Err(Error::NoRootKey { path: crypt::RING.into() })
        }
        None => Ok(None),
        // Nothing is made, so nothing random is asked for.
        Some(root) => Ok(Keys::open(disk, root, Random::new(|_| ()))?),
    }
}

fn has(disk: &dyn Disk, name: &str, at: &Path) -> Result<bool, Error> {
    match disk.open(Path::new(name)) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("read", at.join(name))(error)),
    }
}

/// Encrypts what a directory has from before: everything but the journal, whose segments go when
/// they are trimmed. Each file is replaced whole, so that a crash leaves one or the other, and the
/// next start goes on.
///
/// # Errors
/// What the disk says; a part that cannot be read.
fn encrypt_old(crypt: &Crypt, disk: &dyn Disk) -> Result<(), Error> {
    if !crypt.keys().is_partial() {
        return Ok(());
    }
    let mut paths = vec![PathBuf::from(KEY)];
    for dir in [STATE, COLD, PARTS, QUERIES, DELIVERY].map(Path::new) {
        let names = disk.list(dir).map_err(Error::io("list", dir))?;
        paths.extend(names.iter().map(|name| dir.join(name)));
    }
    for path in paths {
        encrypt_file(crypt, disk, &path).map_err(|error| match error {
            Failure::Io(source) => Error::io("encrypt", &path)(source),
            Failure::Part(error) => error.into(),
        })?;
    }
    Ok(())
}

enum Failure {
    Io(io::Error),
    Part(lake::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn encrypt_file(crypt: &Crypt, disk: &dyn Disk, path: &Path) -> Result<(), Failure> {
    if path.extension().is_some_and(|extension| extension == "new") {
        // A crash left it half written.
        return Ok(disk.remove(path)?);
    }
    match crypt.is_clear(path) {
        Ok(true) => {}
        Ok(false) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let name = key_name(disk, path).map_err(Failure::Part)?;
    let temporary = path.with_extension("new");
    match disk.remove(&temporary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let file = crypt.under(name).create(&temporary)?;
    copy(&*disk.open(path)?, &*file)?;
    file.sync()?;
    disk.rename(&temporary, path)?;
    Ok(disk.sync_dir(path.parent().unwrap_or(Path::new("")))?)
}

/// A part has its owner's key, all else the directory's.
fn key_name(disk: &dyn Disk, path: &Path) -> Result<KeyName, lake::Error> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match name.strip_suffix(".part").filter(|_| path.starts_with(PARTS)) {
        None => Ok(KeyName::Directory),
        Some(id) => {
            let meta = Part::describe(disk, Path::new(PARTS), PartId(id.to_owned()))?;
            Ok(KeyName::of_part(&meta))
        }
    }
}

fn copy(from: &dyn File, to: &dyn File) -> io::Result<()> {
    let (len, mut at) = (from.len()?, 0);
    while at < len {
        let piece = (len - at).min(PIECE_BYTES as u64);
        to.append(&disk::read_exact(from, at, piece as usize)?)?;
        at += piece;
    }
    Ok(())
}
