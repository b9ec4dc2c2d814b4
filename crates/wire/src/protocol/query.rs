//! The Query protocols: parameters in, XML out.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html> and
//! <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>

use serde_json::Value;

use super::Binding;
use super::nest::nest;
use crate::fault::Fault;
use crate::limits::{BODY_BYTES_MAX, QUERY_PARAMS_MAX};
use crate::percent;
use crate::query_string;
use crate::rejection::Rejection;
use crate::request::Request;
use crate::xml::Xml;

/// The namespace of an error for which no service is known.
pub const FAULT_NAMESPACE: &str = "http://webservices.amazon.com/AWSFault/2005-15-09";

/// The parameters of a Query request as nested values, all texts, without `Action`, `Version`
/// and those of a presigned signature. `Action` must be there; whether it is one of ours is for
/// the face to say, with [`Rejection::invalid_action`].
pub fn input(request: &Request) -> Result<Value, Rejection> {
    let body = form(request)?;
    // AWS reads both places; only one of them may use `+` for a space.
    let in_query =
        query_string::pairs(request.query()).map(|pair| decoded(pair, percent::decode_text));
    let in_body = query_string::pairs(body).map(|pair| decoded(pair, percent::decode_form));
    let mut all = Vec::new();
    for parameter in in_query.chain(in_body) {
        if all.len() == QUERY_PARAMS_MAX {
            let message = format!("more than {QUERY_PARAMS_MAX} parameters");
            return Err(Rejection::malformed_query(message));
        }
        all.push(parameter?);
    }
    if !all.iter().any(|(name, value)| name == "Action" && !value.is_empty()) {
        return Err(Rejection::missing_action());
    }
    nest(all.into_iter()).map(without_envelope)
}

/// `<OpResponse><OpResult>…</OpResult><ResponseMetadata>…`
pub(super) fn output(binding: &Binding<'_>, output: &Value, request_id: &str) -> String {
    let operation = binding.operation;
    let mut xml = Xml::default();
    xml.root(&format!("{operation}Response"), binding.namespace, |xml| {
        if !output.is_null() {
            xml.element(&format!("{operation}Result"), |xml| xml.members(output, "member"));
        }
        xml.element("ResponseMetadata", |xml| xml.leaf("RequestId", request_id));
    });
    xml.into_string()
}

/// `<OpResponse><requestId>…</requestId>…`, members side by side with it.
pub(super) fn ec2_output(binding: &Binding<'_>, output: &Value, request_id: &str) -> String {
    let mut xml = Xml::default();
    xml.root(&format!("{}Response", binding.operation), binding.namespace, |xml| {
        xml.leaf("requestId", request_id);
        xml.members(output, "item");
    });
    with_declaration(xml)
}

/// The body of an error, in the namespace of a service.
pub fn failure(fault: &Fault, namespace: &str, request_id: &str) -> String {
    let mut xml = Xml::default();
    xml.root("ErrorResponse", namespace, |xml| {
        xml.element("Error", |xml| {
            xml.leaf("Type", if fault.sender { "Sender" } else { "Receiver" });
            xml.leaf("Code", &fault.code);
            xml.leaf("Message", &fault.message);
        });
        xml.leaf("RequestId", request_id);
    });
    xml.into_string()
}

/// The body of an error of EC2, which spells `RequestID` its own way.
pub(super) fn ec2_failure(fault: &Fault, request_id: &str) -> String {
    let mut xml = Xml::default();
    xml.element("Response", |xml| {
        xml.element("Errors", |xml| {
            xml.element("Error", |xml| {
                xml.leaf("Code", &fault.code);
                xml.leaf("Message", &fault.message);
            });
        });
        xml.leaf("RequestID", request_id);
    });
    with_declaration(xml)
}

fn with_declaration(xml: Xml) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", xml.into_string())
}

/// The form body, or nothing if the body is something else.
fn form(request: &Request) -> Result<&str, Rejection> {
    if request.body.len() > BODY_BYTES_MAX {
        return Err(Rejection::too_large());
    }
    if !request.is_form() {
        return Ok("");
    }
    str::from_utf8(&request.body).map_err(|_| Rejection::malformed_query("the body is not UTF-8"))
}

fn decoded(
    (name, value): (&str, &str),
    decode: fn(&str) -> Option<String>,
) -> Result<(String, String), Rejection> {
    let both = decode(name).zip(decode(value));
    both.ok_or_else(|| Rejection::malformed_query("a parameter is not UTF-8"))
}

/// What addresses and signs a request is no member of any input.
fn without_envelope(mut input: Value) -> Value {
    if let Value::Object(map) = &mut input {
        map.retain(|name, _| {
            !matches!(name.as_str(), "Action" | "Version") && !name.starts_with("X-Amz-")
        });
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::ErrorStatus;
    use crate::request::for_tests;
    use bytes::Bytes;
    use expect_test::{Expect, expect};
    use http::Method;
    use serde_json::json;

    const STS: Binding<'static> =
        Binding::query("GetCallerIdentity", "https://sts.amazonaws.com/doc/2011-06-15/");

    fn post(body: impl Into<Bytes>) -> Result<Value, Rejection> {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let mut request = for_tests(Method::POST, "/", &[form]);
        request.body = body.into();
        input(&request)
    }

    #[test]
    fn reads_a_form_body() {
        let read = post("Action=A&Version=1&Name=a+b%2Bc&T.member.1=%C3%A9").unwrap();
        assert_eq!(read, json!({ "Name": "a b+c", "T": ["é"] }));
        let nul = post("Action=A&Name=a%00b").unwrap();
        assert_eq!(nul, json!({ "Name": "a\0b" }));
    }

    #[test]
    fn reads_a_presigned_query_string() {
        let target = "/?Action=A&Version=1&X-Amz-Signature=0&X-Amz-Date=1&N=a%20b+c";
        let read = input(&for_tests(Method::GET, target, &[])).unwrap();
        assert_eq!(read, json!({ "N": "a b+c" }));
    }

    #[test]
    fn needs_an_action() {
        assert_eq!(post("").unwrap_err().code, "MissingAction");
        assert_eq!(post("Action=&Version=1").unwrap_err().code, "MissingAction");
        assert_eq!(post("action=A").unwrap_err().code, "MissingAction");
        let mut json = for_tests(Method::POST, "/", &[("content-type", "application/json")]);
        json.body = Bytes::from_static(b"Action=A");
        assert_eq!(input(&json).unwrap_err().code, "MissingAction");
    }

    #[test]
    fn an_action_in_both_places_is_refused() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let mut request = for_tests(Method::POST, "/?Action=A", &[form]);
        request.body = Bytes::from_static(b"Action=B");
        assert_eq!(input(&request).unwrap_err().code, "MalformedQueryString");
    }

    #[test]
    fn bounds_parameters_and_bytes() {
        let with = |count: usize| {
            let more: String = (1..count).map(|n| format!("&p{n}=v")).collect();
            format!("Action=A{more}")
        };
        assert!(post(with(1_000)).is_ok());
        let rejection = post(with(1_001)).unwrap_err();
        assert_eq!(rejection.code, "MalformedQueryString");
        assert!(rejection.message.contains("more than 1000"));
        let rejection = post(vec![b'a'; BODY_BYTES_MAX + 1]).unwrap_err();
        assert_eq!(rejection.code, "RequestEntityTooLarge");
    }

    #[test]
    fn refuses_bytes_that_are_no_text() {
        for body in [&b"Action=A&n=\xff"[..], b"Action=A&n=%ff", b"Action=A&%ed%a0%80=1"] {
            let rejection = post(body).unwrap_err();
            assert_eq!(rejection.code, "MalformedQueryString");
        }
    }

    /// One element to a line.
    fn check(body: &str, expected: Expect) {
        expected.assert_eq(&body.replace("><", ">\n<"));
    }

    #[test]
    fn writes_an_answer_as_sts_does() {
        check(
            &output(&STS, &json!({ "Account": "123456789012" }), "id-1"),
            expect![[r#"
                <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                <GetCallerIdentityResult>
                <Account>123456789012</Account>
                </GetCallerIdentityResult>
                <ResponseMetadata>
                <RequestId>id-1</RequestId>
                </ResponseMetadata>
                </GetCallerIdentityResponse>"#]],
        );
        assert!(!output(&STS, &Value::Null, "id").contains("Result"));
        assert!(output(&STS, &json!({}), "id").contains("<GetCallerIdentityResult></"));
    }

    #[test]
    fn writes_an_answer_as_ec2_does() {
        let binding = Binding::query("DescribeX", "http://ec2.amazonaws.com/doc/2016-11-15/");
        check(
            &ec2_output(&binding, &json!({ "xSet": [{ "id": "a" }] }), "id-1"),
            expect![[r#"
                <?xml version="1.0" encoding="UTF-8"?>
                <DescribeXResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
                <requestId>id-1</requestId>
                <xSet>
                <item>
                <id>a</id>
                </item>
                </xSet>
                </DescribeXResponse>"#]],
        );
    }

    #[test]
    fn writes_errors_of_both_dialects() {
        let mut fault = Fault::sender("NoSuchEntity", "no <user>", ErrorStatus::NOT_FOUND);
        let namespace = "https://iam.amazonaws.com/doc/2010-05-08/";
        check(
            &failure(&fault, namespace, "id-1"),
            expect![[r#"
            <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
            <Error>
            <Type>Sender</Type>
            <Code>NoSuchEntity</Code>
            <Message>no &lt;user&gt;</Message>
            </Error>
            <RequestId>id-1</RequestId>
            </ErrorResponse>"#]],
        );
        check(
            &ec2_failure(&fault, "id-1"),
            expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <Response>
            <Errors>
            <Error>
            <Code>NoSuchEntity</Code>
            <Message>no &lt;user&gt;</Message>
            </Error>
            </Errors>
            <RequestID>id-1</RequestID>
            </Response>"#]],
        );
        fault.sender = false;
        assert!(failure(&fault, "", "id").starts_with("<ErrorResponse><Error><Type>Receiver</"));
    }
}
