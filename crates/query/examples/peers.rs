//! The ten queries of the peer comparison over a data directory's parts, read-only.
//!
//! `PUGMARK_DATA=<dir> cargo run --release -p pugmark-query --example peers [NAME…]`. Prints the
//! median and the shortest wall time of `RUNS` (5) warm runs, and how many rows came; with
//! `EXPLAIN=1` the plans instead.

use arrow::array::{AsArray, RecordBatch};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use lake::{Part, PartCache, Snapshot};
use model::disk::{Disk, File};
use model::{PartId, Seq};
use query::table::{CountByCode, Dictionaries, JsonPath, LakeTable, TableSpec, Wanted};
use std::error::Error;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A directory that is only read.
#[derive(Debug)]
struct ReadDisk(PathBuf);

#[derive(Debug)]
struct ReadFile(std::fs::File);

fn read_only<T>() -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, "opened for reading"))
}

impl Disk for ReadDisk {
    fn create(&self, _: &Path) -> io::Result<Arc<dyn File>> {
        read_only()
    }
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(ReadFile(std::fs::File::open(self.0.join(path))?)))
    }
    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        read_only()
    }
    fn remove(&self, _: &Path) -> io::Result<()> {
        read_only()
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.0.join(dir))? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        read_only()
    }
    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        read_only()
    }
}

impl File for ReadFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, offset + done as u64)? {
                0 => break,
                read => done += read,
            }
        }
        Ok(done)
    }
    fn append(&self, _: &[u8]) -> io::Result<()> {
        read_only()
    }
    fn truncate(&self, _: u64) -> io::Result<()> {
        read_only()
    }
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}

fn snapshot(data: &str, cache: &PartCache) -> Outcome<Snapshot> {
    let disk = ReadDisk(PathBuf::from(data));
    let mut parts = Vec::new();
    for name in disk.list(Path::new("parts"))? {
        let Some(id) = name.strip_suffix(".part") else { continue };
        let meta = Part::describe(&disk, Path::new("parts"), PartId(id.to_owned()))?;
        let part = Arc::new(Part::open(&disk, Path::new("parts"), meta, cache)?);
        part.warm()?;
        parts.push(part);
    }
    Ok(Snapshot { parts: Arc::new(parts), tail: Vec::new(), end: Seq(u64::MAX) })
}

async fn one(context: &SessionContext, sql: &str) -> Outcome<String> {
    let batches = context.sql(sql).await?.collect().await?;
    let first = batches.iter().find(|batch| batch.num_rows() > 0).ok_or("nothing found")?;
    let text = arrow::compute::cast(first.column(0), &arrow::datatypes::DataType::Utf8)?;
    Ok(text.as_string::<i32>().value(0).to_owned())
}

/// The parameters, chosen as the peers' are.
struct Chosen {
    id: String,
    week: String,
    user: String,
    ip: String,
}

async fn choose(context: &SessionContext) -> Outcome<Chosen> {
    let common = |column: &str, offset: usize| {
        format!(
            "SELECT v FROM (SELECT \"{column}\" v, count(*) n FROM events WHERE \"{column}\" IS NOT NULL \
             GROUP BY 1 ORDER BY n DESC, v LIMIT 1 OFFSET {offset})"
        )
    };
    Ok(Chosen {
        id: one(context, "SELECT eventid FROM events ORDER BY eventtime LIMIT 1 OFFSET 600000")
            .await?,
        week: one(context, "SELECT max(eventtime) - INTERVAL '7 days' FROM events").await?,
        user: one(context, &common("useridentity.username", 40)).await?,
        ip: one(context, &common("sourceipaddress", 60)).await?,
    })
}

const DENIED: &str = "('AccessDenied','AccessDeniedException','Client.UnauthorizedOperation',\
                      'UnauthorizedOperation')";
const BUCKET: &str = "\"requestparameters#bucketName\"";
const ISSUED: &str = "\"responseelements#credentials#accessKeyId\"";

fn queries(chosen: &Chosen) -> Vec<(&'static str, String)> {
    let Chosen { id, week, user, ip } = chosen;
    let arn = "\"useridentity.arn\"";
    vec![
        ("Q1_eventID", format!("SELECT * FROM events WHERE eventid='{id}'")),
        ("Q2_user7d", format!("SELECT eventtime,eventname,eventsource,eventid,sourceipaddress,requestparameters,responseelements FROM events WHERE \"useridentity.username\"='{user}' AND eventtime>=TIMESTAMP '{week}' ORDER BY eventtime DESC LIMIT 50")),
        ("Q3_topnames", "SELECT eventname,count(*) n FROM events GROUP BY eventname ORDER BY n DESC LIMIT 20".to_owned()),
        ("Q4_denied_hr", format!("SELECT {arn},date_trunc('hour',eventtime) h,count(*) n FROM events WHERE errorcode IN {DENIED} GROUP BY 1,h ORDER BY n DESC LIMIT 100")),
        ("Q5_nomfa", format!("SELECT eventtime,{arn},sourceipaddress FROM events WHERE eventname='ConsoleLogin' AND \"additionaleventdata#MFAUsed\"='No' ORDER BY eventtime")),
        ("Q6_ip90d", format!("SELECT eventtime,eventname,{arn},awsregion,errorcode,eventid FROM events WHERE sourceipaddress='{ip}' ORDER BY eventtime")),
        ("Q7_substr", "SELECT eventtime,eventname,eventid FROM events WHERE requestparameters LIKE '%sg-0abc%'".to_owned()),
        ("Q8_session", format!("WITH s AS (SELECT {ISSUED} ak,eventtime t,{arn} caller FROM events WHERE eventname='AssumeRole') SELECT s.ak,s.caller,count(*) n,min(e.eventtime) a,max(e.eventtime) b FROM events e JOIN s ON e.\"useridentity.accesskeyid\"=s.ak WHERE e.eventtime>=s.t AND s.ak<>'' GROUP BY s.ak,s.caller ORDER BY n DESC LIMIT 50")),
        ("Q9_distinct", format!("SELECT recipientaccountid,date_trunc('day',eventtime) dd,count(DISTINCT {arn}) n FROM events GROUP BY recipientaccountid,dd ORDER BY n DESC LIMIT 2000")),
        ("Q10_json", format!("SELECT {BUCKET} b,count(*) n FROM events GROUP BY b ORDER BY n DESC LIMIT 20")),
        ("count_all", "SELECT count(*) FROM events".to_owned()),
        ("latest20", "SELECT * FROM events ORDER BY eventtime DESC LIMIT 20".to_owned()),
        ("substr_latest", "SELECT eventtime,eventname FROM events WHERE requestparameters LIKE '%sg-0%' ORDER BY eventtime DESC LIMIT 20".to_owned()),
    ]
}

/// Milliseconds that this process's threads have been on a processor: on a busy machine it tells
/// more than the clock.
fn cpu_ms() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let texts =
        tasks.filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
    texts.filter_map(|text| text.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e6
}

#[expect(clippy::disallowed_methods, reason = "the point is how long it takes")]
async fn time(context: &SessionContext, name: &str, sql: &str, runs: usize) -> Outcome<()> {
    let (mut walls, mut cpus) = (Vec::new(), Vec::new());
    let mut rows = 0;
    for run in 0..=runs {
        let (start, cpu) = (Instant::now(), cpu_ms());
        let batches: Vec<RecordBatch> = context.sql(sql).await?.collect().await?;
        let wall = start.elapsed().as_secs_f64() * 1e3;
        rows = batches.iter().map(RecordBatch::num_rows).sum();
        if run > 0 {
            walls.push(wall);
            cpus.push(cpu_ms() - cpu);
        } else {
            print!("{name:14} first {wall:8.1} ms");
        }
    }
    walls.sort_by(f64::total_cmp);
    cpus.sort_by(f64::total_cmp);
    let middle = |times: &[f64]| times.get(times.len() / 2).copied().unwrap_or(0.0);
    let (median, cpu) = (middle(&walls), middle(&cpus));
    let least = walls.first().copied().unwrap_or(0.0);
    println!("  median {median:8.1} ms  min {least:8.1} ms  cpu {cpu:8.1} ms  rows {rows}");
    Ok(())
}

async fn run() -> Outcome<()> {
    let data = std::env::var("PUGMARK_DATA").map_err(|_| "set PUGMARK_DATA to a data directory")?;
    let megabytes = std::env::var("CACHE_MB").ok().and_then(|text| text.parse().ok());
    let cache = PartCache::new(megabytes.unwrap_or(512u64) << 20);
    let snapshot = snapshot(&data, &cache)?;
    println!("sections {} MiB", cache.weight() >> 20);
    let paths = [
        JsonPath::text("requestParameters", &["bucketName"]),
        JsonPath::text("additionalEventData", &["MFAUsed"]),
        JsonPath::text("responseElements", &["credentials", "accessKeyId"]),
    ];
    let dictionaries = Dictionaries::new(256 << 20);
    let table =
        LakeTable::new(&snapshot, &TableSpec::default(), &Wanted::all(&paths), &dictionaries);
    let threads = std::env::var("THREADS").ok().and_then(|t| t.parse().ok()).unwrap_or(2);
    let config = SessionConfig::new().with_target_partitions(threads);
    let builder = SessionStateBuilder::new().with_default_features().with_config(config);
    let state = builder.with_physical_optimizer_rule(Arc::new(CountByCode)).build();
    let context = SessionContext::new_with_state(state);
    context.register_table("events", Arc::new(table))?;
    let chosen = choose(&context).await?;
    println!("{} {} {} {}", chosen.id, chosen.week, chosen.user, chosen.ip);
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let runs = std::env::var("RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    for (name, sql) in queries(&chosen) {
        if !wanted.is_empty() && !wanted.iter().any(|w| name.starts_with(w.as_str())) {
            continue;
        }
        if std::env::var("EXPLAIN").is_ok() {
            println!("{name}");
            context.sql(&format!("EXPLAIN {sql}")).await?.show().await?;
        } else {
            time(&context, name, &sql, runs).await?;
        }
    }
    println!("sections and blocks {} MiB", cache.weight() >> 20);
    Ok(())
}

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    runtime.block_on(run())
}
