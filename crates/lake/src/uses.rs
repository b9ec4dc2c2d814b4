//! Who used which permission in a whole part, and how often. A part never changes, so this is
//! counted once, when somebody first asks.

use crate::blend::{Actions, Firsts};
use crate::cache::{CacheKey, Decoded};
use crate::error::Error;
use crate::outcomes::Outcomes;
use crate::part::Part;
use crate::permissions::WHO;
use crate::tally::{Count, one};
use hashbrown::HashMap;
use std::sync::Arc;

/// The uses that some records of a part show.
#[derive(Debug)]
pub(crate) struct Uses {
    /// Who, by number; those without a name have an empty one.
    pub(crate) who: Vec<Box<str>>,
    /// Actions, by number.
    pub(crate) actions: Vec<Box<str>>,
    /// Numbers of both, and how often.
    pub(crate) counts: Vec<(u32, u32, Count)>,
}

impl Uses {
    pub(crate) fn of(part: &Part, rows: impl Iterator<Item = u32>) -> Result<Self, Error> {
        let (mut who, mut actions) = (Firsts::of(part, &WHO)?, Actions::of(part)?);
        let (outcomes, times) = (Outcomes::of(part)?, part.times()?);
        let mut counts: HashMap<(u32, u32), Count> = HashMap::new();
        for row in rows {
            let count = counts.entry((who.at(row), actions.at(row))).or_default();
            count.add(&one(part.moment(times.at(row as usize)), outcomes.at(row)));
        }
        let whos = (0..=who.len() as u32).map(|group| who.text(group).into());
        let acts = (0..=actions.len() as u32).map(|group| actions.text(group).into());
        Ok(Self {
            who: whos.collect(),
            actions: acts.collect(),
            counts: counts.into_iter().map(|((who, action), it)| (who, action, it)).collect(),
        })
    }

    /// Bytes held.
    pub(crate) fn weight(&self) -> usize {
        let texts = self.who.iter().chain(&self.actions);
        let texts: usize = texts.map(|text| text.len() + size_of::<Box<str>>()).sum();
        texts + self.counts.len() * size_of::<(u32, u32, Count)>()
    }
}

impl Part {
    /// Who used which permission in all of it that is not hidden.
    pub(crate) fn uses(&self) -> Result<Arc<Uses>, Error> {
        let key = CacheKey::Uses(self.opened.number);
        if let Some(found) = self.opened.cache.find(key).and_then(Uses::unwrap) {
            return Ok(found);
        }
        let made = Arc::new(Uses::of(self, self.shown_rows()?)?);
        self.opened.cache.keep(key, Uses::wrap(Arc::clone(&made)));
        Ok(made)
    }
}
