//! The engine's own simulation as a gate: seeded lives on a simulated disk, which forgets more
//! cruelly than any file system. It needs no root, and finds what an ext4 below hides.

use std::process::Command;

use anyhow::{Result, bail};

use super::lab::Lab;
use super::tally::Tally;

const TEST: &str = "sim::keeps_what_was_acknowledged_over_thousands_of_lives";

fn cargo() -> Command {
    let mut command = crate::cargo::cargo();
    let words = ["test", "--release", "-p", "pugmark-engine", "--features", "seeded-bugs"];
    command.args(words).args(["--test", "engine"]);
    command
}

/// Whether the simulation can be built with the bugs in it.
pub(super) fn permits() -> Result<()> {
    let output = cargo().arg("--no-run").output()?;
    if !output.status.success() {
        bail!("the simulation cannot be built: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// So many seeds; a life that breaks a promise is a violation.
pub(super) fn run(lab: &Lab, seeds: usize, totals: &mut Tally) -> Result<()> {
    let variables = lab.environment.iter().map(|(name, value)| (name.as_str(), value));
    let output = cargo()
        .args(["--", "--exact", TEST])
        .env("SIM_SEEDS", seeds.to_string())
        .envs(variables)
        .output()?;
    totals.cycles += seeds;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        totals.violate("simulation", broken_promise(&told));
    }
    Ok(())
}

/// The line that names the seed.
fn broken_promise(told: &str) -> &str {
    let line = told.lines().find(|line| line.starts_with("seed "));
    line.unwrap_or("the simulation failed without naming a seed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_is_named() {
        assert_eq!(broken_promise("x\nseed 7 (…): lost\ny"), "seed 7 (…): lost");
        assert!(broken_promise("x").contains("without"));
    }
}
