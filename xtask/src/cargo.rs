//! Cargo, as whoever types it has it.

use std::env;
use std::process::Command;

/// Cargo without what it told us of our own package: build scripts that look at that would run
/// again, and all that depends on them be built again, at each turn from `cargo xtask` to `cargo`.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os().filter(|(name, _)| is_of_a_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn is_of_a_package(name: &str) -> bool {
    let beginnings = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    beginnings.iter().any(|own| name.starts_with(own)) || name == "CARGO_PRIMARY_PACKAGE"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_package_is_not_passed_on() {
        for own in ["CARGO_PKG_VERSION_MAJOR", "CARGO_MANIFEST_DIR", "CARGO_PRIMARY_PACKAGE"] {
            assert!(is_of_a_package(own), "{own}");
        }
        for everybodys in ["CARGO_TARGET_DIR", "CARGO_HOME", "CARGO_BUILD_JOBS", "PATH"] {
            assert!(!is_of_a_package(everybodys), "{everybodys}");
        }
    }
}
