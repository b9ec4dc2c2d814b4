//! What the server shows: every record it lists, counted by what the lab knows it by.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::object::OBJECT_MARK;

/// The user agent of the lab's calls begins so, and with it every token of a call.
pub(super) const AGENT: &str = "crashlab/";
/// The user agent in the records of the lab's own files.
pub(super) const IMPORTED_AGENT: &str = "crashlab-import";

/// How often one thing was shown, and under which request.
#[derive(Debug, Default, Clone)]
pub(super) struct Sight {
    pub(super) count: usize,
    pub(super) request_id: String,
    /// A trail takes it in that takes in all calls and the objects of the lab.
    pub(super) is_chosen: bool,
}

/// Everything a listing showed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    sights: HashMap<String, Sight>,
    ids: HashSet<String>,
    /// Records with an `eventID` that another one had already.
    pub(super) repeated_ids: Vec<String>,
}

/// The members of a record that matter here; all others are passed over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(rename = "eventID", default)]
    event_id: String,
    #[serde(rename = "requestID", default)]
    request_id: String,
    #[serde(default)]
    user_agent: String,
    #[serde(default)]
    event_category: String,
    #[serde(default)]
    event_source: String,
    #[serde(default)]
    event_data: Option<EventData>,
}

#[derive(Debug, Deserialize)]
struct EventData {
    #[serde(rename = "UID", default)]
    uid: String,
}

impl Record {
    /// What the lab knows the record by; nothing for records of others.
    fn token(&self) -> Option<&str> {
        match &self.event_data {
            Some(data) if data.uid.starts_with(AGENT) => Some(&data.uid),
            _ if self.user_agent == IMPORTED_AGENT => Some(&self.event_id),
            _ if self.user_agent.starts_with(AGENT) => Some(&self.user_agent),
            _ => None,
        }
    }
}

impl Record {
    /// A call of the lab's, not an event or an imported record.
    fn is_call(&self) -> bool {
        self.event_data.is_none() && self.user_agent.starts_with(AGENT)
    }
}

impl Seen {
    /// Reads one record a line.
    pub(super) fn read(lines: impl BufRead) -> Result<Self> {
        let mut seen = Self::default();
        for line in lines.lines() {
            seen.add(&line.context("the listing broke off")?)?;
        }
        Ok(seen)
    }

    fn add(&mut self, line: &str) -> Result<()> {
        let record: Record = serde_json::from_str(line)
            .with_context(|| format!("a listed record is no record: `{line}`"))?;
        if let Some(token) = record.token() {
            let sight = self.sights.entry(token.to_owned()).or_default();
            sight.count += 1;
            record.request_id.clone_into(&mut sight.request_id);
            sight.is_chosen = record.is_call()
                && (record.event_category == "Management"
                    || record.event_source == "s3.amazonaws.com");
        }
        if !self.ids.insert(record.event_id.clone()) {
            self.repeated_ids.push(record.event_id);
        }
        Ok(())
    }

    /// An object was read that bears this token.
    pub(super) fn add_object(&mut self, token: &str) {
        self.sights.entry(token.to_owned()).or_default().count += 1;
    }

    /// Events that clients put, as SQL can count them too.
    pub(super) fn events(&self) -> usize {
        let events = self.sights.iter().filter(|(token, _)| token.contains(EVENT_MARK));
        events.map(|(_, sight)| sight.count).sum()
    }

    /// How one thing was shown.
    pub(super) fn sight(&self, token: &str) -> Sight {
        self.sights.get(token).cloned().unwrap_or_default()
    }

    /// Everything of the lab that was shown.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        self.sights.keys().map(String::as_str)
    }

    /// Records whose user agent is the lab's, as SQL can count them too.
    pub(super) fn with_agent(&self) -> usize {
        let is_other = |token: &str| token.contains(EVENT_MARK) || token.contains(OBJECT_MARK);
        let counted = self.sights.iter().filter(|(token, _)| !is_other(token));
        counted.map(|(_, sight)| sight.count).sum()
    }
}

/// Stands in the token of an event, and in no other.
pub(super) const EVENT_MARK: &str = "#e";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_calls_events_and_imported_records() {
        let lines = concat!(
            r#"{"eventID":"1","requestID":"r1","userAgent":"crashlab/1-1-1-1"}"#,
            "\n",
            r##"{"eventID":"2","eventData":{"UID":"crashlab/1-1-1-2#e0","a":1}}"##,
            "\n",
            r#"{"eventID":"3","requestID":"x","userAgent":"crashlab-import"}"#,
            "\n",
            r#"{"eventID":"4","userAgent":"pugmark/0.1.0"}"#,
            "\n",
        );
        let seen = Seen::read(lines.as_bytes()).unwrap();
        let mut tokens: Vec<&str> = seen.tokens().collect();
        tokens.sort_unstable();
        assert_eq!(tokens, ["3", "crashlab/1-1-1-1", "crashlab/1-1-1-2#e0"]);
        assert_eq!(seen.sight("crashlab/1-1-1-1").request_id, "r1");
        assert_eq!((seen.with_agent(), seen.repeated_ids.len()), (2, 0));
    }

    #[test]
    fn counts_what_is_shown_twice() {
        let line = "{\"eventID\":\"1\",\"userAgent\":\"crashlab/a\"}\n";
        let seen = Seen::read(line.repeat(2).as_bytes()).unwrap();
        assert_eq!(seen.sight("crashlab/a").count, 2);
        assert_eq!(seen.repeated_ids, ["1"]);
    }

    #[test]
    fn refuses_a_listing_that_is_none() {
        assert!(Seen::read("{\"eventID\":\n".as_bytes()).is_err());
    }
}
