//! Nothing on disk lacks a version tag and a frozen example: every document in `docs/formats`
//! gives, for each `Version tag:` line, an existing file that later versions must still read.

use std::fs;

use anyhow::{Context, Result};

use super::Finding;
use crate::repository::{Repository, files_below};

const TAG: &str = "Version tag:";

/// Checks every document of a format; without any there is nothing to check yet.
pub(super) fn check(repository: &Repository) -> Result<Vec<Finding>> {
    let directory = repository.path("docs/formats");
    let mut findings = Vec::new();
    if !directory.is_dir() {
        return Ok(findings);
    }
    for path in files_below(&directory)? {
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read `{}`", path.display()))?;
            let exists =
                |name: &str| directory.join(name).is_file() || repository.path(name).is_file();
            findings.extend(check_document(&repository.relative(&path), &text, exists));
        }
    }
    Ok(findings)
}

/// A section runs from one tag to the next; one of its `quoted` words must be a file.
fn check_document(path: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(tag) = line.trim_start().strip_prefix(TAG) {
            findings.extend(open.take().map(|(at, tag)| without_example(path, at, tag)));
            open = Some((index + 1, tag.trim()));
        }
        if quoted_words(line).any(&exists) {
            open = None;
        }
    }
    findings.extend(open.map(|(at, tag)| without_example(path, at, tag)));
    findings
}

fn without_example(path: &str, line: usize, tag: &str) -> Finding {
    let message = format!(
        "version tag {tag} names no frozen example: write one and put its path here in backticks"
    );
    Finding::new(path, line, message)
}

fn quoted_words(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let exists = |name: &str| name == "examples/journal-1.bin";
        check_document("docs/formats/journal.md", text, exists).iter().map(|f| f.line).collect()
    }

    #[test]
    fn wants_an_example_for_each_tag() {
        let good = "Version tag: `PMJ1`\n\nExample: `examples/journal-1.bin`\n";
        assert_eq!(lines(good), [0; 0]);
        assert_eq!(lines("Version tag: `PMJ1` (`examples/journal-1.bin`)\n"), [0; 0]);
        assert_eq!(lines(&format!("{good}\nVersion tag: `PMJ2`\n")), [5]);
    }

    #[test]
    fn refuses_an_example_that_does_not_exist() {
        assert_eq!(lines("# Journal\nVersion tag: `PMJ1`\nExample: `examples/none.bin`\n"), [2]);
    }

    #[test]
    fn has_nothing_to_say_where_there_are_no_formats_yet() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(check(&Repository::at(empty.path())).unwrap(), []);
    }
}
