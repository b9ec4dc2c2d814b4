//! What a process that answers questions is told of the lake, and what it answers: frames on a
//! pipe, so that it sees the server's own moment.
//!
//! A frame is the length of its head (4 bytes, little-endian), the length of its body (8 bytes),
//! the head as JSON, and the body. Both ends are the same binary: frames have no version.

use crate::row::Flags;
use crate::snapshot::Snapshot;
use crate::tail::Entry;
use model::{AccountId, Origin, PartMeta, RecordId, Seq, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// Longest head and body of a frame, in bytes.
const HEAD_MAX: usize = 64 << 20;
const BODY_MAX: u64 = 1 << 30;

/// What the server says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Parts may be encrypted under these keys too.
    Keys {
        /// The random id of the ring that they are on.
        ring: [u8; 16],
        /// Keys that were not told before.
        keys: Vec<FedKey>,
    },
    /// Answer this, of the lake as it stands after the feed; the body holds the records of the
    /// feed's rows, one after the other.
    Run(Feed, Statement),
    /// Say whether this could be answered, and which tables it names; the body as above.
    Check(Feed, Statement),
}

/// What changed since the last feed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Feed {
    /// The live parts; `None`: those told before.
    pub parts: Option<Vec<PartMeta>>,
    /// Records of the tail told before whose numbers are lower are in parts by now, or gone.
    pub tail_from: Seq,
    /// The tail ends before this number.
    pub end: Seq,
    /// Records of the tail that were not told before.
    pub rows: Vec<FedRow>,
}

/// A key. It stands on a pipe between two processes of one user and nowhere else.
#[derive(Serialize, Deserialize)]
pub struct FedKey {
    /// Its id.
    pub id: u32,
    /// Itself.
    pub key: [u8; 32],
}

impl std::fmt::Debug for FedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FedKey({})", self.id)
    }
}

/// A record of the tail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FedRow {
    /// Its number.
    pub seq: Seq,
    /// Whose it is.
    pub owner: AccountId,
    /// How it came in.
    pub origin: Origin,
    /// When it came in.
    pub ingested: Timestamp,
    /// What makes it the same record when it comes again.
    pub id: RecordId,
    /// When it happened.
    pub time: Timestamp,
    /// Facts.
    pub flags: Flags,
    /// Which event data stores hold it: ids, ascending, joined by commas.
    pub stores: Option<Arc<str>>,
    /// Length of the record, in bytes.
    pub len: u32,
}

/// A statement, and what it may see and use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Statement {
    /// The SQL.
    pub sql: String,
    /// The tables it may name.
    pub tables: Vec<Scope>,
    /// Most rows of the answer: what goes beyond is cut off.
    pub rows_max: u64,
    /// Most bytes of the answer's rows: what goes beyond is cut off.
    pub bytes_max: u64,
    /// How its rows are to be handed over.
    pub form: RowForm,
}

/// How rows are handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowForm {
    /// Each row is a JSON array of texts and nulls on its own line.
    #[default]
    Json,
    /// All rows are one stream of Arrow's:
    /// <https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format>
    Arrow,
    /// All rows are one Parquet file: <https://parquet.apache.org/docs/file-format/>
    Parquet,
}

/// What stands behind FROM: the lake, or what one may see of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// What it may be called, upper and lower case alike.
    pub names: Vec<String>,
    /// Records of this owner only.
    pub owner: Option<AccountId>,
    /// Records that this event data store holds; `None`: all.
    pub store: Option<String>,
    /// Events from this moment on.
    pub since: Option<Timestamp>,
}

/// What the process says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The keys were taken in.
    Learned,
    /// A part that was fed is not there any more: nothing was answered. Feed again, from the start.
    Stale(String),
    /// The statement can be answered; it names these of its tables, by their places.
    Sound(Vec<usize>),
    /// The answer's columns, before its first row.
    Columns(Vec<ColumnName>),
    /// So many rows; the body holds them in the form that was asked for.
    Rows(u64),
    /// The answer is complete.
    Done(Scanned),
    /// There is no answer, or no further row of it.
    Failed(Refusal),
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnName {
    /// As the statement spells it.
    pub name: String,
    /// The type, in Trino's words.
    pub kind: String,
}

/// What an answer took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// Records that were looked at.
    pub records: u64,
    /// Records that passed the conditions.
    pub matched: u64,
    /// Bytes of the columns and records that were read.
    pub bytes: u64,
    /// There were more rows than the statement may have: these are the first.
    pub cut: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Whose fault it is.
    pub kind: RefusalKind,
    /// Cause, and what would help.
    pub message: String,
}

/// What kind of refusal it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    /// The statement is wrong, or asks for what is not built.
    Invalid,
    /// It names a table that there is not.
    NoTable(String),
    /// It needs more than it may use.
    TooLarge,
    /// A bug.
    Internal,
}

/// A body up to this length, in bytes, goes out with its head: each write wakes the other process.
const TOGETHER: usize = 64 << 10;

/// Writes a frame; whoever waits for no further one flushes.
///
/// # Errors
/// A reader that is gone; a head that is too long.
pub fn write(out: &mut dyn Write, head: &impl Serialize, body: &[u8]) -> io::Result<()> {
    let head = serde_json::to_vec(head)?;
    let len = u32::try_from(head.len()).ok().filter(|len| *len as usize <= HEAD_MAX);
    let len = len.ok_or_else(|| io::Error::other("a frame's head is too long"))?;
    let mut frame = Vec::with_capacity(12 + head.len() + body.len().min(TOGETHER));
    frame.extend_from_slice(&len.to_le_bytes());
    frame.extend_from_slice(&(body.len() as u64).to_le_bytes());
    frame.extend_from_slice(&head);
    if body.len() <= TOGETHER {
        frame.extend_from_slice(body);
        return out.write_all(&frame);
    }
    out.write_all(&frame)?;
    out.write_all(body)
}

/// Reads a frame; `None` where the pipe ends between two.
///
/// # Errors
/// A pipe that ends inside a frame; lengths beyond the limits; a head that cannot be read.
pub fn read<T: DeserializeOwned>(input: &mut dyn Read) -> io::Result<Option<(T, Vec<u8>)>> {
    let mut lens = [0; 12];
    if input.read(lens.get_mut(..1).unwrap_or_default())? == 0 {
        return Ok(None);
    }
    input.read_exact(lens.get_mut(1..).unwrap_or_default())?;
    let [a, b, c, d, body @ ..] = lens;
    let (head, body) = (u32::from_le_bytes([a, b, c, d]) as usize, u64::from_le_bytes(body));
    if head > HEAD_MAX || body > BODY_MAX {
        return Err(io::Error::other("a frame is too long"));
    }
    let head: T = serde_json::from_slice(&bytes(input, head as u64)?)?;
    Ok(Some((head, bytes(input, body)?)))
}

fn bytes(input: &mut dyn Read, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match input.take(len).read_to_end(&mut bytes)? as u64 == len {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Remembers what one process was told, to tell it what is new only.
#[derive(Debug, Default)]
pub struct Feeder {
    parts: Option<Arc<Vec<Arc<crate::Part>>>>,
    end: Seq,
}

impl Feeder {
    /// What brings the process to the moment of `snapshot`, and the body that goes with it.
    pub fn feed(&mut self, snapshot: &Snapshot) -> (Feed, Vec<u8>) {
        let known = self.parts.as_ref().is_some_and(|known| Arc::ptr_eq(known, &snapshot.parts));
        let parts = (!known).then(|| snapshot.parts.iter().map(|part| part.meta.clone()).collect());
        let first = snapshot.tail.iter().filter_map(|generation| generation.first()).min();
        let tail_from = first.map_or(snapshot.end, |first| first.min(snapshot.end));
        let (mut rows, mut body) = (Vec::new(), Vec::new());
        for generation in &snapshot.tail {
            for entry in generation.between(self.end..snapshot.end) {
                body.extend_from_slice(entry.record.body.bytes());
                rows.push(FedRow::of(&entry));
            }
        }
        self.parts = Some(Arc::clone(&snapshot.parts));
        self.end = snapshot.end;
        (Feed { parts, tail_from, end: snapshot.end, rows }, body)
    }
}

impl FedRow {
    fn of(entry: &Entry) -> Self {
        Self {
            seq: entry.seq,
            owner: entry.record.owner.clone(),
            origin: entry.record.origin,
            ingested: entry.record.ingested,
            id: entry.id,
            time: entry.time,
            flags: entry.flags,
            stores: entry.record.stores.clone(),
            len: u32::try_from(entry.record.body.bytes().len()).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back() {
        let mut pipe = Vec::new();
        write(&mut pipe, &Answer::Rows(2), b"[1]\n[2]\n").unwrap();
        write(&mut pipe, &Answer::Learned, b"").unwrap();
        let mut input = pipe.as_slice();
        let (head, body) = read::<Answer>(&mut input).unwrap().unwrap();
        assert!(matches!(head, Answer::Rows(2)) && body == b"[1]\n[2]\n");
        assert!(matches!(read::<Answer>(&mut input).unwrap(), Some((Answer::Learned, _))));
        assert!(read::<Answer>(&mut input).unwrap().is_none());
    }

    #[test]
    fn what_is_cut_or_too_long_is_an_error() {
        let mut pipe = Vec::new();
        write(&mut pipe, &Answer::Rows(1), b"[1]\n").unwrap();
        for len in 1..pipe.len() {
            assert!(read::<Answer>(&mut pipe.get(..len).unwrap()).is_err(), "{len}");
        }
        assert!(read::<Answer>(&mut [0xff; 64].as_slice()).is_err());
    }
}
