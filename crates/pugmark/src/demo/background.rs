//! Thirty days of ordinary work: 120,000 records in a weekday rhythm, of which 960 are denied.
//!
//! What happens by the clock is laid out first; the rest is shared among the hours by how much is
//! done in each, so that the total is exact whatever weekday the story falls on.

use super::clock::{DAY_S, HOUR_S, is_weekend};
use super::crew::{Stage, Who};
use super::habits::usual;
use super::ids::{Draw, Ids, What};
use super::record::Draft;
use super::refusals::refused;
use super::routine;

/// How many records the background has.
pub(super) const RECORDS: u64 = 120_000;
/// How many of them are denied: 0.8 %.
pub(super) const DENIED: u64 = 960;
/// How many days it lasts; the day of the intrusion is the last one.
pub(super) const DAYS: i64 = 30;

/// The background of one day, not yet played.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) day_s: i64,
    routine: Vec<Draft>,
    hours: Vec<Hour>,
}

/// An hour and its share: records `first` up to `end` of all that do not go by the clock.
#[derive(Debug, Clone, Copy)]
struct Hour {
    at_s: i64,
    first: u64,
    end: u64,
}

/// Lays out all days.
pub(super) fn days(stage: &Stage) -> (Vec<Day>, Share) {
    let starts = (0..DAYS).map(|day| stage.start_s + day * DAY_S);
    let mut days: Vec<Day> = starts
        .map(|day_s| Day { day_s, routine: routine::drafts(stage, day_s), hours: Vec::new() })
        .collect();
    let by_clock: usize = days.iter().map(|day| day.routine.len()).sum();
    let share = Share { records: RECORDS.saturating_sub(by_clock as u64) };
    share.divide(&mut days);
    (days, share)
}

/// What is left to share among hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    records: u64,
}

impl Share {
    /// Every hour gets its part of the whole, rounded so that the parts add up to it.
    fn divide(self, days: &mut [Day]) {
        let all: u64 =
            days.iter().map(|day| (0..24).map(|hour| load(day.day_s, hour)).sum::<u64>()).sum();
        let mut done = 0;
        for day in days {
            for hour in 0..24 {
                let first = self.records * done / all.max(1);
                done += load(day.day_s, hour);
                let end = self.records * done / all.max(1);
                day.hours.push(Hour { at_s: day.day_s + hour * HOUR_S, first, end });
            }
        }
    }

    /// True for the denied one among the records of each stretch.
    fn is_denied(self, record: u64, ids: &Ids) -> bool {
        let stretch = record * DENIED / self.records.max(1);
        let begin = |stretch: u64| (stretch * self.records).div_ceil(DENIED);
        let (first, end) = (begin(stretch), begin(stretch + 1));
        record == first + ids.draw(What::Denial, stretch).below(end - first)
    }
}

/// How much is done in an hour.
fn load(day_s: i64, hour: i64) -> u64 {
    let weekend = is_weekend(day_s);
    Who::ALL.iter().map(|who| who.weight(weekend, hour)).sum()
}

impl Day {
    /// Plays the day: all its calls, in no order yet.
    pub(super) fn play(self, stage: &Stage, share: Share) -> Vec<Draft> {
        let mut drafts = self.routine;
        for hour in self.hours {
            drafts.extend(
                (hour.first..hour.end).filter_map(|record| hour.play(record, stage, share)),
            );
        }
        drafts
    }
}

impl Hour {
    /// One call of the hour.
    fn play(self, record: u64, stage: &Stage, share: Share) -> Option<Draft> {
        let mut draw = stage.ids.draw(What::Draw, record);
        let at_s = self.at_s + draw.seconds(HOUR_S);
        if share.is_denied(record, &stage.ids) {
            let refusal = refused(|who| self.weight(who) > 0, &mut draw)?;
            let (at_s, actor) = stage.enter(refusal.who(), at_s, &mut draw);
            return Some(refusal.draft(at_s, &actor, &mut draw));
        }
        let who = self.who(&mut draw)?;
        let (at_s, actor) = stage.enter(who, at_s, &mut draw);
        usual(who, at_s, &actor, &mut draw)
    }

    fn who(self, draw: &mut Draw) -> Option<Who> {
        let mut left = draw.below(Who::ALL.iter().map(|who| self.weight(*who)).sum());
        Who::ALL.into_iter().find(|who| {
            let weight = self.weight(*who);
            let found = left < weight;
            left = left.saturating_sub(weight);
            found
        })
    }

    const fn weight(self, who: Who) -> u64 {
        let hour = self.at_s.rem_euclid(DAY_S) / HOUR_S;
        who.weight(is_weekend(self.at_s), hour)
    }
}
