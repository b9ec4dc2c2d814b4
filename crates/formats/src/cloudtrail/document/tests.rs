use super::*;
use crate::cloudtrail::{Category, category, owner, username};
use expect_test::{Expect, expect};
use model::Timestamp;
use proptest::prelude::*;

const RECORD: &str =
    r#"{"eventVersion":"1.08","eventTime":"2024-05-01T10:00:00Z","eventName":"A"}"#;
const OTHER: &str = r#"{"eventName":"B","userIdentity":null,"eventTime":"2024-05-01T10:00:01Z"}"#;

fn read(text: &[u8]) -> (Vec<String>, Outcome) {
    let (mut scan, mut records) = (Scan::default(), Vec::new());
    let outcome = each_record(text, &mut scan, |view| {
        records.push(String::from_utf8(view.bytes.to_vec()).unwrap());
    });
    assert_eq!(outcome.records, records.len() as u64);
    (records, outcome)
}

/// The records are exactly these, and nothing was left out.
fn gives(text: &str, records: &[&str]) {
    let (given, outcome) = read(text.as_bytes());
    assert_eq!(given, records, "{text}");
    assert_eq!(outcome.skipped, [], "{text}");
}

fn skips(text: impl AsRef<[u8]>, records: usize, expected: &Expect) {
    let (given, outcome) = read(text.as_ref());
    assert_eq!(given.len(), records, "{outcome:?}");
    let show = |skip: &Skip| format!("{} {skip}\n", skip.offset);
    expected.assert_eq(&outcome.skipped.iter().map(show).collect::<String>());
}

#[test]
fn every_shape_of_file_gives_its_records() {
    let both = [RECORD, OTHER];
    gives(&format!("{{\"Records\":[{RECORD},{OTHER}]}}"), &both);
    gives(&format!("{{\"a\":[1,{{}}],\"Records\":[{RECORD},{OTHER}],\"b\":null}}"), &both);
    gives(&format!("\u{feff} {{ \"Records\" : [\r\n {RECORD} ,\t{OTHER}\r\n ] }}\n"), &both);
    gives(&format!("[{RECORD},{OTHER}]"), &both);
    gives(&format!("{RECORD}\n\n{OTHER}\n"), &both);
    gives(&format!("{RECORD}\r\n{OTHER}"), &both);
    gives(&format!("{RECORD}{OTHER}"), &both);
    gives(&format!("{{\"Records\":[{RECORD}]}}{{\"Records\":[{OTHER}]}}"), &both);
    gives(&format!("{{\"Records\":[{RECORD}]}}\n\u{feff}{{\"Records\":[{OTHER}]}}"), &both);
    gives(&format!("[{{\"Records\":[{RECORD}]}},{{\"Records\":[{OTHER}]}}]"), &both);
    gives(RECORD, &[RECORD]);
    gives("{\"Records\":[]}", &[]);
    gives("[]", &[]);
}

#[test]
fn lookup_answers_are_unescaped() {
    let quoted = |record: &str| format!("\"{}\"", record.replace('"', "\\\""));
    let event = |record: &str| {
        format!(r#"{{"EventId":"1","EventTime":1.5,"CloudTrailEvent":{}}}"#, quoted(record))
    };
    let answer = format!(r#"{{"Events":[{},{}],"NextToken":"x"}}"#, event(RECORD), event(OTHER));
    gives(&answer, &[RECORD, OTHER]);
    gives(&format!("[{},{}]", quoted(RECORD), quoted(OTHER)), &[RECORD, OTHER]);
    gives(&format!("{RECORD}\t{OTHER}\n"), &[RECORD, OTHER]);
}

#[test]
fn foreign_documents_are_named() {
    skips(
        r#"{"awsAccountId":"1","digestStartTime":"2024-05-01T10:00:00Z","logFiles":[]}"#,
        0,
        &expect![[r#"
            0 digest file: it proves log files and holds no records
        "#]],
    );
    skips(
        r#"{"fileVersion":"1.0","configurationItems":[{"resourceType":"AWS::EC2::VPC"}]}"#,
        0,
        &expect![[r#"
            0 not CloudTrail records: AWS Config history or snapshot
        "#]],
    );
    skips(
        r#"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put",
            "eventTime":"2024-05-01T10:00:00Z"}]}"#,
        0,
        &expect![[r#"
            12 not CloudTrail records: a notification of S3 or another event source
        "#]],
    );
    skips(
        r#"{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":{}} 7 null"#,
        0,
        &expect![[r#"
            0 not CloudTrail records: an EventBridge event; import its `detail`
            72 not CloudTrail records: no object
            74 not CloudTrail records: no object
        "#]],
    );
}

#[test]
fn records_with_members_of_other_tools_are_records() {
    let record = RECORD.replacen('{', "{\"logGroup\":\"x\",\"tags\":[{}],", 1);
    gives(&format!("{{\"Records\":[{record}]}}"), &[&record]);
}

#[test]
fn what_is_no_json_is_named() {
    skips(
        "",
        0,
        &expect![[r#"
        0 empty file: it may still be on its way
    "#]],
    );
    assert_eq!(read(b" \n").1.skipped[0].reason, Reason::Empty);
    skips(
        "hello",
        0,
        &expect![[r#"
        0 not JSON: no JSON value begins here
    "#]],
    );
    skips(
        b"\x28\xb5\x2f\xfd\x00",
        0,
        &expect![[r#"
        0 in another encoding: compressed with zstd; decompress it first
    "#]],
    );
    skips(
        "version account-id interface-id\n2 1 eni",
        0,
        &expect![[r#"
        0 not JSON: VPC flow logs
    "#]],
    );
}

#[test]
fn elements_that_are_no_records_are_passed_over() {
    skips(
        format!(r#"{{"Records":[7,{RECORD},{{}},{{"x":1}},"text",{{"eventID":"1"}},{OTHER}]}}"#),
        2,
        &expect![[r#"
            12 not CloudTrail records: no object
            89 not CloudTrail records: an object without a key of CloudTrail's
            92 not CloudTrail records: an object without a key of CloudTrail's
            100 not CloudTrail records: a string that holds no record
            107 not CloudTrail records: none of eventName, eventTime, eventSource, eventVersion, timeWindow
        "#]],
    );
}

#[test]
fn records_without_a_time_are_named() {
    skips(
        format!(r#"[{{"eventName":"X"}},{{"eventTime":"yesterday"}},{{"eventTime":7}},{RECORD}]"#),
        1,
        &expect![[r#"
            1 record without a readable eventTime: eventName `X`
            19 record without a readable eventTime: eventName ``
            45 not CloudTrail records: none of eventName, eventTime, eventSource, eventVersion, timeWindow
        "#]],
    );
}

#[test]
fn damage_in_a_list_ends_the_file_and_keeps_what_was_before() {
    skips(
        format!("{{\"Records\":[{RECORD},{{\"eventName\":tru}},{OTHER}]}}"),
        1,
        &expect![[r#"
            0 damaged JSON: damaged after 1 records: expected a value at byte 100
        "#]],
    );
    skips(
        format!("{{\"Records\":[{RECORD},{{\"eventName\":\"cut"),
        1,
        &expect![[r#"
            0 damaged JSON: damaged after 1 records: unterminated string at byte 104
        "#]],
    );
    skips(
        format!("{{\"Records\":[{RECORD}"),
        1,
        &expect![[r#"
            0 damaged JSON: damaged after 1 records: expected `,` or the closing bracket at byte 86
        "#]],
    );
}

#[test]
fn a_broken_line_costs_itself_only() {
    skips(
        format!(
            "{RECORD}\n{{\"eventName\":\"cu\n{OTHER}\njunk\njunk\n{RECORD}\n{{\"a\":\n{RECORD}"
        ),
        4,
        &expect![[r#"
            75 damaged JSON: damaged after 1 records: control character in a string at byte 91
            165 damaged JSON: damaged after 2 records: expected a value at byte 165
            250 damaged JSON: damaged after 3 records: expected `,` or the closing bracket at byte 330
        "#]],
    );
}

#[test]
fn too_deep_and_too_long_elements_are_passed_over() {
    let deep = format!("{{\"eventName\":{}\"]\"{}}}", "[".repeat(100), "]".repeat(100));
    skips(
        format!("[{deep},{RECORD}]"),
        1,
        &expect![[r#"
            1 nested too deeply: nested too deeply at byte 77
        "#]],
    );
    let long = format!("{{\"eventName\":\"{}\"}}", "x".repeat(17 << 20));
    skips(
        format!("[{long},{RECORD}]"),
        1,
        &expect![[r#"
            1 too large: record longer than 16 MiB at byte 17825807
        "#]],
    );
    skips(
        format!("{deep}\n{RECORD}\n"),
        1,
        &expect![[r#"
        0 nested too deeply: damaged after 0 records: nested too deeply at byte 76
    "#]],
    );
    let bottomless = "[".repeat(1 << 20);
    assert_eq!(read(bottomless.as_bytes()).0.len(), 0);
    assert_eq!(read("{\"Records\":".repeat(1 << 20).as_bytes()).0.len(), 0);
}

#[test]
fn invalid_utf8_costs_its_record_only() {
    let mut text = format!("{{\"Records\":[{RECORD},").into_bytes();
    text.extend(b"{\"eventName\":\"\xff\",\"eventTime\":\"2024-05-01T10:00:00Z\"},");
    text.extend(format!("{OTHER}]}}").into_bytes());
    skips(
        text,
        2,
        &expect![[r#"
        87 not UTF-8: a record holds bytes that are no UTF-8
    "#]],
    );
}

#[test]
fn skips_are_bounded_and_counted() {
    let text = "7 ".repeat(10_000) + RECORD;
    let (records, outcome) = read(text.as_bytes());
    assert_eq!(records.len(), 1);
    assert_eq!(outcome.skipped.len(), SKIPS_LISTED_MAX);
    assert_eq!(outcome.skipped_count(), 10_000);
}

#[test]
fn large_records_come_whole() {
    for size in [31 << 10, 1 << 20] {
        let filler = "é\\n".repeat(size / 4);
        let record = format!(
            r#"{{"eventName":"X","eventTime":"2024-05-01T10:00:00Z","requestParameters":"{filler}"}}"#
        );
        gives(&format!("{{\"Records\":[{record},{OTHER}]}}"), &[&record, OTHER]);
    }
}

fn with(text: &str, check: impl Fn(&RecordView<'_>)) {
    let mut scan = Scan::default();
    let outcome = each_record(text.as_bytes(), &mut scan, |view| check(&view));
    assert_eq!((outcome.records, outcome.skipped.len()), (1, 0), "{outcome:?}");
}

#[test]
fn oddities_of_real_records_are_normal() {
    for odd in [
        r#"{"eventName":"X","eventTime":"2024-05-01T10:00:00Z"}"#,
        r#"{"eventName":"X","eventTime":"2024-05-01 10:00:00","userIdentity":null}"#,
        r#"{"eventName":"X","eventTime":"2024-05-01T10:00:00Z","requestParameters":"{a=b}"}"#,
        r#"{"eventName":"X","eventTime":"2024-05-01T10:00:00Z","requestID":"CC9X0N62QREGTBMN"}"#,
        r#"{"eventName":"X","eventTime":"2024-05-01T10:00:00.000Z","eventID":null,"resources":7}"#,
    ] {
        with(odd, |view| {
            assert_eq!(event_time(view).unwrap().seconds(), 1_714_557_600, "{odd}");
            assert_eq!(owner(view), None, "{odd}");
            assert_eq!(username(view), None, "{odd}");
            assert_eq!(category(view), Category::Management, "{odd}");
        });
    }
}

#[test]
fn aggregated_records_have_an_owner_and_a_time() {
    let record = r#"{"eventVersion":"1.0","accountId":"123456789012","eventId":"e",
        "eventCategory":"Aggregated","eventType":"AwsAggregatedEvent",
        "timeWindow":{"windowStart":"2025-12-01T10:00:00Z","windowEnd":"2025-12-01T10:05:00Z"}}"#;
    with(record, |view| {
        assert_eq!(owner(view).unwrap().as_str(), "123456789012");
        assert_eq!(event_time(view), Timestamp::parse("2025-12-01T10:05:00Z"));
        assert_eq!(category(view), Category::Aggregated);
    });
}

#[test]
fn owners_are_told_in_order() {
    let cases = [
        (
            r#""recipientAccountId":"1234567890123","userIdentity":{"accountId":"1"}"#,
            "1234567890123",
        ),
        (r#""recipientAccountId":"","userIdentity":{"accountId":"111122223333"}"#, "111122223333"),
        (r#""recipientAccountId":"../x","accountId":"111122223333""#, "111122223333"),
    ];
    for (members, account) in cases {
        let record = format!(r#"{{"eventTime":"2024-05-01T10:00:00Z",{members}}}"#);
        with(&record, |view| assert_eq!(owner(view).unwrap().as_str(), account));
    }
}

#[test]
fn older_records_have_a_category_too() {
    let cases = [
        (r#""eventType":"AwsCloudTrailInsight""#, Category::Insight),
        (r#""eventType":"AwsVpceEvents""#, Category::NetworkActivity),
        (r#""managementEvent":false"#, Category::Data),
        (r#""eventCategory":"Data","managementEvent":true"#, Category::Data),
        (r#""eventCategory":"NetworkActivity""#, Category::NetworkActivity),
        (r#""eventCategory":"Evidence""#, Category::Other),
        (r#""eventType":"AwsApiCall""#, Category::Management),
    ];
    for (members, expected) in cases {
        let record = format!(r#"{{"eventTime":"2024-05-01T10:00:00Z",{members}}}"#);
        with(&record, |view| assert_eq!(category(view), expected, "{members}"));
    }
}

#[test]
fn usernames_are_those_of_lookup_events() {
    let cases = [
        (r#"{"type":"Root","arn":"arn:aws:iam::1:root"}"#, Some("root")),
        (r#"{"type":"Root","userName":"acme"}"#, Some("acme")),
        (r#"{"type":"IAMUser","userName":"ann"}"#, Some("ann")),
        (r#"{"type":"IAMUser","arn":"arn:aws:iam::1:user/dev/ann"}"#, Some("ann")),
        (r#"{"type":"AssumedRole","principalId":"AROA:s","userName":"x"}"#, Some("s")),
        (r#"{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/r/s"}"#, Some("s")),
        (r#"{"type":"AssumedRole","principalId":"AROA:"}"#, None),
        (r#"{"type":"FederatedUser","principalId":"1:bob"}"#, Some("bob")),
        (r#"{"type":"WebIdentityUser","principalId":"p:c:sub","userName":"u"}"#, Some("u")),
        (r#"{"type":"SAMLUser","userName":"bob@corp"}"#, Some("bob@corp")),
        (r#"{"type":"IdentityCenterUser","onBehalfOf":{"userId":"u-1"}}"#, Some("u-1")),
        (r#"{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}"#, Some("ec2.amazonaws.com")),
        (r#"{"type":"AWSAccount","principalId":"AIDAX","accountId":"1"}"#, None),
        (
            r#"{"type":"IAMUser","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
            Some("HIDDEN_DUE_TO_SECURITY_REASONS"),
        ),
        (r#"{"type":"IAMUser","userName":"\u00e5sa"}"#, Some("åsa")),
        ("null", None),
    ];
    for (identity, expected) in cases {
        let record = format!(r#"{{"eventTime":"2024-05-01T10:00:00Z","userIdentity":{identity}}}"#);
        with(&record, |view| assert_eq!(username(view).as_deref(), expected, "{identity}"));
    }
}

/// Reads everything there is to read; what matters is that it ends and that what is given
/// stands in the text.
fn exercise(text: &[u8]) {
    let mut scan = Scan::default();
    let plain = !text.windows(4).any(|window| window == b"Clou") && !text.contains(&b'\\');
    let outcome = each_record(text, &mut scan, |view| {
        let mut found = Vec::new();
        crate::cloudtrail::resources(&view, &mut found);
        let _ = (owner(&view), category(&view), username(&view));
        assert!(event_time(&view).is_some());
        assert!(std::str::from_utf8(view.bytes).is_ok());
        if plain {
            assert!(memchr::memmem::find(text, view.bytes).is_some());
        }
    });
    assert!(outcome.skipped.len() <= SKIPS_LISTED_MAX + 12);
}

fn documents() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        RECORD,
        OTHER,
        "{\"Records\":[",
        "]}",
        "[",
        "]",
        ",",
        "\n",
        "{",
        "}",
        ":",
        "\"",
        "7",
        "\"eventTime\"",
        "{\"Events\":[",
        "\"CloudTrailEvent\":",
        "\\",
        "\\u12",
        "null",
        " ",
        "{\"eventSource\":\"ec2.amazonaws.com\",\"requestParameters\":{\"x\":\"i-12345678\"},",
        "\u{feff}",
        "é",
        "\"resources\":[{\"ARN\":\"arn:aws:s3:::b\"}]",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat().into_bytes())
}

/// The places and values of some bytes to be overwritten.
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6)
}

proptest! {
    #[test]
    fn random_bytes_never_panic(text in prop::collection::vec(any::<u8>(), 0..400)) {
        exercise(&text);
    }

    #[test]
    fn mutated_documents_never_panic(mut text in documents(), edits in edits()) {
        exercise(&text);
        for (place, byte) in edits {
            if !text.is_empty() {
                let at = place.index(text.len());
                text[at] = byte;
            }
        }
        exercise(&text);
    }

    #[test]
    fn records_come_back_byte_for_byte(count in 0_usize..20, spaces in "[ \r\n\t]{0,3}") {
        let one = |n: usize| format!(
            "{{{spaces}\"eventName\" :\"E{n}\",\"eventTime\":\"2024-05-01T10:00:00Z\"{spaces}}}"
        );
        let records: Vec<String> = (0..count).map(one).collect();
        let expected: Vec<&str> = records.iter().map(String::as_str).collect();
        let list = records.join(&format!("{spaces},"));
        gives(&format!("{{\"Records\":{spaces}[{spaces}{list}]{spaces}}}"), &expected);
    }
}
