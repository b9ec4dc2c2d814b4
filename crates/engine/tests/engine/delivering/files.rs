//! Log files: what is in them, what they are called, and what happens where nobody takes them.

use super::archive::Stored;
use super::claims::records;
use super::{Desk, MINUTE_MS, stopped, trail};
use crate::call::{somebody, uuid};
use crate::lab::DAY_MS;
use engine::{Delivered, Settings};
use model::resource::Trail;
use model::{Change, Record};

fn texts(records: &[Record]) -> Vec<String> {
    let text = |record: &Record| String::from_utf8(record.body.bytes().to_vec()).unwrap();
    records.iter().map(text).collect()
}

fn delivered(stored: &[(String, Stored)]) -> Vec<Vec<String>> {
    stored.iter().map(|(_, stored)| records(stored)).collect()
}

#[test]
fn a_record_is_delivered_within_the_interval_under_awss_name() {
    let mut desk = Desk::new();
    desk.start(1);
    desk.step();
    let called = desk.call(3, "us-east-1");
    assert_eq!(desk.after(50_000).put, 0, "not before it is due");
    assert_eq!(desk.after(9_900).put, 1);
    let logs = desk.archive.logs();
    assert_eq!(delivered(&logs), [texts(&called)]);
    let key = &logs[0].0;
    let folder = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/06/09/";
    let rest = key.strip_prefix(folder).unwrap_or_else(|| panic!("{key}"));
    let rest = rest.strip_prefix("111122223333_CloudTrail_us-east-1_20240609T0000Z_").unwrap();
    let suffix = rest.strip_suffix(".json.gz").unwrap();
    assert!(suffix.len() == 16 && suffix.bytes().all(|b| b.is_ascii_alphanumeric()), "{suffix}");
    assert_eq!(desk.lab.files("delivery"), Vec::<String>::new(), "what is put needs no copy");
    let status = desk.engine.state().delivery_status(&uuid(1), "us-east-1").files;
    assert_eq!((status.succeeded, status.error), (Some(desk.now()), None));
}

#[test]
fn each_region_has_a_file_of_its_own_and_each_trail_its_own_files() {
    let mut desk = Desk::new();
    desk.start(1);
    let second = Trail { prefix: Some("two".into()), multi_region: false, ..trail(2) };
    desk.put(&super::started(second, desk.now()));
    let home = desk.call(2, "us-east-1");
    let away = desk.call(2, "eu-west-1");
    assert_eq!(desk.step().put, 3);
    let keys = desk.archive.logs();
    assert!(keys[0].0.contains("/eu-west-1/") && keys[1].0.contains("/us-east-1/"));
    assert!(keys[2].0.starts_with("two/AWSLogs/"));
    assert_eq!(delivered(&keys), [texts(&away), texts(&home), texts(&home)]);
    assert_eq!(desk.after(MINUTE_MS).put, 0, "nothing comes twice");
}

#[test]
fn only_what_came_in_while_the_trail_was_logging_is_delivered() {
    let mut desk = Desk::new();
    desk.call(5, "us-east-1");
    let trail = desk.start(1);
    let called = desk.call(2, "us-east-1");
    // The call that stops it is the last one in it.
    let last = super::record(99, "us-east-1", desk.now());
    let stop = stopped(trail, desk.now());
    desk.commit(vec![Change::TrailPut(stop.clone())], vec![last.clone()]);
    desk.call(5, "us-east-1");
    desk.step();
    let expected = texts(&[called, vec![last]].concat());
    assert_eq!(delivered(&desk.archive.logs()), std::slice::from_ref(&expected));
    desk.put(&super::started(stop, desk.now()));
    let called = desk.call(1, "us-east-1");
    desk.after(MINUTE_MS);
    let mut all = delivered(&desk.archive.logs()).concat();
    all.sort();
    let mut expected = [expected, texts(&called)].concat();
    expected.sort();
    assert_eq!(all, expected);
}

#[test]
fn what_a_trail_took_in_is_delivered_though_it_is_gone() {
    let mut desk = Desk::new();
    let trail = desk.start(1);
    let called = desk.call(2, "us-east-1");
    desk.commit(vec![Change::TrailRemoved { arn: trail.arn().to_string() }], Vec::new());
    desk.step();
    assert_eq!(delivered(&desk.archive.logs()), [texts(&called)]);
    assert_eq!(desk.archive.digests().len(), 1, "the last digest lists it");
    assert_eq!(desk.after(MINUTE_MS * 120), Delivered::default());
}

#[test]
fn records_without_end_are_cut_into_files_and_carried_over_from_parts() {
    let mut desk = Desk::new();
    desk.start(1);
    let mut called = Vec::new();
    for _ in 0..5 {
        called.extend(desk.call(900, "us-east-1"));
        desk.engine.seal().unwrap();
    }
    called.extend(desk.call(900, "us-east-1"));
    desk.step();
    assert!(delivered(&desk.archive.logs()).concat() == texts(&called));
}

#[test]
fn a_bucket_that_refuses_is_tried_again_later_and_the_error_is_told() {
    let mut desk = Desk::new();
    desk.start(1);
    let called = desk.call(1, "us-east-1");
    desk.archive.refuse(Some("NoSuchBucket"));
    assert_eq!(desk.step(), Delivered { refused: 1, ..Delivered::default() });
    assert_eq!(desk.after(4_000).refused, 0, "it is left alone for a while");
    assert_eq!(desk.after(1_500).refused, 1);
    let status = |desk: &Desk| desk.engine.state().delivery_status(&uuid(1), "us-east-1").files;
    assert_eq!(status(&desk).error.as_deref(), Some("NoSuchBucket"));
    let mut desk = desk.crash();
    desk.archive.refuse(None);
    assert_eq!(desk.step().put, 1);
    assert_eq!(delivered(&desk.archive.logs()), [texts(&called)]);
    assert_eq!(status(&desk).error, None);
}

#[test]
fn after_thirty_days_a_file_is_given_up_and_younger_ones_are_not() {
    let mut desk = Desk::new();
    let trail = Trail { log_file_validation: false, ..desk.start(1) };
    desk.put(&trail);
    desk.archive.refuse(Some("AccessDenied"));
    desk.call(1, "us-east-1");
    desk.step();
    desk.lab.env.advance(DAY_MS);
    let younger = desk.call(1, "us-east-1");
    desk.step();
    assert_eq!(desk.after(29 * DAY_MS).dropped, 0);
    assert_eq!(desk.after(MINUTE_MS).dropped, 1);
    desk.archive.refuse(None);
    desk.after(MINUTE_MS * 20);
    assert_eq!(delivered(&desk.archive.logs()), [texts(&younger)]);
    assert_eq!(desk.lab.files("delivery"), Vec::<String>::new());
}

#[test]
fn a_backlog_takes_a_bounded_room_and_loses_nothing() {
    let settings = Settings { delivery_backlog_bytes: 4_000, ..Settings::default() };
    let mut desk = Desk::with(settings);
    desk.start(1);
    desk.archive.refuse(Some("NoSuchBucket"));
    let mut called = Vec::new();
    for _ in 0..40 {
        called.extend(desk.call(20, "us-east-1"));
        desk.after(MINUTE_MS);
    }
    let staged = desk.lab.files("delivery").len();
    assert!((2..12).contains(&staged), "{staged} files wait");
    desk.engine.seal().unwrap();
    desk.archive.refuse(None);
    let mut desk = desk.crash();
    for _ in 0..4 {
        desk.after(MINUTE_MS * 20);
    }
    let mut all = delivered(&desk.archive.logs()).concat();
    all.sort();
    let mut expected = texts(&called);
    expected.sort();
    assert!(all == expected);
}

#[test]
fn a_trail_is_not_filled_with_what_was_imported_or_put_into_other_accounts() {
    let mut desk = Desk::new();
    desk.start(1);
    let json = super::record(7, "us-east-1", desk.now()).body.bytes().to_vec();
    desk.engine.import_records("old", [(somebody(), json)].into_iter()).unwrap();
    assert_eq!(desk.step().put, 0);
}

#[test]
fn a_file_that_nobody_planned_goes_at_the_next_start() {
    let mut desk = Desk::new();
    desk.start(1);
    desk.archive.refuse(Some("NoSuchBucket"));
    desk.call(1, "us-east-1");
    desk.step();
    let planned = desk.lab.files("delivery");
    let path = std::path::Path::new("delivery").join("f00");
    model::disk::replace(&desk.lab.disk, &path, b"half").unwrap();
    let desk = desk.crash();
    assert_eq!(desk.lab.files("delivery"), planned);
}

#[test]
fn retention_leaves_what_a_trail_has_still_to_deliver() {
    let settings = Settings { delivery_backlog_bytes: 1, ..Settings::default() };
    let mut desk = Desk::with(settings);
    desk.lab.settings.retention_days = Some(1);
    let mut desk = desk.crash();
    desk.start(1);
    desk.archive.refuse(Some("NoSuchBucket"));
    let first = desk.call(1, "us-east-1");
    desk.step();
    desk.engine.seal().unwrap();
    let second = desk.call(1, "us-east-1");
    desk.after(MINUTE_MS);
    desk.engine.seal().unwrap();
    desk.lab.env.advance(3 * DAY_MS);
    assert_eq!(desk.engine.retain().unwrap(), 1, "the first one is in a file already");
    assert_eq!(desk.engine.retain().unwrap(), 0);
    desk.archive.refuse(None);
    for _ in 0..3 {
        desk.after(MINUTE_MS * 20);
    }
    let mut all = delivered(&desk.archive.logs()).concat();
    all.sort();
    assert_eq!(all, texts(&[first, second].concat()));
    assert_eq!(desk.engine.retain().unwrap(), 1);
}
