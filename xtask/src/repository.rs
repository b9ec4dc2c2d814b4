//! Where things lie: the repository, its crates, and the directory that builds go to.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A checkout of the project.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository this tool was built from.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let Some(root) = manifest.parent() else {
            bail!("`{}` has no parent; run `cargo xtask` inside the repository", manifest.display())
        };
        Ok(Self::at(root))
    }

    /// A repository at a known place (tests make small ones).
    pub(crate) fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The top directory.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the top directory.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Where cargo puts what it builds: `CARGO_TARGET_DIR` when set, else `target`.
    pub(crate) fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            Some(directory) => self.root.join(PathBuf::from(directory)),
            None => self.root.join("target"),
        }
    }

    /// The packages of the workspace: every `crates/*` and `xtask`, sorted by name.
    pub(crate) fn packages(&self) -> Result<Vec<PathBuf>> {
        let crates = self.path("crates");
        let entries = fs::read_dir(&crates).with_context(|| {
            format!("cannot list `{}`; is this a whole checkout?", crates.display())
        })?;
        let mut found = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.join("Cargo.toml").is_file() {
                found.push(path);
            }
        }
        found.push(self.path("xtask"));
        found.sort();
        Ok(found)
    }

    /// The directories of all our sources: those of the packages, and that of the fuzz targets,
    /// which are no part of the workspace.
    pub(crate) fn sources(&self) -> Result<Vec<PathBuf>> {
        let packages = self.packages()?.into_iter().chain([self.path("fuzz")]);
        Ok(packages.map(|package| package.join("src")).filter(|src| src.is_dir()).collect())
    }

    /// `path` as said in messages: below the top directory, with forward slashes.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let short = path.strip_prefix(&self.root).unwrap_or(path);
        short.to_string_lossy().replace('\\', "/")
    }
}

/// Every file below `directory`, sorted; hidden directories and `target` are left out.
pub(crate) fn files_below(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_path_buf()];
    while let Some(next) = waiting.pop() {
        for entry in
            fs::read_dir(&next).with_context(|| format!("cannot list `{}`", next.display()))?
        {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name();
            let skip = name.to_string_lossy().starts_with('.') || name == "target";
            match entry.file_type()?.is_dir() {
                true if !skip => waiting.push(path),
                true => {}
                false => found.push(path),
            }
        }
    }
    found.sort();
    Ok(found)
}
