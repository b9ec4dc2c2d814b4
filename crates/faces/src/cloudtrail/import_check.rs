//! What an import must be to be started.

use super::error::Error;
use super::exception::Exception;
use super::imports::SourceShape;
use super::store::{self, short};
use super::window::When;
use crate::door::Caller;
use engine::{DestinationProblem, ImportLocation, State, check_import};
use model::Timestamp;
use model::resource::{
    BucketImport, BucketImportStatus, EventDataStore, ImportProgress, ImportSource,
};
use pattern::EventCategory;

const DAY_MS: i64 = 86_400_000;

/// Longest ARN of a role taken, in bytes.
const ROLE_BYTES_MAX: usize = 256;

/// A new import as it is asked for.
#[derive(Debug)]
pub(super) struct NewImport {
    pub(super) destinations: Option<Vec<String>>,
    pub(super) source: Option<SourceShape>,
    pub(super) start: Option<When>,
    pub(super) end: Option<When>,
}

impl NewImport {
    /// The import, if it can be one.
    pub(super) fn made(self, state: &State, caller: &Caller) -> Result<BucketImport, Error> {
        let (Some(destinations), Some(source)) = (&self.destinations, &self.source) else {
            return Err(Exception::InvalidParameter.says(
                "a new import needs `Destinations` and `ImportSource`; `ImportId` goes on with an \
                 earlier one",
            ));
        };
        let [destination] = destinations.as_slice() else {
            return Err(Exception::InvalidParameter.says(format!(
                "`Destinations` names {} event data stores: name one",
                destinations.len()
            )));
        };
        let store = check_store(state, caller, destination)?;
        let (start, end) = self.times(store, caller.at())?;
        let import = BucketImport {
            id: caller.fresh_id().to_owned(),
            account: caller.account().clone(),
            region: caller.region().to_owned(),
            store: store.id.clone(),
            source: ImportSource {
                uri: source.s3.s3_location_uri.clone(),
                region: source.s3.s3_bucket_region.clone(),
                role: source.s3.s3_bucket_access_role_arn.clone(),
            },
            start,
            end,
            created: caller.at(),
            updated: caller.at(),
            status: BucketImportStatus::Initializing,
            progress: ImportProgress::default(),
        };
        check_source(state, caller, &import)?;
        Ok(import)
    }

    fn times(
        &self,
        store: &EventDataStore,
        now: Timestamp,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), Error> {
        let time = |when: Option<When>| when.map(When::time).transpose();
        let no_time = |error: Error| Exception::InvalidParameter.says(error.to_string());
        let (start, end) = (time(self.start).map_err(no_time)?, time(self.end).map_err(no_time)?);
        let kept = Timestamp(now.0 - i64::from(store.retention_days) * DAY_MS);
        let wrong = match (start, end) {
            (Some(start), Some(end)) if start > end => "`StartEventTime` is after `EndEventTime`",
            (Some(start), _) if start > now => "`StartEventTime` is in the future",
            (_, Some(end)) if end < kept => {
                "`EndEventTime` is before the retention period of the event data store, which \
                 would hold none of these events"
            }
            _ => return Ok((start, end)),
        };
        Err(Exception::InvalidParameter.says(format!("{wrong}: give other times")))
    }
}

/// The event data store, if records can be imported into it.
pub(super) fn check_store<'a>(
    state: &'a State,
    caller: &Caller,
    text: &str,
) -> Result<&'a EventDataStore, Error> {
    let store = store::find_active(state, caller, text)?;
    let is_trails =
        |it: &EventCategory| matches!(it, EventCategory::Management | EventCategory::Data);
    match store::categories(store).iter().any(is_trails) {
        true => Ok(store),
        false => Err(Exception::InvalidEventDataStoreCategory.says(format!(
            "event data store `{}` holds neither management nor data events, and files of trails \
             hold nothing else",
            store.name
        ))),
    }
}

/// Refuses a source that cannot be read.
pub(super) fn check_source(
    state: &State,
    caller: &Caller,
    import: &BucketImport,
) -> Result<(), Error> {
    let ImportSource { uri, region, role } = &import.source;
    check_role(caller, role)?;
    let wrong = |what: String| Err(Exception::InvalidImportSource.says(what));
    let Some(location) = ImportLocation::parse(uri) else {
        let uri = short(uri);
        return wrong(format!(
            "`{uri}` names no bucket: give `s3://BUCKET` or `s3://BUCKET/PREFIX`"
        ));
    };
    let name = &location.bucket;
    let Some(bucket) = state.bucket(name) else {
        return wrong(format!("there is no bucket `{name}`: create it first"));
    };
    if bucket.region != *region {
        let (is, said) = (&bucket.region, short(region));
        return wrong(format!("bucket `{name}` is in {is}, not in `{said}`: give its region"));
    }
    if bucket.requester_pays {
        return wrong(format!("bucket `{name}` makes requesters pay: switch that off"));
    }
    match check_import(state, import, caller.at()) {
        Ok(()) => Ok(()),
        Err(DestinationProblem::BucketPolicy(why)) => Err(Exception::InsufficientEncryptionPolicy
            .says(format!("the policy of bucket `{name}` is in the way: {why}"))),
        Err(_) => wrong(format!("bucket `{name}` cannot be read: look at its settings")),
    }
}

/// Refuses what is no role of the caller's account. Roles themselves are not kept yet.
fn check_role(caller: &Caller, role: &str) -> Result<(), Error> {
    let name = role.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":role/"));
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&b);
    let is_role = name.is_some_and(|(account, name)| {
        account == caller.account().as_str() && !name.is_empty() && name.bytes().all(is_plain)
    });
    match is_role && role.len() <= ROLE_BYTES_MAX {
        true => Ok(()),
        false => Err(Exception::InvalidParameter.says(format!(
            "`{}` is no role of this account: give `arn:aws:iam::{}:role/NAME`",
            short(role),
            caller.account()
        ))),
    }
}
