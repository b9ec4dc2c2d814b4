//! `pugmark event ID`: one record, exactly as it was received.

use crate::cli::EventArgs;
use crate::complaint::Complaint;
use crate::output::{self, Format, Printer, escape, pretty};
use crate::reach::Reach;
use crate::reading::Reading;
use crate::sighting::{COLUMNS, Sighting};
use crate::talk::{again, count, say};
use engine::{Attribute, Found, Match, Search, Term};
use model::TimeRange;
use std::io::IsTerminal;

/// Most records with one id that are looked at.
const SAME_ID_MAX: usize = 1_000;

/// Shows the record; returns how many were shown.
pub(crate) fn run(reach: &Reach, args: &EventArgs, format: Format) -> Result<u64, Complaint> {
    let mut found = with_id(reach, &args.id)?;
    // What lost a conflict comes behind what is normally shown.
    found.sort_by_key(|record| record.hidden);
    let others = found.len().saturating_sub(1);
    if !args.all {
        found.truncate(1);
    }
    match found.as_slice() {
        [] => {
            say(format!("no record here has the id {}", args.id));
            say("ids are whole and as the record spells them; to find one: pugmark events");
        }
        [record] if !args.all && format == Format::Json => exact(record)?,
        records => write(records, args.all, format)?,
    }
    if others > 0 && !args.all {
        let others = count(others as u64, "more record");
        say(format!("{others} with this id: {}", again("--all", "")));
    }
    Ok(found.len() as u64)
}

fn with_id(reach: &Reach, id: &str) -> Result<Vec<Found>, Complaint> {
    let search = Search {
        times: TimeRange::ALL,
        terms: vec![Term { what: Attribute::EventId, matches: Match::Is(id.to_owned()) }],
        include_hidden: true,
        ..Search::default()
    };
    let mut reading = Reading::new(reach, vec![search], Some(SAME_ID_MAX));
    let mut all = Vec::new();
    while let Some(found) = reading.next()? {
        all.push(found);
        if all.len() == SAME_ID_MAX {
            break;
        }
    }
    Ok(all)
}

/// The bytes and nothing else, so that their hash is the record's. A terminal gets what it can
/// show, and a line end.
fn exact(record: &Found) -> Result<(), Complaint> {
    if !std::io::stdout().is_terminal() {
        return output::print(&record.bytes);
    }
    let text = String::from_utf8_lossy(&record.bytes);
    output::print(format!("{}\n", escape::json(&text)).as_bytes())
}

fn write(records: &[Found], headed: bool, format: Format) -> Result<(), Complaint> {
    if format == Format::Table {
        return records.iter().try_for_each(|record| page(record, headed));
    }
    let mut printer = Printer::new(format, COLUMNS);
    for record in records {
        printer.row(&Sighting::of(record))?;
    }
    printer.finish().map(drop)
}

/// A record laid out for reading.
fn page(record: &Found, headed: bool) -> Result<(), Complaint> {
    let text = String::from_utf8_lossy(&record.bytes);
    let laid = escape::json(&pretty::layout(&text)).into_owned();
    let mut page = String::new();
    if headed {
        let hidden = if record.hidden { ", hidden: an earlier one has this id" } else { "" };
        let (owner, origin) = (&record.owner, record.origin.as_str());
        page = format!("# account {owner}, {origin}, record {}{hidden}\n", record.place.seq);
    }
    output::print(format!("{page}{laid}\n").as_bytes())
}
