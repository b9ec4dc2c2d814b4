#![allow(warnings)]
use engine::*;
use std::path::*;
use std::time::Instant;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let v: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (v[11].parse::<f64>().unwrap() + v[12].parse::<f64>().unwrap()) / 100.0
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let o = Engine::open(Path::new(&a[1]), Settings::default()).unwrap();
    let e = o.engine;
    println!("open {:?} new {}", o.recovery, o.is_new);
    let (t, c) = (Instant::now(), cpu());
    let id = e
        .start_import(ImportRequest {
            paths: vec![PathBuf::from(&a[2])],
            owner: None,
            resume: false,
        })
        .unwrap();
    loop {
        std::thread::sleep(std::time::Duration::from_millis(50));
        let i = e.import(&id).unwrap();
        if i.ended.is_some() {
            println!(
                "{:?} added {} dup {} conf {} skipped {:?}",
                i.status, i.added, i.duplicates, i.conflicts, i.skipped
            );
            break;
        }
    }
    let (w, c) = (t.elapsed().as_secs_f64(), cpu() - c);
    let s = e.status();
    println!(
        "import wall {w:.2} cpu {c:.2} -> {:.0} ev/cpu-s; bytes/event {:.1}; {:?}",
        s.records as f64 / c,
        s.part_bytes as f64 / s.records as f64,
        s
    );
    println!(
        "{}",
        std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .filter(|l| l.starts_with("VmHWM"))
            .next()
            .unwrap()
    );
    for q in [
        Search::default(),
        Search { terms: vec![Term::is(Attribute::EventName, "DeleteTrail")], ..Default::default() },
        Search { terms: vec![Term::is(Attribute::Who, "alice.smith")], ..Default::default() },
        Search {
            terms: vec![
                Term { what: Attribute::Action, matches: Match::Like("iam:*".into()) },
                Term::is(Attribute::Failed, "true"),
            ],
            ..Default::default()
        },
        Search { terms: vec![Term::is(Attribute::ReadOnly, "false")], ..Default::default() },
        Search {
            terms: vec![Term::is(Attribute::ResourceType, "AWS::EC2::Instance")],
            ..Default::default()
        },
    ] {
        for k in 0..3 {
            let t = Instant::now();
            let p = e.search(&q).unwrap();
            println!(
                "{:?} rows {} {:.2} ms",
                q.terms.get(0).map(|t| &t.what),
                p.rows.len(),
                t.elapsed().as_secs_f64() * 1e3
            );
        }
    }
    e.close();
}
