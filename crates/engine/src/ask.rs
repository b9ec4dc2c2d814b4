//! Look-ups: the lake finds candidates, the records themselves have the last word.

use crate::derive;
use crate::error::Error;
use crate::shared::Shared;
use formats::cloudtrail;
use lake::{Attribute, Found, Match, Page, Search, Term};
use model::{RecordView, Scan};

/// Finds the newest records that pass.
pub(crate) fn search(shared: &Shared, question: &Search) -> Result<Page, Error> {
    let snapshot = shared.view.load().snapshot();
    let (search, names) = prepared(question);
    Ok(snapshot.search(&search, &|found| bears_names(found, &names))?)
}

/// The look-up as the lake understands it, and the terms about names that it cannot decide.
pub(crate) fn prepared(question: &Search) -> (Search, Vec<Term>) {
    let mut search = question.clone();
    search.terms.iter_mut().for_each(name_ids);
    let names = question.terms.iter().filter(|term| term.what == Attribute::ResourceName);
    (search, names.cloned().collect())
}

/// Whether a record bears a name for each of the terms.
pub(crate) fn bears_names(found: &Found, names: &[Term]) -> bool {
    names.iter().all(|term| bears_name(found, &term.matches))
}

/// Turns eventIDs into the sixteen bytes that the lake knows records by.
fn name_ids(term: &mut Term) {
    if term.what != Attribute::EventId {
        return;
    }
    let texts = match &term.matches {
        Match::Is(text) | Match::Like(text) => std::slice::from_ref(text),
        Match::AnyOf(texts) => texts,
    };
    // A record without an eventID is asked for by its sixteen bytes in hex.
    let ids = texts.iter().flat_map(|text| {
        let id = derive::named_id(text.as_bytes());
        [text.clone(), format!("{:032x}", u128::from_be_bytes(id.0))]
    });
    term.matches = Match::AnyOf(ids.collect());
    term.what = Attribute::Identity;
}

/// The lake knows resource names by hash only.
fn bears_name(found: &Found, wanted: &Match) -> bool {
    let mut scan = Scan::default();
    if scan.read(&found.bytes, 0).is_err() {
        return false;
    }
    let view = RecordView::new(&found.bytes, &scan);
    let mut resources = Vec::new();
    cloudtrail::resources(&view, &mut resources);
    resources.iter().any(|resource| wanted.holds(&resource.name))
}
