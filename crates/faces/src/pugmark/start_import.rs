//! `StartImport`: reads log files that lie on the server's own disk.
//!
//! It opens whatever path it is given with the server's rights, so only a signed administrator
//! may; `--dev`, where nobody proves who they are, does not do.

use super::prelude::*;
use crate::limits::IMPORT_PATHS_MAX;
use engine::ImportRequest;
use model::AccountId;
use std::path::{Path, PathBuf};

/// What to read.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    paths: Vec<String>,
    /// For which account; by default the one each record names.
    owner: Option<AccountId>,
    /// Go on with an earlier import of the same paths.
    #[serde(default)]
    resume: bool,
}

/// How to ask for its progress.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    import_id: String,
}

/// Begins an import.
pub fn handle(hands: &Hands, caller: &Caller, input: Input) -> Result<Output, Error> {
    if !caller.is_platform_admin(hands.snapshot().state()) {
        return Err(Error::AccessDenied(format!(
            "{} may not import: sign as the administrator whose key is in the data directory's \
             `credentials`",
            caller.identity().arn
        )));
    }
    check(&input.paths)?;
    let request = ImportRequest {
        paths: input.paths.into_iter().map(PathBuf::from).collect(),
        owner: input.owner,
        store: None,
        resume: input.resume,
    };
    let import_id = hands.start_import(request).map_err(unreadable)?;
    Ok(Output { import_id })
}

/// A path that the server cannot read is the caller's to mend.
fn unreadable(error: engine::Error) -> Error {
    let engine::Error::Io { path, source, .. } = &error else {
        return error.into();
    };
    Error::Validation(format!(
        "the server cannot read `{}`: {source}; name what is there and may be read by the user \
         it runs as",
        path.display()
    ))
}

fn check(paths: &[String]) -> Result<(), Error> {
    let message = match paths {
        [] => "`paths` is empty: name files or directories".to_owned(),
        paths if paths.len() > IMPORT_PATHS_MAX => format!(
            "`paths` names {} places, more than {IMPORT_PATHS_MAX}: name the directory above them",
            paths.len()
        ),
        paths => match paths.iter().find(|path| !Path::new(path).is_absolute()) {
            None => return Ok(()),
            Some(path) => format!(
                "`{path}` is relative, and the server stands elsewhere: give the absolute path"
            ),
        },
    };
    Err(Error::Validation(message))
}
