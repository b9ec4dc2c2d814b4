//! Opening a data directory, and telling people why one cannot be opened.

use crate::complaint::{Complaint, Exit};
use crate::credentials::{self, Credentials};
use crate::endpoint::Endpoint;
use engine::{Engine, Settings};
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
            "make room or give permission, then run the command again",
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

/// What the engine says. Its messages name the next step behind a semicolon.
pub(crate) fn complaint(error: &engine::Error, data: &Path) -> Complaint {
    let exit = match error {
        engine::Error::Poisoned { .. } | engine::Error::Overloaded => Exit::Partial,
        _ => Exit::Failed,
    };
    let tried = format!("working in the data directory `{}`", data.display());
    let said = error.to_string();
    let (cause, next) = said
        .split_once("; ")
        .unwrap_or((&said, "see what the cause names, then run the command again"));
    Complaint::new(exit, format!("{cause}{}", causes(error)), tried, next)
}

/// What lies behind an error, each after a colon.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
