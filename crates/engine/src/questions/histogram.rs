//! `Histogram`: how many records, and how they went, by time.

use super::figures::Figures;
use super::selection::{Selection, within};
use crate::error::Error;
use crate::settings::BUCKETS_MAX;
use lake::{Count, Grid, Search, Snapshot};
use model::Timestamp;
use serde::{Deserialize, Serialize};

/// Buckets where nobody asks for a number.
const BUCKETS_USUAL: usize = 60;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Lengths that people can read off a clock or calendar.
const LENGTHS_MS: [i64; 17] = [
    SECOND_MS,
    5 * SECOND_MS,
    15 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    7 * DAY_MS,
    28 * DAY_MS,
    91 * DAY_MS,
    364 * DAY_MS,
    3_640 * DAY_MS,
];

/// Which records, and in how many buckets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct HistogramAsk {
    /// Which records; its `limit` and `after` do not count.
    pub search: Search,
    /// Length of a bucket in milliseconds; by default as `buckets` says.
    pub bucket_ms: Option<i64>,
    /// Most buckets, 1 to 1,000; the length is the shortest usual one that needs no more.
    pub buckets: Option<usize>,
}

/// Counts by time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Histogram {
    /// Length of a bucket in milliseconds.
    pub bucket_ms: i64,
    /// Without gaps, the earliest first.
    pub buckets: Vec<Bucket>,
    /// All of them together.
    pub total: Figures,
    /// Every record that was asked for was counted.
    pub whole: bool,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Where it begins.
    pub start: Timestamp,
    /// How many records.
    pub records: u64,
    /// Of these, refused for want of a permission.
    pub denied: u64,
    /// Of these, failed otherwise.
    pub failed: u64,
}

pub(super) fn answer(snapshot: &Snapshot, ask: &HistogramAsk) -> Result<Histogram, Error> {
    let most = within("buckets", ask.buckets, BUCKETS_USUAL, BUCKETS_MAX)?;
    let Some((first, last)) = extent(snapshot, &ask.search) else {
        return Ok(Histogram { whole: true, ..Histogram::default() });
    };
    let grid = grid(first, last, ask.bucket_ms, most)?;
    let timeline = Selection::of(&ask.search).timeline(snapshot, grid)?;
    let mut total = Count::default();
    timeline.buckets.iter().for_each(|bucket| total.add(bucket));
    let told = |(place, count): (usize, &Count)| Bucket {
        start: Timestamp(grid.start.0.saturating_add(grid.bucket_ms.saturating_mul(place as i64))),
        records: count.records,
        denied: count.denied,
        failed: count.failed,
    };
    let buckets = timeline.buckets.iter().enumerate().map(told).collect();
    let total = Figures::from(&total);
    Ok(Histogram { bucket_ms: grid.bucket_ms, buckets, total, whole: timeline.whole })
}

/// The part of the asked range in which there are records.
fn extent(snapshot: &Snapshot, search: &Search) -> Option<(Timestamp, Timestamp)> {
    let (first, last) = snapshot.extent(search.owner.as_ref())?;
    let last = last.min(Timestamp(search.times.end.0.saturating_sub(1)));
    let first = first.max(search.times.start);
    (first <= last).then_some((first, last))
}

fn grid(
    first: Timestamp,
    last: Timestamp,
    asked_ms: Option<i64>,
    most: usize,
) -> Result<Grid, Error> {
    let grid = |bucket_ms: i64| {
        let start = first.0.div_euclid(bucket_ms).saturating_mul(bucket_ms);
        let buckets = last.0.saturating_sub(start).div_euclid(bucket_ms).saturating_add(1);
        Grid {
            start: Timestamp(start),
            bucket_ms,
            buckets: usize::try_from(buckets).unwrap_or(usize::MAX),
        }
    };
    let bad = |what| Err(Error::BadQuestion { what });
    match asked_ms {
        None => {
            let mut grids = LENGTHS_MS.into_iter().map(grid);
            let fitting = grids.find(|grid| grid.buckets <= most);
            // Records that claim to lie ages apart: one bucket for as long as it takes.
            let span_ms = last.0.saturating_sub(first.0).saturating_add(1);
            Ok(fitting.unwrap_or(Grid { start: first, bucket_ms: span_ms, buckets: 1 }))
        }
        Some(bucket_ms) if bucket_ms < 1 => {
            bad(format!("`bucketMs` is {bucket_ms}; ask for 1 or more"))
        }
        Some(bucket_ms) => match grid(bucket_ms) {
            grid if grid.buckets <= BUCKETS_MAX => Ok(grid),
            grid => bad(format!(
                "that makes {} buckets, more than {BUCKETS_MAX}; ask for longer ones, or a \
                 shorter time",
                grid.buckets
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_begin_on_the_clock_and_are_few() {
        let at = Timestamp::from_seconds;
        let hour = grid(at(3_700), at(7_300), None, 61).unwrap();
        assert_eq!((hour.start, hour.bucket_ms, hour.buckets), (at(3_660), MINUTE_MS, 61));
        let hour = grid(at(3_700), at(7_300), None, 20).unwrap();
        assert_eq!((hour.start, hour.bucket_ms, hour.buckets), (at(3_600), 5 * MINUTE_MS, 13));
        let moment = grid(at(7), at(7), None, 60).unwrap();
        assert_eq!((moment.start, moment.buckets), (at(7), 1));
        let ages = grid(Timestamp::MIN, Timestamp::MAX, None, 60).unwrap();
        assert_eq!(ages.buckets, 1);
    }

    #[test]
    fn refuses_too_many_and_too_short_buckets() {
        let (first, last) = (Timestamp::from_seconds(0), Timestamp::from_seconds(86_400));
        for bucket_ms in [0, -5, 1, 86_000] {
            assert!(grid(first, last, Some(bucket_ms), 60).is_err(), "{bucket_ms}");
        }
        assert_eq!(grid(first, last, Some(HOUR_MS), 60).unwrap().buckets, 25);
    }
}
