//! The C++ compiler that the fuzzer is built with: found, or installed where that is allowed.

use std::env;
use std::process::{Command, Stdio};

/// Whether there is one.
#[derive(Debug)]
pub(super) enum Compiler {
    Found,
    /// Why there is none.
    Missing(String),
}

impl Compiler {
    /// Looks for a compiler; where there is none and this is a machine of our own (root, with
    /// apt), installs one.
    pub(super) fn find() -> Self {
        if !cfg!(all(target_os = "linux", target_env = "gnu")) {
            return Self::Missing("the fuzzer is built on Linux with glibc only".to_owned());
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
