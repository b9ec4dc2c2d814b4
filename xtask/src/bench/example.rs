//! Programs among the engine's examples that do nothing but what is to be measured.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::repository::Repository;

/// Such a program, built with the optimisations of a release.
pub(super) fn example(repository: &Repository, name: &str) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let words = ["build", "--release", "--package", "pugmark-engine", "--example", name];
    let built = Command::new(cargo).args(words).current_dir(repository.root()).status();
    if !built.context("cannot start cargo")?.success() {
        bail!("`{name}` does not build; run `cargo {}` to see why", words.join(" "));
    }
    Ok(repository.target().join("release").join("examples").join(name))
}
