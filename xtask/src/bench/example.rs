//! Programs among the engine's examples that do nothing but what is to be measured.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::repository::Repository;

/// Such a program, built with the optimisations of a release.
pub(super) fn example(repository: &Repository, name: &str) -> Result<PathBuf> {
    let words = ["build", "--release", "--package", "pugmark-engine", "--example", name];
    let built = cargo().args(words).current_dir(repository.root()).status();
    if !built.context("cannot start cargo")?.success() {
        bail!("`{name}` does not build; run `cargo {}` to see why", words.join(" "));
    }
    Ok(repository.target().join("release").join("examples").join(name))
}
