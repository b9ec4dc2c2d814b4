//! What others take for the same import, beside ours: chdb for time, DuckDB, Parquet for bytes.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::duckdb::Parquet;
use super::phases::Bench;
use super::report::{Must, Report, figure};
use super::table::Table;
use super::{chdb, import::Imported};

/// Events per CPU second, ours by theirs.
const CHDB: Must = Must::AtLeast(1.0);
/// Bytes per event, ours by theirs.
const PARQUET: Must = Must::AtMost(1.1);

/// What loading all records into a table took.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Load {
    pub(super) wall_ms: f64,
    pub(super) cpu_ms: f64,
    pub(super) records: i64,
    /// Records with request parameters: so that nobody is quick by leaving them out.
    pub(super) parameters: i64,
    pub(super) bytes: u64,
    pub(super) version: String,
}

impl Load {
    /// Reads the line of a script.
    pub(super) fn read(said: &str) -> Result<Self> {
        serde_json::from_str(said.trim_end()).context("not what loading took")
    }

    /// Records loaded in a second of CPU time.
    pub(super) fn per_cpu_s(&self) -> f64 {
        self.records as f64 / (self.cpu_ms / 1e3)
    }

    /// Bytes on disk for a record.
    pub(super) fn each_bytes(&self) -> f64 {
        self.bytes as f64 / self.records.max(1) as f64
    }
}

/// What was measured of others; nothing where that failed.
#[derive(Debug, Default)]
struct Theirs {
    chdb: Option<Load>,
    duckdb: Option<Load>,
    parquet: Option<Parquet>,
}

/// Measures the peers that are there, and sets ours beside them.
pub(super) fn compare(bench: &Bench<'_>, ours: &Imported, report: &mut Report) {
    if bench.chdb.is_none() && bench.duckdb.is_none() {
        return;
    }
    let theirs = Theirs::measure(bench, report);
    theirs.check(ours, report);
    theirs.judge(ours, report);
    report.tabulate(theirs.table(ours));
}

impl Theirs {
    fn measure(bench: &Bench<'_>, report: &mut Report) -> Self {
        let (room, logs, runs) = (bench.room, bench.logs, bench.scale.runs);
        let mut theirs = Self::default();
        if let Some(environment) = &bench.chdb {
            theirs.chdb = told("chdb", chdb::load(environment, room, logs, runs), report);
        }
        if let Some(duckdb) = &bench.duckdb {
            theirs.duckdb = told("DuckDB", duckdb.load(room, logs).cloned(), report);
        }
        if let (Some(duckdb), Some(_)) = (&bench.duckdb, &theirs.duckdb) {
            theirs.parquet = told("Parquet", duckdb.export(room), report);
        }
        theirs
    }

    /// Whether all of them did the same work.
    fn check(&self, ours: &Imported, report: &mut Report) {
        for (name, load) in [("chdb", &self.chdb), ("DuckDB", &self.duckdb)] {
            let Some(load) = load else { continue };
            let is_all = u64::try_from(load.records) == Ok(ours.records);
            report.check(&format!("{name} has as many records as the files"), is_all);
        }
        if let (Some(chdb), Some(duckdb)) = (&self.chdb, &self.duckdb) {
            let is_same = chdb.parameters == duckdb.parameters;
            report.check("chdb and DuckDB kept as many request parameters", is_same);
        }
    }

    fn judge(&self, ours: &Imported, report: &mut Report) {
        if let Some(chdb) = &self.chdb {
            let unit = format!("times chdb's {}", figure(chdb.per_cpu_s()));
            let ratio = ours.per_cpu_s() / chdb.per_cpu_s();
            report.figure("import: events per CPU second, against chdb", CHDB, ratio, &unit);
        }
        if let Some(parquet) = &self.parquet {
            let each_bytes = parquet.bytes as f64 / ours.records.max(1) as f64;
            let unit = format!("times Parquet's {}", figure(each_bytes));
            let ratio = ours.each_bytes() / each_bytes;
            report.figure("on disk per event, against Parquet", PARQUET, ratio, &unit);
        }
    }

    fn table(&self, ours: &Imported) -> Table {
        let name = |name: &str, load: &Option<Load>| match load {
            Some(load) => format!("{name} {}", load.version),
            None => name.to_owned(),
        };
        let (chdb, duckdb) = (name("chdb", &self.chdb), name("DuckDB", &self.duckdb));
        let names = ["import", "ours", &chdb, &duckdb, "Parquet, zstd-3"];
        let mut table = Table::new(names);
        let mut row = |what: &str, own: Option<f64>, of: fn(&Load) -> f64, last: Option<f64>| {
            let load = |load: &Option<Load>| load.as_ref().map(of);
            let cells = [own, load(&self.chdb), load(&self.duckdb), last];
            table.row([what.to_owned()].into_iter().chain(cells.map(cell)));
        };
        row("CPU time, s", Some(ours.cpu_s), |load| load.cpu_ms / 1e3, None);
        row("wall time, s", Some(ours.wall_s), |load| load.wall_ms / 1e3, None);
        row("events per CPU second", Some(ours.per_cpu_s()), Load::per_cpu_s, None);
        row("bytes per event", Some(ours.each_bytes()), Load::each_bytes, self.parquet_each(ours));
        self.ratios(ours, &mut table);
        table
    }

    /// Ours by theirs, column by column.
    fn ratios(&self, ours: &Imported, table: &mut Table) {
        let loads = [&self.chdb, &self.duckdb];
        let ratio = |own: f64, of: fn(&Load) -> f64| {
            loads.map(move |load| load.as_ref().map(|load| own / of(load)))
        };
        let [chdb, duckdb] = ratio(ours.per_cpu_s(), Load::per_cpu_s);
        let name = "ours by theirs: events per CPU second";
        table.row([name.to_owned(), String::new(), CHDB.shown(chdb), cell(duckdb), cell(None)]);
        let [chdb, duckdb] = ratio(ours.each_bytes(), Load::each_bytes);
        let parquet = self.parquet_each(ours).map(|each| ours.each_bytes() / each);
        let cells = [String::new(), cell(chdb), cell(duckdb), PARQUET.shown(parquet)];
        table.row(["ours by theirs: bytes per event".to_owned()].into_iter().chain(cells));
    }

    fn parquet_each(&self, ours: &Imported) -> Option<f64> {
        self.parquet.map(|parquet| parquet.bytes as f64 / ours.records.max(1) as f64)
    }
}

fn cell(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), figure)
}

/// What was measured; an error is told in the report.
fn told<T>(name: &str, measured: Result<T>, report: &mut Report) -> Option<T> {
    if let Err(error) = &measured {
        report.check(&format!("{name}: measured"), false);
        report.describe(name, format!("{error:#}"));
    }
    measured.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Imported {
        Imported { wall_s: 1.0, cpu_s: 2.0, records: 200_000, bytes: 46_000_000 }
    }

    fn theirs() -> Theirs {
        let said = |cpu_ms: u64, bytes: u64| {
            format!(
                r#"{{"wall_ms": 900.0, "cpu_ms": {cpu_ms}, "records": 200000, "parameters": 7,
                     "bytes": {bytes}, "version": "4.4.0"}}"#
            )
        };
        Theirs {
            chdb: Some(Load::read(&said(1_600, 49_000_000)).unwrap()),
            duckdb: Some(Load::read(&said(4_000, 89_000_000)).unwrap()),
            parquet: Some(Parquet { bytes: 40_000_000 }),
        }
    }

    #[test]
    fn sets_ours_beside_theirs_and_says_what_was_missed() {
        let text = theirs().table(&ours()).to_string();
        let cells = |at: usize| -> Vec<String> {
            text.lines().nth(at).unwrap().split('|').map(|cell| cell.trim().to_owned()).collect()
        };
        assert_eq!(
            cells(0)[1..6],
            ["import", "ours", "chdb 4.4.0", "DuckDB 4.4.0", "Parquet, zstd-3"]
        );
        assert_eq!(cells(4)[2..6], ["100,000", "125,000", "50,000", "-"]);
        assert_eq!(cells(5)[2..6], ["230", "245", "445", "200"]);
        assert_eq!(cells(6)[2..6], ["", "0.80, must be >= 1.00  MISSED", "2.00", "-"]);
        assert_eq!(cells(7)[2..6], ["", "0.94", "0.52", "1.15, must be <= 1.10  MISSED"]);
    }

    #[test]
    fn judges_the_time_by_chdb_and_the_bytes_by_parquet() {
        let mut report = Report::default();
        theirs().judge(&ours(), &mut report);
        let text = report.to_string();
        assert!(text.contains("| >= 1.00 | 0.80 times chdb's 125,000  MISSED"), "{text}");
        assert!(text.contains("| <= 1.10 | 1.15 times Parquet's 200  MISSED"), "{text}");
    }

    #[test]
    fn tells_of_a_peer_that_did_less() {
        let mut less = theirs();
        less.chdb.as_mut().unwrap().parameters = 6;
        less.duckdb.as_mut().unwrap().records -= 1;
        let mut report = Report::default();
        less.check(&ours(), &mut report);
        let text = report.to_string();
        assert_eq!(text.matches("no  MISSED").count(), 2, "{text}");
    }

    #[test]
    fn goes_on_where_a_peer_could_not_be_measured() {
        let mut report = Report::default();
        let none: Option<Load> = told("chdb", Err(anyhow::anyhow!("no such package")), &mut report);
        let theirs = Theirs { chdb: none, ..theirs() };
        assert!(theirs.table(&ours()).to_string().contains("| chdb |"));
        assert!(report.to_string().contains("chdb: no such package"));
    }
}
