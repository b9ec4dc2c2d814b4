//! Single values of rows: what a path leads to in a part is what it leads to in the record.

use crate::dice::Dice;
use crate::sample::{Sample, owner, part_of};
use lake::{Contains, Equality, Numbering, Path, Rows};
use model::{RecordId, Seq, Timestamp};
use proptest::prelude::*;

fn way(dotted: &str) -> Vec<String> {
    dotted.split('.').map(str::to_owned).collect()
}

fn paths() -> Vec<Path> {
    let names = [
        "eventName",
        "eventVersion",
        "errorCode",
        "eventID",
        "eventId",
        "eventTime",
        "sharedEventID",
        "readOnly",
        "resources",
        "resources.0",
        "resources.1.name",
        "userIdentity",
        "userIdentity.type",
        "userIdentity.arn",
        "userIdentity.sessionContext.attributes",
        "userIdentity.sessionContext.sessionIssuer.userName",
        "tlsDetails.tlsVersion",
        "requestParameters",
        "requestParameters.name",
        "requestParameters.a.a",
        "requestParameters.eventName",
        "responseElements.credentials",
        "responseElements.credentials.accessKeyId",
        "nowhere",
    ];
    let two = Path::text(vec![way("requestParameters.a"), way("eventName")]);
    let id = ["eventID", "eventData.eventID", "eventId", "eventData.eventId"].map(way);
    let both = |name: &&str| [Path::text(vec![way(name)]), Path::json(vec![way(name)])];
    names.iter().flat_map(both).chain([two, Path::text(id.to_vec())]).collect()
}

/// What a path leads to in the record itself, as the tail tells.
fn expected(sample: &Sample, path: &Path) -> Option<String> {
    let mut out = Vec::new();
    let entry = sample.entry(&owner("111122223333"), Seq(0));
    entry.read(path, &mut out).then(|| String::from_utf8_lossy(&out).into_owned())
}

fn read(rows: &mut Rows, row: u32, path: &Path) -> Option<String> {
    let (way, mut out) = (rows.locate(path), Vec::new());
    let found = rows.read(row, &way, &mut out).unwrap();
    assert!(!(found && rows.lacks(row, &way).unwrap()));
    found.then(|| String::from_utf8_lossy(&out).into_owned())
}

fn check(samples: &[Sample]) {
    let mut ordered: Vec<&Sample> = samples.iter().collect();
    ordered.sort_by_key(|sample| sample.time);
    let part = part_of(samples, Numbering::ByTime);
    let mut rows = Rows::new(&part).unwrap();
    for path in &paths() {
        let coded = rows.coded(&rows.locate(path)).unwrap();
        for (row, sample) in ordered.iter().enumerate() {
            let wanted = expected(sample, path);
            assert_eq!(read(&mut rows, row as u32, path), wanted, "row {row}, {path:?}");
            if let Some(coded) = &coded {
                let text = coded.text(coded.at(row as u32)).map(|text| text.into_owned());
                assert_eq!(text, wanted, "codes of row {row}, {path:?}");
            }
        }
        check_contains(&mut rows, &ordered, path);
        check_equality(&ordered, path);
    }
}

fn check_contains(rows: &mut Rows, ordered: &[&Sample], path: &Path) {
    let all: Vec<u32> = (0..ordered.len() as u32).collect();
    for text in ["a", "Buck", "arn:aws", "true", "-4", "\"name\":", "2023-07-10T1", "", "{}"] {
        let wanted = ordered.iter().enumerate().filter_map(|(row, sample)| {
            expected(sample, path).is_some_and(|value| value.contains(text)).then_some(row as u32)
        });
        let wanted: Vec<u32> = wanted.collect();
        let way = rows.locate(path);
        let found = Contains::new(text).filter(rows, &way, &all).unwrap();
        assert_eq!(found, wanted, "`{text}` in {path:?}");
    }
}

/// What is decided without a walk is what the walk would have found.
fn check_equality(samples: &[&Sample], path: &Path) {
    let values: Vec<Option<String>> = samples.iter().map(|sample| expected(sample, path)).collect();
    let nowhere = Some("nowhere".to_owned());
    let some: Vec<String> = values.iter().step_by(3).chain([&nowhere]).flatten().cloned().collect();
    let equality = Equality::new(path, &some);
    for (sample, value) in samples.iter().zip(&values) {
        let is_one = value.as_ref().is_some_and(|value| some.contains(value));
        let found = equality.holds(&sample.entry(&owner("111122223333"), Seq(0)));
        assert!(found.is_none_or(|found| found == is_one), "{path:?}, {some:?}: {value:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn values_are_those_of_the_records(seed: u64, count in 1usize..40) {
        let mut dice = Dice::new(seed);
        let samples: Vec<Sample> =
            (0..count as u64).map(|number| Sample::wild(&mut dice, number)).collect();
        check(&samples);
    }
}

fn plain(number: u64) -> Sample {
    let key = if number.is_multiple_of(3) { "bucketName" } else { "name" };
    let text = format!(
        r#"{{"eventTime":"2023-07-10T11:{:02}:{:02}Z","eventName":"Call{}","userIdentity":{{"arn":
"a{}","type":"Role"}},"requestParameters":{{"{key}":"v\u0041{number}","list":[1,{number},3],
"id":"6f8dc1a4-0000-4000-a000-{number:012x}"}},"readOnly":true}}"#,
        number / 60 % 60,
        number % 60,
        number % 5,
        number % 7,
    );
    Sample::of(text.as_bytes(), number, Timestamp(0))
}

#[test]
fn plain_records_are_read_as_json_reads_them() {
    let samples: Vec<Sample> = (0..600).map(plain).collect();
    check(&samples);
    let part = part_of(&samples, Numbering::ByTime);
    let mut rows = Rows::new(&part).unwrap();
    let mut at = |dotted: &str, row| read(&mut rows, row, &Path::text(vec![way(dotted)]));
    assert_eq!(at("requestParameters.bucketName", 3).unwrap(), "vA3");
    assert_eq!(at("requestParameters.bucketName", 4), None);
    assert_eq!(at("requestParameters.list.1", 4).unwrap(), "4");
    assert_eq!(at("requestParameters.list", 4).unwrap(), "[1,4,3]");
    assert_eq!(at("readOnly", 0).unwrap(), "true");
    assert_eq!(at("userIdentity", 6).unwrap(), "{\"arn\":\n\"a6\",\"type\":\"Role\"}");
}

/// What a part is said to lack, it lacks: `cold` before anything was asked of it, and after.
fn check_lack(samples: &[Sample], paths: &[Path]) -> usize {
    let mut lacks = 0;
    let part = part_of(samples, Numbering::ByTime);
    for known in [false, true] {
        for path in paths {
            if known {
                let rows = Rows::new(&part).unwrap();
                rows.coded(&rows.locate(path)).unwrap();
                rows.is_id(&rows.locate(path)).unwrap();
            }
            let values: Vec<Option<String>> =
                samples.iter().map(|sample| expected(sample, path)).collect();
            let others = ["nowhere", "6f8dc1a4-0000-4000-a000-00000000ffff"].map(str::to_owned);
            for text in values.iter().flatten().step_by(7).chain(&others) {
                let ids: Vec<RecordId> = RecordId::from_uuid(text.as_bytes()).into_iter().collect();
                let texts = std::slice::from_ref(text);
                let lack = Rows::lack(&part, path, texts, &ids).unwrap();
                let has = values.iter().any(|value| value.as_ref() == Some(text));
                assert!(!(lack && has), "{path:?}, {text}");
                lacks += usize::from(lack);
            }
        }
    }
    lacks
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lacking_that_is_there(seed: u64, few: bool) {
        let mut dice = Dice::new(seed);
        let count = if few { 50 } else { 1_100 };
        let samples: Vec<Sample> =
            (0..count).map(|number| Sample::wild(&mut dice, number)).collect();
        check_lack(&samples, &paths());
    }
}

#[test]
fn what_is_lacking_is_mostly_known_at_once() {
    let named = |number: u64| {
        let text = format!(
            r#"{{"eventID":"6f8dc1a4-0000-4000-a000-{number:012x}","eventName":"Call{}"}}"#,
            number % 5
        );
        Sample::of(text.as_bytes(), number, Timestamp(0))
    };
    let samples: Vec<Sample> = (0..1_100).map(named).collect();
    let path = |dotted: &str| Path::text(vec![way(dotted)]);
    // Both strangers at once, thanks to the filter; of a name, once its codes were looked at.
    assert_eq!(check_lack(&samples, &[path("eventID")]), 4);
    let spelled = Path::text(vec![way("eventID"), way("eventData.eventId")]);
    assert_eq!(check_lack(&samples, &[spelled]), 4);
    assert_eq!(check_lack(&samples, &[path("eventName")]), 2);
    let few = samples.get(..100).unwrap();
    assert_eq!(check_lack(few, &[path("eventID")]), 2);
    let part = part_of(&samples, Numbering::ByTime);
    for sample in &samples {
        assert_eq!(part.rows_of(sample.id).unwrap().len(), 1);
    }
}

#[test]
fn equality_is_mostly_decided_at_once() {
    let entry = plain(4).entry(&owner("111122223333"), Seq(0));
    let holds = |dotted: &str, text: &str| {
        Equality::new(&Path::text(vec![way(dotted)]), &[text.to_owned()]).holds(&entry)
    };
    assert_eq!(holds("eventName", "Call4"), Some(true));
    assert_eq!(holds("eventName", "Call5"), Some(false));
    // There is no such key, but an escape that could be one.
    assert_eq!(holds("errorCode", "x"), None);
    let named = Sample::of(
        br#"{"eventID":"6f8dc1a4-0000-4000-a000-000000000001","eventName":"A"}"#,
        1,
        Timestamp(0),
    );
    let named = named.entry(&owner("111122223333"), Seq(0));
    let holds = |dotted: &str, text: &str| {
        Equality::new(&Path::text(vec![way(dotted)]), &[text.to_owned()]).holds(&named)
    };
    assert_eq!(holds("errorCode", "x"), Some(false));
    assert_eq!(holds("eventID", "6f8dc1a4-0000-4000-a000-000000000001"), Some(true));
    assert_eq!(holds("eventID", "6f8dc1a4-0000-4000-a000-000000000002"), Some(false));
}

#[test]
fn a_part_describes_itself() {
    let samples: Vec<Sample> = (0..300).map(plain).collect();
    let sealed = crate::sample::draft(&samples).seal(&owner("1234"), Numbering::ByTime).unwrap();
    let parts = crate::sample::Parts::new();
    let part = parts.add(sealed, crate::sample::numbers(0, 300));
    let dir = std::path::Path::new("");
    let told = lake::Part::describe(&parts.disk, dir, part.meta.id.clone()).unwrap();
    assert_eq!(told, part.meta);
}
