//! A bucket of very many objects: how fast it fills, how fast it is listed whole, what the server
//! takes for it, and how soon it is up again with it.

use std::path::Path;
use std::thread;

use anyhow::{Context, Result, bail};

use super::child;
use super::phases::{Bench, MEBIBYTE};
use super::report::{Must, Report};
use crate::client::{Client, Credentials};
use crate::clock::Stopwatch;
use crate::server::Server;
use crate::statistics::percentile;

const OBJECTS: usize = 100_000;
const BODY: [u8; 100] = [b'x'; 100];
/// Most bytes that the server may take with all of them, in MiB.
const MEMORY_MAX: f64 = 512.0;

/// Fills and lists one.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let server = Server::start(bench.binary, data)?;
    let credentials = Credentials::read(data)?;
    Client::connect(&server.address, &credentials)?.s3("PUT", "/many", b"")?.good("a bucket")?;
    let watch = Stopwatch::start();
    fill(&server.address, &credentials, bench.connections)?;
    let per_s = OBJECTS as f64 / watch.seconds();
    report.figure("bucket: objects put a second, 100 bytes each", Must::Nothing, per_s, "puts/s");
    list(&server, &credentials, "", report)?;
    drop(server);
    let watch = Stopwatch::start();
    let server = Server::start(bench.binary, data)?;
    let up_s = watch.seconds();
    report.figure("bucket: up again with 100,000 objects", Must::Nothing, up_s, "s");
    list(&server, &credentials, ", after a start", report)
}

fn fill(address: &str, credentials: &Credentials, connections: usize) -> Result<()> {
    let put = |first: usize| {
        let mut client = Client::connect(address, credentials)?;
        (first..OBJECTS).step_by(connections).try_for_each(|at| {
            client.s3("PUT", &format!("/many/{at:06}"), &BODY)?.good("a put").map(drop)
        })
    };
    thread::scope(|scope| {
        let all = (0..connections).map(|first| scope.spawn(move || put(first)));
        let threads: Vec<_> = all.collect();
        threads.into_iter().try_for_each(|it| match it.join() {
            Ok(done) => done,
            Err(_) => bail!("a thread that puts objects stopped"),
        })
    })
}

/// Lists all of it, page after page, and looks whether every key is there, in order.
fn list(server: &Server, credentials: &Credentials, when: &str, report: &mut Report) -> Result<()> {
    let mut client = Client::connect(&server.address, credentials)?;
    let (mut pages_ms, mut seen) = (Vec::new(), 0usize);
    let mut after = String::new();
    loop {
        let target = format!("/many?list-type=2&max-keys=1000&start-after={after}");
        let watch = Stopwatch::start();
        let answer = client.s3("GET", &target, b"")?.good("a list")?;
        pages_ms.push(watch.seconds() * 1e3);
        let text = String::from_utf8(answer.body).context("a list is no text")?;
        let keys = text.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        for key in keys {
            if *key != format!("{seen:06}") {
                bail!("`{key}` stands where {seen:06} should");
            }
            seen += 1;
            key.clone_into(&mut after);
        }
        if !text.contains("<IsTruncated>true</IsTruncated>") {
            break;
        }
    }
    report.check(&format!("bucket: every key is listed once, in order{when}"), seen == OBJECTS);
    let whole = pages_ms.iter().sum::<f64>() / 1e3;
    report.figure(&format!("bucket: listed whole{when}"), Must::Nothing, whole, "s");
    let p99 = percentile(&pages_ms, 99.0);
    report.figure(&format!("bucket: page of 1,000, p99{when}"), Must::Nothing, p99, "ms");
    let memory = child::memory_bytes(server.id(), "VmHWM").unwrap_or(0) as f64 / MEBIBYTE;
    let name = format!("bucket: peak memory of the server{when}");
    report.figure(&name, Must::AtMost(MEMORY_MAX), memory, "MB");
    Ok(())
}
