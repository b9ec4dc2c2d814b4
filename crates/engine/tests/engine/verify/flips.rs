//! Bits that turn, anywhere. More with `FLIPS=10000`; `FLIPS_FIRST=7` begins with lake 7.

use super::{bytes, disproved, files, lake, number, proved};
use engine::sim::{Random, SimDisk};
use engine::{Outcome, verify_on};
use std::path::{Path, PathBuf};

/// Bits turned in one lake.
const PER_LAKE: u64 = 60;

/// A place in a lake: every file as often as any other, and every byte of it.
fn place(disk: &SimDisk, random: &mut Random, files: &[PathBuf]) -> (PathBuf, usize, u8) {
    loop {
        let path = &files[random.below(files.len() as u64) as usize];
        let len = bytes(disk, path).len() as u64;
        if len > 0 {
            return (path.clone(), random.below(len) as usize, random.below(8) as u8);
        }
    }
}

#[test]
fn every_turned_bit_is_found() {
    let (flips, first) = (number("FLIPS", 300), number("FLIPS_FIRST", 0));
    let (mut done, mut seed, mut by_dir) = (0, first, std::collections::BTreeMap::new());
    while done < flips {
        let disk = lake(seed, seed.is_multiple_of(2));
        proved(&disk);
        let (mut random, files) = (Random::new(seed), files(&disk));
        for _ in 0..PER_LAKE.min(flips - done) {
            let (path, byte, bit) = place(&disk, &mut random, &files);
            disk.flip(&path, byte, bit).unwrap();
            let report = verify_on(&disk);
            let is_newer = path == Path::new("directory.json")
                && report.outcome() == Outcome::CannotTell
                && report.doubts.iter().any(|doubt| doubt.cause.contains("has format"));
            let is_found = matches!(report.outcome(), Outcome::Disproved(_)) || is_newer;
            assert!(is_found, "lake {seed}: bit {bit} of byte {byte} of {path:?}: {report:?}");
            disk.flip(&path, byte, bit).unwrap();
            *by_dir.entry(path.parent().unwrap().to_owned()).or_insert(0_u64) += 1;
            done += 1;
        }
        proved(&disk);
        seed += 1;
    }
    println!("{done} bits in {} lakes: {by_dir:?}", seed - first);
    assert!(flips < 300 || by_dir.len() == 5, "{by_dir:?}");
}

/// Every bit of the last frame, on which nothing was built and of which no State knows.
#[test]
fn every_turned_bit_of_the_last_frame_is_found() {
    let disk = lake(1, false);
    let last = files(&disk).into_iter().rfind(|path| path.starts_with("journal")).unwrap();
    let len = bytes(&disk, &last).len();
    for byte in len.saturating_sub(200)..len {
        for bit in 0..8 {
            disk.flip(&last, byte, bit).unwrap();
            disproved(&disk);
            disk.flip(&last, byte, bit).unwrap();
        }
    }
    proved(&disk);
}
