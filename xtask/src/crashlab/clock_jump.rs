//! A clock that jumps while the server runs and while it is down.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::lab::Lab;
use super::site::Site;
use super::tally::Tally;
use super::verdict::Scope;
use crate::tool;

/// Where the clock goes, in seconds from the true time: an hour, ten days, back by two, the truth.
const JUMPS_S: [i64; 4] = [3_600, 864_000, -172_800, 0];
const WRITING: Duration = Duration::from_millis(700);
/// Fewer would mean that the server's clock and the clients' do not agree, and prove nothing.
const ACKNOWLEDGED_MIN: usize = 50;
const FIRST_SERIES: usize = 500_000;

/// The library that bends time, or why not.
pub(super) fn library() -> Result<PathBuf> {
    const NAME: &str = "faketime/libfaketimeMT.so.1";
    if let Some(path) = tool::find_library(NAME) {
        return Ok(path);
    }
    tool::install("libfaketime")?;
    tool::find_library(NAME).context("`libfaketime` is installed, but not where it was looked for")
}

/// So many rounds of all jumps.
pub(super) fn run(lab: &Lab, rounds: usize, totals: &mut Tally) -> Result<()> {
    let library = library()?;
    for series in FIRST_SERIES..FIRST_SERIES + rounds {
        let file = lab.fresh("clock")?.join("offset");
        let bent = bent(lab, &library, &file);
        let mut site = Site::new(&bent, "clock", series, |_| Ok(None))?;
        if let Err(error) = live(&mut site, &file) {
            site.violate(&format!("{error:#}"));
        }
        totals.absorb(&site.tally);
    }
    Ok(())
}

/// The same lab, whose servers and commands take the time from a file.
fn bent(lab: &Lab, library: &Path, file: &Path) -> Lab {
    let mut lab = lab.clone();
    let more: [(&str, OsString); 4] = [
        ("LD_PRELOAD", library.into()),
        ("FAKETIME_TIMESTAMP_FILE", file.into()),
        ("FAKETIME_NO_CACHE", "1".into()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".into()),
    ];
    lab.environment.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    lab
}

fn live(site: &mut Site<'_>, file: &Path) -> Result<()> {
    set(site, file, 0)?;
    site.open()?;
    for jump_s in JUMPS_S {
        set(site, file, jump_s)?;
        site.next_cycle();
        site.tally.faults += 1;
        site.tally.reach(&format!("{jump_s:+} s"), 1);
        let before = site.book.open().acknowledged();
        site.disturb(|server, _, _| {
            thread::sleep(WRITING);
            server.kill();
            Ok(())
        })?;
        if site.book.open().acknowledged() < before + ACKNOWLEDGED_MIN {
            site.violate("hardly anything is acknowledged after the clock has jumped");
        }
        site.end_server()?;
        let launch = site.launch();
        site.recover(&launch)?;
        site.check(Scope::Everything)?;
        site.check_cycle()?;
        if site.tally.violated() > 0 {
            break;
        }
    }
    site.finish()
}

fn set(site: &mut Site<'_>, file: &Path, ahead_s: i64) -> Result<()> {
    site.ahead_s = ahead_s;
    let next = file.with_extension("next");
    fs::write(&next, format!("{ahead_s:+}\n"))?;
    fs::rename(&next, file).with_context(|| format!("cannot write `{}`", file.display()))
}
