//! The fuzzer: one program for all targets, told by `PUGMARK_FUZZ_TARGET` which to run. With
//! `PUGMARK_FUZZ_SEEDS` it writes the seeds of all of them, and the words in them, into that
//! directory instead.

#![no_main]

use fuzz::Target;
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use std::{env, fs, io, process};

static CHOSEN: OnceLock<Target> = OnceLock::new();
static SLOWEST_US: AtomicU64 = AtomicU64::new(0);

fuzz_target!(init: choose(), |data: &[u8]| {
    if let Some(target) = CHOSEN.get() {
        timed(target, data);
    }
});

fn choose() {
    if let Some(directory) = env::var_os("PUGMARK_FUZZ_SEEDS") {
        let written = write_seeds(Path::new(&directory));
        written.unwrap_or_else(|error| fail(&format!("cannot write seeds: {error}")));
        process::exit(0);
    }
    let name = env::var("PUGMARK_FUZZ_TARGET").unwrap_or_default();
    let names: Vec<&str> = fuzz::all().iter().map(|target| target.name).collect();
    let unknown = || format!("PUGMARK_FUZZ_TARGET must be one of {}", names.join(", "));
    let target = fuzz::named(&name).unwrap_or_else(|| fail(&unknown()));
    CHOSEN.get_or_init(|| target);
}

fn fail(message: &str) -> ! {
    eprintln!("fuzz: {message}");
    process::exit(2)
}

fn write_seeds(directory: &Path) -> io::Result<()> {
    let words = directory.join("words");
    fs::create_dir_all(&words)?;
    for target in fuzz::all() {
        let (below, seeds) = (directory.join("seeds").join(target.name), (target.seeds)());
        fs::create_dir_all(&below)?;
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(below.join(format!("seed-{number:03}")), seed)?;
        }
        // The fuzzer takes no file that is empty.
        let lines: String = fuzz::words(&seeds).map(|word| format!("\"{word}\"\n")).collect();
        fs::write(words.join(target.name), format!("# {}\n{lines}", target.name))?;
    }
    Ok(())
}

/// An input that takes longer, in microseconds, is as good as a hang.
const INPUT_US_MAX: u64 = 1_000_000;

/// Says how long the slowest input took so far: the fuzzer itself counts whole seconds. Other work
/// on the machine may stop us anywhere; so what seems slow is done again, and the best time counts.
fn timed(target: &Target, data: &[u8]) {
    let mut took_us = took_us(target, data);
    if took_us <= SLOWEST_US.load(Ordering::Relaxed) {
        return;
    }
    for _ in 0..2 {
        took_us = took_us.min(self::took_us(target, data));
    }
    assert!(took_us <= INPUT_US_MAX, "an input takes {} ms", took_us / 1_000);
    if took_us > SLOWEST_US.fetch_max(took_us, Ordering::Relaxed) {
        eprintln!("slowest_us: {took_us}");
    }
}

#[expect(clippy::disallowed_methods, reason = "only a duration is shown")]
fn took_us(target: &Target, data: &[u8]) -> u64 {
    let began = Instant::now();
    (target.run)(data);
    u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
}
