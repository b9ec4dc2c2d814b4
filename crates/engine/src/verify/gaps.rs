//! Times in which a trail delivered nothing, or less: the base goes on without it.

use super::deeds;
use super::history::Moment;
use super::report::{Flaw, Report, Verdict};
use super::seqs::Seqs;
use super::still::Still;
use crate::delivered::DeliveredFile;
use crate::objects::read;
use crate::objects::walk::Walk;
use lake::Found;
use model::resource::FileContent;
use model::{AccountId, Arn, Seq};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Bound;

const ASK: &str = "ask whoever made the call; the records of that time are in the base: \
                   `pugmark events` shows them";
const GIVEN_UP: &str = "let CloudTrail into the bucket again; the records are in the base: \
                        `pugmark events` shows them";

/// Calls to trails that are looked at, newest first.
const CALLS_MAX: usize = 10_000;

/// Calls that change what a trail delivers.
const CALLS: &[&str] =
    &["CreateTrail", "StopLogging", "StartLogging", "DeleteTrail", "PutEventSelectors"];

/// Tells when trails did not log, what was given up, and (as notes) when they took in a selection
/// only. Nothing of it is missing in the base, which is said.
pub(super) fn check(moment: &Moment, disk: &Still, missing: &Seqs, report: &mut Report) {
    let base = Base { moment, missing };
    given_up(&base, report);
    let search = deeds::calls("cloudtrail.amazonaws.com", CALLS);
    let mut calls = Vec::new();
    let take = |found: &Found| calls.extend(Call::of(found));
    // A part that cannot be read is told elsewhere.
    let all = deeds::snapshot(disk, moment).each(&search, CALLS_MAX, take).unwrap_or(true);
    if !all {
        report.note(format!("only the newest {CALLS_MAX} calls to trails were looked at"));
    }
    calls.sort_by_key(|call| call.seq);
    let mut trails: BTreeMap<String, Course> = BTreeMap::new();
    for call in calls {
        trails.entry(call.trail.clone()).or_default().take(call, &base, report);
    }
    trails.values_mut().for_each(|course| course.end(None, &base, report));
}

fn given_up(base: &Base<'_>, report: &mut Report) {
    let prefix = b"g\0";
    let from = Bound::Included(prefix.to_vec());
    let mut walk = Walk::below(base.moment.state.cold(), prefix, from);
    while let Ok(Some((_, value))) = walk.step() {
        let Ok(DeliveredFile { trail, file, .. }) = read(&value) else { continue };
        let what = match file.content {
            FileContent::Log { records, first, last, .. } => {
                let lost = base.lost(first.0, last.0 + 1);
                format!(
                    "{records} records, numbers {} to {}, of which the base misses {lost}",
                    first.0, last.0
                )
            }
            FileContent::Digest { files, .. } => format!("a digest of {files} files"),
        };
        let expected = format!("a file of {trail}: {what}");
        let found = "no such object: the bucket refused it for thirty days, and it was given up";
        let place = format!("s3://{}/{}", file.bucket, file.object);
        report.find(Flaw::new(Verdict::Gap, place, expected, found).next(GIVEN_UP));
    }
}

/// What is in the base.
struct Base<'a> {
    moment: &'a Moment,
    /// Numbers that should be there and are not.
    missing: &'a Seqs,
}

impl Base<'_> {
    /// Records of an owner with numbers from `from` to before `end`.
    fn held(&self, owner: &AccountId, from: u64, end: u64) -> u64 {
        let parts = self.moment.state.parts().filter(|part| part.owner == *owner);
        let in_parts = Seqs::of(parts.flat_map(|part| &part.seqs));
        let tail = self.moment.tail.iter().filter(|entry| entry.record.owner == *owner);
        let all = in_parts.with(&Seqs::each(tail.map(|entry| entry.seq))).from(from);
        all.count() - all.from(end).count()
    }

    fn lost(&self, from: u64, end: u64) -> u64 {
        let lost = self.missing.from(from);
        lost.count() - lost.from(end).count()
    }

    fn told(&self, call: &Call, until: Option<&Call>) -> String {
        let (from, next) = (call.seq.0 + 1, self.moment.state.next_seq().0);
        let end = until.map_or(next, |until| until.seq.0);
        let until = until.map_or("now".to_owned(), |until| until.told.clone());
        let (held, lost) = (self.held(&call.owner, from, end), self.lost(from, end));
        format!(
            "{} until {until}: {held} records of the base fall into it, {lost} are missing there",
            call.told
        )
    }
}

/// A call that changed what a trail delivers.
struct Call {
    seq: Seq,
    owner: AccountId,
    name: String,
    trail: String,
    /// For people.
    told: String,
    /// Of PutEventSelectors: not all management events are taken in.
    is_narrow: bool,
}

impl Call {
    /// `None` for a call that was refused, or that names no trail.
    fn of(found: &Found) -> Option<Self> {
        let record: Value = serde_json::from_slice(&found.bytes).ok()?;
        if record.get("errorCode").is_some_and(|code| !code.is_null()) {
            return None;
        }
        let named = ["/requestParameters/name", "/requestParameters/trailName"].into_iter();
        let trail = named.map(|at| deeds::text(&record, at)).find(|it| !it.is_empty())?;
        let trail = match trail.starts_with("arn:") {
            true => trail.to_owned(),
            false => {
                Arn::trail(deeds::text(&record, "/awsRegion"), &found.owner, trail).to_string()
            }
        };
        Some(Self {
            seq: found.place.seq,
            owner: found.owner.clone(),
            name: deeds::text(&record, "/eventName").to_owned(),
            trail,
            told: deeds::told(&record),
            is_narrow: is_narrow(record.get("requestParameters")),
        })
    }
}

/// Whether selectors leave out management events.
fn is_narrow(parameters: Option<&Value>) -> bool {
    let each = |name| parameters.and_then(|it| list(it, name)).into_iter().flatten();
    !each("eventSelectors").any(is_all) && !each("advancedEventSelectors").any(is_management)
}

fn list<'a>(of: &'a Value, name: &str) -> Option<&'a Vec<Value>> {
    of.get(name)?.as_array()
}

/// Whether a selector of the older kind takes in all management events.
fn is_all(selector: &Value) -> bool {
    let reads = selector.get("readWriteType").is_none_or(|it| it == "All");
    let includes = selector.get("includeManagementEvents").is_none_or(|it| it != false);
    reads && includes && list(selector, "excludeManagementEventSources").is_none_or(Vec::is_empty)
}

/// Whether a selector of the newer kind does.
fn is_management(selector: &Value) -> bool {
    list(selector, "fieldSelectors").into_iter().flatten().all(|field| {
        let of_management = |it: &Vec<Value>| it.iter().any(|category| category == "Management");
        deeds::text(field, "/field") == "eventCategory"
            && list(field, "equals").is_some_and(of_management)
    })
}

/// A trail, call by call.
#[derive(Default)]
struct Course {
    /// It is known not to log.
    is_idle: bool,
    stopped: Option<Call>,
    narrowed: Option<Call>,
}

impl Course {
    fn take(&mut self, call: Call, base: &Base<'_>, report: &mut Report) {
        match call.name.as_str() {
            // A new trail waits for its first StartLogging.
            "CreateTrail" => {
                self.end_stop(Some(&call), base, report);
                self.is_idle = true;
            }
            "StartLogging" => {
                self.end_stop(Some(&call), base, report);
                self.is_idle = false;
            }
            "StopLogging" if !self.is_idle => {
                self.is_idle = true;
                self.stopped = Some(call);
            }
            "DeleteTrail" => {
                self.end_narrow(Some(&call), base, report);
                if !self.is_idle {
                    self.stopped = Some(call);
                }
                self.is_idle = true;
            }
            "PutEventSelectors" => {
                self.end_narrow(Some(&call), base, report);
                self.narrowed = Some(call).filter(|call| call.is_narrow);
            }
            _ => {}
        }
    }

    fn end(&mut self, until: Option<&Call>, base: &Base<'_>, report: &mut Report) {
        self.end_stop(until, base, report);
        self.end_narrow(until, base, report);
    }

    fn end_stop(&mut self, until: Option<&Call>, base: &Base<'_>, report: &mut Report) {
        if let Some(call) = self.stopped.take() {
            let found = format!("no delivery from {}", base.told(&call, until));
            let flaw = Flaw::new(Verdict::Gap, call.trail, "a trail that logs", found);
            report.find(flaw.next(ASK));
        }
    }

    fn end_narrow(&mut self, until: Option<&Call>, base: &Base<'_>, report: &mut Report) {
        if let Some(call) = self.narrowed.take() {
            let told = base.told(&call, until);
            report.note(format!("{} took in a selection only, from {told}", call.trail));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_are_narrow_where_management_events_are_left_out() {
        let narrow = |parameters: &Value| is_narrow(Some(parameters));
        let advanced =
            |fields: Value| json!({ "advancedEventSelectors": [{ "fieldSelectors": fields }] });
        let all = json!([{ "field": "eventCategory", "equals": ["Management"] }]);
        let writes = json!([{ "field": "eventCategory", "equals": ["Management"] },
            { "field": "readOnly", "equals": ["false"] }]);
        let data = json!([{ "field": "eventCategory", "equals": ["Data"] }]);
        assert!(!narrow(&advanced(all)));
        assert!(narrow(&advanced(writes)) && narrow(&advanced(data)));
        let basic = |selector: Value| json!({ "eventSelectors": [selector] });
        assert!(!narrow(&basic(json!({ "readWriteType": "All" }))));
        assert!(narrow(&basic(json!({ "readWriteType": "WriteOnly" }))));
        assert!(narrow(&basic(json!({ "includeManagementEvents": false }))));
        assert!(narrow(&basic(json!({ "excludeManagementEventSources": ["kms.amazonaws.com"] }))));
    }
}
