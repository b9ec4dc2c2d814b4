//! A twin that never crashes: the same deeds on a sound disk give the same State and answers.

use super::model::{Model, Violation, What};
use super::world::effect;
use crate::call::MARCH;
use crate::rows::{rows, text};
use engine::sim::SimDisk;
use engine::{Attribute, Engine, Env, Found, Search, Settings, Term};
use model::resource::Import;
use model::{AccountId, TimeRange, Timestamp};
use std::sync::Arc;

/// INVARIANT (same derived state): what crashes left is what would be there without them.
pub(crate) fn compare(
    engine: &Engine,
    model: &Model,
    settings: &Settings,
) -> Result<(), Violation> {
    let twin = relive(model, settings)?;
    for question in questions() {
        let answers = [engine, &twin].map(|engine| rows(engine, &question, 500).unwrap());
        let [left, right] = answers.map(|rows| rows.iter().map(telling).collect::<Vec<_>>());
        if let Some((ours, theirs)) = left.iter().zip(&right).find(|(a, b)| a != b) {
            return Err(format!("{ours:?} is {theirs:?} to the twin, asked for {question:?}"));
        }
        if left.len() != right.len() {
            let (left, right) = (left.len(), right.len());
            return Err(format!("{left} rows, the twin has {right}, asked for {question:?}"));
        }
    }
    same_state(engine, &twin)?;
    twin.close();
    Ok(())
}

fn relive(model: &Model, settings: &Settings) -> Result<Engine, Violation> {
    let env = Env::simulated(MARCH, 0);
    let failed = |error: engine::Error| format!("the twin failed: {error:?}");
    let disk = Arc::new(SimDisk::new(0));
    let twin = Engine::simulated(disk, settings.clone(), env.clone()).map_err(failed)?.engine;
    for (number, deed) in model.deeds.iter().enumerate() {
        env.advance(deed.at.0 - env.now().0);
        match &deed.what {
            What::Commit { .. } => {
                let effect = effect(deed);
                twin.commit(move |_| ((), effect)).wait().map(drop).map_err(failed)?;
            }
            What::Import { label, items } => {
                let records =
                    items.iter().map(|item| (item.owner.clone(), item.text.clone().into_bytes()));
                twin.import_records(label, records).map(drop).map_err(failed)?;
            }
        }
        // Other parts than the first one's, so that nothing may depend on where they end.
        if number % 5 == 4 {
            twin.seal().map_err(failed)?;
        }
    }
    Ok(twin)
}

fn telling(row: &Found) -> impl PartialEq + std::fmt::Debug + use<> {
    (row.place, row.owner.clone(), row.origin, row.id, text(row), row.hidden)
}

fn questions() -> Vec<Search> {
    let term =
        |what, value: &str| Search { terms: vec![Term::is(what, value)], ..Search::default() };
    let day = TimeRange { start: MARCH, end: Timestamp(MARCH.0 + 86_400_000) };
    vec![
        Search { include_hidden: true, ..Search::default() },
        Search::default(),
        Search { owner: AccountId::parse("1234567890123"), ..Search::default() },
        Search { times: day, ..Search::default() },
        term(Attribute::EventName, "DeleteTrail"),
        term(Attribute::Username, "alice"),
        term(Attribute::ResourceName, "bucket-3"),
        term(Attribute::Origin, "imported"),
        term(Attribute::EventId, &crate::call::uuid(7)),
    ]
}

fn same_state(engine: &Engine, twin: &Engine) -> Result<(), Violation> {
    let [left, right] = [engine, twin].map(|engine| {
        let state = engine.state();
        // Ids are random, and so are the administrators' keys.
        let told = |import: &Import| Import { id: String::new(), ..import.clone() };
        let mut imports: Vec<Import> = state.imports().map(told).collect();
        imports.sort_by(|a, b| a.paths.cmp(&b.paths));
        let users: Vec<_> = ["111122223333", "444455556666", "1234567890123"]
            .iter()
            .flat_map(|id| (0..5).map(move |n| (crate::call::account(id), format!("user-{n}"))))
            .map(|(account, name)| state.user(&account, &name).cloned())
            .collect();
        let objects = super::claims::all_objects(engine);
        (imports, users, objects, state.conflicts(), state.next_seq(), engine.extent(None))
    });
    (left == right).then_some(()).ok_or_else(|| format!("{left:?}, the twin has {right:?}"))
}
