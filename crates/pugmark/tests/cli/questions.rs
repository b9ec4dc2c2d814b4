//! `pugmark events`, `who did`, `event`, `status` in every form.

use crate::home::Home;
use crate::logs::{self, CREATE_USER, CREATE_USER_ID};
use serde_json::Value;

fn imported() -> Home {
    let home = Home::new();
    logs::write(&home);
    assert_eq!(home.import("logs").code, 0);
    home
}

fn ids(home: &Home, args: &[&str]) -> Vec<String> {
    let lines = home.answer(args);
    let id = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        record["eventID"].as_str().unwrap()[28..].to_owned()
    };
    lines.lines().map(id).collect()
}

#[test]
fn records_come_newest_first_and_as_they_were() {
    let home = imported();
    let out = home.answer(&["events"]);
    assert_eq!(out.lines().count(), 5);
    assert_eq!(out.lines().last().unwrap(), CREATE_USER);
}

#[test]
fn filters_narrow_and_actions_add_up() {
    let home = imported();
    for (args, want) in [
        (&["--who", "mallory"][..], &["00000004", "00000002", "00000001"][..]),
        (&["--who", "mal*", "--failed"], &["00000002", "00000001"]),
        (&["--did", "iam:*"], &["00000001"]),
        (&["--did", "CreateUser", "--did", "s3:*"], &["00000004", "00000001"]),
        (&["--did", "createuser"], &["00000001"]),
        (&["--from-ip", "198.51.100.10"], &["00000001"]),
        (&["--key", "AKIAALICE"], &["00000001"]),
        (&["--region", "us-east-1"], &["00000001"]),
        (&["--since", "2026-11-04"], &["00000004", "00000003"]),
        (&["--until", "2026-11-02"], &["00000001"]),
        (&["--who", "nobody"], &[]),
    ] {
        let args = [&["events"], args].concat();
        assert_eq!(ids(&home, &args), want, "{args:?}");
    }
}

#[test]
fn the_end_says_how_to_go_on() {
    let home = imported();
    let done = home.run(&["events", "--who", "mallory", "--limit", "2"]);
    assert_eq!(done.out.lines().count(), 2);
    assert!(done.err.contains("newest record here: 2026-11-05T00:00:00Z"), "{done:?}");
    assert!(done.err.contains("--who mallory --limit 20"), "{done:?}");
    let all = home.run(&["events", "--all"]);
    assert_eq!(all.out.lines().count(), 5);
    assert!(!all.err.contains("more:"), "{all:?}");
}

#[test]
fn records_in_every_form() {
    let home = imported();
    let array: Value = serde_json::from_str(&home.answer(&["events", "-o", "json"])).unwrap();
    assert_eq!(array.as_array().unwrap().len(), 5);
    let csv = home.answer(&["events", "-o", "csv", "--failed"]);
    let mut lines = csv.lines();
    assert_eq!(lines.next().unwrap(), "time,account,region,who,action,outcome,from,resources,id");
    assert!(lines.next().unwrap().starts_with(
        "2026-11-03T00:00:00Z,123456789012,eu-west-1,mallory,cloudtrail:DeleteTrail,AccessDenied,"
    ));
    let table = home.answer(&["events", "-o", "table", "--did", "iam:CreateUser"]);
    assert!(table.starts_with("time"), "{table}");
    assert!(table.contains("iam:CreateUser") && table.contains(CREATE_USER_ID), "{table}");
}

#[test]
fn who_did_it_in_every_form() {
    let home = imported();
    let ask = ["who", "did", "DeleteTrail", "-o"];
    let json: Value = serde_json::from_str(&home.answer(&[&ask[..], &["json"]].concat())).unwrap();
    let mallory = &json[0];
    assert_eq!(mallory["who"], "mallory");
    assert_eq!((mallory["calls"].as_u64(), mallory["denied"].as_u64()), (Some(2), Some(2)));
    assert_eq!(mallory["first"], "2026-11-02T00:00:00Z");
    assert_eq!(mallory["last"], "2026-11-03T00:00:00Z");
    assert_eq!(mallory["from"][0], "203.0.113.66");
    assert_eq!(json[1]["who"], "alice");
    let lines = home.answer(&[&ask[..], &["ndjson"]].concat());
    assert_eq!(lines.lines().count(), 2);
    let csv = home.answer(&[&ask[..], &["csv"]].concat());
    assert!(csv.contains("mallory,123456789012,2,2,2,"), "{csv}");
    let table = home.answer(&[&ask[..], &["table"]].concat());
    assert!(table.starts_with("who") && table.contains("mallory"), "{table}");
}

#[test]
fn one_record_byte_for_byte() {
    let home = imported();
    assert_eq!(home.answer(&["event", CREATE_USER_ID, "-o", "json"]), CREATE_USER);
    let line = home.answer(&["event", CREATE_USER_ID]);
    assert_eq!(line, format!("{CREATE_USER}\n"));
    let laid = home.answer(&["event", CREATE_USER_ID, "-o", "table"]);
    assert!(laid.contains("\n  \"eventName\": \"CreateUser\",\n"), "{laid}");
    assert!(home.answer(&["event", CREATE_USER_ID, "-o", "csv"]).contains("iam:CreateUser"));
}

#[test]
fn two_records_with_one_id_are_both_kept_and_one_is_shown() {
    let home = imported();
    let other = CREATE_USER.replace("aws-cli/2", "aws-cli/3");
    home.write("more/b.json", &logs::file(std::slice::from_ref(&other)));
    assert_eq!(home.import("more").code, 0);
    assert_eq!(home.answer(&["events", "--all"]).lines().count(), 5);
    let one = home.run(&["event", CREATE_USER_ID, "-o", "json"]);
    assert_eq!(one.out, CREATE_USER);
    assert!(one.err.contains("1 more record with this id"), "{one:?}");
    let both: Value =
        serde_json::from_str(&home.answer(&["event", CREATE_USER_ID, "--all", "-o", "json"]))
            .unwrap();
    assert_eq!(both.as_array().unwrap().len(), 2);
    assert_eq!(both[1]["userAgent"], "aws-cli/3");
}

#[test]
fn nothing_found_is_an_error_only_when_asked() {
    let home = imported();
    for args in [
        &["events", "--who", "nobody"][..],
        &["who", "did", "NoSuchThing"],
        &["event", "no-such-id"],
    ] {
        assert_eq!(home.run(args).code, 0, "{args:?}");
        assert_eq!(home.run(&[args, &["--fail-empty"]].concat()).code, 3, "{args:?}");
    }
}

#[test]
fn hostile_text_reaches_neither_terminal_nor_spreadsheet() {
    let home = Home::new();
    let user = "=cmd|' /C calc'!A0\u{1b}[2J\u{9b}31m\u{202e}";
    let record = logs::record(1, "2026-11-02T00:00:00Z", user, "iam:\u{1b}]0;x\u{7}", None);
    home.write("logs/a.json", &logs::file(&[record]));
    assert_eq!(home.import("logs").code, 0);
    for args in [
        &["events", "-o", "table"][..],
        &["who", "did", "*", "-o", "table"],
        &["event", "22222222-0000-4000-8000-000000000001", "-o", "table"],
    ] {
        let done = home.run(args);
        assert_eq!(done.code, 0, "{done:?}");
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!done.out.contains(acts) && !done.err.contains(acts), "{done:?}");
    }
    let csv = home.answer(&["events", "-o", "csv"]);
    assert!(csv.contains(",'=cmd|"), "{csv}");
}

#[test]
fn status_in_every_form() {
    let home = imported();
    let json: Value = serde_json::from_str(&home.answer(&["status", "-o", "json"])).unwrap();
    assert_eq!(json["records"], 5);
    assert_eq!(json["server"], Value::Null);
    assert_eq!(json["unfinished"], serde_json::json!([]));
    assert!(home.answer(&["status", "-o", "csv"]).contains("records,5"));
    assert!(home.answer(&["status", "-o", "table"]).contains("none runs"));
    assert_eq!(home.answer(&["status"]).lines().count(), 1);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let home = imported();
    let mut child = home
        .command(&["events", "--all"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
