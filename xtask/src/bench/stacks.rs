//! Stacks of a running process, taken by `perf` many times a second, each told by the stage of a
//! call that it was in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tool;

/// Stacks a second, and bytes of each that are kept to unwind it.
const PER_S: &str = "499";
const UNWOUND: &str = "dwarf,8192";
/// What no stage owns.
const OTHER: &str = "not attributed";

/// Stages and what owns them: beginnings of the names of functions. A stack belongs to its
/// innermost function that a stage owns, so what a shared library does counts where it was called;
/// what the compiler has put into its caller counts there. The first stage that fits is taken.
const STAGES: [(&str, &[&str]); 13] = [
    ("sync of the disk", &["vfs_fsync_range", "__x64_sys_fdatasync", "__x64_sys_fsync"]),
    ("signature", &["wire::sigv4", "faces::door::authenticate", "engine::identity"]),
    ("record of the call", &["faces::door::describe"]),
    (
        "answer",
        &["wire::xml", "faces::door::respond", "faces::answer", "wire::protocol::Protocol::s"],
    ),
    (
        "parse of the request",
        &["wire::", "faces::door::parse", "faces::door::route", "faces::cloudtrail_data::batch"],
    ),
    ("parse of audit events", &["faces::cloudtrail_data::audit", "faces::cloudtrail_data::event"]),
    ("operation", &["faces::"]),
    ("journal", &["journal::", "engine::writer::Writer::append"]),
    ("hashes of the proof", &["ledger::"]),
    ("fields of the record", &["engine::derive"]),
    ("tail", &["lake::tail"]),
    ("sealing of parts", &["lake::", "engine::followers"]),
    ("commit", &["engine::"]),
];
const CONNECTION: (&str, &[&str]) =
    ("connection, scheduling", &["hyper", "tokio::", "mio::", "pugmark::"]);

/// A recording under way.
#[derive(Debug)]
pub(super) struct Recording {
    perf: PathBuf,
    child: Child,
    notes: PathBuf,
}

/// How many stacks were taken in each stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stacks {
    counts: Vec<(&'static str, u64)>,
}

impl Recording {
    /// Starts to take stacks of a process, for some seconds.
    pub(super) fn start(process: u32, seconds: u64, room: &Path) -> Result<Self> {
        let perf = tool::need("perf")?;
        let notes = room.join("perf.data");
        let child = Command::new(&perf)
            .args(["record", "-q", "-e", "cpu-clock", "-F", PER_S, "--call-graph", UNWOUND])
            .args(["-p", &process.to_string(), "-o"])
            .arg(&notes)
            .args(["--", "sleep", &seconds.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start perf")?;
        Ok(Self { perf, child, notes })
    }

    /// Waits for its end.
    pub(super) fn finish(self) -> Result<Stacks> {
        let output = self.child.wait_with_output()?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            bail!("perf ended with {}: {}", output.status, words.trim_end());
        }
        let mut command = Command::new(&self.perf);
        command.args(["script", "--no-inline", "-F", "comm,ip,sym", "-i"]).arg(&self.notes);
        let stacks = Stacks::read(&tool::output(&mut command)?);
        fs::remove_file(&self.notes)?;
        match stacks.all() {
            0 => bail!("perf saw the process do nothing"),
            _ => Ok(stacks),
        }
    }
}

impl Stacks {
    /// Reads stacks, innermost function first, with an empty line behind each.
    pub(super) fn read(text: &str) -> Self {
        let mut counts: Vec<(&'static str, u64)> = names().map(|name| (name, 0)).collect();
        for stack in text.split("\n\n").filter(|stack| stack.contains('\n')) {
            let stage = stack.lines().skip(1).filter_map(function).find_map(stage);
            let stage = stage.unwrap_or(OTHER);
            if let Some((_, count)) = counts.iter_mut().find(|(name, _)| *name == stage) {
                *count += 1;
            }
        }
        Self { counts }
    }

    /// All that were taken.
    pub(super) fn all(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// Each stage's share of all, up to 1.
    pub(super) fn shares(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let all = self.all().max(1) as f64;
        self.counts.iter().map(move |(name, count)| (*name, *count as f64 / all))
    }
}

fn stages() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    STAGES.into_iter().chain([CONNECTION])
}

fn names() -> impl Iterator<Item = &'static str> {
    stages().map(|(name, _)| name).chain([OTHER])
}

/// The name behind the address in a line.
fn function(line: &str) -> Option<&str> {
    let (_, name) = line.trim_start().split_once(' ')?;
    Some(name.trim_start_matches(['<', '&', ' ']).trim_start_matches("mut "))
}

fn stage(function: &str) -> Option<&'static str> {
    let owns = |owned: &[&str]| owned.iter().any(|start| function.starts_with(start));
    stages().find(|(_, owned)| owns(owned)).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
serve \n\
\t  4a10 malloc\n\
\t  4b20 <faces::cloudtrail_data::audit_event::AuditEvent as serde_core::de::Deserialize>::x\n\
\t  4c30 wire::protocol::Protocol::typed\n\
\t  4d40 faces::door::parse::parse\n\
\n\
writer \n\
\tffffffff81b9890d __list_del_entry_valid_or_report\n\
\tffffffff81b98900 vfs_fsync_range\n\
\t  5a10 <journal::real_disk::RealFile as model::disk::File>::append\n\
\n\
writer \n\
\t  5a10 ZSTD_compressBlock_fast\n\
\t  5a20 journal::compression::Squeezer::squeeze\n\
\t  5a30 engine::writer::Writer::run\n\
\n\
lake \n\
\t  0 [unknown]\n\
\n";

    #[test]
    fn gives_each_stack_to_its_innermost_owner() {
        let stacks = Stacks::read(TEXT);
        let seen: Vec<_> = stacks.counts.iter().filter(|(_, count)| *count > 0).collect();
        let names = ["sync of the disk", "parse of audit events", "journal", OTHER];
        assert_eq!(seen, names.map(|name| (name, 1)).iter().collect::<Vec<_>>());
        assert!((stacks.shares().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn takes_the_more_special_stage_of_two() {
        assert_eq!(stage("wire::sigv4::claimed::parse"), Some("signature"));
        assert_eq!(stage("wire::protocol::query::input"), Some("parse of the request"));
        assert_eq!(stage("lake::tail::Inner::push"), Some("tail"));
        assert_eq!(stage("lake::seal::Sealing::write"), Some("sealing of parts"));
        assert_eq!(stage("engine::followers::lake::seal"), Some("sealing of parts"));
        assert_eq!(stage("alloc::vec::Vec<T>::push"), None);
    }

    #[test]
    fn sees_nothing_in_nothing() {
        assert_eq!(Stacks::read("").all(), 0);
    }
}
