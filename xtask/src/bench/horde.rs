//! Many connections driven by one thread, so that those who call take little from what is measured:
//! requests are signed before, sent when they are due, and answers are read when they are there.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::load::{Load, Seen};
use crate::client::{self, Client};
use crate::clock::Stopwatch;
use crate::statistics::ms;

/// Signatures are good for five minutes.
const SIGNED_FOR: Duration = Duration::from_secs(60);
/// How long the thread sleeps where nothing comes.
const NAP: Duration = Duration::from_millis(1);
/// How long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const READ_BYTES: usize = 64 * 1024;

/// One connection, and what it waits for.
#[derive(Debug)]
struct Rider {
    stream: TcpStream,
    asked: Option<Stopwatch>,
    got: Vec<u8>,
    seen: Seen,
}

/// Requests as bytes, and when they were signed.
#[derive(Debug)]
struct Signed {
    identity: Vec<u8>,
    lookup: Vec<u8>,
    since: Stopwatch,
}

impl Signed {
    fn new(client: &Client) -> Result<Self> {
        let identity = client.caller_identity_bytes()?;
        let lookup = client.lookup_events_bytes("{\"MaxResults\":50}")?;
        Ok(Self { identity, lookup, since: Stopwatch::start() })
    }
}

impl Load<'_> {
    /// Sends until the time is over, and waits for the last answers.
    pub(super) fn run_from_one_thread(&self) -> Result<Seen> {
        let signer = Client::connect(self.address, self.credentials)?;
        let mut signed = Signed::new(&signer)?;
        let mut riders = self.riders()?;
        let (mut due, mut sent, mut held_back) = (0, 0, 0);
        let watch = Stopwatch::start();
        while watch.seconds() < self.seconds {
            if signed.since.elapsed() > SIGNED_FOR {
                signed = Signed::new(&signer)?;
            }
            let wanted = self.wanted(watch.seconds(), &mut due);
            let before = sent;
            let idle = riders.iter_mut().filter(|rider| rider.asked.is_none());
            for rider in idle.take(usize::try_from(wanted)?) {
                sent += 1;
                let is_lookup =
                    self.lookup_every > 0 && u64::is_multiple_of(sent, self.lookup_every);
                rider.ask(if is_lookup { &signed.lookup } else { &signed.identity })?;
            }
            // What found no connection free is not made up for: whoever is told to wait waits.
            held_back += wanted.saturating_sub(sent - before);
            read(&mut riders)?;
        }
        let end = Stopwatch::start();
        while riders.iter().any(|rider| rider.asked.is_some()) && end.elapsed() < PATIENCE {
            read(&mut riders)?;
        }
        let held_back = self.per_s.map_or(0, |_| held_back);
        Ok(Seen { held_back, ..gathered(riders) })
    }

    fn riders(&self) -> Result<Vec<Rider>> {
        let connect = |_| {
            let stream = TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            Ok(Rider { stream, asked: None, got: Vec::new(), seen: Seen::default() })
        };
        (0..self.connections).map(connect).collect()
    }

    /// How many requests are to be sent now.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    fn wanted(&self, seconds: f64, due: &mut u64) -> u64 {
        let Some(per_s) = self.per_s else { return self.connections as u64 };
        let before = std::mem::replace(due, (seconds * per_s) as u64);
        *due - before
    }
}

impl Rider {
    fn ask(&mut self, request: &[u8]) -> Result<()> {
        self.asked = Some(Stopwatch::start());
        self.seen.sent += 1;
        // A connection without a request under way has room for a small one.
        self.stream.write_all(request).context("the server closed a connection")
    }

    /// Reads what is there.
    fn read(&mut self, buffer: &mut [u8]) -> Result<()> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(bytes) => self.got.extend_from_slice(buffer.get(..bytes).unwrap_or_default()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let Some(answer) = client::whole_answer(&self.got)? else { return Ok(()) };
        self.got.clear();
        if let Some(asked) = self.asked.take() {
            self.seen.note(answer, ms(asked.elapsed()));
        }
        Ok(())
    }
}

/// Waits a little, and reads what came.
fn read(riders: &mut [Rider]) -> Result<()> {
    let nap = Timespec::try_from(NAP)?;
    let mut waiting: Vec<&mut Rider> = riders.iter_mut().filter(|it| it.asked.is_some()).collect();
    let ready: Vec<bool> = {
        let watched = waiting.iter().map(|rider| PollFd::new(&rider.stream, PollFlags::IN));
        let mut watched: Vec<PollFd<'_>> = watched.collect();
        poll(&mut watched, Some(&nap))?;
        watched.iter().map(|it| !it.revents().is_empty()).collect()
    };
    let mut buffer = vec![0; READ_BYTES];
    for (rider, _) in waiting.iter_mut().zip(ready).filter(|(_, is_ready)| *is_ready) {
        rider.read(&mut buffer)?;
    }
    Ok(())
}

fn gathered(riders: Vec<Rider>) -> Seen {
    let mut all = Seen::default();
    for mut rider in riders {
        if rider.asked.is_some() {
            rider.seen.failed += 1;
            rider.seen.failure = Some(format!("no answer within {PATIENCE:?}"));
        }
        all.add(rider.seen);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Credentials;
    use std::net::TcpListener;
    use std::thread;

    /// Answers each request, whatever it is, in two pieces.
    fn serve(mut stream: TcpStream) {
        let mut buffer = [0; 8_192];
        while stream.read(&mut buffer).is_ok_and(|bytes| bytes > 0) {
            let sent = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-le");
            thread::sleep(Duration::from_millis(1));
            if sent.and_then(|()| stream.write_all(b"ngth: 2\r\n\r\nok")).is_err() {
                return;
            }
        }
    }

    #[test]
    fn sends_at_its_rate_and_reads_every_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let credentials = Credentials::of("a", "b");
        let horde = Load {
            address: &address,
            credentials: &credentials,
            connections: 4,
            per_s: Some(100.0),
            seconds: 0.5,
            lookup_every: 3,
        };
        let seen = thread::scope(|scope| {
            scope.spawn(|| {
                // One that signs, and those that call.
                for stream in listener.incoming().take(1 + horde.connections) {
                    scope.spawn(|| serve(stream.unwrap()));
                }
            });
            horde.run_from_one_thread().unwrap()
        });
        assert!((1..=50).contains(&seen.sent), "{}", seen.sent);
        assert_eq!((seen.accepted_ms.len() as u64, seen.failed), (seen.sent, 0));
    }
}
