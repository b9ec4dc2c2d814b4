//! The records in a text, one after the other, where they lie.

use super::foreign::{self, Kind};
use super::walk::balanced_end;
use super::{Reason, Skip, event_time};
use model::json::{self, JsonError};
use model::{Field, LeafKind, RecordView, Scan};

/// Lists inside lists that are followed. A log file has one; files put together by hand more.
const LIST_DEPTH_MAX: usize = 4;

/// Skips that are described one by one; later ones are added to the last of the same reason.
const SKIPS_LISTED_MAX: usize = 100;

/// How far behind a broken line its own start is still searched for the next one.
const LINE_BYTES_MAX: usize = 16 << 20;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// What a text held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Records given to the caller.
    pub records: u64,
    /// What was left out, in the order in which it stands; never more than some hundred.
    pub skipped: Vec<Skip>,
}

impl Outcome {
    /// How many things were left out.
    pub fn skipped_count(&self) -> u64 {
        self.skipped.iter().map(|skip| skip.count).sum()
    }

    fn skip(&mut self, skip: Skip) {
        if self.skipped.len() >= SKIPS_LISTED_MAX {
            let mut listed = self.skipped.iter_mut().rev();
            if let Some(same) = listed.find(|listed| listed.reason == skip.reason) {
                same.count += 1;
                return;
            }
        }
        self.skipped.push(skip);
    }
}

/// Gives each record in `text` to `take`, in place, with `scan` filled for it. Every record
/// that is given has a time that [`event_time`] reads.
///
/// Taken are log files (`{"Records":[…]}`, keys in any order), arrays of records, one object
/// per line, several of those one after the other, single records, and answers of
/// `LookupEvents` (their records are strings and are unescaped first). What is no record is
/// named in the outcome; a syntax error costs its line, or inside brackets the rest of the
/// text, and never the records before it.
pub fn each_record<F: FnMut(RecordView<'_>)>(text: &[u8], scan: &mut Scan, take: F) -> Outcome {
    let valid_to = valid_len(text);
    let mut pass =
        Pass { text, at: 0, valid_to, in_list: false, scan, take, outcome: Outcome::default() };
    pass.documents();
    pass.outcome
}

/// How much of a text is UTF-8. Most logs are ASCII, which shows much sooner.
fn valid_len(text: &[u8]) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len)
}

struct Pass<'a, F> {
    text: &'a [u8],
    at: usize,
    /// Up to here the text is known to be UTF-8.
    valid_to: usize,
    /// Whether the document at hand is a list, in which a syntax error leaves no way on.
    in_list: bool,
    scan: &'a mut Scan,
    take: F,
    outcome: Outcome,
}

impl<F: FnMut(RecordView<'_>)> Pass<'_, F> {
    fn documents(&mut self) {
        if !self.next_document() {
            self.skip(Reason::Empty, 0, "it may still be on its way");
        }
        while self.next_document() {
            let start = self.at;
            self.in_list = false;
            if let Err(error) = self.value(0) {
                self.damaged(start, error);
            }
        }
    }

    fn next_document(&mut self) -> bool {
        self.at = json::skip_space(self.text, self.at);
        while self.rest().starts_with(BOM) {
            self.at = json::skip_space(self.text, self.at + BOM.len());
        }
        self.at < self.text.len()
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Notes a syntax error, and goes on at the next line that begins an object if lines are
    /// what the text is made of.
    fn damaged(&mut self, start: usize, error: JsonError) {
        let begins = error.at == start;
        let (reason, detail) = if begins && self.outcome.records == 0 {
            let rest = self.text.get(start..).unwrap_or_default();
            let (reason, what) = foreign::describe(rest);
            (reason, what.to_owned())
        } else {
            let records = self.outcome.records;
            (reason_of(error), format!("damaged after {records} records: {error}"))
        };
        self.skip(reason, start, detail);
        self.at = match self.in_list {
            true => self.text.len(),
            false => self.line_after(start, error.at),
        };
    }

    /// The next line that begins with `{`. It is looked for from the start of the damage, so
    /// that a line that breaks off does not take the next one with it.
    fn line_after(&self, start: usize, error_at: usize) -> usize {
        let near = error_at - start <= LINE_BYTES_MAX;
        let from = if near { start } else { error_at };
        let rest = self.text.get(from..).unwrap_or_default();
        memchr::memmem::find(rest, b"\n{").map_or(self.text.len(), |found| from + found + 1)
    }

    fn skip(&mut self, reason: Reason, offset: usize, detail: impl Into<String>) {
        self.outcome.skip(Skip::new(reason, offset, detail));
    }

    /// A document, or an element of a list.
    fn value(&mut self, lists: usize) -> Result<(), JsonError> {
        match self.text.get(self.at) {
            Some(b'{') => self.object(lists),
            Some(b'[') if lists < LIST_DEPTH_MAX => self.elements(lists),
            Some(b'"') => self.string(),
            _ => self.pass_over(Reason::NotCloudTrail, "no object"),
        }
    }

    fn pass_over(&mut self, reason: Reason, detail: &str) -> Result<(), JsonError> {
        let start = self.at;
        self.at = json::value_end(self.text, start, 0)?;
        self.skip(reason, start, detail);
        Ok(())
    }

    fn object(&mut self, lists: usize) -> Result<(), JsonError> {
        match foreign::kind_at(self.text, self.at)? {
            Kind::Record => self.record(),
            Kind::List if lists < LIST_DEPTH_MAX => self.wrapper(lists),
            Kind::List => self.pass_over(Reason::NotCloudTrail, "lists inside lists"),
            Kind::Foreign(reason, detail) => self.pass_over(reason, detail),
        }
    }

    /// `{…,"Records":[…],…}`
    fn wrapper(&mut self, lists: usize) -> Result<(), JsonError> {
        self.at += 1;
        let mut first = true;
        while step(self.text, &mut self.at, first, b'}')? {
            first = false;
            let (key, value_at) = key_at(self.text, self.at)?;
            self.at = value_at;
            if foreign::is_list(key, self.text.get(value_at).copied()) {
                self.elements(lists)?;
            } else {
                self.at = json::value_end(self.text, value_at, 1)?;
            }
        }
        Ok(())
    }

    /// `[…]`
    fn elements(&mut self, lists: usize) -> Result<(), JsonError> {
        self.in_list = true;
        self.at += 1;
        let mut first = true;
        while step(self.text, &mut self.at, first, b']')? {
            first = false;
            let start = self.at;
            if let Err(error) = self.value(lists + 1) {
                self.over(start, error)?;
            }
        }
        Ok(())
    }

    /// Steps over an element that is too deep or too long but whose brackets match.
    fn over(&mut self, start: usize, error: JsonError) -> Result<(), JsonError> {
        let reason = reason_of(error);
        if reason == Reason::DamagedJson {
            return Err(error);
        }
        self.at = balanced_end(self.text, start).ok_or(error)?;
        self.skip(reason, start, error.to_string());
        Ok(())
    }

    fn record(&mut self) -> Result<(), JsonError> {
        let (text, start) = (self.text, self.at);
        self.at = self.scan.read(text, start)?;
        let bytes = text.get(start..self.at).unwrap_or_default();
        if self.at > self.valid_to && std::str::from_utf8(bytes).is_err() {
            self.skip(Reason::NotUtf8, start, "a record holds bytes that are no UTF-8");
            return Ok(());
        }
        if let Some(inner) = lookup_event(bytes, self.scan) {
            self.inside_string(inner, start);
        } else {
            self.offer(bytes, start);
        }
        Ok(())
    }

    /// A string that holds a record, as `--query 'Events[].CloudTrailEvent'` leaves them.
    fn string(&mut self) -> Result<(), JsonError> {
        let (text, start) = (self.text, self.at);
        self.at = json::string_end(text, start + 1)? + 1;
        self.inside_string(text.get(start..self.at).unwrap_or_default(), start);
        Ok(())
    }

    fn inside_string(&mut self, raw: &[u8], offset: usize) {
        let Some(inner) = json::text(raw) else {
            return self.skip(Reason::NotUtf8, offset, "a string holds bytes that are no UTF-8");
        };
        let bytes = inner.as_bytes();
        match self.scan.read(bytes, 0) {
            Ok(end) if end == bytes.len() => self.offer(bytes, offset),
            _ => self.skip(Reason::NotCloudTrail, offset, "a string that holds no record"),
        }
    }

    /// Gives a scanned record to the caller, if it is one.
    fn offer(&mut self, bytes: &[u8], offset: usize) {
        let view = RecordView::new(bytes, self.scan);
        if let Some(what) = stranger(&view) {
            return self.skip(Reason::NotCloudTrail, offset, what);
        }
        if !has_time(&view) {
            let named = view.text(Field::EventName).unwrap_or_default();
            let named: String = named.chars().take(100).collect();
            return self.skip(Reason::NoEventTime, offset, format!("eventName `{named}`"));
        }
        self.outcome.records += 1;
        (self.take)(view);
    }
}

/// Whether [`event_time`] finds one; for the usual spelling the scan knows already.
fn has_time(view: &RecordView<'_>) -> bool {
    let leaf = view.scan().leaf(Field::EventTime);
    leaf.is_some_and(|leaf| leaf.kind == LeafKind::Time) || event_time(view).is_some()
}

/// Why a scanned object is no record; `None` for a record.
fn stranger(view: &RecordView<'_>) -> Option<&'static str> {
    const TELLING: [Field; 4] =
        [Field::EventName, Field::EventTime, Field::EventSource, Field::EventVersion];
    let known = TELLING.iter().any(|field| view.raw(*field).is_some());
    if !known && json::member(view.bytes, "timeWindow").is_none() {
        return Some("none of eventName, eventTime, eventSource, eventVersion, timeWindow");
    }
    // S3 tells of new objects with keys that are spelled like CloudTrail's.
    let notice = view.raw(Field::EventSource)?.starts_with(b"aws:");
    notice.then_some("a notification of S3 or another event source")
}

/// The record inside an event of a `LookupEvents` answer, as the string it stands in.
fn lookup_event<'a>(bytes: &'a [u8], scan: &Scan) -> Option<&'a [u8]> {
    if scan.field(Field::EventTime).is_some() || scan.field(Field::EventName).is_some() {
        return None;
    }
    json::member(bytes, "CloudTrailEvent")
}

fn reason_of(error: JsonError) -> Reason {
    match error.what {
        "nested too deeply" => Reason::TooDeep,
        what if what.starts_with("record longer") => Reason::TooLarge,
        _ => Reason::DamagedJson,
    }
}

/// Steps to the next element inside brackets; `false` behind the closing one.
fn step(text: &[u8], at: &mut usize, first: bool, close: u8) -> Result<bool, JsonError> {
    *at = json::skip_space(text, *at);
    match text.get(*at) {
        Some(byte) if *byte == close => {
            *at += 1;
            return Ok(false);
        }
        Some(b',') if !first => *at = json::skip_space(text, *at + 1),
        Some(_) if first => {}
        _ => return expected("expected `,` or the closing bracket", *at),
    }
    Ok(true)
}

/// Reads `"key" :` at `at`; returns the key and the offset of the value.
fn key_at(text: &[u8], at: usize) -> Result<(&[u8], usize), JsonError> {
    if text.get(at) != Some(&b'"') {
        return expected("expected a key", at);
    }
    let end = json::string_end(text, at + 1)?;
    let colon = json::skip_space(text, end + 1);
    if text.get(colon) != Some(&b':') {
        return expected("expected `:`", colon);
    }
    let key = text.get(at + 1..end).unwrap_or_default();
    Ok((key, json::skip_space(text, colon + 1)))
}

fn expected<T>(what: &'static str, at: usize) -> Result<T, JsonError> {
    Err(JsonError { what, at })
}

#[cfg(test)]
mod tests;
