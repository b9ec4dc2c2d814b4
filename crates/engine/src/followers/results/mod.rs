//! The results of queries on their way into a bucket:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-lake-query-results.html>.
//!
//! The rows lie in a file of ours that never changes. Each file that is made of them is put in one
//! frame with the note that it lies there; then the signed list of all files is, and the delivery
//! is over. So each is put once, whenever the process ends.

mod csv;

use super::delivery::own::Parcel;
use super::delivery::pauses::Pauses;
use crate::State;
use crate::archive::{Put, Refusal};
use crate::digest_keys;
use crate::engine::commit;
use crate::error::Error;
use crate::followers::imports::location::ImportLocation;
use crate::queries::RowPlace;
use crate::shared::Shared;
use ledger::Hash;
use ledger::digest::{Folder, ResultFiles, SigningKey};
use model::resource::{Query, QueryDelivery, QueryDeliveryStatus, QueryStatus, ResultFile};
use model::{AccountId, Change, Effect, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the signed list.
const SIGN_FILE: &str = "result_sign.json";
/// Trouble that may pass is tried again for so long, in milliseconds.
const TRIED_MS: i64 = 86_400_000;

/// Delivers, a file of each query at a time. What it remembers itself may be lost.
#[derive(Debug, Default)]
pub(crate) struct Results(Pauses);

/// What is put next, and what the delivery is then.
struct Next {
    bytes: Vec<u8>,
    name: String,
    content_type: &'static str,
    then: QueryDelivery,
    /// A key that was made to sign.
    made: Option<Change>,
}

impl Results {
    /// Puts the next file of every query whose rows are to be delivered; whether there was one.
    pub(crate) fn step(&mut self, shared: &Arc<Shared>) -> Result<bool, Error> {
        let state = shared.state();
        let (mut any, mut failed) = (false, None);
        for query in state.queries() {
            let Some(delivery) = under_way(query) else { continue };
            let now = shared.env.now();
            if shared.is_stopping() || self.0.is_paused(&query.id, "", now) {
                continue;
            }
            match self.put_next(shared, query, delivery) {
                Ok(put) => any |= put,
                Err(error) => {
                    self.0.refused(&query.id, "", now);
                    failed.get_or_insert(error);
                }
            }
        }
        failed.map_or(Ok(any), Err)
    }

    /// Whether it was put. The error is ours.
    fn put_next(
        &mut self,
        shared: &Arc<Shared>,
        query: &Query,
        delivery: &QueryDelivery,
    ) -> Result<bool, Error> {
        let next = match delivery.complete {
            false => rows(shared, query, delivery)?,
            true => list(shared, query, delivery)?,
        };
        let parcel = parcel(query, delivery, &next);
        let put = parcel.ready(shared, &shared.state(), &next.bytes);
        let (id, before, now) = (query.id.clone(), delivery.clone(), shared.env.now());
        let pending = commit(shared, move |state| confirm(state, &id, &before, next, put, now));
        match pending.wait()?.into_inner() {
            Ok(()) => {
                self.0.taken(&query.id, "");
                Ok(true)
            }
            Err(refusal) => {
                let (id, uri) = (&query.id, &delivery.uri);
                tracing::warn!(%refusal, id, uri, "results of a query were not taken");
                self.0.refused(&query.id, "", now);
                Ok(false)
            }
        }
    }
}

fn under_way(query: &Query) -> Option<&QueryDelivery> {
    let delivery = query.delivery.as_ref().filter(|_| query.status == QueryStatus::Finished);
    delivery.filter(|delivery| delivery.status == QueryDeliveryStatus::Pending)
}

/// The next file of rows; the first one also where there are none.
fn rows(shared: &Shared, query: &Query, delivery: &QueryDelivery) -> Result<Next, Error> {
    let from = delivery.at.map(|at| RowPlace { row: delivery.rows, at });
    let rows = csv::file(shared, query, from)?;
    let name = format!("result_{}.csv.gz", delivery.files.len() + 1);
    let mut then = delivery.clone();
    let hash = Hash::of_bytes(&rows.bytes).to_string();
    then.files.push(ResultFile { name: name.clone(), hash });
    then.rows = rows.next.map_or(query.rows, |next| next.row);
    then.at = rows.next.map(|next| next.at);
    then.complete = rows.next.is_none();
    Ok(Next { bytes: rows.bytes, name, content_type: "application/x-gzip", then, made: None })
}

/// The signed list of all files.
fn list(shared: &Shared, query: &Query, delivery: &QueryDelivery) -> Result<Next, Error> {
    let (key, made) = key(shared, query)?;
    let file = |file: &ResultFile| Some((file.name.clone(), Hash::from_hex(&file.hash)?));
    let files = delivery.files.iter().map(file).collect::<Option<_>>();
    let list = ResultFiles {
        region: query.region.clone(),
        completed: ended(query),
        files: files.ok_or(Error::Internal)?,
    };
    let no_key = |_| Error::NoKey { what: "the machine gives no randomness" };
    let bytes = list.sign(&key).map_err(no_key)?;
    let then = QueryDelivery { status: QueryDeliveryStatus::Success, ..delivery.clone() };
    let (name, content_type) = (SIGN_FILE.to_owned(), "application/json");
    Ok(Next { bytes, name, content_type, then, made })
}

/// The key whose turn it was when the query ended; where there was none it is made.
fn key(shared: &Shared, query: &Query) -> Result<(SigningKey, Option<Change>), Error> {
    let (state, vault, at) = (shared.state(), &shared.vault, ended(query));
    let (account, region) = (&query.account, &query.region);
    if let Some(key) = state.digest_key_room().at(account, region, at) {
        return Ok((digest_keys::open(vault, key)?, None));
    }
    let source = &shared.settings.digest_keys;
    let key = digest_keys::make(source, vault, account, region, at)?;
    Ok((digest_keys::open(vault, &key)?, Some(Change::DigestKeyPut(key))))
}

fn ended(query: &Query) -> Timestamp {
    query.ended.unwrap_or(query.created)
}

/// The folder of a query's results, as the bucket and the beginning of the keys.
pub(crate) fn place(
    uri: &str,
    account: &AccountId,
    id: &str,
    ended: Timestamp,
) -> Option<(String, String)> {
    let ImportLocation { bucket, prefix } = ImportLocation::parse(uri)?;
    Some((bucket, Folder::results(prefix.strip_suffix('/'), account.as_str(), id, ended)))
}

fn parcel(query: &Query, delivery: &QueryDelivery, next: &Next) -> Parcel {
    // What was asked for was checked then.
    let place = place(&delivery.uri, &query.account, &query.id, ended(query));
    let (bucket, folder) = place.unwrap_or_default();
    let content_type = ("content-type".to_owned(), next.content_type.to_owned());
    Parcel {
        bucket,
        key: format!("{folder}{}", next.name),
        headers: [content_type].into(),
        metadata: BTreeMap::new(),
        source: query.store.clone(),
        account: query.account.clone(),
        kms_key: None,
    }
}

/// Notes a file in the frame that puts it, or why it was not put. What somebody else noted
/// meanwhile stands.
fn confirm(
    state: &State,
    id: &str,
    before: &QueryDelivery,
    next: Next,
    put: Result<Put, Refusal>,
    now: Timestamp,
) -> (Result<(), Refusal>, Effect) {
    let query = state.query(id).filter(|query| query.delivery.as_ref() == Some(before));
    let is_taken = next.made.as_ref().is_some_and(|made| digest_keys::is_taken(state, made));
    let Some(query) = query.filter(|_| !is_taken) else { return (Ok(()), Effect::default()) };
    let noted = |delivery| Change::QueryPut(Query { delivery: Some(delivery), ..query.clone() });
    match put.and_then(|put| put(state)) {
        Ok(mut effect) => {
            effect.changes.extend(next.made);
            effect.changes.push(noted(next.then));
            (Ok(()), effect)
        }
        Err(refusal) => {
            let is_late = now.0 - ended(query).0 > TRIED_MS;
            let status = refused(&refusal, before.complete, is_late);
            let delivery = QueryDelivery { status, ..before.clone() };
            let effect = match status {
                QueryDeliveryStatus::Pending => Effect::default(),
                _ => Effect::from(noted(delivery)),
            };
            (Err(refusal), effect)
        }
    }
}

/// Where a delivery stands after a refusal. What may pass is tried again, for a day.
fn refused(refusal: &Refusal, is_list: bool, is_late: bool) -> QueryDeliveryStatus {
    match (refusal.code.as_str(), is_list) {
        ("NoSuchBucket", _) => QueryDeliveryStatus::ResourceNotFound,
        ("AccessDenied", false) => QueryDeliveryStatus::AccessDenied,
        ("AccessDenied", true) => QueryDeliveryStatus::AccessDeniedSigningFile,
        ("InternalError", _) if !is_late => QueryDeliveryStatus::Pending,
        (_, false) => QueryDeliveryStatus::Failed,
        (_, true) => QueryDeliveryStatus::FailedSigningFile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_for_good_ends_a_delivery_in_awss_words() {
        let check = |code: &str, is_list, is_late| {
            let refusal = Refusal { code: code.to_owned(), message: String::new() };
            refused(&refusal, is_list, is_late)
        };
        use QueryDeliveryStatus as Status;
        assert_eq!(check("NoSuchBucket", true, false), Status::ResourceNotFound);
        assert_eq!(check("AccessDenied", false, false), Status::AccessDenied);
        assert_eq!(check("AccessDenied", true, false), Status::AccessDeniedSigningFile);
        assert_eq!(check("InternalError", true, false), Status::Pending);
        assert_eq!(check("InternalError", false, true), Status::Failed);
        assert_eq!(check("KMS.DisabledException", true, false), Status::FailedSigningFile);
    }
}
