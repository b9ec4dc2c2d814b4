//! Calls over several connections, a thread for each, sent when they are due: whether or not the
//! server keeps up.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::load::Seen;
use crate::client::Answer;
use crate::clock::Stopwatch;
use crate::statistics::ms;

/// A stack for a thread that only sends and reads.
const STACK_BYTES: usize = 256 * 1024;
/// Seconds after the end in which what is late may still be sent.
const GRACE_S: f64 = 10.0;

/// One connection, and what is sent over it.
pub(super) trait Sender: Send {
    /// Makes the next request before it is due.
    fn prepare(&mut self) {}

    /// Sends the next request and waits for its answer.
    fn send(&mut self) -> Result<Answer>;

    /// Looks closer at an answer of success; where it is none, the connection calls no more.
    fn check(&self, _answer: &Answer) -> Result<()> {
        Ok(())
    }
}

/// When calls are sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Calls a second, all connections together; `None`: each sends as soon as it is answered.
    pub(super) per_s: Option<f64>,
    pub(super) seconds: f64,
}

/// A connection's place among all of them.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: usize,
    of: usize,
}

impl Pace {
    /// Sends until the time is over, then what was due before and is late, and waits for the last
    /// answers.
    pub(super) fn run<S: Sender>(self, senders: Vec<S>) -> Result<Seen> {
        let of = senders.len();
        let watch = Stopwatch::start();
        thread::scope(|scope| {
            let mut threads = Vec::new();
            for (at, sender) in senders.into_iter().enumerate() {
                let place = Place { at, of };
                let builder = thread::Builder::new().stack_size(STACK_BYTES);
                let work = move || self.connection(sender, place, watch);
                threads.push(builder.spawn_scoped(scope, work)?);
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
    fn connection(self, mut sender: impl Sender, place: Place, watch: Stopwatch) -> Seen {
        let mut seen = Seen::default();
        if let Err(error) = self.call_on(&mut sender, place, watch, &mut seen) {
            seen.failed += 1;
            seen.failure = Some(format!("{error:#}"));
        }
        seen.held_back = self.unsent(place, seen.sent);
        seen
    }

    fn call_on(
        self,
        sender: &mut impl Sender,
        place: Place,
        watch: Stopwatch,
        seen: &mut Seen,
    ) -> Result<()> {
        loop {
            let due_s = self.due_s(place, seen.sent);
            if self.is_over(due_s, watch.seconds()) {
                return Ok(());
            }
            sender.prepare();
            let early_s = due_s.unwrap_or(0.0) - watch.seconds();
            if early_s > 0.0 {
                thread::sleep(Duration::from_secs_f64(early_s));
                seen.late_ms.extend(due_s.map(|due_s| (watch.seconds() - due_s) * 1e3));
            }
            seen.sent += 1;
            let call = Stopwatch::start();
            let answer = sender.send()?;
            let (took_ms, now_s) = (ms(call.elapsed()), watch.seconds());
            if answer.status == 200 {
                sender.check(&answer)?;
            }
            if seen.note(answer, took_ms) {
                seen.due_ms.extend(due_s.map(|due_s| (now_s - due_s) * 1e3));
            }
        }
    }

    /// When a connection's next call is due, in seconds from the start: the connections take turns.
    fn due_s(self, place: Place, sent: u64) -> Option<f64> {
        let turn = place.at as f64 + sent as f64 * place.of as f64;
        self.per_s.map(|per_s| turn / per_s)
    }

    /// Whether a connection has nothing more to send. What is late is sent after the end, for a
    /// call that is left out because others were slow would make them look better.
    fn is_over(self, due_s: Option<f64>, now_s: f64) -> bool {
        match due_s {
            Some(due_s) => due_s >= self.seconds || now_s >= self.seconds + GRACE_S,
            None => now_s >= self.seconds,
        }
    }

    /// How many calls of a connection were due before the end beyond those it has sent.
    fn unsent(self, place: Place, sent: u64) -> u64 {
        let is_due =
            |number: &u64| self.due_s(place, *number).is_some_and(|due_s| due_s < self.seconds);
        (sent..).take_while(is_due).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { per_s: Some(100.0), seconds: 1.0 };

    #[test]
    fn calls_are_due_at_an_even_rate_over_all_connections() {
        let mut due: Vec<f64> = (0..4)
            .flat_map(|at| (0..25).map(move |sent| (Place { at, of: 4 }, sent)))
            .map(|(place, sent)| PACE.due_s(place, sent).unwrap())
            .collect();
        due.sort_by(f64::total_cmp);
        for (at, due_s) in due.iter().enumerate() {
            assert!((due_s - at as f64 / 100.0).abs() < 1e-9);
        }
        assert_eq!(Pace { per_s: None, ..PACE }.due_s(Place { at: 3, of: 4 }, 9), None);
    }

    #[test]
    fn what_was_due_before_the_end_is_sent_after_it_for_a_while() {
        assert!(!PACE.is_over(Some(0.99), 5.0));
        assert!(PACE.is_over(Some(0.99), 11.0));
        assert!(PACE.is_over(Some(1.0), 0.5));
        let closed = Pace { per_s: None, ..PACE };
        assert!(!closed.is_over(None, 0.99) && closed.is_over(None, 1.0));
    }

    #[test]
    fn counts_what_was_due_and_not_sent() {
        let place = Place { at: 3, of: 4 };
        assert_eq!(PACE.unsent(place, 0), 25);
        assert_eq!(PACE.unsent(place, 24), 1);
        assert_eq!(PACE.unsent(place, 25), 0);
        assert_eq!(Pace { per_s: None, ..PACE }.unsent(place, 0), 0);
    }

    /// Answers at once but for the first time.
    struct Stumbles(u64);

    impl Sender for Stumbles {
        fn send(&mut self) -> Result<Answer> {
            self.0 += 1;
            if self.0 == 1 {
                thread::sleep(Duration::from_millis(200));
            }
            Ok(Answer::of(200, ""))
        }
    }

    #[test]
    fn waiting_behind_a_late_call_counts() {
        let pace = Pace { per_s: Some(50.0), seconds: 0.2 };
        let seen = pace.run(vec![Stumbles(0)]).unwrap();
        assert_eq!((seen.sent, seen.held_back, seen.failed), (10, 0, 0));
        // The second was due after 20 ms and had to wait until 200.
        assert!(seen.accepted_ms[1] < 100.0 && seen.due_ms[1] > 170.0, "{seen:?}");
    }

    /// Takes one call and refuses the next.
    struct Breaks(bool);

    impl Sender for Breaks {
        fn send(&mut self) -> Result<Answer> {
            self.0 = !self.0;
            Ok(Answer::of(200, ""))
        }

        fn check(&self, _answer: &Answer) -> Result<()> {
            if self.0 { Ok(()) } else { bail!("half of it is missing") }
        }
    }

    #[test]
    fn tells_of_a_connection_that_broke_and_of_what_it_left_unsent() {
        let pace = Pace { per_s: Some(1_000.0), seconds: 0.01 };
        let seen = pace.run(vec![Breaks(false)]).unwrap();
        assert_eq!((seen.sent, seen.accepted_ms.len(), seen.failed, seen.held_back), (2, 1, 1, 8));
        assert_eq!(seen.failure.as_deref(), Some("half of it is missing"));
    }
}
