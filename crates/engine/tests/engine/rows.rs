//! Everything an engine holds, read back.

use engine::{Engine, Error, Found, Search};
use model::Seq;

/// All records that pass, newest first, read in pages of `limit`.
pub(crate) fn rows(engine: &Engine, question: &Search, limit: usize) -> Result<Vec<Found>, Error> {
    let mut question = Search { limit, ..question.clone() };
    let mut all = Vec::new();
    loop {
        let page = engine.search(&question)?;
        assert!(page.rows.len() <= limit);
        all.extend(page.rows);
        match page.next {
            Some(next) => question.after = Some(next),
            None => return Ok(all),
        }
    }
}

/// All records, those included that lost to an earlier one.
pub(crate) fn everything(engine: &Engine) -> Vec<Found> {
    rows(engine, &Search { include_hidden: true, ..Search::default() }, 1_000).unwrap()
}

/// Texts of all records that are shown, newest first.
pub(crate) fn shown(engine: &Engine) -> Vec<String> {
    let found = rows(engine, &Search::default(), 1_000).unwrap();
    found.iter().map(text).collect()
}

/// A record's text.
pub(crate) fn text(found: &Found) -> String {
    String::from_utf8(found.bytes.to_vec()).unwrap()
}

/// The record numbers that parts and tail hold, ascending.
pub(crate) fn numbers(engine: &Engine) -> Vec<Seq> {
    let state = engine.state();
    let ranges = state.parts().flat_map(|part| part.seqs.clone());
    let mut all: Vec<Seq> =
        ranges.flat_map(|range| (0..range.count).map(move |n| range.first.plus(n))).collect();
    let entries = engine.snapshot().tail;
    all.extend(entries.iter().flat_map(|generation| generation.entries()).map(|entry| entry.seq));
    all.sort_unstable();
    all
}
