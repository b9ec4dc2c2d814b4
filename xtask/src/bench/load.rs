//! Load from many connections, at a rate of its own: requests are sent when they are due, whether
//! or not the server keeps up.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::client::{Answer, Client, Credentials};
use crate::clock::Stopwatch;
use crate::statistics::ms;

/// Ids remembered of each connection: its last ones.
const IDS_KEPT: u64 = 4;

/// A stack for a thread that only sends and reads.
const STACK_BYTES: usize = 256 * 1024;

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
    /// Requests that were due while every connection waited for an answer: they were not sent.
    pub(super) held_back: u64,
    /// Milliseconds from sending to the answer, of each call that was accepted.
    pub(super) accepted_ms: Vec<f64>,
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

impl Load<'_> {
    /// Sends until the time is over, and waits for the last answers.
    pub(super) fn run(&self) -> Result<Seen> {
        let watch = Stopwatch::start();
        thread::scope(|scope| {
            let mut threads = Vec::new();
            for at in 0..self.connections {
                let builder = thread::Builder::new().stack_size(STACK_BYTES);
                threads.push(builder.spawn_scoped(scope, move || self.connection(at, watch))?);
            }
            let mut all = Seen::default();
            for thread in threads {
                match thread.join() {
                    Ok(seen) => all.add(seen),
                    Err(_) => bail!("a calling thread stopped"),
                }
            }
            Ok(all)
        })
    }

    /// One connection; where it breaks, that is told and it calls no more.
    fn connection(&self, at: usize, watch: Stopwatch) -> Seen {
        let mut seen = Seen::default();
        if let Err(error) = self.call_on(at, watch, &mut seen) {
            seen.failed += 1;
            seen.failure = Some(format!("{error:#}"));
        }
        seen
    }

    fn call_on(&self, at: usize, watch: Stopwatch, seen: &mut Seen) -> Result<()> {
        let mut client = Client::connect(self.address, self.credentials)?;
        loop {
            let due_s = self.due_s(at, seen.sent);
            let early_s = due_s - watch.seconds();
            thread::sleep(Duration::from_secs_f64(early_s.max(0.0)));
            if watch.seconds() >= self.seconds {
                return Ok(());
            }
            seen.sent += 1;
            if early_s > 0.0 {
                seen.late_ms.push((watch.seconds() - due_s) * 1e3);
            }
            let call = Stopwatch::start();
            let is_lookup = self.lookup_every > 0 && seen.sent.is_multiple_of(self.lookup_every);
            let answer = match is_lookup {
                true => client.lookup_events("{\"MaxResults\":50}")?,
                false => client.caller_identity()?,
            };
            seen.note(answer, ms(call.elapsed()));
        }
    }

    /// When a connection's next request is to be sent, in seconds from the start.
    fn due_s(&self, at: usize, sent: u64) -> f64 {
        let turn = at as f64 + sent as f64 * self.connections as f64;
        self.per_s.map_or(0.0, |per_s| turn / per_s)
    }
}

impl Seen {
    pub(super) fn note(&mut self, answer: Answer, took_ms: f64) {
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status == 200 {
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
    }

    /// Takes what another saw.
    pub(super) fn add(&mut self, mut other: Self) {
        self.sent += other.sent;
        self.held_back += other.held_back;
        self.accepted_ms.append(&mut other.accepted_ms);
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
    fn requests_are_due_at_an_even_rate_over_all_connections() {
        let credentials = Credentials::of("a", "b");
        let load = Load {
            address: "",
            credentials: &credentials,
            connections: 4,
            per_s: Some(100.0),
            seconds: 1.0,
            lookup_every: 0,
        };
        let mut due: Vec<f64> = (0..4)
            .flat_map(|at| (0..25).map(move |sent| (at, sent)))
            .map(|(at, sent)| load.due_s(at, sent))
            .collect();
        due.sort_by(f64::total_cmp);
        for (at, due_s) in due.iter().enumerate() {
            assert!((due_s - at as f64 / 100.0).abs() < 1e-9);
        }
        assert_eq!(Load { per_s: None, ..load }.due_s(3, 9), 0.0);
    }

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
    }
}
