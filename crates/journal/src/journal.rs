//! The log itself: what is appended is durable, or the journal stops.

use crate::compression::Squeezer;
use crate::envelope::Envelope;
use crate::fault::{self, Phase};
use crate::new_segment::{Begun, Failure, Poison, begin_again, begin_segment, is_full};
use crate::options::FRAME_BYTES_MAX;
use crate::segment::{HEADER_BYTES, Header, Segment};
use crate::walk::{self, Place, Visitor};
use crate::{Durable, Error, Frame, Options, Position, Recovery, Refusal};
use crate::{payload, recovery, segment};
use crypt::{FrameCipher, Keys};
use model::disk::{Disk, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The log of all frames of a data directory. It has one writer: this value.
#[derive(Debug)]
pub struct Journal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    directory: [u8; 16],
    segment_bytes_max: u64,
    /// Older segments, in order; never written to again.
    sealed: Vec<Segment>,
    /// The segment that frames are appended to. Its `bytes` end after the last durable frame.
    active: Segment,
    file: Arc<dyn File>,
    /// What frames are encrypted under, and with what those of the active segment are.
    keys: Option<Keys>,
    cipher: Option<FrameCipher>,
    position: Position,
    squeezer: Squeezer,
    poison: Option<Poison>,
}

impl Journal {
    /// Makes the first, empty segment of a new journal in `dir`. `directory` is the random id of
    /// the data directory: frames of one are never taken for those of another.
    ///
    /// Whoever calls this has made sure that there was no journal before: a directory with a
    /// snapshot or parts but without a journal has lost its journal.
    ///
    /// # Errors
    /// [`Error::Exists`] where there is a journal; else what the disk says.
    pub fn create(
        disk: Arc<dyn Disk>,
        dir: &Path,
        directory: [u8; 16],
        options: &Options,
    ) -> Result<Self, Error> {
        let keys = options.keys.as_ref();
        let place = Place { disk: &*disk, dir, directory: &directory, keys };
        disk.create_dir(dir).map_err(Error::io("make directory", dir))?;
        clear_unfinished(place)?;
        let position = Position::start(&directory);
        let begun = begin_segment(place, position).map_err(|failure| failure.error)?;
        let ready = Opened { sealed: Vec::new(), begun, position };
        Self::new(Arc::clone(&disk), dir, directory, options, ready)
    }

    /// Reads the journal in `dir`, shows every frame in order to `replay`, drops what a crash cut
    /// short, and makes durable what was read. What `replay` was shown holds only when this
    /// returns `Ok`.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no journal (also where its making was cut short);
    /// [`Error::Damaged`], [`Error::NotThrough`] and [`Error::WrongDirectory`] are alarms: nothing
    /// was changed on disk. [`Error::Refused`] carries what `replay` said.
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        directory: [u8; 16],
        options: &Options,
        replay: &mut dyn FnMut(Frame) -> Result<(), Refusal>,
    ) -> Result<(Self, Recovery), Error> {
        let keys = options.keys.as_ref();
        let place = Place { disk: &*disk, dir, directory: &directory, keys };
        let missing = || Error::Missing { dir: dir.to_owned() };
        let mut visit = |_: Position, frame: Frame| replay(frame);
        let mut walk = walk::walk(place, options.through, &mut visit as &mut Visitor<'_>)?;
        let recovery = Recovery::of(&walk).ok_or_else(missing)?;
        let file = recovery::repair(place, &walk)?.ok_or_else(missing)?;
        let segment = walk.segments.pop().ok_or_else(missing)?;
        let ready = Opened {
            sealed: walk.segments,
            begun: Begun { segment, file, cipher: walk.cipher },
            position: recovery.to,
        };
        let mut journal = Self::new(Arc::clone(&disk), dir, directory, options, ready)?;
        journal.encrypt()?;
        Ok((journal, recovery))
    }

    /// Where frames are to be encrypted from here on and the segment that was found is in the
    /// clear, makes the next one.
    fn encrypt(&mut self) -> Result<(), Error> {
        if self.keys.is_none() || self.cipher.is_some() {
            return Ok(());
        }
        match self.active.bytes > HEADER_BYTES as u64 {
            true => self.roll(begin_segment),
            false => self.roll(begin_again),
        }
    }

    /// Reads the journal as [`Journal::open`] does, but changes nothing: for verification. Safe
    /// beside a running writer only in that it never writes; a frame being written then looks
    /// torn. `visit` is also told the place before each frame.
    ///
    /// # Errors
    /// Those of [`Journal::open`].
    pub fn inspect(
        disk: &dyn Disk,
        dir: &Path,
        directory: [u8; 16],
        options: &Options,
        visit: &mut dyn FnMut(Position, Frame) -> Result<(), Refusal>,
    ) -> Result<Recovery, Error> {
        let directory = &directory;
        let place = Place { disk, dir, directory, keys: options.keys.as_ref() };
        let walk = walk::walk(place, options.through, visit as &mut Visitor<'_>)?;
        Recovery::of(&walk).ok_or_else(|| Error::Missing { dir: dir.to_owned() })
    }

    /// The id of the data directory whose journal lies in `dir`, as its first segment says; `None`
    /// where there is no journal or its making was cut short.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Newer`], or what the disk says.
    pub fn directory(disk: &dyn Disk, dir: &Path) -> Result<Option<[u8; 16]>, Error> {
        match walk::segments(disk, dir)?.as_slice() {
            [] => Ok(None),
            [0] if is_unfinished(disk, dir, 0)? => Ok(None),
            [first, ..] => {
                let path = segment::path(dir, *first);
                let header = Header::read(&path, &read_head(disk, &path)?.0)?;
                Ok(Some(header.directory))
            }
        }
    }

    /// The witness of all that was appended so far, for what adds nothing: every append was synced
    /// before it returned.
    pub const fn so_far(&self) -> Durable<()> {
        Durable::new(())
    }

    /// Writes the frame and syncs it; then, and only then, it is [`Durable`].
    ///
    /// # Errors
    /// [`Error::NoSpace`] took the frame back: the journal goes on. [`Error::OutOfOrder`],
    /// [`Error::TooLarge`] and [`Error::Encode`] wrote nothing. [`Error::Io`] means that the frame
    /// may be on disk or not, and poisons: every later call answers [`Error::Poisoned`].
    pub fn append(&mut self, frame: Frame) -> Result<Durable<Frame>, Error> {
        self.check_sound()?;
        self.check_order(&frame)?;
        let number = frame.number;
        let content =
            payload::encode(&frame).map_err(|source| Error::Encode { frame: number, source })?;
        self.roll_if_full()?;
        let before = self.position.chain;
        let (squeezer, cipher) = (&mut self.squeezer, self.cipher.as_ref());
        let sealed = Envelope::seal(&self.directory, number, before, &content, squeezer, cipher);
        let (bytes, chain) =
            sealed.ok_or(Error::TooLarge { bytes: content.len(), limit: FRAME_BYTES_MAX })?;
        self.write(&bytes)?;
        self.position = Position::after(&frame, chain);
        Ok(Durable::new(frame))
    }

    /// Removes the segments that hold only frames below number `below`, oldest first, never the
    /// one being written; returns how many. Each removal is durable before the next, so a crash
    /// never leaves a gap.
    ///
    /// # Errors
    /// What the disk says. A directory that cannot be synced poisons.
    pub fn trim(&mut self, below: u64) -> Result<usize, Error> {
        self.check_sound()?;
        let mut removed = 0;
        while let Some(first) = self.oldest_below(below) {
            let path = segment::path(&self.dir, first);
            self.disk.remove(&path).map_err(Error::io("remove", &path))?;
            self.sealed.remove(0);
            fault::passes(Phase::Trim);
            let synced = self.disk.sync_dir(&self.dir);
            synced.map_err(|error| self.poison("sync directory", &self.dir.clone(), error))?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Where the next frame goes.
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Length of all segments, in bytes.
    pub fn bytes(&self) -> u64 {
        let sealed: u64 = self.sealed.iter().map(|segment| segment.bytes).sum();
        sealed + self.active.bytes
    }

    /// Number of the oldest frame that is still held, or of the next one where there is none.
    pub fn first_frame(&self) -> u64 {
        self.sealed.first().unwrap_or(&self.active).first
    }

    /// Whether a write or sync failed, so that nothing can be appended any more.
    pub const fn is_poisoned(&self) -> bool {
        self.poison.is_some()
    }

    fn new(
        disk: Arc<dyn Disk>,
        dir: &Path,
        directory: [u8; 16],
        options: &Options,
        opened: Opened,
    ) -> Result<Self, Error> {
        Ok(Self {
            disk,
            dir: dir.to_owned(),
            directory,
            segment_bytes_max: options.segment_bytes_max,
            sealed: opened.sealed,
            active: opened.begun.segment,
            file: opened.begun.file,
            keys: options.keys.clone(),
            cipher: opened.begun.cipher,
            position: opened.position,
            squeezer: Squeezer::new().map_err(Error::io("prepare compression for", dir))?,
            poison: None,
        })
    }

    fn check_sound(&self) -> Result<(), Error> {
        match self.poison.clone() {
            None => Ok(()),
            Some(Poison { operation, path }) => Err(Error::Poisoned { operation, path }),
        }
    }

    /// INVARIANT (no gap): frames and Seqs follow one another.
    const fn check_order(&self, frame: &Frame) -> Result<(), Error> {
        let next = self.position;
        if frame.number == next.frame && frame.first.0 == next.seq.0 {
            return Ok(());
        }
        Err(Error::OutOfOrder {
            frame: frame.number,
            seq: frame.first.0,
            next: next.frame,
            next_seq: next.seq.0,
        })
    }

    fn roll_if_full(&mut self) -> Result<(), Error> {
        let is_empty = self.active.bytes <= HEADER_BYTES as u64;
        if is_empty || self.active.bytes < self.segment_bytes_max {
            return Ok(());
        }
        self.roll(begin_segment)
    }

    /// Goes on in another segment. One that holds no frame is not counted: the other one is in its
    /// place.
    fn roll(
        &mut self,
        begin: impl FnOnce(Place<'_>, Position) -> Result<Begun, Failure>,
    ) -> Result<(), Error> {
        let (dir, keys) = (&self.dir, self.keys.as_ref());
        let place = Place { disk: &*self.disk, dir, directory: &self.directory, keys };
        match begin(place, self.position) {
            Ok(Begun { segment, file, cipher }) => {
                if self.active.first != segment.first {
                    self.sealed.push(self.active);
                }
                (self.active, self.file, self.cipher) = (segment, file, cipher);
                Ok(())
            }
            Err(Failure { error, poison }) => {
                self.poison = poison;
                Err(error)
            }
        }
    }

    /// Appends and syncs. INVARIANT (acknowledged is durable): `active.bytes` grows only here,
    /// after the sync.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let path = segment::path(&self.dir, self.active.first);
        match self.file.append(bytes) {
            Ok(()) => {}
            Err(error) if is_full(&error) => return Err(self.take_back(&path, bytes.len(), error)),
            Err(error) => return Err(self.poison("write to", &path, error)),
        }
        fault::passes(Phase::Commit);
        let synced = self.file.sync();
        synced.map_err(|error| self.poison("sync", &path, error))?;
        self.active.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Undoes a write for which there was no room, so that there can be a next one.
    fn take_back(&mut self, path: &Path, len: usize, source: io::Error) -> Error {
        if let Err(error) = self.file.truncate(self.active.bytes) {
            return self.poison("truncate", path, error);
        }
        if let Err(error) = self.file.sync() {
            return self.poison("sync", path, error);
        }
        Error::NoSpace { path: path.to_owned(), bytes: len as u64, source }
    }

    /// Stops the journal for good. The frame being written is cut off again as far as that goes:
    /// after a failed sync it may stand in the page cache, looking durable, and a server started
    /// again on the same kernel would believe it. A power cut may still bring it back, which is
    /// as good: nobody was told either way.
    fn poison(&mut self, operation: &'static str, path: &Path, source: io::Error) -> Error {
        let path = path.to_owned();
        self.poison = Some(Poison { operation, path: path.clone() });
        let _ = self.file.truncate(self.active.bytes);
        Error::Io { operation, path, source }
    }

    /// The oldest segment, where all its frames are below `below`.
    fn oldest_below(&self, below: u64) -> Option<u64> {
        let oldest = self.sealed.first()?;
        let next = self.sealed.get(1).unwrap_or(&self.active);
        (next.first <= below).then_some(oldest.first)
    }
}

/// The files of a journal that is ready for writing.
struct Opened {
    sealed: Vec<Segment>,
    begun: Begun,
    position: Position,
}

/// Makes way for a new journal where the making of one was cut short.
fn clear_unfinished(place: Place<'_>) -> Result<(), Error> {
    match walk::segments(place.disk, place.dir)?.as_slice() {
        [] => Ok(()),
        [0] if is_unfinished(place.disk, place.dir, 0)? => {
            recovery::remove(place, &segment::path(place.dir, 0))
        }
        _ => Err(Error::Exists { dir: place.dir.to_owned() }),
    }
}

fn is_unfinished(disk: &dyn Disk, dir: &Path, first: u64) -> Result<bool, Error> {
    let (head, len) = read_head(disk, &segment::path(dir, first))?;
    Ok(len <= HEADER_BYTES as u64 && !segment::is_whole(&head))
}

/// A segment's header, or what there is of it, and the file's length.
fn read_head(disk: &dyn Disk, path: &Path) -> Result<(Vec<u8>, u64), Error> {
    let read = || {
        let file = disk.open(path)?;
        let mut head = vec![0; HEADER_BYTES];
        let len = file.read_at(&mut head, 0)?;
        head.truncate(len);
        Ok((head, file.len()?))
    };
    read().map_err(Error::io("read", path))
}
