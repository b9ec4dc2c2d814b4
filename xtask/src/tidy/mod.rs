//! The house rules that a machine can check. Each rule is one file; each can be seen to fail in
//! its own tests. A new exception is a line in [`exempt`], where everybody sees it.

mod docs;
mod edges;
mod exempt;
mod formats;
mod size;
mod source;
mod words;

use std::fmt;
use std::process::ExitCode;

use anyhow::Result;

use crate::repository::Repository;
use source::Source;

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// `cargo xtask tidy`.
pub(crate) fn command(repository: &Repository) -> Result<ExitCode> {
    let findings = check(repository)?;
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: every house rule holds");
        return Ok(ExitCode::SUCCESS);
    }
    println!("tidy: {} places break a house rule (the reasons are in STYLE.md)", findings.len());
    Ok(ExitCode::FAILURE)
}

/// Applies every rule to the whole repository.
pub(crate) fn check(repository: &Repository) -> Result<Vec<Finding>> {
    let mut findings = edges::check(repository)?;
    findings.extend(formats::check(repository)?);
    findings.extend(words::check_texts(repository)?);
    for source in Source::all(repository)? {
        findings.extend(size::check(&source));
        findings.extend(docs::check(&source));
        findings.extend(words::check_code(&source));
    }
    findings.sort();
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_is_tidy() {
        let findings = check(&Repository::find().unwrap()).unwrap();
        let shown: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(shown.is_empty(), "house rules are broken:\n{}", shown.join("\n"));
    }
}
