//! Load from many connections, at a rate of its own: requests are sent when they are due, whether
//! or not the server keeps up.

use anyhow::{Result, bail};

use super::pace::{Pace, Sender};
use crate::client::{Answer, Client, Credentials};

/// Ids remembered of each connection: its last ones.
const IDS_KEPT: u64 = 4;

/// What is sent, and how: from a thread for each connection, or from one for all (`horde`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Load<'a> {
    pub(super) address: &'a str,
    pub(super) credentials: &'a Credentials,
    pub(super) connections: usize,
    /// Requests a second, all together; `None`: each connection sends as soon as it is answered.
    pub(super) per_s: Option<f64>,
    pub(super) seconds: f64,
    /// Every so many calls one is a look-up; zero: none is.
    pub(super) lookup_every: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) sent: u64,
    /// Requests that were due and were not sent: every connection waited for an answer.
    pub(super) held_back: u64,
    /// Milliseconds from sending to the answer, of each call that was accepted.
    pub(super) accepted_ms: Vec<f64>,
    /// Of the same calls, milliseconds from the moment each was due: waiting behind a call that
    /// is late counts. Empty where none is due at a time of its own, or none waits (`horde`).
    pub(super) due_ms: Vec<f64>,
    /// Of the same calls, what the server says that it took; empty where it does not say.
    pub(super) server_ms: Vec<f64>,
    /// How much later than due a call was sent by somebody who slept until then, in milliseconds:
    /// what the caller's own machine adds, at least.
    pub(super) late_ms: Vec<f64>,
    pub(super) throttled: u64,
    /// Answers that were neither, and connections that broke.
    pub(super) failed: u64,
    /// The first of them.
    pub(super) failure: Option<String>,
    pub(super) accepted_ids: Vec<String>,
    pub(super) throttled_ids: Vec<String>,
}

/// One connection, and which of its calls are look-ups.
#[derive(Debug)]
struct Line {
    client: Client,
    lookup_every: u64,
    sent: u64,
}

impl Load<'_> {
    /// Sends until the time is over, and waits for the last answers.
    pub(super) fn run(&self) -> Result<Seen> {
        let line = |_| {
            let client = Client::connect(self.address, self.credentials)?;
            Ok(Line { client, lookup_every: self.lookup_every, sent: 0 })
        };
        let lines = (0..self.connections).map(line).collect::<Result<Vec<_>>>()?;
        Pace { per_s: self.per_s, seconds: self.seconds }.run(lines)
    }
}

impl Sender for Line {
    fn send(&mut self) -> Result<Answer> {
        self.sent += 1;
        match self.lookup_every > 0 && self.sent.is_multiple_of(self.lookup_every) {
            true => self.client.lookup_events("{\"MaxResults\":50}"),
            false => self.client.caller_identity(),
        }
    }
}

impl Seen {
    /// Counts an answer; whether the call was accepted.
    pub(super) fn note(&mut self, answer: Answer, took_ms: f64) -> bool {
        let is_accepted = answer.status == 200;
        let text = String::from_utf8_lossy(&answer.body);
        if is_accepted {
            self.accepted_ms.push(took_ms);
            self.server_ms.extend(answer.server_ms());
            keep(&mut self.accepted_ids, self.accepted_ms.len() as u64, answer.request_id);
        } else if text.contains("Throttling") {
            self.throttled += 1;
            keep(&mut self.throttled_ids, self.throttled, answer.request_id);
        } else {
            self.failed += 1;
            self.failure.get_or_insert_with(|| format!("{}: {text}", answer.status));
        }
        is_accepted
    }

    /// Calls that should have been accepted, and were not or could not be sent.
    pub(super) const fn lost(&self) -> u64 {
        self.throttled + self.failed + self.held_back
    }

    /// What was seen, if every call of theirs was accepted.
    pub(super) fn all_accepted(self, whose: &str) -> Result<Self> {
        if self.lost() > 0 {
            let Self { throttled, failed, held_back, failure, .. } = self;
            let why = failure.unwrap_or_default();
            bail!(
                "of {whose} calls {throttled} were throttled, {failed} failed, {held_back} were \
                 not sent: {why}"
            );
        }
        Ok(self)
    }

    /// Takes what another saw.
    pub(super) fn add(&mut self, mut other: Self) {
        self.sent += other.sent;
        self.held_back += other.held_back;
        self.accepted_ms.append(&mut other.accepted_ms);
        self.due_ms.append(&mut other.due_ms);
        self.server_ms.append(&mut other.server_ms);
        self.late_ms.append(&mut other.late_ms);
        self.throttled += other.throttled;
        self.failed += other.failed;
        self.failure = self.failure.take().or(other.failure);
        self.accepted_ids.append(&mut other.accepted_ids);
        self.throttled_ids.append(&mut other.throttled_ids);
    }
}

/// Remembers the last few.
fn keep(ids: &mut Vec<String>, number: u64, id: String) {
    let place = usize::try_from(number % IDS_KEPT).unwrap_or(0);
    match ids.get_mut(place) {
        Some(old) => *old = id,
        None => ids.push(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_answers_apart() {
        let mut seen = Seen::default();
        for _ in 0..9 {
            seen.note(Answer::of(200, "<R/>"), 1.0);
        }
        seen.note(Answer::of(400, "<Code>Throttling</Code>"), 1.0);
        seen.note(Answer::of(400, r#"{"__type":"ThrottlingException"}"#), 1.0);
        seen.note(Answer::of(403, "no"), 1.0);
        assert_eq!((seen.accepted_ms.len(), seen.throttled, seen.failed), (9, 2, 1));
        assert_eq!((seen.accepted_ids.len(), seen.throttled_ids.len()), (4, 2));
        assert_eq!(seen.failure.as_deref(), Some("403: no"));
        assert_eq!(seen.lost(), 3);
        let error = seen.all_accepted("its").unwrap_err().to_string();
        assert!(error.contains("2 were throttled, 1 failed") && error.contains("403"), "{error}");
    }
}
