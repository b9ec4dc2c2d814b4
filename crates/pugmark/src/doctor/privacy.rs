//! Who else may read what is recorded, and the keys.

use super::Line;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Files with secrets.
const SECRET: [&str; 2] = ["root.key", "credentials"];

/// Looks at the directory and its secrets.
pub(super) fn check(data: &Path) -> Vec<Line> {
    let mut lines = Vec::new();
    match data.metadata() {
        Ok(found) => lines.push(directory(&found)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let cause = "it is not there yet; it will be its owner's alone";
            return vec![Line::ok("permissions", cause)];
        }
        Err(error) => {
            let next = "run this as the user whose directory it is";
            return vec![Line::warning("permissions", error.to_string(), next)];
        }
    }
    for name in SECRET {
        match data.join(name).metadata() {
            Ok(found) => lines.push(secret(name, found.mode())),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                let next = "run this as the user whose directory it is";
                lines.push(Line::warning("permissions", format!("{name}: {error}"), next));
            }
        }
    }
    lines
}

fn directory(found: &Metadata) -> Line {
    let own = rustix::process::getuid().as_raw();
    judge(found.mode(), found.uid(), own)
}

fn judge(mode: u32, owner: u32, own: u32) -> Line {
    let cause = format!("the directory has mode {:04o}", mode & 0o7777);
    if owner != own {
        let cause = format!("{cause} and belongs to user {owner}; this is {own}");
        let next = "run pugmark as the user whose directory it is";
        return Line::warning("permissions", cause, next);
    }
    match mode & 0o077 {
        0 => Line::ok("permissions", cause),
        others if others & 0o022 != 0 => {
            Line::bad("permissions", format!("{cause}: others may write"), "chmod 700 DIR")
        }
        _ => Line::warning("permissions", format!("{cause}: others may look in"), "chmod 700 DIR"),
    }
}

fn secret(name: &str, mode: u32) -> Line {
    let cause = format!("{name} has mode {:04o}", mode & 0o7777);
    match mode & 0o077 {
        0 => Line::ok("permissions", cause),
        _ => Line::bad(
            "permissions",
            format!("{cause}: others may read the secret in it"),
            "chmod 600 the file, then change the administrator's key",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_others_may_do_is_told() {
        let state = |mode| judge(mode, 7, 7).state;
        assert_eq!([0o700, 0o755, 0o777].map(state), [State::Ok, State::Warning, State::Bad]);
        assert_eq!(judge(0o700, 7, 8).state, State::Warning);
        let state = |mode| secret("root.key", mode).state;
        assert_eq!([0o100600, 0o100644, 0o100640].map(state), [State::Ok, State::Bad, State::Bad]);
    }

    #[test]
    fn a_key_that_others_may_read_is_found() {
        let data = tempfile::tempdir().unwrap();
        let key = data.path().join("root.key");
        std::fs::write(&key, "secret").unwrap();
        std::fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
        let lines = check(data.path());
        assert_eq!(lines.iter().map(|line| line.state).max(), Some(State::Bad), "{lines:?}");
        let nothing = check(&data.path().join("nothing"));
        assert!(nothing.iter().all(|line| line.state == State::Ok), "{nothing:?}");
    }
}
