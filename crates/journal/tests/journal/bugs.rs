//! A harness that cannot fail proves nothing: disks with seeded bugs, each of which it must catch.

use crate::harness::{Wrap, run};
use journal::sim::{BuggyDisk, DiskBug};
use std::sync::Arc;

/// The first seed that catches the bug.
fn caught(wrap: Wrap) -> Option<(u64, String)> {
    (0..500).find_map(|seed| Some((seed, run(seed, 10, wrap).err()?)))
}

fn check(wrap: Wrap) {
    let caught = caught(wrap);
    println!("{caught:?}");
    assert!(caught.is_some(), "500 seeds did not catch it");
}

#[test]
fn catches_an_ignored_sync() {
    check(|disk| Arc::new(BuggyDisk::new(Arc::new(disk), DiskBug::IgnoreSync)));
}

#[test]
fn catches_an_ignored_directory_sync() {
    check(|disk| Arc::new(BuggyDisk::new(Arc::new(disk), DiskBug::IgnoreDirSync)));
}

#[test]
fn catches_an_answer_before_the_sync() {
    check(|disk| Arc::new(BuggyDisk::new(Arc::new(disk), DiskBug::AnswerFirst)));
}

#[test]
fn catches_a_failed_sync_that_is_tried_again() {
    check(|disk| Arc::new(BuggyDisk::new(Arc::new(disk), DiskBug::RetrySync)));
}

#[test]
fn catches_an_ignored_short_write() {
    check(|disk| Arc::new(BuggyDisk::new(Arc::new(disk), DiskBug::IgnoreShortWrite)));
}

#[test]
fn catches_an_ignored_truncate() {
    check(|disk| Arc::new(BuggyDisk::new(Arc::new(disk), DiskBug::IgnoreTruncate)));
}
