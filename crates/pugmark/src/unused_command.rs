//! `pugmark unused --since TIME`: what nobody uses any more.

use crate::cli::UnusedArgs;
use crate::clock;
use crate::complaint::Complaint;
use crate::output::{Column, Format, Printer, Row};
use crate::reach::Reach;
use crate::spelling;
use crate::talk::{again, count, say};
use engine::{Engine, Unused, UnusedAsk, UnusedRow};
use model::Timestamp;
use std::borrow::Cow;

const COLUMNS: &[Column] = &[
    Column::text("kind", 10, 0),
    Column::text("value", 12, 0),
    Column::text("action", 10, 1),
    Column::number("records", 7, 4),
    Column::whole("first", 20, 5),
    Column::whole("last", 20, 2),
    Column::whole("created", 20, 6),
];

/// Shows what is unused; returns how much that is.
pub(crate) fn run(reach: &Reach, args: &UnusedArgs, format: Format) -> Result<u64, Complaint> {
    let since = args.since.at(clock::now()).unwrap_or(Timestamp::MIN);
    let ask = UnusedAsk {
        since,
        owner: args.account.clone(),
        kinds: args.kinds.clone(),
        limit: Some(args.limit),
    };
    let unused: Unused = reach.ask("Unused", &ask, Engine::unused)?;
    let mut printer = Printer::new(format, COLUMNS);
    for row in &unused.rows {
        printer.row(&Line(row))?;
    }
    let rows = printer.finish()?;
    say(format!("{} seen before {since} and not since", count(rows, "row")));
    if let Some((oldest, newest)) = reach.extent()? {
        if oldest >= since {
            say(format!("records here reach from {oldest} to {newest}: none is that old"));
        } else if newest < since {
            say(format!("newest record here: {newest}; nothing was seen since"));
        }
    }
    if !unused.more.is_empty() {
        let kinds: Vec<&str> = unused.more.iter().map(|kind| kind.as_str()).collect();
        let limit = args.limit.saturating_mul(10).min(1_000).to_string();
        say(format!("more of {}: {}", kinds.join(", "), again("--limit", &limit)));
    }
    Ok(rows)
}

struct Line<'a>(&'a UnusedRow);

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let UnusedRow { kind, value, action, figures, created } = self.0;
        let records = match figures.first {
            // Of a resource, only the last record is known.
            None if figures.last.is_some() => String::new(),
            _ => figures.records.to_string(),
        };
        vec![
            kind.as_str().to_owned(),
            value.clone(),
            action.clone(),
            records,
            spelling::time(figures.first),
            spelling::time(figures.last),
            spelling::time(*created),
        ]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(spelling::json(self.0))
    }
}
