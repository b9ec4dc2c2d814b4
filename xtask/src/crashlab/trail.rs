//! A trail and the buckets around it: what they are made of, and what must be in them.

use std::collections::{BTreeMap, HashSet};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::archive::Archive;
use super::bucket::{self, CELLS, FILES, VERSIONS, Version};
use super::ledger::{Kind, Ledger};
use super::object;
use super::seen::Seen;
use super::site::WRITERS;
use super::verdict::Scope;
use super::writer::{self, Writer};
use crate::client::Client;
use crate::clock::Stopwatch;

const NAME: &str = "crashlab-trail";
/// How often it delivers, and makes digests.
pub(super) const PACE: [(&str, &str); 2] =
    [("PUGMARK_DELIVERY_INTERVAL", "1s"), ("PUGMARK_DIGEST_INTERVAL", "2s")];
/// Everything is delivered and listed after so long: a refusal costs a pause, too.
const DELIVERED: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(300);
/// What is put is locked for a day.
const LOCK: &str = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>\
    <DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>\
    </ObjectLockConfiguration>";
/// Objects named in a violation.
const TOLD_MAX: usize = 3;

/// What is known of a trail and its buckets.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) archive: Archive,
    /// Calls that were made before it logged: their records may be delivered or not.
    before: HashSet<String>,
    /// The token of each version that was read.
    versions: BTreeMap<(String, String), String>,
}

impl Writer<'_> {
    /// Makes buckets and trail; it logs from then on.
    pub(super) fn prepare_trail(&mut self) -> Result<()> {
        for (bucket, lock) in [(VERSIONS, true), (FILES, true), (CELLS, false)] {
            let lock = ("x-amz-bucket-object-lock-enabled", if lock { "true" } else { "false" });
            self.s3("PUT", &format!("/{bucket}"), Some(lock), b"")?;
        }
        self.s3("PUT", &format!("/{VERSIONS}?object-lock"), None, LOCK.as_bytes())?;
        self.s3("PUT", &format!("/{FILES}?policy"), None, policy().to_string().as_bytes())?;
        self.cloudtrail("CreateTrail", &trail())?;
        self.cloudtrail("PutEventSelectors", &selectors())?;
        self.cloudtrail("StartLogging", &json!({ "Name": NAME }))
    }
}

fn policy() -> Value {
    let acl = allowed("s3:GetBucketAcl", &format!("arn:aws:s3:::{FILES}"));
    let put = allowed("s3:PutObject", &format!("arn:aws:s3:::{FILES}/AWSLogs/*"));
    json!({ "Version": "2012-10-17", "Statement": [acl, put] })
}

fn allowed(action: &str, resource: &str) -> Value {
    let service = json!({ "Service": "cloudtrail.amazonaws.com" });
    json!({ "Effect": "Allow", "Principal": service, "Action": action, "Resource": resource })
}

fn trail() -> Value {
    json!({
        "Name": NAME, "S3BucketName": FILES,
        "IsMultiRegionTrail": true, "EnableLogFileValidation": true,
    })
}

/// Every call, and every object that a writer puts.
fn selectors() -> Value {
    let field = |name: &str, value: &str| json!({ "Field": name, "Equals": [value] });
    let ours = json!({ "Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::crashlab-"] });
    let data = [field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object"), ours];
    json!({ "TrailName": NAME, "AdvancedEventSelectors": [
        { "Name": "calls", "FieldSelectors": [field("eventCategory", "Management")] },
        { "Name": "objects", "FieldSelectors": data },
    ]})
}

impl Trail {
    /// A trail that logs from now on.
    pub(super) fn new(ledger: &Ledger) -> Self {
        let before = ledger.entries().map(|(token, _)| token.to_owned()).collect();
        Self { before, ..Self::default() }
    }

    /// Adds the objects to what was seen, and tells what is wrong.
    pub(super) fn check(
        &mut self,
        client: &mut Client,
        seen: &mut Seen,
        ledger: &Ledger,
        scope: Scope,
    ) -> Result<Vec<String>> {
        let mut problems = self.read_versions(client)?;
        self.versions.values().for_each(|token| seen.add_object(token));
        problems.extend(unlike(seen, ledger, scope));
        problems.extend(cells(client, seen, ledger)?);
        problems.extend(self.locked(client)?);
        problems.extend(self.archive.check(client)?);
        Ok(problems)
    }

    /// Reads the versions that are new; those that were read stay, and so does their content.
    fn read_versions(&mut self, client: &mut Client) -> Result<Vec<String>> {
        let (mut problems, mut listed) = (Vec::new(), HashSet::new());
        for version in bucket::versions(client, VERSIONS)? {
            let place = (version.key.clone(), version.id.clone());
            if version.is_marker {
                problems.push(format!("nobody deleted `{}`", version.key));
            } else if !self.versions.contains_key(&place) {
                let bytes = bucket::get(client, VERSIONS, &version)?;
                match object::read(&bytes) {
                    Some(token) => drop(self.versions.insert(place.clone(), token)),
                    None => problems.push(format!("{place:?} has bytes that nobody put")),
                }
            }
            listed.insert(place);
        }
        let gone: Vec<_> =
            self.versions.keys().filter(|it| !listed.contains(*it)).cloned().collect();
        for place in gone {
            problems.push(format!("the version {place:?} is gone"));
            self.versions.remove(&place);
        }
        problems.truncate(TOLD_MAX);
        Ok(problems)
    }

    /// A version that is locked is not removed by anybody who does not bypass the lock; its bytes
    /// are what they were.
    fn locked(&self, client: &mut Client) -> Result<Option<String>> {
        let Some(((key, id), token)) = self.versions.iter().next_back() else { return Ok(None) };
        let answer = client.s3("DELETE", &format!("/{VERSIONS}/{key}?versionId={id}"), b"")?;
        if answer.status != 403 {
            return Ok(Some(format!("a locked version was deleted: {}", answer.status)));
        }
        let (key, id, etag) = (key.clone(), id.clone(), String::new());
        let bytes = bucket::get(client, VERSIONS, &Version { key, id, etag, is_marker: false })?;
        let is_same = object::read(&bytes).as_ref() == Some(token);
        Ok((!is_same).then(|| format!("the object of {token} has other bytes than before")))
    }

    /// Waits until every record that the trail takes in is in a file, once, and every file in a
    /// digest; what is not so in the end is told.
    pub(super) fn settle(&mut self, client: &mut Client, seen: &Seen) -> Result<Vec<String>> {
        let watch = Stopwatch::start();
        let mut problems = Vec::new();
        let mut logs = None;
        while problems.is_empty() {
            problems = self.archive.check(client)?;
            let missing = self.undelivered(seen);
            if missing.is_empty() && logs.is_none() {
                logs = Some(self.archive.logs());
            }
            let unlisted = logs.as_ref().map(|logs| self.archive.unlisted(logs));
            if unlisted == Some(0) {
                break;
            }
            if watch.elapsed() > DELIVERED {
                let (count, some) = (missing.len(), missing.get(..TOLD_MAX).unwrap_or(&missing));
                problems.push(match unlisted {
                    None => format!("{count} records are in no log file: {some:?}"),
                    Some(count) => format!("{count} log files are in no digest"),
                });
            }
            thread::sleep(POLL);
        }
        problems.extend(self.strange(seen));
        Ok(problems)
    }

    /// Records that the trail takes in and that no file holds.
    fn undelivered(&self, seen: &Seen) -> Vec<String> {
        let is_chosen = |token: &&str| seen.sight(token).is_chosen;
        let wanted = seen.tokens().filter(is_chosen).filter(|token| !self.before.contains(*token));
        wanted.filter(|token| self.archive.count(token) == 0).map(str::to_owned).collect()
    }

    /// Records in files that are not in the base.
    fn strange(&self, seen: &Seen) -> Option<String> {
        let mut strange = self.archive.tokens().filter(|token| seen.sight(token).count == 0);
        strange.next().map(|token| format!("{token} was delivered and is no record of the base"))
    }
}

/// An object and the record of its put are one frame: both are there, or neither.
fn unlike(seen: &Seen, ledger: &Ledger, scope: Scope) -> Option<String> {
    let objects = ledger.entries().filter(|(_, it)| it.kind == Kind::Object && scope.has(it));
    let mut unlike = objects
        .filter(|(token, _)| seen.sight(token).count != seen.sight(object::call_of(token)).count);
    let (token, _) = unlike.next()?;
    let count = 1 + unlike.count();
    Some(format!("{count} objects and the records of their puts differ: {token}"))
}

/// A cell holds what the last recorded put of its writer put there.
fn cells(client: &mut Client, seen: &Seen, ledger: &Ledger) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for thread in 0..WRITERS {
        let puts = ledger.entries().filter(|(_, entry)| entry.kind == Kind::Cell(thread));
        let puts = puts.map(|(token, _)| token).filter(|token| seen.sight(token).count > 0);
        let Some(last) = puts.max_by_key(|token| writer::place(token)) else { continue };
        let answer = client.s3("GET", &format!("/{CELLS}/{}", cell(thread)), b"")?;
        let found = object::read(&answer.body);
        if found.as_deref().map(object::call_of) != Some(last) {
            problems.push(format!("cell {thread} holds {found:?}, the last put was {last}"));
        }
    }
    Ok(problems)
}

/// The key of a writer's cell.
pub(super) fn cell(thread: usize) -> String {
    format!("cell/{thread}")
}

/// An answer that must be good.
pub(super) fn must(answer: &crate::client::Answer, what: &str) -> Result<()> {
    if !(200..300).contains(&answer.status) {
        bail!("{what} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The record of a call, of objects or of another service.
    fn line(token: &str, source: &str, category: &str) -> String {
        let record = json!({
            "eventID": token, "userAgent": token,
            "eventSource": source, "eventCategory": category,
        });
        format!("{record}\n")
    }

    fn seen() -> Seen {
        let put = line("crashlab/put", "s3.amazonaws.com", "Data");
        let call = line("crashlab/call", "sts.amazonaws.com", "Management");
        let events = line("crashlab/events", "cloudtrail-data.amazonaws.com", "Data");
        Seen::read([put, call, events].concat().as_bytes()).unwrap()
    }

    fn ledger(object: &str) -> (tempfile::TempDir, Ledger) {
        let room = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::create(&room.path().join("ledger")).unwrap();
        ledger.intend(object, Kind::Object, 1, 0);
        (room, ledger)
    }

    #[test]
    fn an_object_and_its_record_are_both_there_or_neither() {
        let (_room, ledger) = ledger("crashlab/put#o200");
        let mut seen = seen();
        let told = unlike(&seen, &ledger, Scope::Everything).unwrap();
        assert!(told.starts_with("1 objects") && told.ends_with("crashlab/put#o200"), "{told}");
        seen.add_object("crashlab/put#o200");
        assert_eq!(unlike(&seen, &ledger, Scope::Everything), None);
        let (_room, ledger) = self::ledger("crashlab/never#o200");
        assert_eq!(unlike(&seen, &ledger, Scope::Everything), None);
        seen.add_object("crashlab/never#o200");
        assert!(unlike(&seen, &ledger, Scope::Everything).is_some());
        assert_eq!(unlike(&seen, &ledger, Scope::Since(2)), None);
    }

    #[test]
    fn what_the_trail_takes_in_is_wanted_and_nothing_else() {
        let mut missing = Trail::default().undelivered(&seen());
        missing.sort_unstable();
        assert_eq!(missing, ["crashlab/call", "crashlab/put"]);
        let (_room, ledger) = ledger("crashlab/call");
        assert_eq!(Trail::new(&ledger).undelivered(&seen()), ["crashlab/put"]);
    }
}
