//! The shapes of our own face, as its client sees them. `remote` carries them.

use crate::complaint::Complaint;
use crate::remote::Remote;
use crate::standing::Standing;
use engine::{Found, ImportRequest, Page, Place, Search};
use model::resource::Import;
use model::{AccountId, Origin, RecordId, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Serialize)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FoundPage {
    rows: Vec<Row>,
    next: Option<Place>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    event_id: Option<String>,
    time: Timestamp,
    seq: Seq,
    owner: AccountId,
    origin: Origin,
    hidden: bool,
    event: String,
}

impl From<Row> for Found {
    fn from(row: Row) -> Self {
        let id = row.event_id.and_then(|id| RecordId::from_uuid(id.as_bytes()));
        Self {
            // Ids that are no UUIDs are hashes of our own, which no question here needs.
            id: id.unwrap_or(RecordId([0; 16])),
            place: Place { time: row.time, seq: row.seq },
            owner: row.owner,
            origin: row.origin,
            bytes: row.event.into_bytes().into(),
            hidden: row.hidden,
        }
    }
}

/// `SearchEvents`
pub(crate) fn search(remote: &Remote, search: &Search) -> Result<Page, Complaint> {
    let page: FoundPage = remote.call("SearchEvents", search)?;
    Ok(Page { rows: page.rows.into_iter().map(Found::from).collect(), next: page.next })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StartImport {
    paths: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<AccountId>,
    resume: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImportNamed {
    import_id: String,
}

/// `StartImport`; gives the import's id.
pub(crate) fn start_import(remote: &Remote, request: ImportRequest) -> Result<String, Complaint> {
    let input = StartImport { paths: request.paths, owner: request.owner, resume: request.resume };
    let named: ImportNamed = remote.call("StartImport", &input)?;
    Ok(named.import_id)
}

#[derive(Deserialize)]
struct Described {
    import: Import,
}

/// `DescribeImport`
pub(crate) fn import(remote: &Remote, id: &str) -> Result<Import, Complaint> {
    let import_id = id.to_owned();
    let described: Described = remote.call("DescribeImport", &ImportNamed { import_id })?;
    Ok(described.import)
}

#[derive(Deserialize)]
struct Imports {
    imports: Vec<Import>,
}

/// `ListImports`: the newest hundred.
pub(crate) fn imports(remote: &Remote) -> Result<Vec<Import>, Complaint> {
    let listed: Imports = remote.call("ListImports", &Nothing {})?;
    Ok(listed.imports)
}

/// `Status`
pub(crate) fn status(remote: &Remote) -> Result<Standing, Complaint> {
    remote.call("Status", &Nothing {})
}

#[derive(Deserialize)]
struct Extent {
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
}

/// `Extent`, of all that the key may see.
pub(crate) fn extent(remote: &Remote) -> Result<Option<(Timestamp, Timestamp)>, Complaint> {
    let extent: Extent = remote.call("Extent", &Nothing {})?;
    Ok(extent.oldest.zip(extent.newest))
}
