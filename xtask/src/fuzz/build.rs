//! The fuzzer: one program for all targets, built with instrumentation by the same compiler as
//! everything else.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::repository::Repository;

/// What the compiler adds, so that the fuzzer sees which branches an input takes. These are the
/// flags that libFuzzer needs; no sanitizer is among them, so a stable compiler has them all.
pub(super) const INSTRUMENTATION: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg",
    "fuzzing",
];

/// The built program, and where what it works with lies.
#[derive(Debug)]
pub(super) struct Fuzzer {
    pub(super) program: PathBuf,
    /// Seeds and corpora: one directory each for every target.
    pub(super) work: PathBuf,
    /// Inputs that broke a target.
    pub(super) artifacts: PathBuf,
}

impl Fuzzer {
    /// Builds the program and writes its seeds.
    pub(super) fn build(repository: &Repository) -> Result<Self> {
        let host = host()?;
        let target = repository.target().join("fuzz");
        let built = cargo()
            .args(["build", "--quiet", "--locked", "--features", "libfuzzer", "--bin", "fuzz"])
            .args(["--target", &host, "--manifest-path"])
            .arg(repository.path("fuzz/Cargo.toml"))
            .env("CARGO_TARGET_DIR", &target)
            .env("CARGO_ENCODED_RUSTFLAGS", INSTRUMENTATION.join("\x1f"))
            .status()
            .context("cannot start `cargo build` for the fuzz targets")?;
        if !built.success() {
            bail!(
                "the fuzz targets do not build; if cargo says that the lock file must be updated, \
                 run `cargo update --workspace --manifest-path fuzz/Cargo.toml` and commit it"
            );
        }
        let fuzzer = Self {
            program: target.join(host).join("debug/fuzz"),
            work: target.join("work"),
            artifacts: repository.path("fuzz/artifacts"),
        };
        fuzzer.write_seeds()?;
        Ok(fuzzer)
    }

    /// Seeds are made by the program itself, so that they follow the formats.
    fn write_seeds(&self) -> Result<()> {
        for old in [self.seeds(), self.words()] {
            if old.exists() {
                fs::remove_dir_all(&old)
                    .with_context(|| format!("cannot clear `{}`", old.display()))?;
            }
        }
        let written = Command::new(&self.program).env("PUGMARK_FUZZ_SEEDS", &self.work).status();
        match written.context("cannot start the fuzzer")?.success() {
            true => Ok(()),
            false => bail!("the fuzzer did not write its seeds"),
        }
    }

    /// One directory of seeds for every target.
    pub(super) fn seeds(&self) -> PathBuf {
        self.work.join("seeds")
    }

    /// For every target a file of words that mean something to it.
    pub(super) fn words(&self) -> PathBuf {
        self.work.join("words")
    }

    /// The names of all targets: those that there are seeds for.
    pub(super) fn targets(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.seeds()).context("cannot list the seeds")? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }
}

/// Lints the targets, the C++ part left out.
pub(crate) fn lint(repository: &Repository) -> Command {
    let mut command = cargo();
    command
        .args(["clippy", "--quiet", "--locked", "--manifest-path"])
        .arg(repository.path("fuzz/Cargo.toml"))
        .args(["--", "-D", "warnings"])
        .env("CARGO_TARGET_DIR", repository.target().join("fuzz"))
        .current_dir(repository.root());
    command
}

/// The platform that the compiler builds for.
fn host() -> Result<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = Command::new(rustc).arg("-vV").output().context("cannot ask `rustc -vV`")?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).context("`rustc -vV` does not say its host")
}

/// Makes a directory, and those above it.
pub(super) fn make(directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).with_context(|| format!("cannot make `{}`", directory.display()))
}
