//! `pugmark doctor`: whether this machine keeps the promises.

use crate::clock;
use crate::complaint::{Complaint, Exit};
use crate::doctor::{self, Clocks, Known, Line, State};
use crate::endpoint::Endpoint;
use crate::output::{Column, Format, Printer, Row};
use engine::RootKey;
use std::borrow::Cow;
use std::path::Path;

const COLUMNS: &[Column] = &[
    Column::text("check", 6, 0),
    Column::whole("state", 7, 0),
    Column::text("cause", 20, 0),
    Column::text("next", 20, 1),
];

/// Looks, and shows what was found.
pub(crate) fn run(
    data: &Path,
    root: Option<&RootKey>,
    asked: Option<Format>,
) -> Result<Exit, Complaint> {
    let clocks = Clocks { wall_ms: || clock::now().0, steady: clock::stopwatch };
    let lines = doctor::examine(data, &known(data, root), clocks);
    let mut printer = Printer::new(Format::chosen(asked), COLUMNS);
    for line in &lines {
        printer.row(line)?;
    }
    printer.finish()?;
    let worst = lines.iter().map(|line| line.state).max();
    Ok(if worst == Some(State::Bad) { Exit::Failed } else { Exit::Ok })
}

/// What the directory itself tells; one that is not there tells nothing.
fn known(data: &Path, root: Option<&RootKey>) -> Known {
    if !data.is_dir() {
        return Known::default();
    }
    let (mut server, mut trouble) = (None, None);
    match engine::is_in_use(data) {
        Ok(true) => server = Some(endpoint(data)),
        Ok(false) => {}
        Err(error) => trouble = Some(format!("cannot tell whether it is in use: {error}")),
    }
    let newest = engine::newest_entry(data, root).unwrap_or_else(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        trouble = Some(format!("{error}{}", cause.unwrap_or_default()));
        None
    });
    Known { server, newest_ms: newest.map(|time| time.0), trouble }
}

fn endpoint(data: &Path) -> String {
    match Endpoint::read(data) {
        Ok(Some(endpoint)) => format!("the server at {endpoint}"),
        _ => "another pugmark".to_owned(),
    }
}

impl Row for Line {
    fn cells(&self) -> Vec<String> {
        let Self { check, state, cause, next } = self;
        [check, state.word(), cause, next].map(str::to_owned).to_vec()
    }

    fn json(&self) -> Cow<'_, [u8]> {
        // INVARIANT: four strings always are JSON.
        Cow::Owned(serde_json::to_vec(self).unwrap_or_default())
    }
}
