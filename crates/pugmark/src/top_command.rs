//! `pugmark top FIELD...`: the most frequent values.

use crate::cli::TopArgs;
use crate::clock;
use crate::complaint::Complaint;
use crate::output::{Column, Format, Printer, Row};
use crate::reach::Reach;
use crate::spelling;
use crate::talk::{again, count, grouped, say};
use engine::{Engine, Facet, FacetValues, Facets, FacetsAsk, Value};
use std::borrow::Cow;

const COLUMNS: &[Column] = &[
    Column::text("field", 9, 2),
    Column::text("value", 12, 0),
    Column::number("records", 7, 0),
    Column::number("failed", 6, 3),
    Column::number("denied", 6, 1),
    Column::whole("first", 20, 5),
    Column::whole("last", 20, 4),
];

/// Shows the values; returns how many.
pub(crate) fn run(reach: &Reach, args: &TopArgs, format: Format) -> Result<u64, Complaint> {
    let ask = FacetsAsk {
        search: args.counted.filters.search(&args.counted.did, clock::now()),
        facets: args.fields.clone(),
        top: Some(args.limit),
    };
    let facets: Facets = reach.ask("Facets", &ask, Engine::facets)?;
    let mut printer = Printer::new(format, COLUMNS);
    for values in &facets.facets {
        for value in &values.values {
            printer.row(&Line { facet: values.facet, value })?;
        }
    }
    let rows = printer.finish()?;
    say(format!("of {}", count(facets.total.records, "record")));
    facets.facets.iter().for_each(|values| tell(values, args));
    if !facets.whole {
        say("only the newest were counted: each had to be read; narrow it with --since");
    }
    Ok(rows)
}

fn tell(values: &FacetValues, args: &TopArgs) {
    let (name, distinct) = (values.facet.name(), grouped(values.distinct));
    let missing = match values.missing {
        0 => String::new(),
        missing => format!("; {} without", count(missing, "record")),
    };
    say(format!("{name}: {distinct} distinct{missing}"));
    if values.unread > 0 {
        let unread = count(values.unread, "older record");
        say(format!("{name}: values hardly repeat; {unread} left out: narrow it with --since"));
    }
    if values.distinct > args.limit as u64 {
        let limit = args.limit.saturating_mul(10).to_string();
        say(format!("more: {}", again("--limit", &limit)));
    }
}

struct Line<'a> {
    facet: Facet,
    value: &'a Value,
}

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let figures = self.value.figures;
        vec![
            self.facet.name().to_owned(),
            self.value.value.clone(),
            figures.records.to_string(),
            figures.failed.to_string(),
            figures.denied.to_string(),
            spelling::time(figures.first),
            spelling::time(figures.last),
        ]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        #[derive(serde::Serialize)]
        struct Whole<'a> {
            field: Facet,
            #[serde(flatten)]
            value: &'a Value,
        }
        Cow::Owned(spelling::json(&Whole { field: self.facet, value: self.value }))
    }
}
