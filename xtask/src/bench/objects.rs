//! Objects put and read, signed, one at a time: beside `moto_server` in the same run. Ours are
//! encrypted and synced before they are answered; moto keeps its own in memory.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::phases::Bench;
use super::report::{Must, Report};
use crate::client::{Answer, Client, Credentials, status_of};
use crate::clock::Stopwatch;
use crate::python::Environment;
use crate::server::Server;
use crate::statistics::median;

const PACKAGES: &str = "xtask/src/bench/measure_moto.txt";
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of an object, how many of them, and what they are called.
const SIZES: [(usize, usize, &str); 2] = [(64 << 10, 200, "64 KB"), (8 << 20, 10, "8 MB")];

/// Milliseconds of a put and of a get, medians.
struct Times {
    put_ms: f64,
    get_ms: f64,
}

/// The environment that has moto.
pub(super) fn prepare(repository: &crate::repository::Repository) -> Result<Environment> {
    Environment::apart(repository, "moto", &repository.path(PACKAGES))
}

/// Measures both.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let credentials = Credentials::read(data)?;
    let ours = measure(&server.address, &credentials)?;
    let peer = bench.moto.as_ref().map(Moto::start).transpose()?;
    let theirs = match &peer {
        Some(moto) => Some(measure(&moto.address, &Credentials::of("AKIAMOTO", "secret"))?),
        None => None,
    };
    for (at, (_, _, name)) in SIZES.iter().enumerate() {
        let Some(own) = ours.get(at) else { continue };
        report.figure(&format!("object of {name}: put"), Must::Nothing, own.put_ms, "ms");
        report.figure(&format!("object of {name}: get"), Must::Nothing, own.get_ms, "ms");
        let Some(other) = theirs.as_ref().and_then(|it| it.get(at)) else { continue };
        let (put, get) = (own.put_ms / other.put_ms, own.get_ms / other.get_ms);
        let row = |what: &str| format!("object of {name}: {what} against moto_server");
        report.figure(&row("put"), Must::AtMost(1.0), put, "times");
        report.figure(&row("get"), Must::AtMost(1.0), get, "times");
    }
    Ok(())
}

fn measure(address: &str, credentials: &Credentials) -> Result<Vec<Times>> {
    // Moto ends a connection with each answer: both are asked over a new one each time.
    let ask = |method: &str, target: &str, body: &[u8]| {
        Client::connect(address, credentials)?.s3(method, target, body)?.good(method)
    };
    ask("PUT", "/bench", b"")?;
    SIZES.iter().map(|(bytes, count, _)| measure_size(&ask, *bytes, *count)).collect()
}

fn measure_size(
    ask: &impl Fn(&str, &str, &[u8]) -> Result<Answer>,
    bytes: usize,
    count: usize,
) -> Result<Times> {
    let (mut puts, mut gets) = (Vec::new(), Vec::new());
    for at in 0..count {
        let body: Vec<u8> = (0..bytes).map(|byte| (byte * 31 + at) as u8).collect();
        let target = format!("/bench/{bytes}/{at}");
        let watch = Stopwatch::start();
        ask("PUT", &target, &body)?;
        puts.push(watch.seconds() * 1e3);
        let watch = Stopwatch::start();
        let answer = ask("GET", &target, b"")?;
        gets.push(watch.seconds() * 1e3);
        if answer.body != body {
            bail!("an object came back as another");
        }
    }
    Ok(Times { put_ms: median(&puts), get_ms: median(&gets) })
}

/// A server of moto's, while it is held.
struct Moto {
    child: Child,
    address: String,
}

impl Moto {
    fn start(environment: &Environment) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(environment.python())
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start moto's server")?;
        let moto = Self { child, address: format!("127.0.0.1:{port}") };
        let watch = Stopwatch::start();
        while status_of(&moto.address, "/moto-api/").is_err() {
            if watch.elapsed() > PATIENCE {
                bail!("moto's server did not answer within {PATIENCE:?}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(moto)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
