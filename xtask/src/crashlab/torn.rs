//! What a crash can leave at the end of the journal: half a frame, garbage, a length that lies, a
//! bit that fell over.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::lab::Lab;
use super::ledger::Kind;
use super::seen::Seen;
use super::site::Site;
use super::tally::Tally;
use crate::random::Random;
use crate::tool;

const WRITING: Duration = Duration::from_millis(150);
/// Garbage at the end, at most.
const GARBAGE_MAX: usize = 5_000;
/// Bits are turned over this near to the end, in bytes.
const FLIP_WITHIN: usize = 400;
/// Bits turned over after each round, each on a copy.
const FLIPS: usize = 4;
const FIRST_SERIES: usize = 600_000;

/// Rounds on one data directory.
pub(super) fn run(lab: &Lab, rounds: usize, totals: &mut Tally) -> Result<()> {
    let mut site = Site::new(lab, "torn", FIRST_SERIES, |_| Ok(None))?;
    if let Err(error) = live(&mut site, rounds) {
        site.violate(&format!("{error:#}"));
    }
    totals.absorb(&site.tally);
    Ok(())
}

fn live(site: &mut Site<'_>, rounds: usize) -> Result<()> {
    site.open()?;
    for _ in 0..rounds {
        site.next_cycle();
        let mut random = site.lab.random(site.series, site.cycle, usize::MAX);
        site.disturb(|server, _, _| {
            thread::sleep(WRITING);
            server.kill();
            Ok(())
        })?;
        site.end_server()?;
        for _ in 0..FLIPS {
            flip(site, &mut random)?;
        }
        append(site, &mut random)?;
        let launch = site.launch();
        site.recover(&launch)?;
        site.check_cycle()?;
    }
    site.finish()
}

/// The segment that was written last.
fn last_segment(data: &Path) -> Result<PathBuf> {
    let journal = data.join("journal");
    let entries = fs::read_dir(&journal)?.flatten().map(|entry| entry.path());
    let segments = entries.filter(|path| path.extension().is_some_and(|end| end == "seg"));
    segments.max().with_context(|| format!("no segment in `{}`", journal.display()))
}

/// Something after the last frame, which nobody acknowledged: it must be dropped.
fn append(site: &mut Site<'_>, random: &mut Random) -> Result<()> {
    let path = last_segment(&site.data)?;
    let before = fs::read(&path)?;
    let (what, garbage) = garbage(&before, random);
    OpenOptions::new().append(true).open(&path)?.write_all(&garbage)?;
    site.tally.faults += 1;
    site.tally.reach(what, 1);
    Ok(())
}

fn garbage(before: &[u8], random: &mut Random) -> (&'static str, Vec<u8>) {
    let length = 1 + random.below(GARBAGE_MAX);
    let mut noise = || u8::try_from(random.bits() >> 56).unwrap_or(0);
    match length % 4 {
        0 => ("noise", (0..length).map(|_| noise()).collect()),
        1 => ("zeros", vec![0; length]),
        // A length that lies, in every size of number.
        2 => ("lying length", [&[0xFF; 16][..], &vec![noise(); length]].concat()),
        // What the disk would have of a frame like the last ones, had the power gone.
        _ => ("half a frame", tail(before, length).to_vec()),
    }
}

fn tail(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(length)..).unwrap_or_default()
}

/// A bit of the last frame is turned over, in a copy of the directory. The server may refuse to
/// start, or drop the frame; what it shows must be what was written.
fn flip(site: &mut Site<'_>, random: &mut Random) -> Result<()> {
    let copy = site.room.join("copy");
    tool::run(Command::new("cp").arg("-a").arg(&site.data).arg(&copy))?;
    let segment = last_segment(&copy)?;
    let mut bytes = fs::read(&segment)?;
    let back = 1 + random.below(FLIP_WITHIN.min(bytes.len()));
    let at = bytes.len().saturating_sub(back);
    let bit = random.below(8);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << bit;
    }
    fs::write(&segment, &bytes)?;
    site.tally.faults += 1;
    let outcome = look(site, &copy, &format!("bit {bit} of the journal's byte {at} turned over"))?;
    site.tally.reach(outcome, 1);
    Ok(fs::remove_dir_all(&copy)?)
}

fn look(site: &mut Site<'_>, copy: &Path, what: &str) -> Result<&'static str> {
    let log = site.room.join("flip.log");
    let mut server = site.lab.launch(copy, &log).spawn()?;
    if server.answering(Duration::from_secs(30)).is_err() {
        if server.told().contains("panicked") || server.ended()?.is_none_or(|s| s.code().is_none())
        {
            site.violate(&format!("{what}: the server neither starts nor says why"));
        }
        return Ok("flip refused");
    }
    let words = ["events", "--all", "-o", "ndjson"];
    let told = tool::output(&mut site.lab.pugmark(copy, &words))?;
    match Seen::read(told.as_bytes()) {
        Ok(seen) => compare(site, &seen, what),
        Err(error) => site.violate(&format!("{what}: {error:#}")),
    }
    Ok("flip dropped")
}

/// Nothing may be there that was not sent, or under another id.
fn compare(site: &mut Site<'_>, seen: &Seen, what: &str) {
    let mut wrong = Vec::new();
    let ledger = site.book.open();
    for token in seen.tokens() {
        let sight = seen.sight(token);
        let is_right = ledger.entry(token).is_some_and(|entry| {
            let is_call = matches!(entry.kind, Kind::Call | Kind::Tag(_));
            let is_same = entry.request_id.is_empty() || entry.request_id == sight.request_id;
            sight.count == 1 && (!is_call || is_same)
        });
        if !is_right {
            wrong.push(token.to_owned());
        }
    }
    drop(ledger);
    if let Some(token) = wrong.first() {
        let count = wrong.len();
        site.violate(&format!("{what}: {count} records are not what was written, as `{token}`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_all_kinds_of_garbage() {
        let mut random = Random::new(1, 1);
        let mut kinds: Vec<&str> = (0..60)
            .map(|_| garbage(b"frame", &mut random))
            .map(|(what, bytes)| {
                assert!(!bytes.is_empty());
                what
            })
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds, ["half a frame", "lying length", "noise", "zeros"]);
    }

    #[test]
    fn finds_the_last_segment() {
        let room = tempfile::tempdir().unwrap();
        fs::create_dir(room.path().join("journal")).unwrap();
        for name in ["00.seg", "02.seg", "01.seg", "09.tmp"] {
            fs::write(room.path().join("journal").join(name), "").unwrap();
        }
        assert!(last_segment(room.path()).unwrap().ends_with("02.seg"));
    }
}
