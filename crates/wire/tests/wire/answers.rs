//! Whole answers and whole inputs through [`Protocol`], the way the door uses it.

use expect_test::{Expect, expect};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::{Binding, ErrorStatus, Fault, Protocol, Rejection, Response};

use crate::oracle::request;

const ALL: [Protocol; 5] = [
    Protocol::AwsJson10,
    Protocol::AwsJson11,
    Protocol::RestJson,
    Protocol::Query,
    Protocol::Ec2Query,
];
const BINDING: Binding<'static> = Binding {
    operation: "DoIt",
    namespace: "https://example.com/doc/",
    uri: "/do/{what}",
    raw: None,
};

fn show(response: &Response) -> String {
    let headers = response.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    let body = str::from_utf8(&response.body).unwrap().replace("><", ">\n<");
    format!("{}\n{}\n{body}\n", response.status.as_u16(), headers.collect::<String>())
}

fn check(response: &Response, expected: Expect) {
    expected.assert_eq(&show(response));
}

#[test]
fn success_in_json() {
    let response = Protocol::AwsJson11.success(&BINDING, &json!({ "A": [1] }), "id-1");
    check(
        &response,
        expect![[r#"
        200
        x-amzn-requestid: id-1
        content-type: application/x-amz-json-1.1

        {"A":[1]}
    "#]],
    );
    let none = Protocol::AwsJson10.success(&BINDING, &Value::Null, "id-1");
    check(
        &none,
        expect![[r#"
        200
        x-amzn-requestid: id-1
        content-type: application/x-amz-json-1.0


    "#]],
    );
}

#[test]
fn failure_in_json() {
    let mut fault = Fault::sender("ThrottlingException", "slow", ErrorStatus::BAD_REQUEST);
    fault.retry_after_s = Some(2);
    check(
        &Protocol::AwsJson11.failure(&fault, "id-1"),
        expect![[r#"
        400
        x-amzn-requestid: id-1
        content-type: application/x-amz-json-1.1
        x-amzn-errortype: ThrottlingException
        retry-after: 2

        {"__type":"ThrottlingException","message":"slow"}
    "#]],
    );
    check(
        &Protocol::RestJson.failure(&fault, "id-1"),
        expect![[r#"
        400
        x-amzn-requestid: id-1
        content-type: application/json
        x-amzn-errortype: ThrottlingException
        retry-after: 2

        {"message":"slow"}
    "#]],
    );
}

#[test]
fn success_and_failure_in_xml() {
    let response = Protocol::Query.success(&BINDING, &json!({ "A": ["x"] }), "id-1");
    check(
        &response,
        expect![[r#"
            200
            x-amzn-requestid: id-1
            content-type: text/xml

            <DoItResponse xmlns="https://example.com/doc/">
            <DoItResult>
            <A>
            <member>x</member>
            </A>
            </DoItResult>
            <ResponseMetadata>
            <RequestId>id-1</RequestId>
            </ResponseMetadata>
            </DoItResponse>
        "#]],
    );
    let fault = Fault::receiver("InternalFailure", "oh", ErrorStatus::INTERNAL);
    check(
        &Protocol::Query.failure(&fault, "id-1"),
        expect![[r#"
            500
            x-amzn-requestid: id-1
            content-type: text/xml

            <ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09">
            <Error>
            <Type>Receiver</Type>
            <Code>InternalFailure</Code>
            <Message>oh</Message>
            </Error>
            <RequestId>id-1</RequestId>
            </ErrorResponse>
        "#]],
    );
    check(
        &Protocol::Ec2Query.failure(&fault, "id-1"),
        expect![[r#"
            500
            x-amzn-requestid: id-1
            content-type: text/xml;charset=UTF-8

            <?xml version="1.0" encoding="UTF-8"?>
            <Response>
            <Errors>
            <Error>
            <Code>InternalFailure</Code>
            <Message>oh</Message>
            </Error>
            </Errors>
            <RequestID>id-1</RequestID>
            </Response>
        "#]],
    );
}

#[test]
fn every_answer_names_its_request() {
    let fault = Fault::from(Rejection::unknown_operation("X"));
    for protocol in ALL {
        for response in
            [protocol.success(&BINDING, &json!({}), "id-1"), protocol.failure(&fault, "id-1")]
        {
            assert_eq!(response.header("x-amzn-requestid"), Some("id-1"));
            assert!(response.header("content-type").is_some());
        }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Input {
    what: String,
    count: Option<u32>,
    #[serde(default)]
    names: Vec<String>,
}

#[test]
fn one_input_in_every_protocol() {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = r#"{"what":"it","count":3,"names":["a"]}"#;
    for (protocol, request) in [
        (Protocol::AwsJson10, request("POST", "/", &[], body)),
        (Protocol::AwsJson11, request("POST", "/", &[], body)),
        (Protocol::RestJson, request("POST", "/do/it?count=3&names=a", &[], "")),
        (
            Protocol::Query,
            request("POST", "/", &form, "Action=DoIt&what=it&count=3&names.member.1=a"),
        ),
        (Protocol::Ec2Query, request("GET", "/?Action=D&what=it&count=3&names.1=a", &[], "")),
    ] {
        let value = protocol.parse_input(&request, &BINDING).unwrap();
        let input: Input = protocol.typed(value).unwrap();
        let expected = Input { what: "it".to_owned(), count: Some(3), names: vec!["a".to_owned()] };
        assert_eq!(input, expected, "{protocol:?}");
    }
}

#[test]
fn only_json_keeps_texts_and_numbers_apart() {
    let value = json!({ "what": "it", "count": "3" });
    let refused = Protocol::AwsJson11.typed::<Input>(value.clone()).unwrap_err();
    assert_eq!(refused.code, "SerializationException");
    assert!(Protocol::Query.typed::<Input>(value).is_ok());
    let refused = Protocol::Query.typed::<Input>(json!({ "what": "it", "count": "x" }));
    assert_eq!(refused.unwrap_err().code, "MalformedInput");
}

#[test]
fn a_null_is_an_absent_member() {
    let value = json!({ "what": "it", "count": null, "names": null });
    for protocol in [Protocol::AwsJson10, Protocol::AwsJson11, Protocol::RestJson] {
        let input: Input = protocol.typed(value.clone()).unwrap();
        assert!(input.count.is_none() && input.names.is_empty());
    }
}

#[test]
fn a_rejection_repeats_no_long_text() {
    let value = json!({ "what": "it", "count": "x".repeat(1_000_000) });
    for protocol in ALL {
        let rejection = protocol.typed::<Input>(value.clone()).unwrap_err();
        assert!(rejection.message.len() < 300);
    }
}

/// Reads our XML with another parser and gives all its text.
pub(crate) fn texts(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut found = vec![String::new()];
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(_) | Event::End(_) => found.push(String::new()),
            Event::Text(text) => found.last_mut().unwrap().push_str(&text.decode().unwrap()),
            Event::GeneralRef(name) => {
                let raw = format!("&{};", name.decode().unwrap());
                let text = quick_xml::escape::unescape(&raw).unwrap().into_owned();
                found.last_mut().unwrap().push_str(&text);
            }
            other => assert!(matches!(other, Event::Decl(_)), "{other:?}"),
        }
    }
    found.retain(|text| !text.is_empty());
    found
}

#[test]
fn another_parser_reads_our_xml_back() {
    let wild = "a <b> & \"c\" 'd' ]]> \t\n\r é 😀 &amp; <!-- --> <![CDATA[";
    let output = json!({ "A": [wild, { "B": wild }] });
    for protocol in [Protocol::Query, Protocol::Ec2Query] {
        let response = protocol.success(&BINDING, &output, "id-1");
        let texts = texts(str::from_utf8(&response.body).unwrap());
        assert_eq!(texts.iter().filter(|text| *text == wild).count(), 2, "{texts:?}");
    }
}
