#![allow(warnings)]
use lake::*;
use model::*;
use std::io::Read;
use std::time::Instant;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let v: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (v[11].parse::<f64>().unwrap() + v[12].parse::<f64>().unwrap()) / 100.0
}
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let mut d = Draft::default();
    let mut scan = Scan::default();
    let mut n = 0u64;
    let mut raw = 0u64;
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut texts = vec![];
    for f in files.iter().take(20) {
        let out = std::process::Command::new("gunzip").arg("-c").arg(f).output().unwrap().stdout;
        texts.push(out);
    }
    let t0 = cpu();
    let mut total = 0;
    let mut sealed_bytes = 0;
    for pass in 0..2 {
        let t = cpu();
        let mut c = 0u64;
        for text in &texts {
            let mut at = 12;
            loop {
                if text.get(at) != Some(&b'{') {
                    break;
                }
                let e = scan.read(text, at).unwrap();
                at = e + 1;
                c += 1;
            }
        }
        println!("scan only {c} {:.3}s -> {:.0}/s", cpu() - t, c as f64 / (cpu() - t));
    }
    let t = cpu();
    for text in &texts {
        let mut at = 12;
        loop {
            if text.get(at) != Some(&b'{') {
                break;
            }
            let e = scan.read(text, at).unwrap();
            let b = &text[at..e];
            let v = RecordView::new(b, &scan);
            let id =
                v.raw(Field::EventId).and_then(RecordId::from_uuid).unwrap_or(RecordId([0; 16]));
            let names = [("AWS::S3::Bucket", "x")];
            d.push(&Row {
                view: v,
                id,
                time: v.event_time().unwrap(),
                ingested: Timestamp(1),
                flags: Flags::new(
                    Origin::Imported,
                    model::Category::Management,
                    v.read_only(),
                    false,
                    false,
                ),
                username: v.text(Field::UserName).as_deref(),
                resources: &names[..0],
                payload: [0; 32],
            })
            .unwrap();
            n += 1;
            raw += b.len() as u64;
            at = e + 1;
        }
    }
    println!(
        "draft {n} {:.3}s -> {:.0}/s weight {}",
        cpu() - t,
        n as f64 / (cpu() - t),
        d.weight()
    );
    let t = cpu();
    let s = d.seal(&AccountId::parse("123456789012").unwrap(), Numbering::ByTime).unwrap();
    println!("seal {:.3}s -> {:.0}/s", cpu() - t, n as f64 / (cpu() - t));
    println!("bytes/event {:.1} raw {:.1}", s.bytes.len() as f64 / n as f64, raw as f64 / n as f64);
    std::fs::write("/tmp/x.part", &s.bytes).unwrap();
    s.meta;
}
