//! `pugmark version`.

use crate::complaint::{Complaint, Exit};
use crate::output::{self, Format};

/// Prints it.
pub(crate) fn run(asked: Option<Format>) -> Result<Exit, Complaint> {
    let version = env!("CARGO_PKG_VERSION");
    let line = match asked {
        None | Some(Format::Table) => format!("pugmark {version}\n"),
        Some(Format::Csv) => format!("version\n{version}\n"),
        Some(Format::Json | Format::Ndjson) => format!("{{\"version\":\"{version}\"}}\n"),
    };
    output::print(line.as_bytes())?;
    Ok(Exit::Ok)
}
