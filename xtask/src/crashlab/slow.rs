//! A disk on which every sync takes 200 ms longer.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::lab::Lab;
use super::site::Site;
use super::strace::{self, Injection};
use super::tally::Tally;
use crate::client;
use crate::clock::Stopwatch;
use crate::server::Server;

const WRITING: Duration = Duration::from_secs(4);
const POLL: Duration = Duration::from_millis(100);
/// A page without a record must not wait for the disk.
const ANSWER: Duration = Duration::from_secs(1);
const FIRST_SERIES: usize = 400_000;

/// So many rounds, each ended by a kill.
pub(super) fn run(lab: &Lab, rounds: usize, totals: &mut Tally) -> Result<()> {
    for series in FIRST_SERIES..FIRST_SERIES + rounds {
        let mut site = Site::new(lab, "slow", series, |_| Ok(None))?;
        if let Err(error) = live(&mut site) {
            site.violate(&format!("{error:#}"));
        }
        totals.absorb(&site.tally);
    }
    Ok(())
}

fn live(site: &mut Site<'_>) -> Result<()> {
    site.open()?;
    site.end_server()?;
    site.next_cycle();
    let trace = site.room.join("trace");
    let words = strace::words(Injection::Slow, "fdatasync", 1, &trace);
    let mut server = site.launch().wrapped(words).spawn()?;
    server.answering(Duration::from_secs(60))?;
    site.server = Some(server);
    site.begin_import()?;
    let answered = site.disturb(|server, _, _| ask_meanwhile(server))?;
    if answered == 0 {
        site.violate("nothing was answered on a slow disk");
    }
    site.tally.faults += 1;
    site.end_server()?;
    let launch = site.launch();
    site.recover(&launch)?;
    site.check_cycle()?;
    site.finish()
}

fn ask_meanwhile(server: &mut Server) -> Result<()> {
    let watch = Stopwatch::start();
    while watch.elapsed() < WRITING {
        let asked = Stopwatch::start();
        let status = client::status_of(&server.address, "/healthz")?;
        if status != 200 || asked.elapsed() > ANSWER {
            bail!("/healthz said {status} after {:?} on a slow disk", asked.elapsed());
        }
        thread::sleep(POLL);
    }
    server.kill();
    Ok(())
}
