//! Digests: when they come, what they list, where their chains begin and end.

use super::claims::digests;
use super::{Desk, HOUR_MS, MINUTE_MS, started, stopped, trail};
use crate::lab::DAY_MS;
use ledger::digest::{Digest, Signed};
use model::resource::Trail;
use model::{Change, Timestamp};

/// (start, end, files, whether it has a predecessor), in minutes since `since`, by end.
fn told(desk: &Desk, trail: &Trail, since: Timestamp) -> Vec<(i64, i64, usize, bool)> {
    let minutes = |time: Timestamp| (time.0 - since.0) / MINUTE_MS;
    let tell = |digest: &Digest<Signed>| {
        let document = digest.document();
        let (start, end) = (minutes(document.start), minutes(document.end));
        (start, end, document.log_files.len(), document.previous.is_some())
    };
    let mut all: Vec<_> = digests(&desk.engine, &desk.archive, trail).values().map(tell).collect();
    all.sort_unstable();
    all
}

/// Steps once a minute.
fn pass(desk: &mut Desk, minutes: i64) {
    for _ in 0..minutes {
        desk.after(MINUTE_MS);
    }
}

#[test]
fn every_hour_has_a_digest_also_where_nothing_happened() {
    let mut desk = Desk::new();
    let since = desk.now();
    desk.lab.env.advance(10 * MINUTE_MS);
    let trail = desk.start(1);
    desk.call(1, "us-east-1");
    pass(&mut desk, 110);
    desk.call(2, "us-east-1");
    pass(&mut desk, 65);
    let expected = [(10, 60, 1, false), (60, 120, 0, true), (120, 180, 1, true)];
    assert_eq!(told(&desk, &trail, since), expected);
    let status = desk.engine.state().delivery_status(&trail.id, "us-east-1").digests;
    assert_eq!(status.succeeded, Some(Timestamp(since.0 + 180 * MINUTE_MS)));
}

#[test]
fn a_region_has_digests_from_its_first_file_on() {
    let mut desk = Desk::new();
    let (since, trail) = (desk.now(), desk.start(1));
    pass(&mut desk, 70);
    desk.call(1, "eu-west-1");
    pass(&mut desk, 60);
    let home = [(0, 60, 0, false), (60, 120, 0, true)];
    let both = [home[0], (60, 120, 0, true), (60, 120, 1, false)];
    assert_eq!(told(&desk, &trail, since), both);
}

#[test]
fn stopping_ends_a_chain_and_starting_begins_another() {
    let mut desk = Desk::new();
    let (since, trail) = (desk.now(), desk.start(1));
    pass(&mut desk, 70);
    desk.call(1, "us-east-1");
    pass(&mut desk, 10);
    let trail = stopped(trail, desk.now());
    desk.put(&trail);
    desk.call(1, "us-east-1");
    pass(&mut desk, 300);
    let ended = [(0, 60, 0, false), (60, 81, 1, true)];
    assert_eq!(told(&desk, &trail, since), ended, "no digests while it stands still");
    let trail = started(trail, desk.now());
    desk.put(&trail);
    desk.call(1, "us-east-1");
    pass(&mut desk, 100);
    let again = [ended[0], ended[1], (380, 420, 1, false), (420, 480, 0, true)];
    assert_eq!(told(&desk, &trail, since), again);
}

#[test]
fn stopping_and_starting_at_once_breaks_the_chain_and_loses_no_file() {
    let mut desk = Desk::new();
    let trail = desk.start(1);
    pass(&mut desk, 70);
    desk.call(1, "us-east-1");
    let (off, on) = (stopped(trail.clone(), desk.now()), started(trail.clone(), desk.now()));
    desk.put(&off);
    desk.put(&on);
    desk.call(1, "us-east-1");
    pass(&mut desk, 60);
    let all = digests(&desk.engine, &desk.archive, &trail);
    let begins = all.values().filter(|digest| digest.document().previous.is_none()).count();
    let files: usize = all.values().map(|digest| digest.document().log_files.len()).sum();
    assert_eq!((all.len(), begins, files), (3, 2, 2));
}

#[test]
fn files_of_a_time_without_validation_are_in_no_digest() {
    let mut desk = Desk::new();
    let trail = desk.start(1);
    let without = Trail { log_file_validation: false, ..trail.clone() };
    desk.put(&without);
    desk.call(1, "us-east-1");
    pass(&mut desk, 130);
    assert_eq!((desk.archive.logs().len(), desk.archive.digests().len()), (1, 0));
    desk.put(&trail);
    let since = desk.now();
    desk.call(1, "us-east-1");
    pass(&mut desk, 60);
    assert_eq!(told(&desk, &trail, since), [(-10, 50, 1, false)]);
}

#[test]
fn a_server_that_was_away_makes_one_digest_of_the_time_between() {
    let mut desk = Desk::new();
    let (since, trail) = (desk.now(), desk.start(1));
    pass(&mut desk, 61);
    desk.lab.env.advance(48 * HOUR_MS);
    let mut desk = desk.crash();
    desk.step();
    assert_eq!(told(&desk, &trail, since), [(0, 60, 0, false), (60, 49 * 60, 0, true)]);
}

#[test]
fn a_key_is_there_before_the_first_digest_and_keys_take_turns() {
    let mut desk = Desk::new();
    let trail = desk.start(1);
    desk.step();
    let keys = |desk: &Desk| {
        let state = desk.engine.state();
        let keys = state.digest_keys(&trail.account, "us-east-1");
        keys.map(|key| (key.from, key.until)).collect::<Vec<_>>()
    };
    assert_eq!(keys(&desk).len(), 1);
    for _ in 0..32 {
        desk.after(DAY_MS);
    }
    let all = keys(&desk);
    assert_eq!(all.len(), 3);
    for pair in all.windows(2) {
        assert_eq!(pair[1].0.0 - pair[0].0.0, 15 * DAY_MS);
        assert!(pair[1].0 < pair[0].1, "their times overlap");
    }
    assert_eq!(digests(&desk.engine, &desk.archive, &trail).len(), 32);
}

#[test]
fn a_digest_that_is_refused_comes_later_with_all_that_it_missed() {
    let mut desk = Desk::new();
    let (since, trail) = (desk.now(), desk.start(1));
    pass(&mut desk, 59);
    desk.archive.refuse(Some("AccessDenied"));
    pass(&mut desk, 150);
    desk.archive.refuse(None);
    pass(&mut desk, 31);
    let expected = [(0, 60, 0, false), (60, 180, 0, true), (180, 240, 0, true)];
    assert_eq!(told(&desk, &trail, since), expected);
}

#[test]
fn another_bucket_gets_the_rest_of_the_chain() {
    let mut desk = Desk::new();
    let trail = desk.start(1);
    desk.call(1, "us-east-1");
    pass(&mut desk, 61);
    let moved = Trail { bucket: "other".into(), prefix: Some("p".into()), ..trail };
    desk.commit(vec![Change::TrailPut(moved.clone())], Vec::new());
    pass(&mut desk, 60);
    let digests = digests(&desk.engine, &desk.archive, &moved);
    let (_, last) = digests.last_key_value().unwrap();
    assert_eq!(last.document().place.bucket, "other");
    assert_eq!(last.document().previous.as_ref().unwrap().place.bucket, "audit");
}

/// The old one's last digest and the new one's first would both end with the hour.
#[test]
fn a_trail_of_the_same_name_takes_no_name_of_a_digest() {
    let mut desk = Desk::new();
    let old = desk.start(1);
    pass(&mut desk, 59);
    desk.call(1, "us-east-1");
    desk.commit(vec![Change::TrailRemoved { arn: old.arn().to_string() }], Vec::new());
    let new = Trail { name: old.name.clone(), ..started(trail(2), desk.now()) };
    desk.put(&new);
    desk.call(1, "us-east-1");
    pass(&mut desk, 62);
    assert_eq!(desk.archive.rewritten(), Vec::<String>::new());
    let all = digests(&desk.engine, &desk.archive, &new);
    let files: usize = all.values().map(|digest| digest.document().log_files.len()).sum();
    assert_eq!((all.len(), files), (2, 2));
}
