//! `LookupEvents`:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>
//!
//! The last 90 days of management events of the caller's account in the region of the call,
//! newest first. With `--extended`, of every account and region, of all time, and by more
//! attributes.

use super::attribute::LookupAttribute;
use super::event::Event;
use super::next_token::{self, fingerprint};
use super::prelude::*;
use super::window::{When, window};
use crate::answer::JsonBody;
use crate::limits::PAGE_BYTES_MAX;
use crate::page;
use engine::{Attribute, Search, Term};

/// Most events in a page, and as many as one gets unasked.
const RESULTS_MAX: usize = 50;

/// What to look for.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    lookup_attributes: Option<Vec<LookupAttribute>>,
    start_time: Option<When>,
    end_time: Option<When>,
    event_category: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// One page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    events: Vec<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Finds one page of events.
pub fn handle(snapshot: &Snapshot, caller: &Caller, input: Input) -> Result<JsonBody, Error> {
    let fingerprint = input.fingerprint(caller);
    let question = question(snapshot, caller, &input, fingerprint)?;
    let (rows, next) = page::bounded(snapshot.search(&question)?, PAGE_BYTES_MAX);
    let events = rows.iter().map(Event::of).collect();
    let next_token = next.map(|place| next_token::write(place, fingerprint));
    Ok(JsonBody::of(&Output { events, next_token })?)
}

fn question(
    snapshot: &Snapshot,
    caller: &Caller,
    input: &Input,
    fingerprint: u64,
) -> Result<Search, Error> {
    let extended = snapshot.extended();
    let mut question = Search {
        owner: (!extended).then(|| caller.account().clone()),
        region: (!extended).then(|| caller.region().to_owned()),
        times: window(input.start_time, input.end_time, caller.at(), extended)?,
        terms: vec![input.category()?],
        limit: input.limit()?,
        ..Search::default()
    };
    if let Some(attribute) = input.attribute()? {
        question.terms.push(attribute.term(extended)?);
    }
    if let Some(token) = &input.next_token {
        question.after = Some(next_token::read(token, fingerprint)?);
    }
    Ok(question)
}

impl Input {
    /// AWS takes one attribute, although it takes a list.
    fn attribute(&self) -> Result<Option<&LookupAttribute>, Error> {
        match self.lookup_attributes.as_deref().unwrap_or_default() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            many => Err(Error::InvalidLookupAttributes(format!(
                "`LookupAttributes` has {} items: give one",
                many.len()
            ))),
        }
    }

    fn category(&self) -> Result<Term, Error> {
        let name = match self.event_category.as_deref() {
            None => "Management",
            Some("insight") => "Insight",
            Some(other) => {
                let other = other.chars().take(64).collect();
                return Err(Error::InvalidEventCategory(other));
            }
        };
        Ok(Term::is(Attribute::Category, name))
    }

    fn limit(&self) -> Result<usize, Error> {
        let Some(asked) = self.max_results else {
            return Ok(RESULTS_MAX);
        };
        let limit = usize::try_from(asked).ok();
        let limit = limit.filter(|limit| (1..=RESULTS_MAX).contains(limit));
        limit.ok_or(Error::InvalidMaxResults { asked, most: RESULTS_MAX })
    }

    /// What a token is bound to: who asks where, and all parameters but the size of the page.
    fn fingerprint(&self, caller: &Caller) -> u64 {
        let time = |when| format!("{when:?}");
        let (start, end) = (time(self.start_time), time(self.end_time));
        let category = self.event_category.as_deref().unwrap_or_default();
        let mut texts = vec![caller.account().as_str(), caller.region(), category];
        texts.extend([start.as_str(), end.as_str()]);
        for attribute in self.lookup_attributes.iter().flatten() {
            let (key, value) = attribute.parts();
            texts.extend([key, value]);
        }
        fingerprint(&texts)
    }
}
