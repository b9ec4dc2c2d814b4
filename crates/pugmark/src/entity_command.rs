//! `pugmark entity VALUE`: since when, how often, what is usual, what is new.

use crate::cli::EntityArgs;
use crate::clock;
use crate::complaint::Complaint;
use crate::output::{self, Column, Format, Printer, Row};
use crate::reach::Reach;
use crate::spelling;
use crate::talk::{count, grouped, quoted, say};
use crate::when;
use engine::{Ending, Engine, Entity, EntityAsk, EntityKind, Value};
use model::TimeRange;
use std::borrow::Cow;

const COLUMNS: &[Column] = &[
    Column::text("field", 9, 0),
    Column::text("value", 12, 0),
    Column::whole("new", 3, 0),
    Column::number("records", 7, 0),
    Column::number("failed", 6, 4),
    Column::number("denied", 6, 2),
    Column::whole("first", 20, 1),
    Column::whole("last", 20, 3),
];

/// Shows what is known; returns how many records that is about.
pub(crate) fn run(reach: &Reach, args: &EntityArgs, format: Format) -> Result<u64, Complaint> {
    let now = clock::now();
    let times = when::range(args.since.as_ref(), args.until.as_ref(), now);
    let ask = EntityAsk {
        value: args.value.clone(),
        kind: args.kind,
        owner: args.account.clone(),
        times: (times != TimeRange::ALL).then_some(times),
        recent: args.new.as_ref().and_then(|new| new.at(now)),
        top: Some(args.limit),
    };
    let entity: Entity = reach.ask("Entity", &ask, Engine::entity)?;
    let Some(kind) = entity.kind else {
        Printer::new(format, COLUMNS).finish()?;
        say(format!("no record here knows {}", quoted(&args.value)));
        say("values are whole and as records spell them; to find one: pugmark events --who '*x*'");
        return Ok(0);
    };
    match format {
        Format::Json | Format::Ndjson => {
            let mut printer = Printer::new(format, COLUMNS);
            printer.row(&Whole(&entity))?;
            printer.finish()?;
        }
        Format::Table => {
            output::print(output::facts(&facts(&entity, kind)).as_bytes())?;
            output::print(b"\n")?;
            values(&entity, format)?;
        }
        Format::Csv => values(&entity, format)?,
    }
    tell(reach, &entity, kind);
    Ok(entity.figures.records)
}

fn facts(entity: &Entity, kind: EntityKind) -> Vec<(&'static str, String)> {
    let figures = entity.figures;
    let outcome = format!("{} denied, {} failed", grouped(figures.denied), grouped(figures.failed));
    let mut facts = vec![
        ("what", format!("{} {}", kind.as_str(), entity.value)),
        ("first seen", spelling::time(figures.first)),
        ("last seen", spelling::time(figures.last)),
        ("records", format!("{}: {outcome}", grouped(figures.records))),
    ];
    if let Some(recent) = entity.recent {
        let itself = if entity.new { ": all of it" } else { "" };
        facts.push(("new means", format!("first seen since {recent}{itself}")));
    }
    if let Some(root) = &entity.root {
        facts.push(("who is behind", format!("{root}{}", open_end(entity.ending))));
    }
    if !entity.chain.is_empty() {
        facts.push(("issued to", entity.chain.join(" -> ")));
    }
    if entity.issued > 0 {
        facts.push(("keys issued", grouped(entity.issued)));
    }
    facts
}

/// What is to be said where a chain does not end at its root.
pub(crate) const fn open_end(ending: Option<Ending>) -> &'static str {
    match ending {
        Some(Ending::Unseen) => " (who made that session is not recorded here)",
        Some(Ending::Cycle) => " (the records go round in a circle)",
        Some(Ending::Deep) => " (and further up: the chain is longer than is followed)",
        Some(Ending::Root) | None => "",
    }
}

fn values(entity: &Entity, format: Format) -> Result<(), Complaint> {
    let mut printer = Printer::new(format, COLUMNS);
    for values in &entity.facets {
        for value in &values.values {
            printer.row(&Line { field: values.facet.name(), value })?;
        }
    }
    for value in &entity.resources {
        printer.row(&Line { field: "resource", value })?;
    }
    printer.finish().map(drop)
}

fn tell(reach: &Reach, entity: &Entity, kind: EntityKind) {
    let new = entity.facets.iter().filter_map(|values| {
        let new = values.new.filter(|new| *new > 0)?;
        Some(format!("{} of {} {}", grouped(new), grouped(values.distinct), values.facet.name()))
    });
    let new: Vec<String> = new.collect();
    if !new.is_empty() && !entity.new {
        say(format!("new: {}", new.join(", ")));
    }
    if entity.read < entity.figures.records {
        say(format!("resources are those of the newest {}", count(entity.read, "record")));
    }
    if !entity.whole {
        say("only the newest were counted: each had to be read; narrow it with --since");
    }
    let option = match kind {
        EntityKind::Key => "--key",
        EntityKind::Address => "--from-ip",
        EntityKind::Principal => "--who",
        EntityKind::Resource => "--resource",
    };
    let question = format!("events {option} {}", quoted(&entity.value));
    say(format!("each call: {}", reach.command(&question)));
    if kind == EntityKind::Key {
        let question = format!("session {}", quoted(&entity.value));
        say(format!("what came of it: {}", reach.command(&question)));
    }
}

struct Whole<'a>(&'a Entity);

impl Row for Whole<'_> {
    fn cells(&self) -> Vec<String> {
        Vec::new()
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(spelling::json(self.0))
    }
}

struct Line<'a> {
    field: &'static str,
    value: &'a Value,
}

impl Row for Line<'_> {
    fn cells(&self) -> Vec<String> {
        let figures = self.value.figures;
        vec![
            self.field.to_owned(),
            self.value.value.clone(),
            if self.value.new { "new" } else { "" }.to_owned(),
            figures.records.to_string(),
            figures.failed.to_string(),
            figures.denied.to_string(),
            spelling::time(figures.first),
            spelling::time(figures.last),
        ]
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Owned(spelling::json(self.value))
    }
}
