//! `pugmark events`: records, newest first.

use crate::cli::EventsArgs;
use crate::clock;
use crate::complaint::Complaint;
use crate::output::{Format, Printer};
use crate::question;
use crate::reach::Reach;
use crate::reading::Reading;
use crate::sighting::{COLUMNS, Sighting};
use crate::talk::{again, count, say};
use engine::Search;
use model::{TimeRange, Timestamp};

/// Shows what is asked for; returns how many records that were.
pub(crate) fn run(reach: &Reach, args: &EventsArgs, format: Format) -> Result<u64, Complaint> {
    let searches = args.filters.searches(&args.did, clock::now());
    let times = args.filters.times(clock::now());
    let mut shown = show(reach, searches.clone(), args, format)?;
    if shown.rows == 0
        && let Some(loose) = question::any_case(&searches)
    {
        shown = show(reach, loose, args, format)?;
    }
    shown.printer.finish()?;
    summary(reach, shown.rows, shown.more, times)?;
    Ok(shown.rows)
}

/// What was shown, and whether there is more.
struct Shown {
    printer: Printer,
    rows: u64,
    more: bool,
}

fn show(
    reach: &Reach,
    searches: Vec<Search>,
    args: &EventsArgs,
    format: Format,
) -> Result<Shown, Complaint> {
    let limit = if args.all { usize::MAX } else { args.limit };
    let mut reading = Reading::new(reach, searches, (!args.all).then_some(limit));
    let mut shown = Shown { printer: Printer::new(format, COLUMNS), rows: 0, more: false };
    while let Some(found) = reading.next()? {
        if shown.rows >= limit as u64 {
            shown.more = true;
            break;
        }
        shown.printer.row(&Sighting::of(&found))?;
        shown.rows += 1;
    }
    Ok(shown)
}

fn summary(reach: &Reach, rows: u64, more: bool, times: TimeRange) -> Result<(), Complaint> {
    let Some((oldest, newest)) = reach.extent()? else {
        say("nothing is recorded here yet; to take in logs: pugmark import PATH");
        return Ok(());
    };
    let (start, end) = (times.start.max(oldest), times.end.min(newest));
    let searched = if start > end {
        format!("nothing lies in that range; records here reach from {oldest} to {newest}")
    } else {
        format!("searched {start} to {end}")
    };
    say(format!("{}; {searched}", count(rows, "record")));
    say(format!("newest record here: {newest}"));
    if let Some(next) = next_step(rows, more, newest, times) {
        say(next);
    }
    Ok(())
}

fn next_step(rows: u64, more: bool, newest: Timestamp, times: TimeRange) -> Option<String> {
    if more {
        let limit = rows.saturating_mul(10).max(10).to_string();
        return Some(format!("more: {}", again("--limit", &limit)));
    }
    if rows == 0 && times.start > newest {
        return Some(format!("earlier: {}", again("--since", &newest.to_string())));
    }
    if rows == 0 {
        return Some("wider: leave a filter out, or use * in names, as --who '*alice*'".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_to_go_on() {
        let at = Timestamp::from_seconds;
        let all = TimeRange::ALL;
        let more = next_step(50, true, at(9), all).unwrap();
        assert!(more.ends_with("--limit 500"), "{more}");
        assert_eq!(next_step(3, false, at(9), all), None);
        assert!(next_step(0, false, at(9), all).unwrap().starts_with("wider"));
        let late = TimeRange { start: at(10), end: at(20) };
        assert!(next_step(0, false, at(9), late).unwrap().starts_with("earlier"));
    }
}
