//! Who used which permission: counts by principal and action, before a moment and since.

use crate::blend::action;
use crate::error::Error;
use crate::part::Part;
use crate::search::Search;
use crate::selection::{Lot, each_lot};
use crate::snapshot::Snapshot;
use crate::tail::Entry;
use crate::tally::{Count, is_whole, one, outcome};
use crate::uses::Uses;
use hashbrown::HashMap;
use model::{Field, Timestamp};
use std::sync::Arc;

/// The columns that say who is allowed: the role of a session, else whoever acts.
pub(crate) const WHO: [Field; 2] = [Field::IssuerArn, Field::IdentityArn];

/// Use of one permission.
#[derive(Clone, Copy, Debug, Default)]
pub struct Use {
    /// Before the moment.
    pub before: Count,
    /// How often since.
    pub since: u64,
}

impl Use {
    fn add(&mut self, count: &Count, is_before: bool) {
        match is_before {
            true => self.before.add(count),
            false => self.since += count.records,
        }
    }
}

/// All permissions that were used.
#[derive(Debug, Default)]
pub struct Permissions {
    who: Texts,
    actions: Texts,
    uses: HashMap<(u32, u32), Use>,
}

/// Texts with numbers.
#[derive(Debug, Default)]
struct Texts {
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }

    fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

impl Permissions {
    /// Every use: by whom (a role or an ARN), of which action, how often.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Use)> {
        let texts = |(who, action): &(u32, u32)| (self.who.text(*who), self.actions.text(*action));
        self.uses.iter().map(move |(key, it)| (texts(key).0, texts(key).1, it))
    }

    fn entry(&mut self, entry: &Entry, since: Timestamp) {
        let text = |field| entry.view().text(field).unwrap_or_default();
        let who = WHO.map(text).into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let action = action(&text(Field::EventSource), &text(Field::EventName));
        if !who.is_empty() && !action.is_empty() {
            let key = (self.who.number(&who), self.actions.number(&action));
            let count = one(entry.time, outcome(entry));
            self.uses.entry(key).or_default().add(&count, entry.time < since);
        }
    }

    /// Takes in some of a part, all of it before the moment or all of it since. A text is looked
    /// up once for all that share it.
    fn take(&mut self, uses: &Uses, is_before: bool) {
        let number = |texts: &mut Texts, all: &[Box<str>]| -> Vec<Option<u32>> {
            let texts = all.iter().map(|text| match &**text {
                "" => None,
                text => Some(texts.number(text)),
            });
            texts.collect()
        };
        let whos = number(&mut self.who, &uses.who);
        let acts = number(&mut self.actions, &uses.actions);
        let of = |numbers: &[Option<u32>], group: u32| *numbers.get(group as usize)?;
        for (who, action, count) in &uses.counts {
            let (Some(who), Some(action)) = (of(&whos, *who), of(&acts, *action)) else { continue };
            self.uses.entry((who, action)).or_default().add(count, is_before);
        }
    }

    fn rows(&mut self, part: &Arc<Part>, rows: &[u32], since: Timestamp) -> Result<(), Error> {
        let end = part.first_at(since)?;
        let (before, after) = rows.split_at(rows.partition_point(|row| *row < end));
        for (rows, is_before) in [(before, true), (after, false)] {
            match rows.is_empty() {
                true => {}
                false if is_whole(part, rows)? => self.take(&*part.uses()?, is_before),
                false => self.take(&Uses::of(part, rows.iter().copied())?, is_before),
            }
        }
        Ok(())
    }
}

impl Snapshot {
    /// Who used which permission before `since`, and whether they did since.
    ///
    /// # Errors
    /// Parts that cannot be read.
    pub fn permissions(&self, search: &Search, since: Timestamp) -> Result<Permissions, Error> {
        let mut permissions = Permissions::default();
        each_lot(self, search, None, |lot| match lot {
            Lot::Rows(part, rows) => permissions.rows(&part, &rows, since),
            Lot::Entries(entries) => {
                entries.iter().for_each(|entry| permissions.entry(entry, since));
                Ok(())
            }
        })?;
        Ok(permissions)
    }
}
