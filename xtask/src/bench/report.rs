//! The table that a benchmark prints: measure, what must be, what was.

use std::fmt;

use super::table::Table;

/// What was measured, in order.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: Vec<[String; 3]>,
    tables: Vec<Table>,
    notes: Vec<String>,
}

/// A figure's promise.
#[derive(Debug, Clone, Copy)]
pub(super) enum Must {
    AtLeast(f64),
    AtMost(f64),
    /// Shown for understanding; nothing is promised.
    Nothing,
}

impl Must {
    fn is_kept(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Nothing => true,
        }
    }

    /// A value with its promise, for the cell of a table.
    pub(super) fn shown(self, value: Option<f64>) -> String {
        let Some(value) = value else { return "-".to_owned() };
        let verdict = if self.is_kept(value) { "" } else { "  MISSED" };
        format!("{}, must be {self}{verdict}", figure(value))
    }
}

impl fmt::Display for Must {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, ">= {}", figure(*least)),
            Self::AtMost(most) => write!(f, "<= {}", figure(*most)),
            Self::Nothing => f.write_str("-"),
        }
    }
}

impl Report {
    /// One measured figure with its unit.
    pub(super) fn figure(&mut self, measure: &str, must: Must, value: f64, unit: &str) {
        let verdict = if must.is_kept(value) { "" } else { "  MISSED" };
        let measured = format!("{} {unit}{verdict}", figure(value));
        self.row(measure, &must.to_string(), &measured);
    }

    /// One answer that is yes or no.
    pub(super) fn check(&mut self, measure: &str, is_so: bool) {
        self.row(measure, "yes", if is_so { "yes" } else { "no  MISSED" });
    }

    /// Something that was not measured, and why.
    pub(super) fn absent(&mut self, measure: &str, why: &str) {
        self.row(measure, "-", &format!("not run: {why}"));
    }

    /// A table of its own, below the figures.
    pub(super) fn tabulate(&mut self, table: Table) {
        eprint!("{table}");
        self.tables.push(table);
    }

    /// Something the figures depend on.
    pub(super) fn describe(&mut self, what: &str, text: String) {
        self.notes.push(format!("{what}: {text}"));
    }

    fn row(&mut self, measure: &str, must: &str, measured: &str) {
        eprintln!("  {measure}: {measured}");
        self.rows.push([measure, must, measured].map(str::to_owned));
    }
}

/// A number with as many digits as it deserves, thousands set apart.
pub(super) fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => thousands(&format!("{value:.0}")),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn thousands(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(["measure", "must", "measured"]);
        self.rows.iter().for_each(|row| table.row(row.iter()));
        if !self.rows.is_empty() {
            write!(f, "{table}")?;
        }
        self.tables.iter().try_for_each(|table| write!(f, "\n{table}"))?;
        if !self.tables.is_empty() {
            writeln!(f)?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_a_table_and_says_what_was_missed() {
        let mut report = Report::default();
        report.figure("import", Must::AtLeast(60_000.0), 61_234.5, "events/CPU s");
        report.figure("lookup", Must::AtMost(10.0), 12.34, "ms");
        report.check("visible", true);
        report.describe("machine", "two cores".to_owned());
        let text = report.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "| measure | must      | measured            |");
        assert_eq!(lines[2], "| import  | >= 60,000 | 61,234 events/CPU s |");
        assert_eq!(lines[3], "| lookup  | <= 10.0   | 12.3 ms  MISSED     |");
        assert_eq!(lines[5], "machine: two cores");
    }

    #[test]
    fn sets_thousands_apart() {
        assert_eq!(figure(1_234_567.0), "1,234,567");
        assert_eq!(figure(999.4), "999");
        assert_eq!(figure(0.5), "0.50");
    }
}
