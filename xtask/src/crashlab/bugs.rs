//! Known bugs, built in on purpose: a lab that does not find them proves nothing.

use std::fmt;

use anyhow::Result;
use serde_json::{Value, json};

use super::gate::{Gate, phase_number};
use super::lab::Lab;
use super::phase::PHASES;
use super::table::Row;

/// The variable that turns a bug on.
const BUG: &str = "PUGMARK_BUG";

/// The bugs, and the gate that should find each first.
const BUGS: [(&str, Guard); 12] = [
    ("ack-before-fsync", Guard::Cuts),
    ("no-directory-fsync", Guard::Simulation),
    ("unlink-before-manifest", Guard::Phase("compaction")),
    ("ignored-short-write", Guard::Full),
    ("retry-after-failed-fsync", Guard::Syncs),
    ("trusted-length", Guard::Torn),
    ("skipped-last-checksum", Guard::Simulation),
    ("dedup-not-persisted", Guard::Kills),
    ("leaf-before-journal", Guard::Kills),
    ("non-atomic-snapshot", Guard::Phase("snapshot")),
    ("cursor-before-effect", Guard::Cuts),
    ("import-frame-before-parts", Guard::Cuts),
];

/// The gate that should find a bug.
#[derive(Debug, Clone, Copy)]
enum Guard {
    Kills,
    Cuts,
    Torn,
    Full,
    Syncs,
    Simulation,
    Phase(&'static str),
}

impl Guard {
    fn gate(self) -> Gate {
        match self {
            Self::Kills => Gate::Kills(25),
            Self::Cuts => Gate::Cuts(25),
            Self::Torn => Gate::Torn(30),
            Self::Full => Gate::Full(8),
            Self::Syncs => Gate::SyncSweep(24),
            Self::Simulation => Gate::Simulation(500),
            Self::Phase(name) => Gate::Phase(phase_number(name), 25),
        }
    }
}

/// What became of one bug.
#[derive(Debug)]
pub(super) struct Hunt {
    pub(super) bug: &'static str,
    /// The gate, and its first violation; none: it was not caught.
    pub(super) caught: Option<(String, String)>,
    /// Gates that this machine does not permit.
    pub(super) not_run: Vec<String>,
}

impl Hunt {
    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let gate = self.caught.as_ref().map(|(gate, _)| gate);
        json!({ "bug": self.bug, "caught": gate, "notRun": self.not_run })
    }
}

impl fmt::Display for Hunt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.caught {
            Some((gate, first)) => write!(f, "{}: caught by {gate} ({first})", self.bug)?,
            None => write!(f, "{}: NOT caught", self.bug)?,
        }
        match self.not_run.is_empty() {
            true => Ok(()),
            false => write!(f, "; not run: {}", self.not_run.join(", ")),
        }
    }
}

/// Every gate once more without any bug: what is found then is no bug's doing.
pub(super) fn without(lab: &Lab) -> Result<Option<String>> {
    for gate in gates(Guard::Kills).into_iter().filter(|gate| !matches!(gate, Gate::Phase(..))) {
        if let Row::Run(tally) = small(gate).attempt(lab)?
            && let Some(first) = tally.violations.first()
        {
            return Ok(Some(format!("{}: {first}", gate.name())));
        }
    }
    Ok(None)
}

fn small(gate: Gate) -> Gate {
    match gate {
        Gate::Kills(_) => Gate::Kills(5),
        Gate::Cuts(_) => Gate::Cuts(5),
        Gate::Torn(_) => Gate::Torn(4),
        Gate::Full(_) => Gate::Full(1),
        Gate::SyncSweep(_) => Gate::SyncSweep(3),
        Gate::Simulation(_) => Gate::Simulation(50),
        gate => gate,
    }
}

/// Looks for every bug: first with the gate that should find it, then with all others.
pub(super) fn hunt_all(lab: &Lab, is_asked: impl Fn(&str) -> bool) -> Result<Vec<Hunt>> {
    let asked = BUGS.iter().filter(|(bug, _)| is_asked(bug));
    asked.map(|(bug, guard)| hunt(lab, bug, *guard)).collect()
}

fn hunt(lab: &Lab, bug: &'static str, guard: Guard) -> Result<Hunt> {
    let mut lab = lab.clone();
    lab.environment.push((BUG.to_owned(), bug.into()));
    let mut hunt = Hunt { bug, caught: None, not_run: Vec::new() };
    for gate in gates(guard) {
        match gate.attempt(&lab)? {
            Row::NotRun(why) => hunt.not_run.push(format!("{}: {why}", gate.name())),
            Row::Run(tally) => {
                if let Some(first) = tally.violations.first() {
                    eprintln!("crashlab: {bug} is caught by {}", gate.name());
                    hunt.caught = Some((gate.name(), first.clone()));
                    return Ok(hunt);
                }
            }
        }
    }
    eprintln!("crashlab: {bug} is NOT caught");
    Ok(hunt)
}

/// The one that should find it, then all others.
fn gates(first: Guard) -> Vec<Gate> {
    let all =
        [Guard::Simulation, Guard::Kills, Guard::Cuts, Guard::Torn, Guard::Full, Guard::Syncs];
    let phases = PHASES.into_iter().map(|(name, _)| Guard::Phase(name));
    let all = all.into_iter().chain(phases).map(Guard::gate);
    let first = first.gate();
    std::iter::once(first).chain(all.filter(|gate| *gate != first)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_meets_every_gate_and_its_own_first() {
        for (_, guard) in BUGS {
            let gates = gates(guard);
            assert_eq!(gates[0], guard.gate());
            assert!(gates.len() >= 11, "{gates:?}");
        }
    }

    #[test]
    fn there_are_twelve_different_ones() {
        let names: std::collections::HashSet<&str> = BUGS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), 12);
    }
}
