//! A running server, stopped at the end of the test.

use crate::home::Home;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

/// How long anything may take before a test fails instead of hanging.
const WAIT_MAX: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
    /// What was said until it listened.
    pub(crate) said: Vec<String>,
    pub(crate) address: SocketAddr,
}

/// An answer over plain HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    /// Starts `pugmark up` on a free port and waits until it listens.
    pub(crate) fn start(home: &Home, more: &[&str]) -> Self {
        let mut args = vec!["up", "--listen", "127.0.0.1:0"];
        args.extend(more);
        let mut child = home.command(&args).stderr(Stdio::piped()).spawn().unwrap();
        let lines = lines(&mut child);
        let mut said = Vec::new();
        let address = loop {
            let line = lines.recv_timeout(WAIT_MAX).unwrap_or_else(|_| panic!("{said:?}"));
            let address = line.strip_prefix("listening on ").map(address);
            said.push(line);
            if let Some(address) = address {
                break address;
            }
        };
        Self { child, lines, said, address }
    }

    /// Asks it to stop, and gives its exit code and what it still said.
    pub(crate) fn stop(mut self) -> (i32, Vec<String>) {
        signal(&self.child, "TERM");
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        (code, self.lines.iter().collect())
    }

    /// Sends bytes and reads the answer until the connection ends.
    pub(crate) fn send(&self, request: &[u8]) -> Answer {
        let mut socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(WAIT_MAX)).unwrap();
        // A refusal may come before everything is sent.
        let _ = socket.write_all(request);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        Answer::parse(&String::from_utf8_lossy(&answer))
    }

    /// `GET` of a path.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let host = self.address;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        self.send(request.as_bytes())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Self { status: status.unwrap_or(0), head: head.to_ascii_lowercase(), body: body.to_owned() }
    }
}

/// Sends a signal.
pub(crate) fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([format!("-{name}"), id]).status().unwrap();
    assert!(sent.success());
}

/// Reads standard error on a thread, so that it never fills up.
fn lines(child: &mut Child) -> Receiver<String> {
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let (sender, receiver) = sync_channel(10_000);
    std::thread::Builder::new()
        .spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.try_send(line);
            }
        })
        .unwrap();
    receiver
}

fn address(endpoint: &str) -> SocketAddr {
    endpoint.split_once("://").unwrap().1.parse().unwrap()
}
