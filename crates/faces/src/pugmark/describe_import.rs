//! `DescribeImport`: where an import stands, what it added, what it skipped and why.

use super::import;
use super::prelude::*;
use model::resource::Import;

/// Which.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    import_id: String,
}

/// This one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    import: Import,
}

/// Finds an import by its id.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<Output, Error> {
    import::check(snapshot.state(), caller)?;
    let found = snapshot.import(&input.import_id);
    let found = found.ok_or_else(|| {
        let id: String = input.import_id.chars().take(64).collect();
        Error::ResourceNotFound(format!("there is no import `{id}`: ListImports names them"))
    })?;
    let import = import::shown(found);
    Ok(Output { import })
}
