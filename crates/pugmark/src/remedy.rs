//! What helps against what the system says.

use std::io::{self, ErrorKind};

/// The system's number for "too many open files", the same on every Unix.
const TOO_MANY_OPEN_FILES: i32 = 24;

/// The next step after an error of the system; `None` where the error does not tell.
pub(crate) fn of(error: &io::Error) -> Option<&'static str> {
    if error.raw_os_error() == Some(TOO_MANY_OPEN_FILES) {
        return Some("allow more open files (ulimit -n), then run the command again");
    }
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("free some space on that disk, then run the command again")
        }
        ErrorKind::PermissionDenied => {
            Some("run it as the user who owns the file, or give this user permission")
        }
        ErrorKind::ReadOnlyFilesystem => {
            Some("make the file system writable, or name another directory with --data DIR")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_helps() {
        let of = |number| of(&io::Error::from_raw_os_error(number)).unwrap_or_default();
        for (number, word) in [(28, "space"), (13, "permission"), (24, "ulimit"), (30, "writable")]
        {
            assert!(of(number).contains(word), "{number}: {}", of(number));
        }
        assert_eq!(of(5), "");
    }
}
