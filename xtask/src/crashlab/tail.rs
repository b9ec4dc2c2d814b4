//! A journal that nothing was carried out of for long: a gigabyte of frames behind the last State,
//! all of it to be read again after a kill.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::call::Call;
use super::lab::Lab;
use super::site::Site;
use super::tally::Tally;
use super::writer::{EVENTS_MAX, Writer};
use crate::clock::Stopwatch;
use crate::tool;

/// Nothing is sealed, merged or written out before the kill.
const TUNE: &str = "seal_records=1000000000,seal_bytes=1000000000000,seal_age_ms=1000000000,\
                    snapshot_bytes=1000000000000,tail_bytes=16000000000";
const CALLERS: usize = 12;
/// In this time it must have.
const GROWING: Duration = Duration::from_secs(1_200);
const POLL: Duration = Duration::from_millis(250);
const FIRST_SERIES: usize = 900_000;

/// So many journals.
pub(super) fn run(lab: &Lab, count: usize, totals: &mut Tally) -> Result<()> {
    let lab = Lab { tune: TUNE.to_owned(), ..lab.clone() };
    for series in FIRST_SERIES..FIRST_SERIES + count {
        let mut site = Site::new(&lab, "tail", series, |_| Ok(None))?;
        if let Err(error) = live(&mut site) {
            site.violate(&format!("{error:#}"));
        }
        totals.absorb(&site.tally);
    }
    Ok(())
}

fn live(site: &mut Site<'_>) -> Result<()> {
    site.open()?;
    site.next_cycle();
    let before = status(site, "records")?;
    let put = grow(site)?;
    let journal_bytes = bytes_of(&site.data.join("journal"));
    site.tally.reach("journal MiB", usize::try_from(journal_bytes >> 20)?);
    site.tally.reach("seconds of writing", usize::try_from(put.seconds)?);
    site.end_server()?;
    site.tally.faults += 1;
    let launch = site.launch();
    site.recover(&launch)?;
    let (records, tail) = (status(site, "records")?, status(site, "tailRecords")?);
    site.tally.reach("tail records", tail);
    site.tally.acknowledged = put.acknowledged;
    // Each call is a record too, and so is each question.
    let least = before + put.acknowledged;
    if records < least {
        site.tally.lost += least - records;
        site.violate(&format!("{records} records are there, {least} were acknowledged"));
    }
    if tail < put.acknowledged {
        bail!("only {tail} of {} records are in the tail: that is another test", put.acknowledged);
    }
    site.end_server()
}

/// What was put.
struct Put {
    acknowledged: usize,
    seconds: u64,
}

/// Callers put events, a hundred a call, until the journal is long enough.
fn grow(site: &Site<'_>) -> Result<Put> {
    let (target, channel) = (site.target()?, site.channel.clone().context("no channel")?);
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (journal, watch) = (site.data.join("journal"), Stopwatch::start());
    let call = |thread: usize| -> Result<()> {
        let scratch = tempfile::tempdir()?;
        let book = super::book::Book::create(&scratch.path().join("ledger"))?;
        let place = (site.series, site.cycle, thread);
        let random = site.lab.random(site.series, site.cycle, thread);
        let mut writer = Writer::connect(&book, &target, place, random)?;
        while !stop.load(Ordering::Relaxed) {
            writer.make(Call::Put(EVENTS_MAX), &channel)?;
        }
        acknowledged.fetch_add(book.open().acknowledged(), Ordering::Relaxed);
        Ok(())
    };
    thread::scope(|scope| {
        let call = &call;
        let threads = (0..CALLERS).map(|thread| scope.spawn(move || call(thread)));
        let threads: Vec<_> = threads.collect();
        while bytes_of(&journal) < site.lab.tail_bytes && watch.elapsed() < GROWING {
            thread::sleep(POLL);
        }
        stop.store(true, Ordering::Relaxed);
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or(Ok(())))
    })?;
    let seconds = watch.elapsed().as_secs();
    Ok(Put { acknowledged: acknowledged.load(Ordering::Relaxed), seconds })
}

/// A number that the server tells of itself.
fn status(site: &Site<'_>, name: &str) -> Result<usize> {
    let told = tool::output(&mut site.lab.pugmark(&site.data, &["status", "-o", "json"]))?;
    let status: Value = serde_json::from_str(&told).context("`status` told no JSON")?;
    let number = status.get(name).and_then(Value::as_u64);
    Ok(usize::try_from(number.with_context(|| format!("`status` tells no `{name}`"))?)?)
}

fn bytes_of(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|it| it.len()).sum()
}
