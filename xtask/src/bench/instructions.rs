//! Instruction counts that are kept in the repository, with what they were counted of.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const HEAD: &str = "\
# Instructions of each kernel, as `cargo xtask bench --quick` counts them;
# written by `cargo xtask bench --quick --keep-counts`.
";
/// Lines that say what was counted; all others are counts.
const COMMIT: &str = "commit";
const RECORDS: &str = "records";
const TOOLS: &str = "tools";

/// Counts, and of what they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Instructions {
    /// The commit that was checked out.
    pub(super) commit: String,
    /// The records that were worked on.
    pub(super) records: String,
    /// Compiler and valgrind.
    pub(super) tools: String,
    /// Instructions of one unit of each kernel.
    pub(super) counts: Vec<(String, f64)>,
}

impl Instructions {
    /// Reads the file; nothing where there is none yet.
    pub(super) fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let shown = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
        Self::parse(&text).with_context(|| format!("`{shown}` has a line without a count"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut all = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (name, value) = line.split_once(": ")?;
            match name {
                COMMIT => value.clone_into(&mut all.commit),
                RECORDS => value.clone_into(&mut all.records),
                TOOLS => value.clone_into(&mut all.tools),
                _ => all.counts.push((name.to_owned(), value.parse().ok()?)),
            }
        }
        Some(all)
    }

    /// Writes the file.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(path, self.to_string())
            .with_context(|| format!("cannot write `{}`", path.display()))
    }

    /// What a kernel took when these were counted.
    pub(super) fn of(&self, kernel: &str) -> Option<f64> {
        self.counts.iter().find(|(name, _)| name == kernel).map(|(_, count)| *count)
    }
}

impl fmt::Display for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        writeln!(f, "{COMMIT}: {}\n{RECORDS}: {}", self.commit, self.records)?;
        writeln!(f, "{TOOLS}: {}\n", self.tools)?;
        self.counts.iter().try_for_each(|(name, count)| writeln!(f, "{name}: {count:.1}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Instructions {
        Instructions {
            commit: "0bce299".to_owned(),
            records: "100000, generated, seed 1".to_owned(),
            tools: "rustc 1.95.0, valgrind-3.19.0".to_owned(),
            counts: vec![("import, a record".to_owned(), 155_420.5), ("opening".to_owned(), 7.0)],
        }
    }

    #[test]
    fn comes_back_as_it_was_written() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("figures").join("instructions.txt");
        assert_eq!(Instructions::read(&path).unwrap(), Instructions::default());
        some().write(&path).unwrap();
        let read = Instructions::read(&path).unwrap();
        assert_eq!(read, some());
        assert_eq!((read.of("opening"), read.of("another")), (Some(7.0), None));
    }

    #[test]
    fn refuses_a_line_without_a_count() {
        assert_eq!(Instructions::parse("opening: many\n"), None);
        assert_eq!(Instructions::parse("opening 7\n"), None);
    }

    #[test]
    fn reads_what_the_repository_keeps() {
        let text = include_str!("../../../docs/figures/instructions.txt");
        let kept = Instructions::parse(text).unwrap();
        assert!(!kept.commit.is_empty() && !kept.counts.is_empty(), "{kept:?}");
    }
}
