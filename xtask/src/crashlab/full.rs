//! A disk that runs full, and has room again, while the server goes on.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::lab::Lab;
use super::ledger::{Fate, Kind};
use super::site::Site;
use super::tally::Tally;
use super::verdict::Scope;
use super::volume::Volume;
use crate::client;
use crate::tool;

const DISK_MB: u64 = 64;
/// Left on the disk when it is said to be full, at most.
const LEFT_BYTES_MAX: usize = 800_000;
const BEFORE: Duration = Duration::from_millis(300);
const FULL: Duration = Duration::from_millis(2_500);
const AFTER: Duration = Duration::from_millis(500);
const FIRST_SERIES: usize = 300_000;

/// Whether this machine lets us mount, and why not.
pub(super) fn permits() -> Result<()> {
    tool::need_root()
}

/// So many disks run full, each with another rest of room.
pub(super) fn run(lab: &Lab, rounds: usize, totals: &mut Tally) -> Result<()> {
    for series in FIRST_SERIES..FIRST_SERIES + rounds {
        // In memory where loop devices are not permitted.
        let mut site = Site::new(lab, "full", series, |room| {
            let disk = Volume::ext4(room, "disk", DISK_MB);
            disk.or_else(|_| Volume::memory(room, "disk", DISK_MB)).map(Some)
        })?;
        if let Err(error) = live(&mut site) {
            site.violate(&format!("{error:#}"));
        }
        totals.absorb(&site.tally);
    }
    Ok(())
}

fn live(site: &mut Site<'_>) -> Result<()> {
    let mut random = site.lab.random(site.series, 0, usize::MAX);
    let left = u64::try_from(random.below(LEFT_BYTES_MAX))?;
    site.open()?;
    site.next_cycle();
    site.disturb(|_, volume, _| {
        thread::sleep(BEFORE);
        volume.map_or(Ok(()), |volume| volume.fill(left))?;
        thread::sleep(FULL);
        Ok(())
    })?;
    site.tally.faults += 1;
    let refused = refused(site);
    if refused == 0 {
        site.violate("nothing was refused though the disk was full");
    }
    stands(site)?;
    if let Some(volume) = &site.volume {
        volume.free()?;
    }
    goes_on(site)?;
    site.check(Scope::Everything)?;
    site.end_server()?;
    let launch = site.launch();
    site.recover(&launch)?;
    site.check_cycle()?;
    site.finish()
}

/// Events are only refused for want of room.
fn refused(site: &Site<'_>) -> usize {
    let ledger = site.book.open();
    let refused =
        ledger.entries().filter(|(_, e)| (e.kind, e.fate) == (Kind::Event, Fate::Refused));
    refused.count()
}

/// A full disk is no reason to end.
fn stands(site: &mut Site<'_>) -> Result<()> {
    let address = site.server.as_ref().map(|server| server.address.clone()).unwrap_or_default();
    match client::status_of(&address, "/healthz")? {
        200 => Ok(()),
        status => bail!("/healthz says {status} on a full disk"),
    }
}

/// With room again calls are taken, without a restart.
fn goes_on(site: &mut Site<'_>) -> Result<()> {
    let before = site.book.open().acknowledged();
    site.next_cycle();
    site.disturb(|_, _, _| {
        thread::sleep(AFTER);
        Ok(())
    })?;
    if site.book.open().acknowledged() == before {
        site.violate("nothing is taken though the disk has room again");
    }
    Ok(())
}
