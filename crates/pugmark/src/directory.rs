//! Opening a data directory, and telling people why one cannot be opened.

use crate::complaint::{Complaint, Exit};
use crate::credentials::{self, Credentials};
use crate::endpoint::Endpoint;
use crate::remedy;
use engine::{Engine, Settings};
use std::error::Error;
use std::path::Path;

/// The file that every data directory has from its first moment on.
const STAMP: &str = "directory.json";

/// An open directory.
pub(crate) struct Directory {
    /// Its engine, which holds the lock.
    pub(crate) engine: Engine,
    /// The administrator's key, where it was made just now: the only time that it can be shown.
    pub(crate) new_key: Option<Credentials>,
}

/// Why a directory could not be opened.
pub(crate) enum Closed {
    /// Another process has it.
    InUse,
    /// It was made with `--dev`, and this is not, or the other way round.
    OtherBirth(engine::Error),
    /// Anything else.
    Other(Complaint),
}

impl Closed {
    /// What to say about it.
    pub(crate) fn complaint(self, data: &Path) -> Complaint {
        match self {
            Self::Other(complaint) => complaint,
            Self::OtherBirth(error) => complaint(&error, data),
            Self::InUse => {
                let by = match Endpoint::read(data) {
                    Ok(Some(endpoint)) => format!("the server at {endpoint} uses it"),
                    _ => "another pugmark uses it".to_owned(),
                };
                Complaint::failed(
                    format!("the data directory is in use: {by}"),
                    format!("opening `{}`", data.display()),
                    "stop that process, or name another directory with --data DIR",
                )
            }
        }
    }
}

/// Opens a directory, making it where there is none, and sees to it that the administrator's key
/// lies in the file `credentials`.
pub(crate) fn open(data: &Path, settings: Settings) -> Result<Directory, Closed> {
    let opened = match Engine::open(data, settings) {
        Ok(opened) => opened,
        Err(engine::Error::Locked { .. }) => return Err(Closed::InUse),
        Err(error @ (engine::Error::BornDev { .. } | engine::Error::BornSecure { .. })) => {
            return Err(Closed::OtherBirth(error));
        }
        Err(error) => return Err(Closed::Other(complaint(&error, data))),
    };
    let key = Credentials { id: opened.admin.id, secret: opened.admin.secret.expose().to_owned() };
    // A first start that was cut off left no such file, and one that somebody put there stays.
    let is_missing = opened.is_new || !credentials::path(data).exists();
    if is_missing {
        keep(&key, data)?;
    }
    Ok(Directory { engine: opened.engine, new_key: is_missing.then_some(key) })
}

fn keep(key: &Credentials, data: &Path) -> Result<(), Closed> {
    key.write(data).map_err(|error| {
        Closed::Other(Complaint::failed(
            format!("cannot write the administrator's key: {error}"),
            format!("writing `{}`", credentials::path(data).display()),
            remedy::of(&error).unwrap_or("see what the cause names, then run the command again"),
        ))
    })
}

/// Whether a lake was ever made here. Anything else that lies there is none of ours.
pub(crate) fn is_lake(data: &Path) -> Result<bool, Complaint> {
    match std::fs::metadata(data.join(STAMP)) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Complaint::failed(
            format!("cannot look into the data directory: {error}"),
            format!("opening `{}`", data.display()),
            "give this user permission, or name another directory with --data DIR",
        )),
    }
}

/// What the engine says, with all that lies behind it.
pub(crate) fn complaint(error: &engine::Error, data: &Path) -> Complaint {
    let exit = match error {
        engine::Error::Poisoned { .. } | engine::Error::Overloaded => Exit::Partial,
        _ => Exit::Failed,
    };
    let tried = format!("working in the data directory `{}`", data.display());
    let (cause, next) = told(error);
    Complaint::new(exit, cause, tried, next)
}

/// The causes, each after a colon, and the next step that the innermost of them knows. Messages
/// name it behind a semicolon; what the system says stands for a step of its own.
fn told(error: &(dyn Error + 'static)) -> (String, String) {
    let mut causes: Vec<String> = Vec::new();
    let mut next = "see what the cause names, then run the command again".to_owned();
    let mut at = Some(error);
    while let Some(error) = at {
        let said = error.to_string();
        let (cause, step) = said.rsplit_once("; ").unwrap_or((&said, ""));
        let remedy = error.downcast_ref().and_then(remedy::of).unwrap_or(step);
        if !remedy.is_empty() {
            remedy.clone_into(&mut next);
        }
        causes.push(cause.to_owned());
        at = error.source();
    }
    (causes.join(": "), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_cause_names_the_next_step() {
        let io = |number| engine::Error::Io {
            operation: "write",
            path: "root.key".into(),
            source: std::io::Error::from_raw_os_error(number),
        };
        let (cause, next) = told(&io(28));
        assert!(cause.starts_with("cannot write `root.key`: No space left"), "{cause}");
        assert!(next.starts_with("free some space"), "{next}");
        let (_, next) = told(&io(5));
        assert_eq!(next, "check that the path exists and who may use it");
        let (cause, next) = told(&engine::Error::Internal);
        assert_eq!(
            (cause.as_str(), next.as_str()),
            ("an internal error occurred", "the server's log tells more")
        );
    }
}
