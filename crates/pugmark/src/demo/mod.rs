//! The story that `pugmark up --demo` tells: a leaked key, thirty days of ordinary work around
//! it, and somebody innocent who looks guilty.
//!
//! The same start and seed give the same records, byte for byte, on every machine.

mod actor;
mod assumption;
mod background;
mod bucket;
mod carol;
mod cast;
mod clock;
mod containment;
mod crew;
mod denial;
mod habits;
mod ids;
mod intrusion;
mod object;
mod pipeline;
mod questions;
mod record;
mod refusals;
mod routine;
mod template;
#[cfg(test)]
mod tests;

use background::{DAYS, Day, Share};
use clock::{DAY_S, midnight};
use crew::Stage;
use ids::Ids;
use record::Draft;

pub(crate) use questions::{QUESTIONS, SEED};

/// A call and the ordinal that gives it its ids.
type Numbered = (u64, Draft);

/// Ordinals of a day's background begin at the day's number times this.
const DAY_ORDINALS: u64 = 1_000_000;
/// Ordinals of the intrusion, so that its ids hang on the seed alone and not on the weekday.
const INTRUSION_ORDINALS: u64 = 1_000_000_000;
/// Ordinals of carol's calls.
const CAROL_ORDINALS: u64 = 2_000_000_000;
/// Ordinals of the containment.
const CONTAINMENT_ORDINALS: u64 = 3_000_000_000;

/// The story told for a server that starts at a given moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Story {
    stage: Stage,
}

impl Story {
    /// The story for a server that starts at `now_s`, in seconds since the epoch. Its point T0 is
    /// 00:00Z two days before that day.
    pub(crate) const fn new(now_s: i64, seed: u64) -> Self {
        let t0_s = midnight(now_s) - 2 * DAY_S;
        let start_s = t0_s - (DAYS - 1) * DAY_S;
        Self { stage: Stage { start_s, t0_s, ids: Ids::new(seed) } }
    }

    /// The beginning of the day of the intrusion, in seconds since the epoch.
    pub(crate) const fn t0_s(&self) -> i64 {
        self.stage.t0_s
    }

    /// Every record of the story in order of `eventTime`: the account that owns it, and its line.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let story = *self;
        let (days, share) = background::days(&story.stage);
        let mut plot = story.plot();
        let numbered = days.into_iter().zip(0..);
        numbered.flat_map(move |(day, number)| {
            let of_day = |numbered: &Numbered| midnight(numbered.1.at_s()) == day.day_s;
            let drafts = plot.extract_if(.., |numbered| of_day(numbered)).collect();
            story.day(day, number, share, drafts)
        })
    }

    /// The records of one day: the background's, and those of the plot.
    fn day(
        &self,
        day: Day,
        number: u64,
        share: Share,
        plot: Vec<Numbered>,
    ) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let mut drafts = plot;
        drafts.extend((number * DAY_ORDINALS..).zip(day.play(&self.stage, share)));
        drafts.sort_by_key(|(ordinal, draft)| (draft.at_s(), *ordinal));
        let ids = self.stage.ids;
        drafts.into_iter().map(move |(ordinal, draft)| (draft.owner(), draft.line(&ids, ordinal)))
    }

    /// All that is not background.
    fn plot(&self) -> Vec<Numbered> {
        let t0_s = self.t0_s();
        let intrusion = (INTRUSION_ORDINALS..).zip(intrusion::drafts(t0_s));
        let carol = (CAROL_ORDINALS..).zip(carol::drafts(t0_s));
        let containment = (CONTAINMENT_ORDINALS..).zip(containment::drafts(t0_s));
        intrusion.chain(carol).chain(containment).collect()
    }
}
