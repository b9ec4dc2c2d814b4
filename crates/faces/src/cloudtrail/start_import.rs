//! `StartImport`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartImport.html>
//!
//! The log files of trails in a bucket go into an event data store, whatever its selectors say. The
//! import goes on behind the answer; with the id of one that was stopped, or of which files failed,
//! it goes on where it stood.

use super::exception::Exception;
use super::import_check::{self, NewImport};
use super::imports::{self, ImportShape, SourceShape};
use super::prelude::*;
use super::time;
use super::window::When;
use crate::answer::Answer;
use model::resource::{BucketImport, BucketImportStatus};

/// What is to be imported.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    destinations: Option<Vec<String>>,
    import_source: Option<SourceShape>,
    start_event_time: Option<When>,
    end_event_time: Option<When>,
    import_id: Option<String>,
}

impl Input {
    const fn is_new(&self) -> bool {
        self.destinations.is_some()
            || self.import_source.is_some()
            || self.start_event_time.is_some()
            || self.end_event_time.is_some()
    }
}

/// Proposes the import, or that an earlier one goes on.
pub fn handle(
    state: &State,
    caller: &Caller,
    input: Input,
) -> Result<(Answer<ImportShape>, Effect), Error> {
    let import = match input.import_id.clone() {
        Some(_) if input.is_new() => {
            return Err(Exception::InvalidParameter.says(
                "`ImportId` goes on with an import as it was started: give it alone, or leave it \
                 out",
            ));
        }
        Some(id) => again(state, caller, &id)?,
        None => new(state, caller, input)?,
    };
    let output = ImportShape::started(&import);
    let response_elements = time::recorded(&output);
    let effect = Effect::from(Change::BucketImportPut(Box::new(import)));
    Ok((Answer { output, response_elements }, effect))
}

fn new(state: &State, caller: &Caller, input: Input) -> Result<BucketImport, Error> {
    let asked = NewImport {
        destinations: input.destinations,
        source: input.import_source,
        start: input.start_event_time,
        end: input.end_event_time,
    };
    let made = asked.made(state, caller)?;
    check_idle(state, caller)?;
    Ok(made)
}

fn again(state: &State, caller: &Caller, id: &str) -> Result<BucketImport, Error> {
    let mut import = BucketImport::clone(imports::find(state, caller, id)?);
    check_idle(state, caller)?;
    if import.status == BucketImportStatus::Completed {
        return Err(Exception::InvalidParameter.says(format!(
            "import `{id}` took every file in: start a new one for files that came since"
        )));
    }
    import_check::check_store(state, caller, imports::destination(&import).as_str())?;
    import_check::check_source(state, caller, &import)?;
    (import.status, import.updated) = (BucketImportStatus::Initializing, caller.at());
    import.progress.retried_to = Some(String::new());
    Ok(import)
}

fn check_idle(state: &State, caller: &Caller) -> Result<(), Error> {
    let mut all = state.bucket_imports(caller.account());
    match all.find(|import| import.status.is_under_way()) {
        None => Ok(()),
        Some(import) => Err(Exception::AccountHasOngoingImport.says(format!(
            "import `{}` is under way, and one runs at a time: wait for its end, or stop it",
            import.id
        ))),
    }
}
