//! What lifecycle rules took of archives: told apart from what somebody took, since State knows it.

use super::deeds;
use super::history::Moment;
use super::report::{Flaw, Report, Verdict};
use super::seqs::Seqs;
use super::still::Still;
use super::suspicion::Deed;
use crate::delivered::DeliveredFile;
use crate::objects::walk::Walk;
use crate::objects::{place, read};
use crate::{Error, State};
use lake::Found;
use model::Timestamp;
use model::resource::{Expiry, ExpiryDeed, FileContent, PlannedFile};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Bound;

const ASK: &str = "ask whoever put the rule; the records themselves are in the base: \
                   `pugmark events` shows them";

/// Rules that are told one by one; more are counted.
const RULES_MAX: usize = 1_000;

/// Calls that put rules and are looked at, newest first.
const CALLS_MAX: usize = 10_000;

/// The rule that took a file that was delivered at `put`, if one did. `over` is the order of what
/// lies over it, where it is there still.
///
/// A rule that took a version which somebody had hidden or overwritten before is no excuse: then
/// there is no note of a rule that hid it, or the version that it took was put later.
pub(super) fn of(
    state: &State,
    file: &PlannedFile,
    put: Timestamp,
    over: Option<u64>,
    deed: Deed,
) -> Result<Option<Expiry>, Error> {
    if deed != Deed::Removal {
        return Ok(None);
    }
    let prefix = place::expiries(&file.bucket, &file.object);
    let mut walk = Walk::below(state.cold(), &prefix, Bound::Included(prefix.clone()));
    let (mut taken, mut hidden) = (None, false);
    while let Some((_, value)) = walk.step()? {
        let expiry: Expiry = read(&value)?;
        if expiry.size != file.bytes || expiry.modified > put {
            continue;
        }
        match (over, expiry.deed) {
            (Some(order), ExpiryDeed::Hidden) if expiry.order == order => return Ok(Some(expiry)),
            (Some(_), _) => {}
            (None, ExpiryDeed::Hidden) => hidden = true,
            (None, ExpiryDeed::Removed) => return Ok(Some(expiry)),
            (None, ExpiryDeed::Noncurrent) => taken = Some(expiry),
        }
    }
    Ok(taken.filter(|_| hidden))
}

/// What rules took, by bucket and rule.
#[derive(Debug, Default)]
pub(super) struct Expired {
    by_rule: BTreeMap<(String, String), Toll>,
    untold: u64,
    /// What the base misses.
    missing: Seqs,
}

/// What one rule took.
#[derive(Debug, Default)]
struct Toll {
    logs: u64,
    digests: u64,
    records: u64,
    /// Of these, missing in the base.
    lost: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    /// When it took the last.
    at: Timestamp,
}

impl Expired {
    /// Of a base that misses these records.
    pub(super) fn new(missing: &Seqs) -> Self {
        Self { missing: missing.clone(), ..Self::default() }
    }

    pub(super) fn note(&mut self, delivered: &DeliveredFile, expiry: &Expiry) {
        let of = (expiry.bucket.clone(), expiry.rule.clone());
        if self.by_rule.len() >= RULES_MAX && !self.by_rule.contains_key(&of) {
            self.untold += 1;
            return;
        }
        let toll = self.by_rule.entry(of).or_default();
        match &delivered.file.content {
            FileContent::Log { records, first, last, .. } => {
                toll.logs += 1;
                toll.records += records;
                let from = self.missing.from(first.0);
                toll.lost += from.count() - from.from(last.0 + 1).count();
            }
            FileContent::Digest { .. } => toll.digests += 1,
        }
        let put = Some(delivered.at);
        toll.first = toll.first.min(put).or(put);
        toll.last = toll.last.max(put);
        toll.at = toll.at.max(expiry.at);
    }

    /// One gap of delivery for each rule: nothing is missing in the base, which is said.
    pub(super) fn tell(self, held: &Still, moment: &Moment, report: &mut Report) {
        report.untold += self.untold;
        let who = self.who(held, moment);
        for ((bucket, rule), toll) in &self.by_rule {
            let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
            let expected = format!(
                "{} log files and {} digests that trails delivered from {} to {}",
                toll.logs,
                toll.digests,
                time(toll.first),
                time(toll.last)
            );
            let who = who.get(bucket).map_or(String::new(), |told| format!("; rules by {told}"));
            let found = format!(
                "the bucket's lifecycle rule `{rule}` took them, the last at {}: {} records are in \
                 them, {} are missing in the base{who}",
                toll.at, toll.records, toll.lost
            );
            let flaw = Flaw::new(Verdict::Gap, format!("s3://{bucket}"), expected, found);
            report.find(flaw.next(ASK));
        }
    }

    /// The newest calls that put rules, by bucket.
    fn who(&self, held: &Still, moment: &Moment) -> BTreeMap<String, String> {
        let mut who = BTreeMap::new();
        if self.by_rule.is_empty() {
            return who;
        }
        let search = deeds::calls("s3.amazonaws.com", &["PutBucketLifecycle"]);
        let take = |found: &Found| {
            let Ok(record) = serde_json::from_slice::<Value>(&found.bytes) else { return };
            let bucket = deeds::text(&record, "/requestParameters/bucketName");
            if record.get("errorCode").is_none_or(Value::is_null) {
                who.entry(bucket.to_owned()).or_insert_with(|| deeds::told(&record));
            }
        };
        // A part that cannot be read is told elsewhere; what was found until then stands.
        let _ = deeds::snapshot(held, moment).each(&search, CALLS_MAX, take);
        who
    }
}
