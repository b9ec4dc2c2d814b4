//! Reading a journal from its first frame to its last, changing nothing: what recovery and
//! verification share.

use crate::envelope::{ENVELOPE_BYTES, Envelope, MARKER};
use crate::fault::{self, Bug};
use crate::options::FRAME_BYTES_MAX;
use crate::payload::{self, Unreadable};
use crate::rot;
use crate::segment::{self, HEADER_BYTES, Header, Segment};
use crate::window::Window;
use crate::{Damage, Error, Frame, Position, Refusal, sealing};
use crypt::{FrameCipher, Keys};
use model::disk::Disk;
use std::path::{Path, PathBuf};

/// Where a journal lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) disk: &'a dyn Disk,
    pub(crate) dir: &'a Path,
    pub(crate) directory: &'a [u8; 16],
    pub(crate) keys: Option<&'a Keys>,
}

/// Whoever is shown each frame in turn, with the place before it.
pub(crate) type Visitor<'a> = dyn FnMut(Position, Frame) -> Result<(), Refusal> + 'a;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Segments with a whole header, in order; the bytes of the last one end before its torn tail.
    pub(crate) segments: Vec<Segment>,
    /// Before the first frame and after the last; `None` where there is no segment.
    pub(crate) ends: Option<(Position, Position)>,
    /// How many frames.
    pub(crate) frames: u64,
    /// Length of what follows the last whole frame and can only be a frame whose writing was cut
    /// short, in bytes.
    pub(crate) torn_bytes: u64,
    /// A segment whose making was cut short.
    pub(crate) unfinished: Option<PathBuf>,
    /// What opens the frames of the last segment with a whole header.
    pub(crate) cipher: Option<FrameCipher>,
}

/// The segments in a directory, by their first frames, in order.
pub(crate) fn segments(disk: &dyn Disk, dir: &Path) -> Result<Vec<u64>, Error> {
    let names = disk.list(dir).map_err(Error::io("list", dir))?;
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| segment::first_of(name)).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

/// Shows `visit` every frame in order.
pub(crate) fn walk(
    place: Place<'_>,
    through: Option<Position>,
    visit: &mut Visitor<'_>,
) -> Result<Walk, Error> {
    let firsts = segments(place.disk, place.dir)?;
    let mut walker = Walker { place, through, visit, found: Walk::default() };
    if let Some((last, sealed)) = firsts.split_last() {
        for first in sealed {
            walker.segment(*first, false)?;
        }
        walker.segment(*last, true)?;
    }
    walker.check_reach()?;
    Ok(walker.found)
}

struct Walker<'a, 'v> {
    place: Place<'a>,
    through: Option<Position>,
    visit: &'a mut Visitor<'v>,
    found: Walk,
}

/// What lies at an offset.
enum Step {
    /// A whole frame in its place, and the offset after it.
    Frame(Frame, Position, u64),
    /// The end of the segment.
    End,
    /// No whole frame.
    Broken,
}

impl Walker<'_, '_> {
    fn segment(&mut self, first: u64, is_last: bool) -> Result<(), Error> {
        let path = segment::path(self.place.dir, first);
        let io = |error| Error::io("read", &path)(error);
        let file = self.place.disk.open(&path).map_err(io)?;
        let mut window = Window::new(&*file).map_err(io)?;
        let head = window.bytes(0, HEADER_BYTES).map_err(io)?.to_vec();
        let is_cut = window.len() <= HEADER_BYTES as u64 && !segment::is_whole(&head);
        if is_last && is_cut && !rot::is_flipped_header(&head) {
            return self.unfinished(first, path);
        }
        let header = Header::read(&path, &head)?;
        let at = self.enter(&path, first, &header)?;
        self.found.cipher = sealing::of(self.place, &path, &header)?;
        self.frames(&path, &mut window, at, is_last)
    }

    /// A segment without a whole header and without frames. A crash leaves one only where the
    /// journal was about to go on: its name says which frames were durable before.
    fn unfinished(&mut self, first: u64, path: PathBuf) -> Result<(), Error> {
        let next = self.found.ends.map_or(0, |(_, end)| end.frame);
        if first != next {
            return Err(Error::damaged(&path, 0, Damage::Header));
        }
        self.found.unfinished = Some(path);
        Ok(())
    }

    /// INVARIANT (no gap): a segment begins exactly where the one before it ended.
    fn enter(&mut self, path: &Path, named: u64, header: &Header) -> Result<Position, Error> {
        let refuse = |damage| Err(Error::damaged(path, 0, damage));
        if header.directory != *self.place.directory {
            return Err(Error::WrongDirectory { path: path.to_owned() });
        }
        let (at, made) = (header.at, header.at.frame);
        if made != named {
            return refuse(Damage::Name { named, made });
        }
        let (start, end) = self.found.ends.unwrap_or((at, at));
        if at.frame != end.frame {
            let (expected, found) = (end.frame, at.frame);
            return refuse(Damage::Gap { expected, found });
        }
        if at != end {
            return refuse(Damage::Chain { frame: at.frame });
        }
        self.found.ends = Some((start, at));
        self.check_through(at)?;
        Ok(at)
    }

    fn frames(
        &mut self,
        path: &Path,
        window: &mut Window<'_>,
        at: Position,
        is_last: bool,
    ) -> Result<(), Error> {
        let mut at = at;
        let mut offset = HEADER_BYTES as u64;
        let first = at.frame;
        loop {
            match self.step(path, window, at, offset)? {
                Step::Frame(frame, next, end) => {
                    self.show(at, frame, next)?;
                    (at, offset) = (next, end);
                }
                Step::End => break,
                Step::Broken => {
                    let frame = at.frame;
                    let rots = |walker: &Self, window: &mut Window<'_>| {
                        let rest = window.bytes(offset, ENVELOPE_BYTES + FRAME_BYTES_MAX);
                        let rest = rest.map_err(Error::io("read", path))?;
                        Ok(rot::is_flipped(walker.place.directory, at, offset, rest))
                    };
                    if !is_last || self.goes_on(path, window, frame, offset)? || rots(self, window)?
                    {
                        return Err(Error::damaged(path, offset, Damage::Frame { frame }));
                    }
                    if fault::has(Bug::TrustedLength) {
                        offset = window.len();
                    }
                    self.found.torn_bytes = window.len() - offset;
                    break;
                }
            }
        }
        let bytes = offset;
        self.found.segments.push(Segment { first, bytes });
        Ok(())
    }

    /// Looks at what lies at `offset`. Bytes that are not what was written are `Broken`; whole
    /// frames that do not belong here are damage at once, for no crash makes them.
    fn step(
        &self,
        path: &Path,
        window: &mut Window<'_>,
        at: Position,
        offset: u64,
    ) -> Result<Step, Error> {
        if offset >= window.len() {
            return Ok(Step::End);
        }
        let io = |error| Error::io("read", path)(error);
        let damaged = |damage| Error::damaged(path, offset, damage);
        let head = window.bytes(offset, ENVELOPE_BYTES).map_err(io)?;
        let Some(envelope) = Envelope::read(self.place.directory, head) else {
            return Ok(Step::Broken);
        };
        if envelope.number != at.frame {
            let (expected, found) = (at.frame, envelope.number);
            return Err(damaged(Damage::Number { expected, found }));
        }
        let start = offset + ENVELOPE_BYTES as u64;
        let len = window.len();
        let stored = window.bytes(start, envelope.stored).map_err(io)?;
        let is_last = start + envelope.stored as u64 == len;
        let is_trusted = is_last && fault::has(Bug::SkippedLastChecksum);
        if !is_trusted && !envelope.holds(stored) {
            return Ok(Step::Broken);
        }
        let content = envelope.open(at.chain, stored, self.found.cipher.as_ref());
        let content = content.map_err(damaged)?;
        let frame = decode(path, at.frame, &content, damaged)?;
        check_place(&frame, at).map_err(damaged)?;
        let next = Position::after(&frame, envelope.chain);
        Ok(Step::Frame(frame, next, start + envelope.stored as u64))
    }

    /// Whether the journal was written to after the broken frame `number` at `offset`. A frame is
    /// begun only when the one before it is durable, so the envelope of a later one, even with a
    /// torn payload, shows that the broken one was acknowledged: then it is damage, not a crash.
    fn goes_on(
        &self,
        path: &Path,
        window: &mut Window<'_>,
        number: u64,
        offset: u64,
    ) -> Result<bool, Error> {
        const STEP: usize = 64 << 10;
        let mut offset = offset + 1;
        while offset < window.len() {
            let stretch =
                window.bytes(offset, STEP + ENVELOPE_BYTES - 1).map_err(Error::io("read", path))?;
            let mut envelopes = envelopes(self.place.directory, stretch);
            if envelopes.any(|envelope| envelope.number >= number) {
                return Ok(true);
            }
            offset += STEP as u64;
        }
        Ok(false)
    }

    fn show(&mut self, at: Position, frame: Frame, next: Position) -> Result<(), Error> {
        let number = frame.number;
        (self.visit)(at, frame).map_err(|source| Error::Refused { frame: number, source })?;
        self.found.frames += 1;
        self.found.ends = self.found.ends.map(|(start, _)| (start, next));
        self.check_through(next)
    }

    fn check_through(&self, at: Position) -> Result<(), Error> {
        match self.through {
            Some(through) if through.frame == at.frame && through != at => Err(self.not_through()),
            _ => Ok(()),
        }
    }

    /// The place to pass through lies neither before the first frame nor after the last.
    fn check_reach(&self) -> Result<(), Error> {
        let (Some(through), Some((start, end))) = (self.through, self.found.ends) else {
            return Ok(());
        };
        match (start.frame..=end.frame).contains(&through.frame) {
            true => Ok(()),
            false => Err(self.not_through()),
        }
    }

    fn not_through(&self) -> Error {
        let frames = self.found.ends.map(|(start, end)| (start.frame, end.frame));
        let (first, end) = frames.unwrap_or_default();
        Error::NotThrough {
            dir: self.place.dir.to_owned(),
            first,
            end,
            frame: self.through.map_or(0, |through| through.frame),
        }
    }
}

/// All envelopes that begin in these bytes and are whole.
fn envelopes<'a>(directory: &'a [u8; 16], bytes: &'a [u8]) -> impl Iterator<Item = Envelope> + 'a {
    let starts = bytes.windows(MARKER.len()).enumerate();
    let starts = starts.filter(|(_, four)| four == MARKER);
    starts.filter_map(move |(at, _)| Envelope::read(directory, bytes.get(at..)?))
}

fn decode(
    path: &Path,
    frame: u64,
    content: &[u8],
    damaged: impl Fn(Damage) -> Error,
) -> Result<Frame, Error> {
    let unknown = |what, source| Error::Unknown { path: path.to_owned(), frame, what, source };
    payload::decode(content).map_err(|unreadable| match unreadable {
        Unreadable::Version(version) => {
            Error::Newer { path: path.to_owned(), version: version.into() }
        }
        Unreadable::Change(source) => unknown("a change", Some(source)),
        Unreadable::Unknown(what) => unknown(what, None),
        Unreadable::Nonsense(what) => damaged(Damage::Nonsense { frame, what }),
    })
}

/// INVARIANT (no gap): a frame's number and first Seq are those that the frame before it left.
fn check_place(frame: &Frame, at: Position) -> Result<(), Damage> {
    if frame.number != at.frame {
        let (expected, found) = (at.frame, frame.number);
        return Err(Damage::Number { expected, found });
    }
    if frame.first != at.seq {
        return Err(Damage::Seq { frame: frame.number, expected: at.seq.0, found: frame.first.0 });
    }
    Ok(())
}
