//! `pugmark histogram`: records by time.

use crate::cli::HistogramArgs;
use crate::clock;
use crate::complaint::Complaint;
use crate::output::{Column, Format, Printer, Row};
use crate::reach::Reach;
use crate::spelling;
use crate::talk::{count, say};
use engine::{Bucket, Engine, Histogram, HistogramAsk};
use std::borrow::Cow;

const COLUMNS: &[Column] = &[
    Column::whole("start", 20, 0),
    Column::number("records", 7, 0),
    Column::number("failed", 6, 2),
    Column::number("denied", 6, 1),
];

/// With a bar, for the eye.
const DRAWN: &[Column] = &[
    Column::whole("start", 20, 0),
    Column::number("records", 7, 0),
    Column::number("failed", 6, 2),
    Column::number("denied", 6, 1),
    Column::whole("", 40, 3),
];

/// Characters of the longest bar.
const BAR_CHARS: u64 = 40;

/// Shows the buckets; returns how many records are in them.
pub(crate) fn run(reach: &Reach, args: &HistogramArgs, format: Format) -> Result<u64, Complaint> {
    let search = args.counted.filters.search(&args.counted.did, clock::now());
    let ask = HistogramAsk { search, bucket_ms: args.every, buckets: None };
    let histogram: Histogram = reach.ask("Histogram", &ask, Engine::histogram)?;
    let most = histogram.buckets.iter().map(|bucket| bucket.records).max().unwrap_or(0);
    let columns = if format == Format::Table { DRAWN } else { COLUMNS };
    let mut printer = Printer::new(format, columns);
    for bucket in &histogram.buckets {
        let most = (format == Format::Table).then_some(most);
        printer.row(&Line { bucket, most })?;
    }
    printer.finish()?;
    let seconds = u64::try_from(histogram.bucket_ms / 1_000).unwrap_or(0);
    let records = histogram.total.records;
    say(format!("{}, {} a row", count(records, "record"), count(seconds, "second")));
    if !histogram.whole {
        say("only the newest were counted: each had to be read; narrow it with --since");
    }
    Ok(records)
}

struct Line<'a> {
    bucket: &'a Bucket,
    /// Records of the fullest bucket, where a bar is drawn.
    most: Option<u64>,
}

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let Bucket { start, records, denied, failed } = self.bucket;
        let mut cells =
            vec![start.to_string(), records.to_string(), failed.to_string(), denied.to_string()];
        cells.extend(self.most.map(|most| bar(*records, most)));
        cells
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(spelling::json(self.bucket))
    }
}

/// What is more than nothing is seen.
fn bar(records: u64, most: u64) -> String {
    let chars = (records * BAR_CHARS).div_ceil(most.max(1));
    "█".repeat(usize::try_from(chars).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_what_they_stand_for() {
        assert_eq!(bar(0, 100), "");
        assert_eq!(bar(0, 0), "");
        assert_eq!(bar(1, 1_000_000), "█");
        assert_eq!(bar(50, 100).chars().count(), 20);
        assert_eq!(bar(100, 100).chars().count(), 40);
    }
}
