//! Programs of the system that lab and benchmark need: found, installed, or named as missing.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Where administrators' programs lie, also when the search path leaves them out.
const MORE_PLACES: [&str; 2] = ["/usr/sbin", "/sbin"];

/// Where a program lies.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&path).chain(MORE_PLACES.iter().map(PathBuf::from));
    places.map(|place| place.join(name)).find(|path| path.is_file())
}

/// A program, or why something is not run.
pub(crate) fn need(name: &str) -> Result<PathBuf> {
    find(name).with_context(|| format!("`{name}` is not installed"))
}

/// A program that a package brings; whoever is root gets it installed.
pub(crate) fn need_from(name: &str, package: &str) -> Result<PathBuf> {
    if let Some(path) = find(name) {
        return Ok(path);
    }
    install(package)?;
    need(name)
}

/// Installs a package of the system, as root.
pub(crate) fn install(package: &str) -> Result<()> {
    if !is_root() {
        bail!("`{package}` is not installed, and installing it needs root");
    }
    let apt = find("apt-get").with_context(|| format!("`{package}` is not installed"))?;
    eprintln!("installing `{package}`");
    let words = ["install", "-y", "-q", "--no-install-recommends", package];
    run(Command::new(apt).args(words).env("DEBIAN_FRONTEND", "noninteractive"))
        .with_context(|| format!("`{package}` cannot be installed"))
}

/// Whether we may mount and trace.
pub(crate) fn is_root() -> bool {
    let asked = Command::new("id").arg("-u").output();
    asked.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Mounting needs root; why not, where it is refused.
pub(crate) fn need_root() -> Result<()> {
    if !is_root() {
        bail!("mounting a disk needs root");
    }
    Ok(())
}

/// Runs a command to its end; its words are told when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// Runs a command to its end: what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}");
    let ran = command.stdin(Stdio::null()).output();
    let ran = ran.with_context(|| format!("cannot start {shown}"))?;
    if !ran.status.success() {
        let words = String::from_utf8_lossy(&ran.stderr);
        bail!("{shown} ended with {}: {}", ran.status, words.trim_end());
    }
    Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
}

/// A library that can be put before a program, anywhere below the system's libraries.
pub(crate) fn find_library(name: &str) -> Option<PathBuf> {
    let places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"];
    let paths = places.iter().map(|place| Path::new(place).join(name));
    paths.into_iter().find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_there_and_names_what_is_not() {
        assert!(find("sh").is_some());
        let error = need("no-such-program-here").unwrap_err().to_string();
        assert_eq!(error, "`no-such-program-here` is not installed");
    }

    #[test]
    fn tells_the_words_of_what_failed() {
        let error = run(Command::new("sh").args(["-c", "echo because >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("because"), "{error}");
        assert_eq!(output(Command::new("echo").arg("yes")).unwrap(), "yes\n");
    }
}
