use super::*;
use crate::cloudtrail::rules::table_markdown;
use crate::cloudtrail::{Category, Limits, category, decompress, each_record, username};
use model::{Scan, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// The resources of a record given as JSON, as `TYPE=NAME` without `AWS::`.
fn found(record: &str) -> Vec<String> {
    let mut scan = Scan::default();
    scan.read(record.as_bytes(), 0).unwrap();
    let mut out = Vec::new();
    resources(&RecordView::new(record.as_bytes(), &scan), &mut out);
    out.iter().map(show).collect()
}

fn show(found: &ResourceRef<'_>) -> String {
    format!("{}={}", found.kind.trim_start_matches("AWS::"), found.name)
}

/// Records whose resources stand where others of their shape have other things, or nothing.
fn twisted() -> Vec<String> {
    let of = |source: &str, event: &str, rest: &str| {
        format!(r#"{{"eventSource":"{source}.amazonaws.com","eventName":"{event}",{rest}}}"#)
    };
    let subnets = |subnets: &str| format!(r#""requestParameters":{{"subnetIds":{subnets}}}"#);
    let mut all = Vec::new();
    for event in ["CreateLoadBalancer", "RunInstances", "DeleteUser", "Unheard"] {
        for source in ["elasticloadbalancing", "ec2", "iam", "unheard"] {
            for list in [
                r#"["subnet-12345678","subnet-22345678","subnet-32345678"]"#,
                r#"["subnet-42345678",["subnet-52345678"],{"item":"x"},7]"#,
                r#"["subnet-12345678"]"#,
                "[]",
                "17",
                "-2",
                r#""subnet-12345678""#,
            ] {
                all.push(of(source, event, &subnets(list)));
            }
            let denied = "not authorized to perform: x:Y on resource: user ann because";
            for message in [denied, "on resource: arn:aws:s3:::b/k because", "why not"] {
                all.push(of(source, event, &format!(r#""errorMessage":"{message}""#)));
            }
        }
    }
    for list in [
        r#"[{"ARN":"arn:aws:s3:::a"},{"ARN":"arn:aws:s3:::b"},{"resourceName":"c","type":"T"}]"#,
        r#"[{"ARN":"arn:aws:s3:::c"},{"ARN":"\ud800"},{"ARN":"*","type":"T"},8]"#,
        r#"[{"ARN":"arn:aws:s3:::a","resourceName":"x","type":"AWS::S3::Bucket"}]"#,
        r#"[{"ARN":"arn:aws:s3:::b","resourceName":"y","type":"Other"}]"#,
        r#"[{"ARN":17,"resourceName":"y","type":"Other"}]"#,
    ] {
        all.push(of("s3", "GetObject", &format!(r#""resources":{list}"#)));
    }
    all
}

#[test]
fn what_is_remembered_is_what_would_be_found() {
    let mut records: Vec<String> = cases().into_iter().map(|case| case.record).collect();
    records.extend(twisted());
    let other = |record: &String| record.replace("ann", "robert").replace('1', "22");
    records.extend(records.iter().map(other).collect::<Vec<_>>());
    let (mut scan, mut finder, mut remembered) = (Scan::learning(), ResourceFinder::default(), 0);
    for record in records.iter().chain(&records) {
        scan.read(record.as_bytes(), 0).unwrap();
        let view = RecordView::new(record.as_bytes(), &scan);
        remembered += usize::from(view.scan().shape() != 0);
        let mut out = Vec::new();
        finder.find(&view, &mut out);
        assert_eq!(out.iter().map(show).collect::<Vec<_>>(), found(record), "{record}");
    }
    // Each at least the second time, but for what no shape holds.
    assert!(remembered >= records.len(), "{remembered} of {}", records.len());
}

struct Case<'a> {
    source: &'a str,
    event: &'a str,
    record: String,
    expected: BTreeSet<String>,
}

const ANN: &str =
    r#"{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/ann","userName":"ann"}"#;

/// The cases of `testdata/resource_events.txt`, one for each event name.
fn cases() -> Vec<Case<'static>> {
    let lines = include_str!("../../../testdata/resource_events.txt").lines();
    let mut cases = Vec::new();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [source, events, request, response, expected] = cells[..] else {
            panic!("malformed: {line}");
        };
        cases.extend(events.split(' ').map(|event| Case {
            source,
            event,
            record: format!(
                r#"{{"eventSource":"{source}.amazonaws.com","eventName":"{event}",
                "userIdentity":{ANN},"requestParameters":{request},"responseElements":{response}}}"#
            ),
            expected: expected.split("; ").map(str::to_owned).collect(),
        }));
    }
    cases
}

#[test]
fn finds_what_each_event_names() {
    for case in cases() {
        let found: BTreeSet<String> = found(&case.record).into_iter().collect();
        assert_eq!(found, case.expected, "{} {}", case.source, case.event);
    }
}

#[test]
fn at_least_400_events_are_covered() {
    let names: BTreeSet<_> = cases().iter().map(|case| (case.source, case.event)).collect();
    assert!(names.len() >= 400, "{}", names.len());
}

/// `docs/resources.md`; `UPDATE=1` writes it anew.
#[test]
fn the_table_is_published() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/resources.md");
    let text = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(published == text, "docs/resources.md is out of date: run with UPDATE=1");
}

fn page() -> String {
    let mut events: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    let cases = cases();
    for case in &cases {
        let kinds: BTreeSet<String> = case.expected.iter().map(|found| kind_cell(found)).collect();
        let kinds: Vec<String> = kinds.into_iter().collect();
        events.entry(case.source).or_default().insert(case.event, kinds.join(", "));
    }
    let mut page = include_str!("../../../testdata/resources_head.md").to_owned();
    page += &table_markdown();
    page += "\n## Events whose shapes are tested\n\n| source | event | types |\n|---|---|---|\n";
    for (source, events) in &events {
        for (event, kinds) in events {
            page += &format!("| {source} | `{event}` | {kinds} |\n");
        }
    }
    page
}

fn kind_cell(found: &str) -> String {
    format!("`AWS::{}`", found.split_once('=').unwrap().0)
}

#[test]
fn what_the_record_lists_comes_first_and_once() {
    let record = r#"{"eventSource":"s3.amazonaws.com","eventName":"PutBucketPolicy",
        "requestParameters":{"bucketName":"b"},
        "resources":[{"accountId":"1","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"},
        {"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::b/p"},
        {"ARN":"arn:aws:ssm:us-east-1:1:parameter/x"},{"ARN":"arn:aws:novel:::x"},{"type":"T"},7]}"#;
    assert_eq!(
        found(record),
        [
            "S3::Bucket=b",
            "S3::Object=arn:aws:s3:::b/p",
            "SSM::Parameter=arn:aws:ssm:us-east-1:1:parameter/x",
            "=arn:aws:novel:::x",
        ]
    );
}

#[test]
fn odd_shapes_name_nothing() {
    for odd in [
        r#"{"requestParameters":{"userName":"x"}}"#,
        r#"{"eventSource":"iam.amazonaws.com","requestParameters":"userName"}"#,
        r#"{"eventSource":"iam.amazonaws.com","requestParameters":null,"resources":"odd"}"#,
        r#"{"eventSource":"iam.amazonaws.com","requestParameters":{"userName":7,"roleName":""}}"#,
        r#"{"eventSource":"iam.amazonaws.com","requestParameters":["userName"],"resources":{}}"#,
        r#"{"eventSource":"ec2.amazonaws.com","requestParameters":{"a":"i-zzzzzzzz","b":"i-1"}}"#,
    ] {
        assert_eq!(found(odd), Vec::<String>::new(), "{odd}");
    }
}

#[test]
fn key_case_and_partitions_do_not_matter() {
    let record = r#"{"eventSource":"rds.amazonaws.com.cn","eventName":"DeleteDBInstance",
        "requestParameters":{"DBInstanceIdentifier":"a"},
        "responseElements":{"dbInstanceArn":"arn:aws-cn:rds:cn-north-1:1:db:a"}}"#;
    assert_eq!(
        found(record),
        ["RDS::DBInstance=a", "RDS::DBInstance=arn:aws-cn:rds:cn-north-1:1:db:a"]
    );
}

#[test]
fn escapes_are_undone() {
    let record = r#"{"eventSource":"iam.amazonaws.com","eventName":"CreateUser",
        "requestParameters":{"userName":"\u00e5sa"}}"#;
    assert_eq!(found(record), ["IAM::User=åsa"]);
}

#[test]
fn number_and_length_of_names_are_bounded() {
    let ids: Vec<String> = (0..500).map(|n| format!("\"i-{n:017x}\"")).collect();
    let record = format!(
        r#"{{"eventSource":"ec2.amazonaws.com","eventName":"X","requestParameters":{{"x":[{}]}}}}"#,
        ids.join(",")
    );
    assert_eq!(found(&record).len(), REFS_MAX);
    let long = "n".repeat(NAME_BYTES_MAX + 1);
    let record = format!(
        r#"{{"eventSource":"iam.amazonaws.com","requestParameters":{{"userName":"{long}"}}}}"#
    );
    assert!(found(&record).is_empty());
}

#[test]
fn service_events_and_identities_are_read() {
    let record = r#"{"eventSource":"ec2.amazonaws.com","eventName":"SharedSnapshotVolumeCreated",
        "serviceEventDetails":{"snapshotId":"snap-12345"}}"#;
    assert_eq!(found(record), ["EC2::Snapshot=snap-12345"]);
    let record = r#"{"eventSource":"secretsmanager.amazonaws.com","eventName":"RotationStarted",
        "additionalEventData":{"SecretId":"arn:aws:secretsmanager:us-east-1:1:secret:s"}}"#;
    assert_eq!(
        found(record),
        ["SecretsManager::Secret=arn:aws:secretsmanager:us-east-1:1:secret:s"]
    );
}

#[test]
fn denied_calls_name_what_they_were_about() {
    let cases = [
        ("user ann because no identity-based policy allows it", Some("IAM::User=ann")),
        ("instance profile p because", Some("IAM::InstanceProfile=p")),
        ("policy arn:aws:iam::1:policy/p version v2", Some("IAM::Policy=arn:aws:iam::1:policy/p")),
        ("arn:aws:s3:::b with an explicit deny", Some("S3::Bucket=b")),
        ("arn:aws:s3:::b/k", Some("S3::Object=arn:aws:s3:::b/k")),
        ("arn:aws:ec2:us-east-1:1:instance/*", None),
        ("* because", None),
        ("user  because", None),
        ("something", None),
        ("", None),
    ];
    for (message, expected) in cases {
        let record = format!(
            r#"{{"eventSource":"iam.amazonaws.com","eventName":"X","requestParameters":null,
            "errorMessage":"User: arn:aws:iam::1:user/eve is not authorized to perform: x:X on resource: {message}"}}"#
        );
        assert_eq!(found(&record), Vec::from_iter(expected), "{message}");
    }
}

/// Resampled or real log files that lie beside the repository, where there are any.
fn shared_files() -> Vec<Vec<u8>> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/cloudtrail");
    let Ok(entries) = std::fs::read_dir(dir) else {
        println!("not run: no shared data");
        return Vec::new();
    };
    entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

#[derive(Debug, Default)]
struct Share {
    records: u64,
    writes: u64,
    /// Writes that have any parameters, elements or details at all.
    telling: u64,
    named: u64,
    users: u64,
    missed: BTreeMap<String, u64>,
}

impl Share {
    fn count(&mut self, view: &RecordView<'_>) {
        self.records += 1;
        self.users += u64::from(username(view).is_some());
        if category(view) != Category::Management || view.read_only() == Some(true) {
            return;
        }
        self.writes += 1;
        self.telling += u64::from(tells(view));
        let mut out = Vec::new();
        resources(view, &mut out);
        if out.is_empty() {
            let event = view.text(Field::EventName).unwrap_or_default();
            let source = view.text(Field::EventSource).unwrap_or_default();
            let missed = format!("{source} {event} telling={}", tells(view));
            *self.missed.entry(missed).or_default() += 1;
        }
        self.named += u64::from(!out.is_empty());
    }
}

fn tells(view: &RecordView<'_>) -> bool {
    let trees = [
        Tree::RequestParameters,
        Tree::ResponseElements,
        Tree::Resources,
        Tree::AdditionalEventData,
        Tree::ServiceEventDetails,
    ];
    trees.iter().any(|tree| view.tree(*tree).is_some_and(|raw| raw != b"null"))
}

#[test]
#[ignore = "a measurement on real data: run with --ignored --nocapture"]
fn share_of_real_writes_with_resources() {
    let (mut share, mut text, mut scan) = (Share::default(), Vec::new(), Scan::default());
    for file in shared_files() {
        text.clear();
        decompress(&file, &Limits::default(), &mut text).unwrap();
        let outcome = each_record(&text, &mut scan, |view| share.count(&view));
        assert_eq!(outcome.skipped_count(), 0, "{:?}", outcome.skipped);
    }
    if share.records == 0 {
        return;
    }
    println!("{share:#?}");
    assert!(share.named * 100 >= share.writes * 80);
}

/// Nanoseconds for each record of `texts` when `ask` is asked of it, the best of many short rounds.
#[expect(clippy::disallowed_methods, reason = "a duration is shown, no time is taken from it")]
fn cost(texts: &[Vec<u8>], mut ask: impl FnMut(&RecordView<'_>) -> usize) -> u128 {
    let (mut scan, mut asked) = (Scan::default(), 0);
    let mut round = || {
        let start = std::time::Instant::now();
        let mut records = 0;
        for text in texts {
            records += each_record(text, &mut scan, |view| asked += ask(&view)).records;
        }
        start.elapsed().as_nanos() / u128::from(records)
    };
    let best = (0..200).map(|_| round()).min().unwrap();
    assert!(asked > 0);
    best
}

#[test]
#[ignore = "a measurement on real data: run with --release --ignored --nocapture"]
fn cost_of_a_record() {
    let mut texts = Vec::new();
    for file in shared_files() {
        let mut text = Vec::new();
        decompress(&file, &Limits::default(), &mut text).unwrap();
        texts.push(text);
    }
    if texts.is_empty() {
        return;
    }
    let scan = cost(&texts, |_| 1);
    let user = cost(&texts, |view| usize::from(username(view).is_some()));
    let found = cost(&texts, |view| {
        let mut out = Vec::new();
        resources(view, &mut out);
        out.len()
    });
    println!("a record: each_record {scan} ns");
    println!("username {} ns, resources {} ns", user - scan.min(user), found - scan.min(found));
}
