//! `ListImports`: the imports, newest first.

use super::import;
use super::prelude::*;
use crate::limits::IMPORTS_MAX;
use model::resource::Import;
use std::cmp::Reverse;

/// Nothing.
#[derive(Debug, Deserialize, Serialize)]
pub struct Input {}

/// All of them, or the newest hundred.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    imports: Vec<Import>,
}

/// Lists imports.
pub fn handle(snapshot: &Snapshot, caller: &Caller, _input: Input) -> Result<Output, Error> {
    import::check(snapshot.state(), caller)?;
    let mut newest: Vec<&Import> = snapshot.state().imports().collect();
    newest.sort_by_key(|import| Reverse(import.started));
    newest.truncate(IMPORTS_MAX);
    let present = newest.into_iter().filter_map(|import| snapshot.import(&import.id));
    let imports = present.map(import::shown).collect();
    Ok(Output { imports })
}
