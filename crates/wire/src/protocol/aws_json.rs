//! AWS JSON 1.0 and 1.1: everything in one JSON object, the operation in a header.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>

use serde_json::{Value, json};

use super::json;
use crate::fault::Fault;
use crate::rejection::Rejection;

/// The body as an object; no body is an object without members.
pub fn input(body: &[u8]) -> Result<Value, Rejection> {
    if body.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    match json::parse(body)? {
        object @ Value::Object(_) => Ok(object),
        _ => Err(Rejection::serialization("the body must be a JSON object")),
    }
}

/// The body of an answer; empty for an operation without output.
pub(super) fn output(output: &Value) -> String {
    match output {
        Value::Null => String::new(),
        output => output.to_string(),
    }
}

/// The body of an error.
pub(super) fn failure(fault: &Fault) -> String {
    json!({ "__type": fault.code, "message": fault.message }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{BODY_BYTES_MAX, JSON_VALUES_MAX};

    fn refused(body: impl AsRef<[u8]>, because: &str) {
        let rejection = input(body.as_ref()).unwrap_err();
        assert_eq!(rejection.code, "SerializationException");
        assert!(rejection.message.contains(because), "{}", rejection.message);
        assert!(rejection.message.len() < 200, "{}", rejection.message.len());
    }

    fn nested(levels: usize) -> String {
        format!("{{\"a\":{}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1))
    }

    #[test]
    fn no_body_is_an_empty_object() {
        assert_eq!(input(b"").unwrap(), json!({}));
        assert_eq!(
            input(b" {\"a\": [1, -1, 1.5, null, true, \"\\u00e9\"]} ").unwrap(),
            json!({
                "a": [1, -1, 1.5, null, true, "é"]
            })
        );
    }

    #[test]
    fn keeps_the_order_of_members() {
        assert_eq!(input(br#"{"b":1,"a":2}"#).unwrap().to_string(), r#"{"b":1,"a":2}"#);
    }

    #[test]
    fn refuses_what_is_no_object() {
        for body in ["[]", "null", "1", "\"a\""] {
            refused(body, "must be a JSON object");
        }
        for body in [" ", "{", "{}{}", "{} x", "{a:1}", "{\"a\":NaN}", "{\"a\":1,}", "{'a':1}"] {
            refused(body, "not valid JSON");
        }
    }

    #[test]
    fn sixty_four_levels_pass_and_one_more_does_not() {
        assert!(input(nested(64).as_bytes()).is_ok());
        refused(nested(65), "nested deeper than 64");
        refused(nested(100_000), "nested deeper than 64");
        refused("{\"a\":".repeat(100_000), "nested deeper than 64");
    }

    #[test]
    fn refuses_duplicate_members_however_they_are_spelt() {
        refused(r#"{"a":1,"a":1}"#, "duplicate member `a`");
        refused(r#"{"b":[{"a":1,"\u0061":2}]}"#, "duplicate member `a`");
        let long = "k".repeat(1_000_000);
        refused(format!("{{\"{long}\":1,\"{long}\":1}}"), "duplicate member `kkk");
    }

    #[test]
    fn refuses_text_that_is_no_unicode() {
        refused(b"\xef\xbb\xbf{}", "not valid JSON");
        refused(br#"{"a":"\ud800"}"#, "not valid JSON");
        refused(br#"{"a":"\udc00\ud800"}"#, "not valid JSON");
        refused(b"{\"a\":\"\xff\"}", "not valid JSON");
        refused(b"{\"a\":\"\xed\xa0\x80\"}", "not valid JSON");
        refused(b"{\"a\":\"\0\"}", "not valid JSON");
        refused(b"\0", "not valid JSON");
    }

    #[test]
    fn keeps_an_escaped_nul_and_refuses_numbers_without_value() {
        assert_eq!(input(br#"{"a":"\u0000"}"#).unwrap(), json!({ "a": "\0" }));
        refused("{\"a\":1e400}", "number out of range");
        refused("{\"a\":-1e999999999}", "number out of range");
    }

    #[test]
    fn bounds_bytes_and_values() {
        let rejection = input(&vec![b' '; BODY_BYTES_MAX + 1]).unwrap_err();
        assert_eq!(rejection.code, "RequestEntityTooLarge");
        let many = format!("{{\"a\":[1{}]}}", ",1".repeat(JSON_VALUES_MAX));
        refused(many, "more than 500000 values");
    }
}
