//! The shapes of our own face, as its client sees them. `remote` carries them.

use crate::complaint::Complaint;
use crate::remote::Remote;
use crate::standing::Standing;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use engine::{Found, ImportRequest, Page, Place, Search};
use model::resource::Import;
use model::{AccountId, Origin, RecordId, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ParquetFile {
    parquet: String,
    row_count: u64,
    cut: bool,
}

/// `Query`, whose rows go into a new file that only its owner may read; gives how many there are,
/// `None` where there are more than go into one answer.
pub(crate) fn export(
    remote: &Remote,
    statement: &str,
    path: &Path,
) -> Result<Option<u64>, Complaint> {
    let ask = json!({ "statement": statement, "format": "parquet" });
    let file: ParquetFile = remote.call("Query", &ask)?;
    if file.cut {
        return Ok(None);
    }
    let written = || {
        let bytes = BASE64.decode(&file.parquet).map_err(io::Error::other)?;
        let mut options = OpenOptions::new();
        let mut opened = options.write(true).create_new(true).mode(0o600).open(path)?;
        opened.write_all(&bytes)?;
        opened.sync_all()
    };
    match written() {
        Ok(()) => Ok(Some(file.row_count)),
        Err(error) => Err(Complaint::failed(
            format!("the file was not written: {error}"),
            format!("writing `{}`", path.display()),
            "make room on the disk, then export into another directory",
        )),
    }
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
