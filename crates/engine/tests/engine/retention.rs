//! Retention goes by when records came in, not by when they happened.

use crate::call::Call;
use crate::home::{commit, names, quiet, record};
use crate::lab::{DAY_MS, Lab};
use crate::rows::{numbers, shown};
use engine::Settings;

#[test]
fn what_came_in_long_ago_goes_and_what_happened_long_ago_stays() {
    let mut lab = Lab::new();
    lab.settings.retention_days = Some(30);
    let engine = lab.open();
    record(&engine, 0..10);
    engine.seal().unwrap();
    lab.env.advance(20 * DAY_MS);
    // It happened when the first ones did.
    record(&engine, 10..20);
    engine.seal().unwrap();
    assert_eq!(engine.retain().unwrap(), 0);
    lab.env.advance(11 * DAY_MS);
    record(&engine, 20..30);
    assert_eq!(engine.retain().unwrap(), 1);
    assert_eq!(engine.retain().unwrap(), 0);
    let expected: Vec<String> = (10..30).rev().map(|number| Call::new(number).json()).collect();
    assert_eq!(shown(&engine), expected);
    assert_eq!(lab.files("parts").len(), 1);

    let engine = lab.crash(engine);
    assert_eq!(shown(&engine), expected);
    // Numbers are never given twice.
    record(&engine, 30..31);
    let last = *numbers(&engine).last().unwrap();
    assert_eq!((last.0, engine.state().next_seq().0), (30, 31));
}

#[test]
fn a_part_stays_until_its_last_record_may_go() {
    let mut lab = Lab::new();
    lab.settings.retention_days = Some(30);
    let engine = lab.open();
    record(&engine, 0..1);
    lab.env.advance(29 * DAY_MS);
    record(&engine, 1..2);
    engine.seal().unwrap();
    lab.env.advance(2 * DAY_MS);
    assert_eq!((engine.retain().unwrap(), shown(&engine).len()), (0, 2));
    lab.env.advance(29 * DAY_MS);
    assert_eq!((engine.retain().unwrap(), shown(&engine).len()), (1, 0));
}

#[test]
fn nothing_goes_where_nothing_was_asked_to_go() {
    let lab = Lab::new();
    let engine = lab.open();
    record(&engine, 0..1);
    engine.seal().unwrap();
    lab.env.advance(100_000 * DAY_MS);
    assert_eq!((engine.retain().unwrap(), shown(&engine).len()), (0, 1));
}

#[test]
fn a_question_that_began_before_goes_on_reading_what_went() {
    let mut lab = Lab::new();
    lab.settings.retention_days = Some(1);
    let engine = lab.open();
    record(&engine, 0..10);
    engine.seal().unwrap();
    let snapshot = engine.snapshot();
    lab.env.advance(2 * DAY_MS);
    assert_eq!(engine.retain().unwrap(), 1);
    let page = snapshot.search(&engine::Search::default(), &|_| true);
    // The simulated disk, like a real one, keeps an open file though its name is gone.
    assert_eq!(page.unwrap().rows.len(), 10);
}

#[test]
fn it_happens_in_the_background() {
    let home = crate::home::Home::new();
    let engine = home.open();
    let mut old = Call::new(0).record(engine.env().now());
    old.ingested.0 -= 3 * DAY_MS;
    commit(&engine, vec![old]).unwrap();
    engine.seal().unwrap();
    record(&engine, 1..2);
    engine.seal().unwrap();
    drop(engine);
    let settings = Settings { retention_days: Some(2), ..quiet() };
    let engine = home.try_open(settings).unwrap().engine;
    while engine.status().parts > 1 {
        std::thread::yield_now();
    }
    assert_eq!(shown(&engine), [Call::new(1).json()]);
    drop(engine);
    assert_eq!(names(&home.data().join("parts")).len(), 1);
}
