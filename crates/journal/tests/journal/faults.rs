//! Disks that are full or broken.

use crate::disk::{Opened, create, dir, files_of, open, open_with, segment, segments_of};
use crate::frames::{frame, frame_of, record_of};
use journal::sim::{Random, SimDisk, WriteFault};
use journal::{Error, Frame, Journal, Options};
use std::sync::Arc;

fn append(journal: &mut Journal, random: &mut Random) -> Result<Frame, Error> {
    let frame = frame(journal.position(), random);
    journal.append(frame).map(journal::Durable::into_inner)
}

fn started(seed: u64) -> (SimDisk, Journal, Random, Frame) {
    let disk = SimDisk::new(seed);
    let mut journal = create(&disk, &Options::default());
    let mut random = Random::new(seed);
    let frame = append(&mut journal, &mut random).unwrap();
    (disk, journal, random, frame)
}

#[test]
fn a_full_disk_takes_the_frame_back_and_goes_on_once_there_is_room() {
    for seed in 0..50 {
        let (disk, mut journal, mut random, first) = started(seed);
        let bytes = journal.bytes();
        disk.set_capacity(Some(bytes + seed));
        let error = append(&mut journal, &mut random).unwrap_err();
        assert!(matches!(error, Error::NoSpace { .. }), "{error}");
        assert!(!journal.is_poisoned());
        assert_eq!(files_of(&disk, dir())[0].1.len() as u64, bytes);
        disk.set_capacity(None);
        let second = append(&mut journal, &mut random).unwrap();
        assert_eq!(open(&disk.crash()).unwrap().frames, [first, second]);
    }
}

#[test]
fn a_disk_too_full_for_a_new_segment_leaves_no_half_of_one() {
    let disk = SimDisk::new(3);
    let mut journal = create(&disk, &segments_of(1));
    let mut random = Random::new(3);
    let first = append(&mut journal, &mut random).unwrap();
    disk.set_capacity(Some(journal.bytes() + 100));
    let error = append(&mut journal, &mut random).unwrap_err();
    assert!(matches!(error, Error::NoSpace { .. }), "{error}");
    assert_eq!(files_of(&disk, dir()).len(), 1);
    disk.set_capacity(None);
    let second = append(&mut journal, &mut random).unwrap();
    assert_eq!(open(&disk.crash()).unwrap().frames, [first, second]);
}

#[test]
fn a_full_disk_that_cannot_take_back_either_poisons() {
    let (disk, mut journal, mut random, _) = started(4);
    disk.fail_write_at(1, WriteFault::Full);
    disk.fail_sync_at(1);
    let error = append(&mut journal, &mut random).unwrap_err();
    assert!(matches!(error, Error::Io { operation: "sync", .. }), "{error}");
    assert!(journal.is_poisoned());
}

fn check_poisoned(disk: &SimDisk, journal: &mut Journal, random: &mut Random) {
    let syncs = disk.counts().syncs;
    for _ in 0..3 {
        let error = append(journal, random).unwrap_err();
        assert!(matches!(error, Error::Poisoned { .. }), "{error}");
    }
    assert!(matches!(journal.trim(1), Err(Error::Poisoned { .. })));
    assert_eq!(disk.counts().syncs, syncs, "a failed sync is never tried again");
}

#[test]
fn a_failed_write_poisons() {
    for fault in [WriteFault::Broken, WriteFault::Short] {
        let (disk, mut journal, mut random, first) = started(5);
        disk.fail_write_at(1, fault);
        let error = append(&mut journal, &mut random).unwrap_err();
        assert!(matches!(error, Error::Io { .. }), "{error}");
        check_poisoned(&disk, &mut journal, &mut random);
        assert_eq!(open(&disk.restart()).unwrap().frames, [first]);
    }
}

/// After a failed sync the page cache shows a frame that the platter may not have. Whatever the
/// server believes when it is started again on the same kernel must survive a power cut.
#[test]
fn a_failed_sync_poisons_and_its_frame_does_not_haunt_the_page_cache() {
    for seed in 0..200 {
        let (disk, mut journal, mut random, first) = started(seed);
        disk.fail_sync_at(1);
        let error = append(&mut journal, &mut random).unwrap_err();
        assert!(matches!(error, Error::Io { operation: "sync", .. }), "{error}");
        check_poisoned(&disk, &mut journal, &mut random);

        let disk = disk.restart();
        let Opened { mut journal, frames, .. } = open(&disk).unwrap();
        assert_eq!(frames, std::slice::from_ref(&first));
        let second = append(&mut journal, &mut random).unwrap();
        assert_eq!(open(&disk.crash()).unwrap().frames, [first, second], "seed {seed}");
    }
}

#[test]
fn a_segment_whose_header_may_not_be_durable_is_taken_away() {
    for seed in 0..100 {
        let disk = SimDisk::new(seed);
        let mut journal = create(&disk, &segments_of(1));
        let mut random = Random::new(seed);
        let first = append(&mut journal, &mut random).unwrap();
        disk.fail_sync_at(1 + seed % 2);
        assert!(append(&mut journal, &mut random).is_err());
        assert!(journal.is_poisoned());

        let disk = disk.restart();
        let mut journal = open_with(Arc::new(disk.clone()), &segments_of(1)).unwrap().journal;
        let second = append(&mut journal, &mut random).unwrap();
        assert_eq!(open(&disk.crash()).unwrap().frames, [first, second], "seed {seed}");
    }
}

#[test]
fn a_sync_that_fails_while_opening_opens_nothing() {
    let (disk, _, _, first) = started(6);
    let disk = disk.restart();
    for nth in [1, 2] {
        disk.fail_sync_at(nth);
        assert!(matches!(open(&disk), Err(Error::Io { .. })));
    }
    assert_eq!(open(&disk.crash()).unwrap().frames, [first]);
}

#[test]
fn what_was_only_in_the_page_cache_is_durable_once_opened() {
    for seed in 0..50 {
        let (disk, mut journal, mut random, first) = started(seed);
        disk.cut_power_at(2);
        assert!(append(&mut journal, &mut random).is_err());
        let disk = disk.restart();
        let found = open(&disk).unwrap().frames;
        assert_eq!(found.first(), Some(&first));
        assert_eq!(open(&disk.crash()).unwrap().frames, found, "seed {seed}");
    }
}

#[test]
fn a_frame_out_of_order_is_refused_and_does_no_harm() {
    let (disk, mut journal, mut random, first) = started(7);
    for (number, seq) in [(0, 0), (1, 1), (1, 0), (2, 0)] {
        let mut frame = frame(journal.position(), &mut random);
        frame.number += number;
        frame.first = frame.first.plus(seq);
        if (number, seq) != (0, 0) {
            let error = journal.append(frame).unwrap_err();
            assert!(matches!(error, Error::OutOfOrder { .. }), "{error}");
        }
    }
    let second = append(&mut journal, &mut random).unwrap();
    assert_eq!(open(&disk.crash()).unwrap().frames, [first, second]);
}

#[test]
fn a_frame_beyond_the_limit_is_refused_and_does_no_harm() {
    let (disk, mut journal, mut random, first) = started(8);
    let huge = frame_of(journal.position(), vec![record_of(&vec![b'x'; 65 << 20])]);
    let error = journal.append(huge).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    let second = append(&mut journal, &mut random).unwrap();
    assert_eq!(open(&disk.crash()).unwrap().frames, [first, second]);
}

#[test]
fn trimming_removes_whole_segments_and_never_the_active_one() {
    let disk = SimDisk::new(9);
    let mut journal = create(&disk, &segments_of(1));
    let mut random = Random::new(9);
    for _ in 0..5 {
        append(&mut journal, &mut random).unwrap();
    }
    assert_eq!(journal.trim(0).unwrap(), 0);
    assert_eq!(journal.trim(2).unwrap(), 2);
    assert_eq!(journal.first_frame(), 2);
    assert_eq!(journal.trim(u64::MAX).unwrap(), 2);
    let end = journal.position();
    assert_eq!(files_of(&disk, dir())[0].0, segment(4));
    assert_eq!(journal.bytes(), files_of(&disk, dir())[0].1.len() as u64);

    let opened = open(&disk.crash()).unwrap();
    assert_eq!(opened.recovery.from.frame, 4);
    assert_eq!(opened.journal.position(), end);
}

#[test]
fn whoever_refuses_a_frame_is_quoted() {
    let (disk, ..) = started(10);
    let refuse = &mut |_| Err("not mine".into());
    let options = Options::default();
    let found = Journal::open(Arc::new(disk), dir(), crate::frames::HERE, &options, refuse);
    let error = found.unwrap_err();
    assert_eq!(error.to_string(), "frame 0 was read but not taken");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "not mine");
}
