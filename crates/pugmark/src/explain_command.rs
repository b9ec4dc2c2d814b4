//! `pugmark explain`: what tells some records from the rest.

use crate::cli::ExplainArgs;
use crate::clock;
use crate::complaint::Complaint;
use crate::output::{Column, Format, Printer, Row};
use crate::reach::Reach;
use crate::spelling;
use crate::talk::{count, say};
use engine::{Difference, Engine, Explain, ExplainAsk};
use std::borrow::Cow;

const COLUMNS: &[Column] = &[
    Column::text("field", 9, 1),
    Column::text("value", 12, 0),
    Column::number("selected", 8, 0),
    Column::number("rest", 6, 0),
    Column::number("lift", 6, 2),
    Column::number("score", 6, 3),
];

/// Shows what differs; returns how many values do.
pub(crate) fn run(reach: &Reach, args: &ExplainArgs, format: Format) -> Result<u64, Complaint> {
    let search = args.counted.filters.search(&args.counted.did, clock::now());
    let (facets, limit) = (args.fields.clone(), Some(args.limit));
    let ask = ExplainAsk { search, against: None, facets, limit };
    let explain: Explain = reach.ask("Explain", &ask, Engine::explain)?;
    let mut printer = Printer::new(format, COLUMNS);
    for difference in &explain.differences {
        printer.row(&Line(difference))?;
    }
    let rows = printer.finish()?;
    let (selected, rest) = (explain.selected.records, explain.rest);
    say(format!("{} against {}", count(selected, "record"), count(rest, "other")));
    if selected == 0 || rest == 0 {
        say("nothing to compare: narrow it with filters, as --failed or --since TIME");
    }
    if !explain.left_out.is_empty() {
        let names: Vec<&str> = explain.left_out.iter().map(|facet| facet.name()).collect();
        say(format!("not compared, for their values hardly repeat: {}", names.join(", ")));
    }
    if !explain.whole {
        say("only the newest were counted: each had to be read; narrow it with --since");
    }
    Ok(rows)
}

struct Line<'a>(&'a Difference);

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let it = self.0;
        vec![
            it.facet.name().to_owned(),
            it.value.clone(),
            it.selected.to_string(),
            it.rest.to_string(),
            format!("{:.1}", it.lift),
            format!("{:.1}", it.score),
        ]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(spelling::json(self.0))
    }
}
