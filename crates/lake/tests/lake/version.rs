//! Parts of every version that there ever was: what was frozen is read for ever.

use crate::sample::{Parts, Sample, Traits, draft, numbers, owner, records};
use lake::{Attribute, Match, Numbering, Part, Reader, Search, Snapshot, Term};
use model::{AccountId, Category, Origin, PartId, PartMeta, RecordId, Seq, SeqRange, Timestamp};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn example(name: &str) -> PathBuf {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/examples");
    formats.join(name)
}

/// A line of `part-v1.expected.ndjson`: a row of the part, in its order.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    seq: Seq,
    time: Timestamp,
    ingested: Timestamp,
    id: String,
    origin: Origin,
    hidden: bool,
    stores: Option<String>,
    record: String,
}

/// Ids, times, names and oddities, so that every kind of slot and section is there.
const RECORDS: &[&str] = &[
    r#"{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLEPUGBELLA","arn":"arn:aws:iam::111122223333:user/bella","accountId":"111122223333","accessKeyId":"AKIAEXAMPLEPUGBELLA","userName":"bella"},"eventTime":"2026-03-01T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"CreateBucket","awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.7","userAgent":"aws-cli/2.17","requestParameters":{"bucketName":"pug-photos"},"responseElements":null,"requestID":"8A1B2C3D4E5F6071","eventID":"5e0f1c1a-9d3b-4a51-8e10-0123456789ab","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}"#,
    r#"{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLEPUGDEPLOY:build-7","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/build-7","accountId":"111122223333","accessKeyId":"ASIAEXAMPLEPUGDEPLOY","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEPUGDEPLOY","arn":"arn:aws:iam::111122223333:role/Deploy","accountId":"111122223333","userName":"Deploy"},"attributes":{"creationDate":"2026-03-01T07:59:12Z","mfaAuthenticated":"false"}}},"eventTime":"2026-03-01T08:00:00Z","eventSource":"iam.amazonaws.com","eventName":"DeleteUser","awsRegion":"us-east-1","sourceIPAddress":"2001:db8::7","userAgent":"aws-sdk-rust/1.3","errorCode":"AccessDenied","errorMessage":"not authorized to perform: iam:DeleteUser on resource: user otto","requestParameters":{"userName":"otto","tags":["a",2,null]},"responseElements":null,"requestID":"c0ffee00-1111-4222-8333-444455556666","eventID":"5e0f1c1a-9d3b-4a51-8e10-0123456789ac","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}"#,
    r#"{"eventTime":"2026-03-01T08:00:00Z","eventName":"CreateBucket","eventID":"5e0f1c1a-9d3b-4a51-8e10-0123456789ab","note":"other bytes under an id that was there already"}"#,
    r#"{"eventTime":"2026-02-28 23:59:59.250","eventID":"5E0F1C1A-9D3B-4A51-8E10-0123456789AD","eventName":"Get\u004fbject","awsRegion":"eu-central-1"}"#,
    "{ \"eventTime\" : \"2026-03-01T08:00:01Z\" ,\n\t\"eventName\":\"Übersicht 🐾 \\ud83d\\udc3e \\/\",\"eventName\":\"twice\", \"n\":-1.50E+3,\"deep\":{\"a\":[[],{\"b\":[1,2,3]}]} }",
    r#"{"eventTime":"1969-12-31T23:59:59Z","then":"2106-02-07T06:28:16Z","empty":"","none":{}}"#,
    r#"{"userIdentity":{"sessionContext":{"sessionIssuer":{"userName":"6f8dc1a4-0000-4000-a000-00000000000a"}}},"userName":"CORP\\ann"}"#,
    "not a record at all \u{1}\u{2}\n",
];

fn example_owner() -> AccountId {
    owner("111122223333")
}

fn samples() -> Vec<Sample> {
    let mut samples: Vec<Sample> = RECORDS
        .iter()
        .zip(0..)
        .map(|(text, number)| Sample::of(text.as_bytes(), number, Timestamp(1_772_352_000_250)))
        .collect();
    let resource = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
    samples[0].username = Some("bella".to_owned());
    samples[0].resources = vec![
        resource("AWS::S3::Bucket", "pug-photos"),
        resource("AWS::S3::Bucket", "arn:aws:s3:::pug-photos"),
        resource("AWS::IAM::User", "bella"),
    ];
    samples[1].username = Some("build-7".to_owned());
    samples[1].resources = vec![resource("AWS::IAM::User", "otto")];
    samples[6].username = Some("CORP\\ann".to_owned());
    let traits = |origin, category, read_only, failed, hidden| Traits {
        origin,
        category,
        read_only,
        failed,
        hidden,
    };
    samples[1].traits = traits(Origin::Recorded, Category::Management, Some(false), true, false);
    samples[2].traits = traits(Origin::Imported, Category::Data, None, false, true);
    samples[0].stores = Some("5e0f1c1a-0000-4000-8000-00000000000a".into());
    samples[1].stores =
        Some("5e0f1c1a-0000-4000-8000-00000000000a,5e0f1c1a-0000-4000-8000-00000000000b".into());
    samples[3].traits = traits(Origin::Put, Category::Other, Some(true), false, false);
    samples
}

/// Many rows: a block dictionary, several blocks, columns by planes, values kept with their rows.
fn many() -> Vec<Sample> {
    let text = |n: u64| {
        let at = model::format_seconds(1_772_352_000 + n as i64 / 3);
        let id = RecordId(u128::from(n + 1).to_be_bytes()).to_uuid();
        format!(
            "{{\"eventTime\":\"{at}\",\"eventID\":\"{id}\",\"eventName\":\"Get{}\",\
             \"userAgent\":\"pug agent number {n:05}\",\"n\":{n}}}",
            n % 300,
        )
    };
    (0..4_200).map(|n| Sample::of(text(n).as_bytes(), n, Timestamp(0))).collect()
}

/// Run once for each new version, never again for an old one.
#[test]
#[ignore = "writes the frozen examples of a new version"]
fn freeze() {
    let samples = samples();
    let sealed = draft(&samples).seal(&example_owner(), Numbering::ByPush).unwrap();
    std::fs::write(example("part-v1.part"), &sealed.bytes).unwrap();
    let part = Parts::new().add(sealed, seqs());
    let mut lines = String::new();
    for row in 0..part.rows() {
        lines += &serde_json::to_string(&expected(&part, row)).unwrap();
        lines.push('\n');
    }
    std::fs::write(example("part-v1.expected.ndjson"), lines).unwrap();
    let sealed = draft(&many()).seal(&example_owner(), Numbering::ByTime).unwrap();
    std::fs::write(example("part-v1-blocks.part"), &sealed.bytes).unwrap();
}

fn seqs() -> Vec<SeqRange> {
    vec![SeqRange { first: Seq(40), count: 5 }, SeqRange { first: Seq(90), count: 3 }]
}

fn expected(part: &Arc<Part>, row: u32) -> Expected {
    let mut bytes = Vec::new();
    Reader::new(part).unwrap().record(row, &mut bytes).unwrap();
    let flags = part.flags(row).unwrap();
    Expected {
        seq: part.seq(row).unwrap(),
        time: part.time(row).unwrap(),
        ingested: part.ingested(row).unwrap(),
        id: part.id(row).unwrap().to_uuid(),
        origin: flags.origin().unwrap(),
        hidden: flags.hidden(),
        stores: part.memberships().unwrap().unwrap().of(row).map(str::to_owned),
        record: String::from_utf8(bytes).unwrap(),
    }
}

/// Opens a frozen part with what its records say of it.
fn open(name: &str, seqs: Vec<SeqRange>, rows: &[(Timestamp, Timestamp)]) -> Arc<Part> {
    let bytes = std::fs::read(example(name)).unwrap();
    let (times, ingested) = rows.iter().copied().unzip::<_, _, Vec<_>, Vec<_>>();
    let ends = |times: Vec<Timestamp>| (*times.iter().min().unwrap(), *times.iter().max().unwrap());
    let ((time_min, time_max), (ingested_min, ingested_max)) = (ends(times), ends(ingested));
    let meta = PartMeta {
        id: PartId(name.trim_end_matches(".part").to_owned()),
        owner: example_owner(),
        rows: rows.len() as u64,
        bytes: bytes.len() as u64,
        seqs,
        time_min,
        time_max,
        ingested_min,
        ingested_max,
        level: 0,
    };
    Parts::new().open(meta, bytes).unwrap()
}

fn frozen() -> (Arc<Part>, Vec<Expected>) {
    let text = std::fs::read_to_string(example("part-v1.expected.ndjson")).unwrap();
    let lines: Vec<Expected> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let times: Vec<_> = lines.iter().map(|line| (line.time, line.ingested)).collect();
    (open("part-v1.part", seqs(), &times), lines)
}

#[test]
fn reads_a_part_of_version_1() {
    let (part, lines) = frozen();
    assert_eq!(lines.len(), RECORDS.len());
    for (row, line) in lines.iter().enumerate() {
        assert_eq!(expected(&part, row as u32), *line, "row {row}");
        let pushed = line.seq.0 as usize - if line.seq.0 < 90 { 40 } else { 85 };
        assert_eq!(line.record, RECORDS[pushed]);
    }
}

#[test]
fn finds_records_in_a_part_of_version_1() {
    let (part, _) = frozen();
    let snapshot = Snapshot { parts: Arc::new(vec![part]), tail: Vec::new(), end: Seq(1_000) };
    let check = |what, matches, want: &[u64]| {
        let terms = vec![Term { what, matches }];
        let page = snapshot.search(&Search { terms, ..Search::default() }, &|_| true).unwrap();
        let found: Vec<u64> = page.rows.iter().map(|found| found.place.seq.0).collect();
        assert_eq!(found, want, "{what:?}");
    };
    let is = |text: &str| Match::Is(text.to_owned());
    check(Attribute::EventName, is("GetObject"), &[43]);
    check(Attribute::EventName, is("Übersicht 🐾 🐾 /"), &[44]);
    check(Attribute::Username, is("CORP\\ann"), &[91]);
    check(Attribute::Who, Match::Like("DEPLOY".to_owned()), &[41]);
    check(Attribute::Who, is("6f8dc1a4-0000-4000-a000-00000000000a"), &[91]);
    check(Attribute::Action, is("s3:CreateBucket"), &[40]);
    check(Attribute::ResourceName, is("arn:aws:s3:::pug-photos"), &[40]);
    check(Attribute::ResourceType, is("AWS::IAM::User"), &[41, 40]);
    check(Attribute::EventId, is("5e0f1c1a-9d3b-4a51-8e10-0123456789ac"), &[41]);
    check(Attribute::Failed, is("true"), &[41]);
    check(Attribute::ReadOnly, is("true"), &[43]);
    check(Attribute::Category, is("Other"), &[43]);
    check(Attribute::Origin, is("recorded"), &[41]);
}

#[test]
fn reads_a_long_part_of_version_1() {
    let samples = many();
    let times: Vec<_> = samples.iter().map(|sample| (sample.time, sample.ingested)).collect();
    let part = open("part-v1-blocks.part", numbers(0, samples.len()), &times);
    let back = records(&part).unwrap();
    for (row, sample) in samples.iter().enumerate() {
        assert_eq!(back[row], sample.bytes[..], "row {row}");
        assert_eq!(part.id(row as u32).unwrap(), sample.id);
    }
    let parts = Arc::new(vec![part]);
    let snapshot = Snapshot { parts, tail: Vec::new(), end: Seq(u64::MAX) };
    let terms = vec![Term::is(Attribute::EventName, "Get7")];
    let page = snapshot.search(&Search { terms, ..Search::default() }, &|_| true).unwrap();
    assert_eq!(page.rows.len(), 14);
}
