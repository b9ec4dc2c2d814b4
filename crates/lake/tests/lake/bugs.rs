//! Mistakes that were made once.

use crate::sample::{Sample, draft, owner, part_of, records};
use lake::{Attribute, Entry, Generation, Match, Numbering, Search, Snapshot, Term};
use model::{AccountId, Seq, TimeRange, Timestamp};
use std::sync::Arc;

fn sample(json: &str, number: u64) -> Sample {
    Sample::of(json.as_bytes(), number, Timestamp(number as i64 * 1_000))
}

/// The same samples in a part, and in the tail.
fn both(samples: &[Sample]) -> [Snapshot; 2] {
    let owner = owner("111122223333");
    let part = part_of(samples, Numbering::ByPush);
    let tail = Generation::default();
    let entries: Vec<Arc<Entry>> =
        samples.iter().zip(0..).map(|(sample, seq)| sample.entry(&owner, Seq(seq))).collect();
    tail.join(entries);
    let end = Seq(samples.len() as u64);
    [
        Snapshot { parts: Arc::new(vec![part]), tail: Vec::new(), end },
        Snapshot { parts: Arc::default(), tail: vec![Arc::new(tail)], end },
    ]
}

/// The numbers of the records found in a part, which must be those found in the tail.
#[track_caller]
fn found(samples: &[Sample], what: Attribute, matches: Match) -> Vec<u64> {
    let search = Search { terms: vec![Term { what, matches }], ..Search::default() };
    let [part, tail] = both(samples).map(|snapshot| {
        let page = snapshot.search(&search, &|_| true).unwrap();
        page.rows.iter().map(|found| found.place.seq.0).collect::<Vec<u64>>()
    });
    assert_eq!(part, tail, "part and tail disagree");
    part
}

fn is(value: &str) -> Match {
    Match::Is(value.to_owned())
}

#[test]
fn names_with_backslashes_are_found() {
    let mut ann = sample("{}", 0);
    ann.username = Some("CORP\\ann".to_owned());
    ann.resources.push(("back\\slash".to_owned(), "x".to_owned()));
    assert_eq!(found(&[ann.clone()], Attribute::Username, is("CORP\\ann")), [0]);
    assert_eq!(found(&[ann.clone()], Attribute::Who, is("CORP\\ann")), [0]);
    assert_eq!(found(&[ann], Attribute::ResourceType, is("back\\slash")), [0]);
}

#[test]
fn a_resource_type_with_a_bar_is_one_type() {
    let mut odd = sample("{}", 0);
    odd.resources.push(("a|b".to_owned(), "x".to_owned()));
    odd.resources.push(("c".to_owned(), "y".to_owned()));
    assert_eq!(found(&[odd.clone()], Attribute::ResourceType, is("a|b")), [0]);
    assert_eq!(found(&[odd.clone()], Attribute::ResourceType, is("c")), [0]);
    assert!(found(&[odd], Attribute::ResourceType, is("a")).is_empty());
}

#[test]
fn a_text_is_found_in_every_spelling() {
    let samples = [
        sample(r#"{"eventName":"Get=Object"}"#, 0),
        sample(r#"{"eventName":"\u0047et\u003dObject"}"#, 1),
        sample(r#"{"eventName":"Other"}"#, 2),
    ];
    assert_eq!(found(&samples, Attribute::EventName, is("Get=Object")), [1, 0]);
}

#[test]
fn a_principal_that_looks_like_an_id_or_a_time_is_found() {
    let name = "6f8dc1a4-0000-4000-a000-00000000000a";
    for name in [name, "2023-07-10T11:42:31Z"] {
        let role = format!(
            "{{\"userIdentity\":{{\"sessionContext\":\
             {{\"sessionIssuer\":{{\"userName\":\"{name}\"}}}}}}}}"
        );
        assert_eq!(found(&[sample(&role, 0)], Attribute::Who, is(name)), [0]);
    }
}

#[test]
fn an_action_is_found_in_records_that_name_no_service() {
    let samples = [
        sample(r#"{"eventName":"CreateUser"}"#, 0),
        sample(r#"{"eventSource":"iam.amazonaws.com"}"#, 1),
        sample(r#"{"eventName":"CreateUser","eventSource":"iam.amazonaws.com"}"#, 2),
    ];
    assert_eq!(found(&samples, Attribute::Action, is("CreateUser")), [2, 0]);
    assert_eq!(found(&samples, Attribute::Action, is("*")), [2, 0]);
    assert_eq!(found(&samples, Attribute::Action, is("*:*")), [2]);
}

#[test]
fn one_of_several_facts_may_hold() {
    let mut failed = sample("{}", 0);
    failed.traits.failed = true;
    let samples = [failed, sample("{}", 1)];
    let any = |texts: &[&str]| Match::AnyOf(texts.iter().map(|t| (*t).to_owned()).collect());
    assert_eq!(found(&samples, Attribute::Failed, any(&["true", "false"])), [1, 0]);
    assert_eq!(found(&samples, Attribute::Failed, any(&["true"])), [0]);
    assert_eq!(found(&samples, Attribute::Origin, Match::Like("IMP*".to_owned())), [1, 0]);
    assert_eq!(found(&samples, Attribute::Category, any(&["data", "management"])), [1, 0]);
}

#[test]
fn a_record_asked_for_by_two_spellings_of_its_id_comes_once() {
    let one = sample(r#"{"eventID":"6f8dc1a4-0000-4000-a000-00000000000a"}"#, 0);
    let spellings = ["6f8dc1a4-0000-4000-a000-00000000000a", "6f8dc1a400004000a00000000000000a"];
    let any = Match::AnyOf(spellings.map(str::to_owned).to_vec());
    assert_eq!(found(&[one], Attribute::EventId, any), [0]);
}

#[test]
fn patterns_ignore_case_in_every_script() {
    let greek = sample(r#"{"eventName":"ΟΔΟΣ"}"#, 0);
    assert_eq!(found(&[greek], Attribute::EventName, Match::Like("οδοσ".to_owned())), [0]);
}

#[test]
fn the_ends_of_time_are_times() {
    for snapshot in both(&[sample("{}", 0)]) {
        for (start, end) in [(i64::MIN, i64::MIN), (i64::MAX, i64::MIN), (i64::MIN, i64::MAX)] {
            let times = TimeRange { start: Timestamp(start), end: Timestamp(end) };
            let page = snapshot.search(&Search { times, ..Search::default() }, &|_| true);
            assert_eq!(page.unwrap().rows.len(), usize::from(start < end));
        }
    }
}

/// Record 0 lies at the very first place that a range starting then can hold.
#[test]
fn the_first_record_of_all_is_found() {
    let samples = [sample(r#"{"eventName":"Get"}"#, 0)];
    let times = TimeRange { start: Timestamp(0), end: Timestamp(1) };
    for terms in [vec![], vec![Term::is(Attribute::EventName, "Get")]] {
        for snapshot in both(&samples) {
            let search = Search { times, terms: terms.clone(), ..Search::default() };
            assert_eq!(snapshot.search(&search, &|_| true).unwrap().rows.len(), 1);
        }
    }
}

/// The sample of a part's text must not pass for one of zstd's own dictionaries, which begin
/// with `37 a4 30 ec`: 28 seconds earlier, then 6180 bytes that begin with a Korean letter.
#[test]
fn no_text_passes_for_a_dictionary() {
    let samples: Vec<Sample> = (0..5_000u64)
        .map(|number| {
            let at = model::format_seconds(1_688_989_351 + number as i64);
            let before = model::format_seconds(1_688_989_351 + number as i64 - 28);
            let text = format!("쀀{}", "x".repeat(if number == 1 { 6_177 } else { 7 }));
            let json = format!("{{\"a\":\"{before}\",\"b\":\"{text}\",\"eventTime\":\"{at}\"}}");
            sample(&json, number)
        })
        .collect();
    let back = records(&part_of(&samples, Numbering::ByTime)).unwrap();
    assert!(back.iter().zip(&samples).all(|(back, sample)| back[..] == sample.bytes[..]));
}

/// What joined after the question was asked does not widen the answer.
#[test]
fn the_extent_ends_where_the_snapshot_does() {
    let owner = owner("111122223333");
    let tail = Arc::new(Generation::default());
    let join = |seq| tail.join([sample("{}", seq).entry(&owner, Seq(seq))]);
    [5, 6].into_iter().for_each(join);
    let snapshot = Snapshot { parts: Arc::default(), tail: vec![Arc::clone(&tail)], end: Seq(7) };
    let seen = |of: Option<&AccountId>| snapshot.extent(of);
    let before = (seen(None), seen(Some(&owner)));
    [3, 9].into_iter().for_each(|second| {
        let mut late = sample("{}", second);
        late.time = Timestamp(second as i64 * 1_000);
        tail.join([late.entry(&owner, Seq(7 + second))]);
    });
    assert_eq!(before, (seen(None), seen(Some(&owner))));
    assert_eq!(before.0, Some((Timestamp(5_000), Timestamp(6_000))));
}

/// Doing it again writes the same file, so a follower may repeat itself.
#[test]
fn a_part_is_named_for_what_is_in_it() {
    let name = |json: &str| {
        let sealed = draft(&[sample(json, 0)]).seal(&owner("111122223333"), Numbering::ByTime);
        sealed.unwrap().meta.id
    };
    assert_eq!(name("{}"), name("{}"));
    assert_ne!(name("{}"), name("{ }"));
}

#[test]
fn an_entry_that_is_told_again_is_there_once() {
    let owner = owner("111122223333");
    let record = r#"{"eventID":"6f8dc1a4-0000-4000-a000-00000000000a","eventName":"A"}"#;
    let sample = sample(record, 1);
    let tail = Generation::default();
    for seq in [3, 1, 2, 3, 1, 2] {
        tail.join([sample.entry(&owner, Seq(seq))]);
    }
    let numbers: Vec<u64> = tail.entries().iter().map(|entry| entry.seq.0).collect();
    assert_eq!((numbers.as_slice(), tail.len()), ([1, 2, 3].as_slice(), 3));
    assert_eq!(tail.with_id(&owner, sample.id).len(), 3);
}
