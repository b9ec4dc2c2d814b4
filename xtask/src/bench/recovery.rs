//! How soon a server that was killed is up again where nothing of its journal was sealed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::example::example;
use super::phases::{Bench, MEBIBYTE};
use super::report::{Must, Report, figure};
use crate::statistics::median;
use crate::tool;

/// Records that wait in the journal, in MiB.
const RECORDS: u64 = 1_024;
/// From the first read of the directory until it answers, in seconds.
const RECOVERY: Must = Must::AtMost(10.0);

/// One opening, as the program tells it.
#[derive(Deserialize)]
struct Opened {
    seconds: f64,
    journal_bytes: u64,
    records: u64,
}

/// Fills a journal as a server does that cannot seal, and opens it as often as is asked for.
pub(super) fn run(bench: &Bench<'_>, data: &Path, report: &mut Report) -> Result<()> {
    let program = example(bench.repository, "recovery")?;
    let fill = [Path::new("fill"), &bench.logs.directory, data, Path::new(&RECORDS.to_string())]
        .map(Path::to_owned);
    tool::output(Command::new(&program).args(fill)).context("filling the journal")?;
    let mut opened: Vec<Opened> = Vec::new();
    for _ in 0..bench.scale.runs {
        let said = tool::output(Command::new(&program).arg("open").arg(data))?;
        opened.push(serde_json::from_str(&said)?);
    }
    fs::remove_dir_all(data)?;
    let Some(last) = opened.last() else { return Ok(()) };
    let seconds: Vec<f64> = opened.iter().map(|one| one.seconds).collect();
    let name = "recovery: 1 GiB of records in the journal";
    report.figure(name, RECOVERY, median(&seconds), "s, read from the page cache");
    let (mebibytes, records) = (last.journal_bytes as f64 / MEBIBYTE, last.records as f64);
    let found = format!("{} MiB of it, compressed; {} records", figure(mebibytes), figure(records));
    report.describe("journal", found);
    Ok(())
}
