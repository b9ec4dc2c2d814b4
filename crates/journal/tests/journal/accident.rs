//! Files cut at every byte, every bit flipped, pieces repeated and moved.

use crate::disk::{create, dir, disk_of, files_of, open, open_with, segment, segments_of, through};
use crate::frames::{frame, frame_of, record_of};
use journal::sim::{Random, SimDisk};
use journal::{Damage, Error, Frame, Options, Position};
use std::path::PathBuf;
use std::sync::Arc;

type Files = Vec<(PathBuf, Vec<u8>)>;

const HEADER: usize = 128;

/// A journal of some frames: its files, its frames, and where each ends in the first file.
struct Sample {
    files: Files,
    frames: Vec<Frame>,
    ends: Vec<usize>,
    end: Position,
}

fn sample(count: usize, options: &Options) -> Sample {
    let disk = SimDisk::new(5);
    let mut journal = create(&disk, options);
    let mut random = Random::new(7);
    let (mut frames, mut ends) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let frame = frame(journal.position(), &mut random);
        frames.push(journal.append(frame).unwrap().into_inner());
        ends.push(files_of(&disk, dir())[0].1.len());
    }
    Sample { files: files_of(&disk, dir()), frames, ends, end: journal.position() }
}

fn damage(error: &Error) -> Option<Damage> {
    match error {
        Error::Damaged { damage, .. } => Some(*damage),
        _ => None,
    }
}

#[test]
fn a_file_cut_at_any_byte_loses_only_what_was_cut() {
    let sample = sample(5, &Options::default());
    let (path, bytes) = &sample.files[0];
    for len in 0..=bytes.len() {
        let disk = disk_of(&[(path.clone(), bytes[..len].to_vec())]);
        if len < HEADER {
            assert!(matches!(open(&disk), Err(Error::Missing { .. })), "{len}");
            create(&disk, &Options::default());
            continue;
        }
        let whole = sample.ends.iter().take_while(|end| **end <= len).count();
        let start = [HEADER].iter().chain(&sample.ends).nth(whole).unwrap();
        let opened = open(&disk).unwrap();
        assert_eq!(opened.frames, sample.frames[..whole], "{len}");
        assert_eq!(opened.recovery.torn_bytes, (len - start) as u64, "{len}");
        let again = open(&disk.crash()).unwrap();
        assert_eq!((again.recovery.torn_bytes, again.frames), (0, opened.frames), "{len}");
    }
}

#[test]
fn an_older_segment_cut_at_any_byte_is_damage() {
    let sample = sample(8, &segments_of(300));
    assert!(sample.files.len() > 2);
    let len = sample.files[0].1.len();
    for cut in 0..len {
        let mut files = sample.files.clone();
        files[0].1.truncate(cut);
        let error = open(&disk_of(&files)).unwrap_err();
        assert!(damage(&error).is_some(), "{cut}: {error}");
    }
}

#[test]
fn the_last_segment_cut_in_its_header_was_never_used() {
    let sample = sample(8, &segments_of(300));
    let last = sample.files.len() - 1;
    for cut in 0..HEADER {
        let mut files = sample.files.clone();
        files[last].1.truncate(cut);
        let disk = disk_of(&files);
        let opened = open(&disk).unwrap();
        assert!(opened.recovery.unfinished_segment);
        assert!(opened.frames.len() < sample.frames.len());
        assert!(!open(&disk.crash()).unwrap().recovery.unfinished_segment);
    }
}

/// Flips every bit of file `index`; returns the frames found where the journal still opens.
fn flip_all(sample: &Sample, index: usize, options: &Options) -> Vec<(usize, usize)> {
    let (path, bytes) = &sample.files[index];
    let disk = disk_of(&sample.files);
    let mut opened = Vec::new();
    for (byte, bit) in (0..bytes.len()).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
        disk.flip(path, byte, bit).unwrap();
        let found = journal::Journal::inspect(
            &disk,
            dir(),
            crate::frames::HERE,
            options,
            &mut |_, frame| match sample.frames.get(frame.number as usize) == Some(&frame) {
                true => Ok(()),
                false => Err("another frame".into()),
            },
        );
        match found {
            Ok(found) => opened.push((byte, found.frames as usize)),
            Err(error) => assert!(!matches!(error, Error::Refused { .. }), "{byte}: {error}"),
        }
        disk.flip(path, byte, bit).unwrap();
    }
    opened
}

#[test]
fn every_flipped_bit_is_seen_but_in_the_last_frame_it_passes_for_a_crash() {
    let sample = sample(4, &Options::default());
    let last = sample.ends[2];
    for (byte, frames) in flip_all(&sample, 0, &Options::default()) {
        assert!(byte >= last, "byte {byte} is before the last frame, at {last}");
        assert_eq!(frames, 3);
    }
}

#[test]
fn a_later_segment_and_a_snapshot_show_also_rot_in_the_last_frame() {
    let sample = sample(4, &Options::default());
    assert_eq!(flip_all(&sample, 0, &through(sample.end)), []);
    let rolled = self::sample(8, &segments_of(300));
    assert_eq!(flip_all(&rolled, 0, &Options::default()), []);
}

#[test]
fn damage_changes_nothing_on_disk() {
    let sample = sample(4, &Options::default());
    let disk = disk_of(&sample.files);
    disk.flip(&segment(0), sample.ends[0] + 70, 3).unwrap();
    let before = files_of(&disk, dir());
    let error = open(&disk).unwrap_err();
    assert_eq!(damage(&error), Some(Damage::Frame { frame: 1 }));
    assert_eq!(files_of(&disk, dir()), before);
}

#[test]
fn a_torn_frame_after_a_rotten_one_still_tells_of_damage() {
    let sample = sample(4, &Options::default());
    let mut files = sample.files.clone();
    files[0].1.truncate(sample.ends[2] + 64);
    let disk = disk_of(&files);
    disk.flip(&segment(0), sample.ends[1] + 70, 0).unwrap();
    let error = open(&disk).unwrap_err();
    assert_eq!(damage(&error), Some(Damage::Frame { frame: 2 }));
}

fn with_more(sample: &Sample, more: &[u8]) -> SimDisk {
    let mut files = sample.files.clone();
    files[0].1.extend_from_slice(more);
    disk_of(&files)
}

#[test]
fn a_frame_that_stands_there_twice_is_damage() {
    let sample = sample(4, &Options::default());
    let bytes = &sample.files[0].1;
    for (number, range) in [(0, HEADER..sample.ends[0]), (3, sample.ends[2]..sample.ends[3])] {
        let error = open(&with_more(&sample, &bytes[range])).unwrap_err();
        let (expected, found) = (4, number);
        assert_eq!(damage(&error), Some(Damage::Number { expected, found }));
    }
}

#[test]
fn repeated_markers_and_noise_are_a_torn_tail() {
    let sample = sample(4, &Options::default());
    let marker = &sample.files[0].1[HEADER..HEADER + 4];
    let envelope = &sample.files[0].1[HEADER..HEADER + 63];
    for tail in [marker.repeat(100), envelope.repeat(3), vec![0; 5_000], vec![0xf5; 300_000]] {
        let disk = with_more(&sample, &tail);
        let opened = open(&disk).unwrap();
        assert_eq!(opened.frames, sample.frames);
        assert_eq!(opened.recovery.torn_bytes, tail.len() as u64);
    }
}

#[test]
fn a_record_that_holds_frames_is_no_evidence_when_it_is_torn() {
    let sample = sample(3, &Options::default());
    let disk = disk_of(&sample.files);
    let mut journal = open(&disk).unwrap().journal;
    let whole = sample.files[0].1.clone();
    let frame = frame_of(journal.position(), vec![record_of(&whole)]);
    let _ = journal.append(frame).unwrap();
    let mut files = files_of(&disk, dir());
    files[0].1.pop();
    assert_eq!(open(&disk_of(&files)).unwrap().frames, sample.frames);
}

#[test]
fn a_missing_a_swapped_and_a_renamed_segment_are_damage() {
    let sample = sample(8, &segments_of(300));
    let mut missing = sample.files.clone();
    missing.remove(1);
    let error = open(&disk_of(&missing)).unwrap_err();
    assert!(matches!(damage(&error), Some(Damage::Gap { .. })), "{error}");

    let mut swapped = sample.files.clone();
    let second = swapped[1].1.clone();
    swapped[1].1 = std::mem::replace(&mut swapped[2].1, second);
    let error = open(&disk_of(&swapped)).unwrap_err();
    assert!(matches!(damage(&error), Some(Damage::Name { .. })), "{error}");
}

#[test]
fn a_journal_of_another_history_is_damage() {
    let one = sample(8, &segments_of(300));
    let disk = SimDisk::new(5);
    let mut journal = create(&disk, &segments_of(300));
    for frame in &one.frames {
        let mut frame = frame.clone();
        frame.head.size += 1;
        let _ = journal.append(frame).unwrap();
    }
    let mut mixed = files_of(&disk, dir());
    assert_eq!(mixed[0].0, one.files[0].0);
    mixed[0] = one.files[0].clone();
    let error = open(&disk_of(&mixed)).unwrap_err();
    assert!(matches!(damage(&error), Some(Damage::Chain { .. })), "{error}");
}

#[test]
fn a_snapshot_shows_lost_ends_and_lost_beginnings() {
    let sample = sample(8, &segments_of(300));
    let mut without_end = sample.files.clone();
    without_end.pop();
    let without_start = sample.files[1..].to_vec();
    let start = Position::start(&crate::frames::HERE);
    for (files, at) in [(without_end, sample.end), (without_start, start)] {
        let disk = disk_of(&files);
        assert!(open(&disk).is_ok());
        let error = open_with(Arc::new(disk), &through(at)).unwrap_err();
        assert!(matches!(error, Error::NotThrough { .. }), "{error}");
    }
}

#[test]
fn a_later_frame_is_found_wherever_it_lies_after_a_broken_one() {
    let sample = sample(4, &Options::default());
    let (path, bytes) = &sample.files[0];
    let (whole, last) = bytes.split_at(sample.ends[2]);
    for gap in (1..130).chain(65_400..65_700) {
        let noise = vec![0x50; gap];
        let bytes = [whole, &noise, last].concat();
        let error = open(&disk_of(&[(path.clone(), bytes)])).unwrap_err();
        assert_eq!(damage(&error), Some(Damage::Frame { frame: 3 }), "{gap}");
    }
}

#[test]
fn an_unfinished_segment_that_tells_of_missing_frames_is_damage() {
    let sample = sample(8, &segments_of(300));
    let last = sample.files.len() - 1;
    let mut unfinished = sample.files[last].clone();
    unfinished.1.truncate(HEADER - 1);
    let lost_one = vec![sample.files[0].clone(), unfinished.clone()];
    for files in [lost_one, vec![unfinished]] {
        let error = open(&disk_of(&files)).unwrap_err();
        assert_eq!(damage(&error), Some(Damage::Header));
    }
}
