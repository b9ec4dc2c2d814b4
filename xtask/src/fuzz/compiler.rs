//! The compilers that the fuzzer is built with: the one for C++ is found, or installed where that
//! is allowed; the one for Rust must be able to count branches.

use std::env;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::build::INSTRUMENTATION;

/// Whether there are both.
#[derive(Debug)]
pub(super) enum Compiler {
    Found,
    /// Which is not there, and why.
    Missing(String),
}

impl Compiler {
    /// Looks for a compiler; where there is none and this is a machine of our own (root, with
    /// apt), installs one.
    pub(super) fn find() -> Self {
        if !cfg!(all(target_os = "linux", target_env = "gnu")) {
            return Self::Missing("the fuzzer is built on Linux with glibc only".to_owned());
        }
        if let Some(why) = refusal(&INSTRUMENTATION) {
            return Self::Missing(format!("the Rust compiler cannot count branches: {why}"));
        }
        if is_there() {
            return Self::Found;
        }
        if !is_root() {
            let why = "no C++ compiler, and only root may install one: apt-get install g++";
            return Self::Missing(why.to_owned());
        }
        println!("    installing a C++ compiler: apt-get install g++");
        let installed =
            apt(&["update"]) && apt(&["install", "-y", "--no-install-recommends", "g++"]);
        match installed && is_there() {
            true => Self::Found,
            false => Self::Missing("no C++ compiler, and apt-get could not install g++".to_owned()),
        }
    }
}

/// What the Rust compiler says against these flags; nothing where it takes them. It is asked to
/// build something, for whether it has a pass shows only then.
fn refusal(flags: &[&str]) -> Option<String> {
    let said = build_nothing(flags).map_err(|error| format!("cannot start `rustc`: {error}"));
    match said {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            Some(text.lines().next().unwrap_or("it does not say why").to_owned())
        }
        Err(why) => Some(why),
    }
}

fn build_nothing(flags: &[&str]) -> std::io::Result<Output> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut child = Command::new(rustc)
        .args(["--crate-name", "nothing", "--crate-type", "lib", "--emit", "asm=-", "-"])
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut text) = child.stdin.take() {
        text.write_all(b"pub fn nothing() {}")?;
    }
    child.wait_with_output()
}

/// `CXX` where it is set, else what is usually there.
fn is_there() -> bool {
    let chosen = env::var("CXX").ok();
    let names = chosen.iter().map(String::as_str).chain(["c++", "g++", "clang++"]);
    names.into_iter().any(|name| succeeds(Command::new(name).arg("--version")))
}

fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output();
    said.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt(words: &[&str]) -> bool {
    succeeds(Command::new("apt-get").arg("-q").args(words).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_the_rust_compiler_does_not_take() {
        assert_eq!(refusal(&[]), None);
        let why = refusal(&["-Cpasses=no-such-pass"]).unwrap();
        assert!(why.contains("no-such-pass"), "{why}");
    }
}
