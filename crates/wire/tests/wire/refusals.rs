//! Each refusal, in AWS's words, for each family of services.

use expect_test::expect;
use wire::Protocol;
use wire::sigv4::{Error, parse};

use crate::oracle::{self, NOW_MS, Signer, verify_at};

fn table(protocol: Protocol) -> String {
    let errors = [
        Error::MissingToken,
        Error::Ambiguous,
        Error::Repeated { what: "x-amz-date" },
        Error::UnsupportedAlgorithm("Bearer".to_owned()),
        Error::Incomplete { what: "Signature" },
        Error::Incomplete { what: "X-Amz-Date" },
        Error::IncompleteQuery { what: "X-Amz-Expires" },
        Error::MissingHash,
        Error::Malformed { what: "SignedHeaders" },
        Error::InvalidCredentialScope { message: "Credential ...".to_owned() },
        Error::ExpiresOutOfRange,
        Error::Expired { message: "Signature expired: ...".to_owned() },
        Error::NotYetCurrent { message: "Signature not yet current: ...".to_owned() },
        Error::PresignedExpired,
        Error::UnsignedHeader("host".to_owned()),
        Error::UnsignedHeader("x-amz-acl".to_owned()),
        Error::PayloadMismatch,
        Error::UnsignedPayload,
        Error::StreamingPayload,
        Error::SignatureMismatch,
        Error::UnknownKey,
        Error::ExpiredToken,
        Error::WrongService { expected: "logs", got: "sts".to_owned() },
    ];
    let rows = errors.iter().map(|error| {
        let fault = error.fault(protocol);
        assert!(fault.sender && fault.retry_after_s.is_none());
        let message: String = fault.message.chars().take(44).collect();
        format!("{} {} | {message}\n", fault.status.as_u16(), fault.code)
    });
    rows.collect()
}

#[test]
fn json_services_say() {
    let said = table(Protocol::AwsJson11);
    assert_eq!(said, table(Protocol::AwsJson10));
    assert_eq!(said.replace("400 ", "403 "), table(Protocol::RestJson));
    expect![[r#"
        400 MissingAuthenticationTokenException | Missing Authentication Token
        400 IncompleteSignatureException | the request is signed in its header and in i
        400 IncompleteSignatureException | `x-amz-date` occurs more than once
        400 IncompleteSignatureException | unsupported signing algorithm `Bearer`
        400 IncompleteSignatureException | Authorization header requires 'Signature' pa
        400 IncompleteSignatureException | Authorization header requires existence of e
        400 IncompleteSignatureException | AWS query-string parameters must include 'X-
        400 IncompleteSignatureException | Missing required header for this request: x-
        400 IncompleteSignatureException | `SignedHeaders` is not well formed
        400 InvalidSignatureException | Credential ...
        400 IncompleteSignatureException | `X-Amz-Expires` must be between 1 and 604800
        400 InvalidSignatureException | Signature expired: ...
        400 InvalidSignatureException | Signature not yet current: ...
        400 InvalidSignatureException | Request has expired.
        400 InvalidSignatureException | 'Host' must be a 'SignedHeader' in the AWS A
        400 InvalidSignatureException | 'x-amz-acl' must be a 'SignedHeader' in the 
        400 InvalidSignatureException | `x-amz-content-sha256` is not the hash of th
        400 InvalidSignatureException | only S3 accepts an unsigned payload
        400 IncompleteSignatureException | a payload signed in chunks is not accepted h
        400 InvalidSignatureException | The request signature we calculated does not
        400 UnrecognizedClientException | The security token included in the request i
        400 ExpiredTokenException | The security token included in the request i
        400 InvalidSignatureException | Credential should be scoped to correct servi
    "#]]
    .assert_eq(&said);
}

#[test]
fn query_services_say() {
    expect![[r#"
        403 MissingAuthenticationToken | Request is missing Authentication Token
        400 IncompleteSignature | the request is signed in its header and in i
        400 IncompleteSignature | `x-amz-date` occurs more than once
        400 IncompleteSignature | unsupported signing algorithm `Bearer`
        400 IncompleteSignature | Authorization header requires 'Signature' pa
        400 IncompleteSignature | Authorization header requires existence of e
        400 IncompleteSignature | AWS query-string parameters must include 'X-
        400 IncompleteSignature | Missing required header for this request: x-
        400 IncompleteSignature | `SignedHeaders` is not well formed
        403 SignatureDoesNotMatch | Credential ...
        400 IncompleteSignature | `X-Amz-Expires` must be between 1 and 604800
        403 SignatureDoesNotMatch | Signature expired: ...
        403 SignatureDoesNotMatch | Signature not yet current: ...
        400 RequestExpired | Request has expired.
        403 SignatureDoesNotMatch | 'Host' must be a 'SignedHeader' in the AWS A
        403 SignatureDoesNotMatch | 'x-amz-acl' must be a 'SignedHeader' in the 
        403 SignatureDoesNotMatch | `x-amz-content-sha256` is not the hash of th
        403 SignatureDoesNotMatch | only S3 accepts an unsigned payload
        400 IncompleteSignature | a payload signed in chunks is not accepted h
        403 SignatureDoesNotMatch | The request signature we calculated does not
        403 InvalidClientTokenId | The security token included in the request i
        403 ExpiredToken | The security token included in the request i
        403 SignatureDoesNotMatch | Credential should be scoped to correct servi
    "#]]
    .assert_eq(&table(Protocol::Query));
}

#[test]
fn ec2_says() {
    expect![[r#"
        401 AuthFailure | the request is not signed
        400 IncompleteSignature | the request is signed in its header and in i
        400 IncompleteSignature | `x-amz-date` occurs more than once
        400 IncompleteSignature | unsupported signing algorithm `Bearer`
        400 IncompleteSignature | Authorization header requires 'Signature' pa
        400 IncompleteSignature | Authorization header requires existence of e
        400 IncompleteSignature | AWS query-string parameters must include 'X-
        400 IncompleteSignature | Missing required header for this request: x-
        400 IncompleteSignature | `SignedHeaders` is not well formed
        401 AuthFailure | AWS was not able to validate the provided ac
        400 IncompleteSignature | `X-Amz-Expires` must be between 1 and 604800
        400 RequestExpired | Request has expired.
        400 RequestExpired | Request has expired.
        400 RequestExpired | Request has expired.
        401 AuthFailure | AWS was not able to validate the provided ac
        401 AuthFailure | AWS was not able to validate the provided ac
        401 AuthFailure | AWS was not able to validate the provided ac
        401 AuthFailure | AWS was not able to validate the provided ac
        400 IncompleteSignature | a payload signed in chunks is not accepted h
        401 AuthFailure | AWS was not able to validate the provided ac
        401 AuthFailure | AWS was not able to validate the provided ac
        400 RequestExpired | Request has expired.
        401 AuthFailure | AWS was not able to validate the provided ac
    "#]]
    .assert_eq(&table(Protocol::Ec2Query));
}

#[test]
fn skew_is_refused_beyond_five_minutes_either_way() {
    let (signed, _) = Signer::new("logs").sign(&oracle::request("GET", "/", &[], ""));
    let at = |seconds: i64| verify_at(&signed, NOW_MS + seconds * 1_000);
    assert!(at(-300).is_ok() && at(300).is_ok());
    let late = at(301).unwrap_err().fault(Protocol::AwsJson11).message;
    let (bound, now) = ("20150830T123601Z", "20150830T124101Z");
    let words = format!("20150830T123600Z is now earlier than {bound} ({now} - 5 min.)");
    assert_eq!(late, format!("Signature expired: {words}"));
    let early = at(-301).unwrap_err().fault(Protocol::AwsJson11).message;
    let (bound, now) = ("20150830T123559Z", "20150830T123059Z");
    let words = format!("20150830T123600Z is still later than {bound} ({now} + 5 min.)");
    assert_eq!(early, format!("Signature not yet current: {words}"));
    for now_ms in [i64::MIN, i64::MAX, 0] {
        assert!(verify_at(&signed, now_ms).is_err());
    }
}

#[test]
fn a_presigned_request_dies_with_its_life() {
    let signer = Signer { expires_s: Some(60), ..Signer::new("sts") };
    let (signed, _) = signer.sign(&oracle::request("GET", "/?Action=GetCallerIdentity", &[], ""));
    let at = |seconds: i64| verify_at(&signed, NOW_MS + seconds * 1_000);
    assert!(at(-300).is_ok() && at(60).is_ok());
    assert_eq!(at(61).unwrap_err(), Error::PresignedExpired);
    assert!(matches!(at(-301).unwrap_err(), Error::NotYetCurrent { .. }));
}

#[test]
fn scope_and_date_must_be_of_one_day() {
    let (mut signed, _) = Signer::new("logs").sign(&oracle::request("GET", "/", &[], ""));
    let authorization = signed.header("authorization").unwrap().replace("20150830", "20150831");
    signed.headers.insert("authorization", authorization.parse().unwrap());
    let message = oracle::verify(&signed).unwrap_err().fault(Protocol::Query).message;
    let days = "'20150831' != '20150830', from '20150830T123600Z'.";
    let words = "does not match YYYYMMDD from ISO-8601 version of date from HTTP";
    assert_eq!(message, format!("Date in Credential scope {words}: {days}"));
}

#[test]
fn a_signature_in_two_places_is_refused() {
    let (in_header, _) = Signer::new("sts").sign(&oracle::request("GET", "/", &[], ""));
    let signer = Signer { expires_s: Some(60), ..Signer::new("sts") };
    let (both, _) = signer.sign(&in_header);
    assert_eq!(oracle::verify(&both).unwrap_err(), Error::Ambiguous);
}

/// The refusal of a request that is valid but for its list of signed headers.
fn with_list(list: &str) -> Error {
    let headers = [("x-amz-target", "A.B"), ("accept", "*/*")];
    let (mut signed, _) = Signer::new("logs").sign(&oracle::request("GET", "/", &headers, ""));
    let authorization = signed.header("authorization").unwrap();
    let full = "SignedHeaders=accept;host;x-amz-date;x-amz-target";
    assert!(authorization.contains(full));
    let authorization = authorization.replace(full, &format!("SignedHeaders={list}"));
    signed.headers.insert("authorization", authorization.parse().unwrap());
    parse(&signed).map(drop).unwrap_err()
}

#[test]
fn a_list_of_signed_headers_has_one_spelling() {
    for list in [
        "",
        "host;accept;x-amz-date;x-amz-target",
        "accept;host;host;x-amz-date;x-amz-target",
        "Accept;host;x-amz-date;x-amz-target",
        "accept;host;x-amz-date;x-amz-target;",
        "accept;host;x-amz-date; x-amz-target",
    ] {
        assert_eq!(with_list(list), Error::Malformed { what: "SignedHeaders" }, "{list}");
    }
}

#[test]
fn names_the_header_that_should_be_signed() {
    assert_eq!(with_list("accept"), Error::UnsignedHeader("host".to_owned()));
    let unsigned = |list: &str, name: &str| {
        assert_eq!(with_list(list), Error::UnsignedHeader(name.to_owned()));
    };
    unsigned("host;x-amz-date", "x-amz-target");
    unsigned("host;x-amz-target", "x-amz-date");
    unsigned("accept;x-amz-date;x-amz-target", "host");
}

#[test]
fn only_a_presigned_request_may_leave_a_harmless_header_unsigned() {
    let request = oracle::request("GET", "/?Action=A", &[], "");
    for (expires_s, accepted) in [(Some(60), true), (None, false)] {
        let signer = Signer { expires_s, ..Signer::new("sts") };
        let (mut signed, _) = signer.sign(&request);
        signed.headers.insert("x-amz-user-agent", "js".parse().unwrap());
        assert_eq!(oracle::verify(&signed).is_ok(), accepted);
        signed.headers.insert("x-amz-acl", "public-read".parse().unwrap());
        assert!(oracle::verify(&signed).is_err());
    }
}

#[test]
fn a_bare_question_mark_and_a_bare_plus_change_nothing() {
    let (mut signed, _) = Signer::new("logs").sign(&oracle::request("GET", "/", &[], ""));
    signed.target.push('?');
    assert!(oracle::verify(&signed).is_ok());
    let (mut signed, _) = Signer::new("logs").sign(&oracle::request("GET", "/?a=%2B", &[], ""));
    signed.target = "/?a=+".to_owned();
    assert!(oracle::verify(&signed).is_ok());
}
