//! The story read back: its size, its shape, and what must hold between its records.

mod asked;
mod questions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::cast::{CAROL_ADDRESS, INTRUDER_ADDRESS, LEAKED_KEY, PIPELINE_ADDRESS, SECOND_ADDRESS};
use super::clock::{is_weekend, iso};
use super::*;

/// 2026-11-20T12:00:00Z, a Friday; the intrusion is on the Wednesday before.
const NOW_S: i64 = 1_795_176_000;
/// What the pinned story hashes to. A change of the story changes it, and nothing else may.
const PINNED: u64 = 0xbdd7_e3c7_1144_aa07;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    event_version: String,
    user_identity: Identity,
    event_time: String,
    event_source: String,
    event_name: String,
    aws_region: String,
    #[serde(rename = "sourceIPAddress")]
    address: String,
    error_code: Option<String>,
    error_message: Option<String>,
    request_parameters: Box<RawValue>,
    response_elements: Box<RawValue>,
    additional_event_data: Option<Box<RawValue>>,
    #[serde(rename = "requestID")]
    request_id: Option<String>,
    #[serde(rename = "eventID")]
    id: String,
    read_only: bool,
    event_type: String,
    management_event: bool,
    recipient_account_id: String,
    #[serde(rename = "sharedEventID")]
    shared: Option<String>,
    event_category: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Identity {
    #[serde(rename = "type")]
    kind: String,
    arn: String,
    user_name: String,
    access_key_id: String,
    session_context: Context,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    attributes: Attributes,
    source_identity: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Attributes {
    creation_date: String,
    mfa_authenticated: String,
}

impl Line {
    /// The time of day, for lines of the day of the intrusion; else the whole time.
    fn time(&self) -> &str {
        let day = iso(story().t0_s())[..11].to_owned();
        self.event_time.strip_prefix(&day).unwrap_or(&self.event_time)
    }

    fn key(&self) -> &str {
        &self.user_identity.access_key_id
    }

    fn request(&self) -> Value {
        serde_json::from_str(self.request_parameters.get()).unwrap()
    }

    fn response(&self) -> Value {
        serde_json::from_str(self.response_elements.get()).unwrap()
    }

    fn extra(&self) -> Value {
        let extra = self.additional_event_data.as_deref().map_or("null", RawValue::get);
        serde_json::from_str(extra).unwrap()
    }

    fn succeeded(&self) -> bool {
        self.error_code.is_none()
    }

    fn is_denied(&self) -> bool {
        let codes = [Some("AccessDenied"), Some("Client.UnauthorizedOperation")];
        codes.contains(&self.error_code.as_deref())
    }

    fn is_intruders(&self) -> bool {
        [INTRUDER_ADDRESS, SECOND_ADDRESS].contains(&self.address.as_str())
    }
}

fn story() -> Story {
    Story::new(NOW_S, SEED)
}

/// FNV-1a over every line.
fn hash(story: Story) -> u64 {
    let bytes = story.records().flat_map(|(_, line)| line.into_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The whole story, read once; its owners are compared on the way.
static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let read = |(owner, line): (&str, String)| {
        let line: Line = serde_json::from_str(&line).unwrap();
        assert_eq!(line.recipient_account_id, owner);
        line
    };
    story().records().map(read).collect()
});

fn lines() -> impl Iterator<Item = &'static Line> {
    LINES.iter()
}

fn named(name: &'static str) -> impl Iterator<Item = &'static Line> {
    lines().filter(move |line| line.event_name == name)
}

/// Lines that are no part of the plot.
fn background_lines() -> impl Iterator<Item = &'static Line> {
    let t0 = iso(story().t0_s());
    let plot = ["StopLogging", "StartLogging", "UpdateAccessKey", "PutRolePolicy"];
    lines().filter(move |line| {
        let alices = line.event_name == "ConsoleLogin"
            && line.event_time > t0
            && line.user_identity.user_name == "alice";
        let response = line.request_parameters.get().contains("role/IncidentResponse");
        !line.is_intruders()
            && line.address != CAROL_ADDRESS
            && !plot.contains(&line.event_name.as_str())
            && !alices
            && !response
    })
}

#[test]
fn is_the_same_every_time() {
    let once = hash(story());
    assert_eq!(once, hash(story()));
    assert_eq!(once, PINNED, "the story has changed; if it was meant to, pin {once:#x}");
    assert_ne!(once, hash(Story::new(NOW_S, SEED + 1)));
}

#[test]
fn tells_of_the_day_before_yesterday() {
    assert_eq!(iso(story().t0_s()), "2026-11-18T00:00:00Z");
    assert_eq!(Story::new(NOW_S + 43_199, 0).t0_s(), story().t0_s());
    assert_eq!(Story::new(NOW_S + 43_200, 0).t0_s(), story().t0_s() + DAY_S);
    assert!(lines().all(|line| line.event_time < iso(NOW_S)));
}

#[test]
fn has_the_same_size_on_every_weekday() {
    for day in 0..7 {
        let stage = Story::new(NOW_S + day * DAY_S, SEED).stage;
        let (days, share) = background::days(&stage);
        let played: usize = days.into_iter().map(|day| day.play(&stage, share).len()).sum();
        assert_eq!(played as u64, background::RECORDS, "day {day}");
    }
}

#[test]
fn has_120_000_records_of_background_of_which_960_are_denied() {
    assert_eq!(background_lines().count(), 120_000);
    assert_eq!(background_lines().filter(|line| line.is_denied()).count(), 960);
    assert_eq!(background_lines().filter(|line| !line.succeeded()).count(), 960);
    assert_eq!(lines().count(), 124_878);
}

#[test]
fn has_well_formed_lines_with_ids_of_their_own_in_order_of_time() {
    let mut ids = BTreeSet::new();
    let mut before = "";
    for line in lines() {
        assert!(ids.insert(&line.id), "{} twice", line.id);
        assert!(before <= line.event_time.as_str());
        before = &line.event_time;
        assert_eq!(line.event_version, "1.11");
        assert!(line.event_source.ends_with(".amazonaws.com"));
        assert_eq!(line.error_code.is_some(), line.error_message.is_some());
        assert_eq!(line.management_event, line.event_category == "Management");
        assert_eq!(line.request_id.is_some(), line.event_type == "AwsApiCall");
        assert!(line.user_identity.session_context.attributes.creation_date <= line.event_time);
    }
}

#[test]
fn tells_both_accounts_of_a_role_assumed_across_them() {
    let mut pairs: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines() {
        if let Some(shared) = line.shared.as_deref() {
            pairs.entry(shared).or_default().push(line);
        }
    }
    assert!(pairs.len() > 100);
    for pair in pairs.values() {
        let [ours, theirs] = pair[..] else { panic!("{pair:?}") };
        assert_eq!(ours.request_id, theirs.request_id);
        assert_ne!(ours.recipient_account_id, theirs.recipient_account_id);
        assert_eq!(theirs.user_identity.kind, "AWSAccount");
        assert_eq!(ours.request_parameters.get(), theirs.request_parameters.get());
    }
}

#[test]
fn works_on_weekdays() {
    let mut days: BTreeMap<&str, usize> = BTreeMap::new();
    for line in background_lines() {
        *days.entry(&line.event_time[..10]).or_default() += 1;
    }
    assert_eq!(days.len(), 30);
    let start_s = story().stage.start_s;
    for (count, day) in days.values().zip(0..) {
        let weekend = is_weekend(start_s + day * DAY_S);
        assert_eq!(*count < 3_000, weekend, "day {day} has {count}");
    }
}

#[test]
fn runs_the_pipeline_96_times_a_day() {
    let runs: Vec<&Line> = named("AssumeRole")
        .filter(|line| line.user_identity.user_name == "ci-deployer")
        .filter(|line| line.address == PIPELINE_ADDRESS)
        .collect();
    assert_eq!(runs.len(), 30 * 96);
    for (run, number) in runs.iter().zip(5_000..) {
        assert_eq!(run.request()["roleSessionName"], format!("gh-run-{number}"));
    }
    let looked_like = runs.iter().find(|run| run.request()["roleSessionName"] == "gh-run-7731");
    assert!(looked_like.unwrap().event_time.starts_with("2026-11-17T10:4"));
}

#[test]
fn lets_nobody_work_with_what_alice_has_shut() {
    let revoked = [("assumed-role/ReleaseRole/", "06:03:00Z"), ("/PaymentsDeploy/", "06:03:40Z")];
    for line in lines().filter(|line| line.event_time.starts_with("2026-11-18")) {
        assert!(line.key() != LEAKED_KEY || line.time() < "06:02:20Z", "{line:?}");
        for (session, time) in revoked {
            let since = &line.user_identity.session_context.attributes.creation_date;
            let old = line.user_identity.arn.contains(session) && since[11..] < *time;
            assert!(!old || line.time() < time, "{line:?}");
        }
    }
}

#[test]
fn signs_people_in_with_mfa_and_audits_weekly() {
    for line in named("ConsoleLogin") {
        assert_eq!(line.extra()["MFAUsed"], "Yes");
        assert_eq!(line.address == CAROL_ADDRESS, line.user_identity.user_name == "carol");
    }
    let audits = lines().filter(|line| line.user_identity.arn.contains("/prowler-audit/"));
    let days: BTreeSet<&str> = audits.map(|line| &line.event_time[..10]).collect();
    let days: Vec<&str> = days.into_iter().collect();
    assert_eq!(days, ["2026-10-23", "2026-10-30", "2026-11-06", "2026-11-13"]);
}
