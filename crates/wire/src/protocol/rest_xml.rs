//! REST-XML as S3 speaks it: the address, the headers and an XML body make one input.
//!
//! Members keep the names they have on the wire, which are also those of CloudTrail's records:
//! `bucketName` and `key` from the address, `prefix` and `max-keys` from the query string,
//! `x-amz-acl` from a header (or, in a presigned address, from the query string), and the body
//! under the name of its root element. Headers `x-amz-meta-…` are one map, [`METADATA`].
//!
//! <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::document;
use crate::fault::Fault;
use crate::limits::QUERY_PARAMS_MAX;
use crate::percent;
use crate::query_string;
use crate::rejection::Rejection;
use crate::request::Request;
use crate::xml::Xml;

/// The bucket of the address.
pub const BUCKET: &str = "bucketName";
/// The key of the address.
pub const KEY: &str = "key";
/// The map of what clients keep with an object.
pub const METADATA: &str = "x-amz-meta";

const METADATA_PREFIX: &str = "x-amz-meta-";
const AMZ_PREFIX: &str = "x-amz-";

/// Headers without `x-amz-` that say something to an operation.
const HEADERS: [&str; 13] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "content-type",
    "expires",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "range",
    "content-length",
];

/// Headers and parameters that belong to the signature.
const SIGNATURE: [&str; 9] = [
    "x-amz-algorithm",
    "x-amz-content-sha256",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
    "x-amz-user-agent",
];

/// Where a request points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The bucket, as the client wrote it.
    pub bucket: Option<String>,
    /// The key, decoded. Never empty.
    pub key: Option<String>,
}

/// Where a request points: `/bucket/key`, or `/key` at a host named for the bucket. `None` where
/// it is not UTF-8.
pub fn address(request: &Request) -> Option<Address> {
    let path = percent::decode_text(request.path().strip_prefix('/')?)?;
    let (bucket, key) = match host_bucket(request) {
        Some(bucket) => (bucket, path),
        None => match path.split_once('/') {
            Some((bucket, key)) => (bucket.to_owned(), key.to_owned()),
            None => (path, String::new()),
        },
    };
    let known = |text: String| Some(text).filter(|text| !text.is_empty());
    Some(Address { bucket: known(bucket), key: known(key) })
}

/// The bucket that a host is named for: `bucket.localhost`, `bucket.s3.localhost`,
/// `bucket.s3.eu-west-1.amazonaws.com`. A host that is an address or our own name is none.
fn host_bucket(request: &Request) -> Option<String> {
    let host = request.host()?;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let (bucket, rest) = match host.find(".s3.").or_else(|| host.find(".s3-")) {
        Some(at) => host.split_at(at),
        None => (host.strip_suffix(".localhost")?, ""),
    };
    let is_ours = rest.ends_with(".localhost") || rest.ends_with(".amazonaws.com");
    let is_bucket = !bucket.is_empty() && bucket != "s3" && !bucket.starts_with("s3.");
    (is_bucket && (rest.is_empty() || is_ours)).then(|| bucket.to_owned())
}

/// Whether the query string has this parameter.
pub fn has_parameter(request: &Request, name: &str) -> bool {
    query_string::pairs(request.query()).any(|(it, _)| it == name)
}

/// The value of a parameter of the query string, decoded; `None` where it is not UTF-8 too.
pub fn parameter(request: &Request, name: &str) -> Option<String> {
    let (_, value) = query_string::pairs(request.query()).find(|(it, _)| *it == name)?;
    percent::decode_form(value)
}

/// Everything the request says, in one object; the body as it is where it is this member.
///
/// INVARIANT (one meaning): policies are asked about [`head`], and what is done follows from all of
/// it. So a body is a document, whose name begins with a capital letter, and never one of the
/// members that the head has.
pub fn input(request: &Request, raw: Option<&str>) -> Result<Value, Rejection> {
    let mut members = head(request)?;
    if let Some(name) = raw {
        let text = str::from_utf8(&request.body);
        let text = text.map_err(|_| Rejection::invalid_argument("the body is not UTF-8"))?;
        insert(&mut members, name.to_owned(), Value::String(text.to_owned()))?;
    } else if !request.body.is_empty() {
        let (name, value) = document::read(&request.body)?;
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Err(Rejection::malformed_xml("its element is none that S3 knows"));
        }
        insert(&mut members, name, value)?;
    }
    Ok(Value::Object(members))
}

/// What the head says, where the body is an object's and not ours to read.
pub fn head(request: &Request) -> Result<Map<String, Value>, Rejection> {
    let mut members = Map::new();
    let address = address(request).ok_or_else(|| Rejection::invalid_uri("it is not UTF-8"))?;
    for (name, text) in [(BUCKET, address.bucket), (KEY, address.key)] {
        if let Some(text) = text {
            insert(&mut members, name.to_owned(), Value::String(text))?;
        }
    }
    parameters(request.query(), &mut members)?;
    headers(&request.headers, &mut members)?;
    Ok(members)
}

fn parameters(query: &str, members: &mut Map<String, Value>) -> Result<(), Rejection> {
    for (index, (name, value)) in query_string::pairs(query).enumerate() {
        if index == QUERY_PARAMS_MAX {
            let message = format!("more than {QUERY_PARAMS_MAX} query parameters");
            return Err(Rejection::invalid_argument(message));
        }
        let both = percent::decode_form(name).zip(percent::decode_form(value));
        let not_utf8 = || Rejection::invalid_argument("a query parameter is not UTF-8");
        let (name, value) = both.ok_or_else(not_utf8)?;
        member(members, &name, value)?;
    }
    Ok(())
}

fn headers(headers: &HeaderMap, members: &mut Map<String, Value>) -> Result<(), Rejection> {
    for (name, value) in headers {
        let name = name.as_str();
        if name.starts_with(AMZ_PREFIX) || HEADERS.contains(&name) {
            let text = String::from_utf8_lossy(value.as_bytes());
            member(members, name, text.trim().to_owned())?;
        }
    }
    Ok(())
}

/// One parameter or header; a presigned address carries headers as parameters, in any case. What
/// only the path and the host can say is passed over, as S3 passes over parameters without meaning.
fn member(members: &mut Map<String, Value>, name: &str, text: String) -> Result<(), Rejection> {
    let lower = name.to_ascii_lowercase();
    if SIGNATURE.contains(&lower.as_str()) || ["", BUCKET, KEY].contains(&name) {
        return Ok(());
    }
    if let Some(name) = lower.strip_prefix(METADATA_PREFIX) {
        return metadata(members, name, text);
    }
    let name = if lower.starts_with(AMZ_PREFIX) { lower } else { name.to_owned() };
    insert(members, name, Value::String(text))
}

/// Values of one name are joined by commas, as HTTP joins headers.
fn metadata(members: &mut Map<String, Value>, name: &str, text: String) -> Result<(), Rejection> {
    let map = members.entry(METADATA).or_insert_with(|| Value::Object(Map::new()));
    let Some(map) = map.as_object_mut() else {
        return Err(Rejection::invalid_argument("metadata is given twice"));
    };
    match map.get_mut(name) {
        Some(Value::String(first)) => first.extend([",", &text]),
        _ => drop(map.insert(name.to_owned(), Value::String(text))),
    }
    Ok(())
}

fn insert(members: &mut Map<String, Value>, name: String, value: Value) -> Result<(), Rejection> {
    if members.contains_key(&name) {
        let name = crate::rejection::quote(&name);
        return Err(Rejection::invalid_argument(format!("`{name}` is given more than once")));
    }
    members.insert(name, value);
    Ok(())
}

/// The document of an answer: an object with one member, its root. Nothing where there is none.
pub(super) fn output(output: &Value, namespace: &str) -> String {
    let root = output.as_object().and_then(|members| members.iter().next());
    let Some((root, inside)) = root else {
        return String::new();
    };
    let mut xml = Xml::default();
    xml.root(root, namespace, |xml| xml.repeated(inside));
    format!("{DECLARATION}{}", xml.into_string())
}

/// S3's form of an error: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
pub(super) fn failure(fault: &Fault, request_id: &str) -> String {
    let mut xml = Xml::default();
    xml.element("Error", |xml| {
        xml.leaf("Code", &fault.code);
        xml.leaf("Message", &fault.message);
        for (name, text) in &fault.details {
            xml.leaf(name, text);
        }
        xml.leaf("RequestId", request_id);
        xml.leaf("HostId", request_id);
    });
    format!("{DECLARATION}{}", xml.into_string())
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::for_tests;
    use bytes::Bytes;
    use http::Method;
    use serde_json::json;

    fn read(target: &str, headers: &[(&str, &str)], body: &'static str) -> Value {
        let mut request = for_tests(Method::PUT, target, headers);
        request.body = Bytes::from_static(body.as_bytes());
        input(&request, None).unwrap()
    }

    #[test]
    fn address_headers_and_body_make_one_input() {
        let read = read(
            "/b/a%2Fb%20c?versionId=1&x-id=PutObject&tagging",
            &[("x-amz-acl", "private"), ("x-amz-meta-A", "1"), ("content-type", "t"), ("te", "x")],
            "<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>",
        );
        let expected = json!({
            "bucketName": "b", "key": "a/b c", "versionId": "1", "x-id": "PutObject",
            "tagging": "", "x-amz-acl": "private", "x-amz-meta": { "a": "1" },
            "content-type": "t", "Tagging": { "TagSet": { "Tag": { "Key": "k" } } },
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn a_presigned_address_carries_headers() {
        let query = "/b/k?X-Amz-Signature=0&X-Amz-Expires=9&X-Amz-Acl=private&x-amz-meta-a=1";
        let expected = json!({
            "bucketName": "b", "key": "k", "x-amz-acl": "private", "x-amz-meta": { "a": "1" },
        });
        assert_eq!(read(query, &[], ""), expected);
        let twice = for_tests(Method::PUT, "/b?x-amz-acl=a", &[("x-amz-acl", "b")]);
        assert!(input(&twice, None).is_err());
    }

    #[test]
    fn a_body_cannot_say_what_the_head_has_to_say() {
        for name in ["bucketName", "key", "versionId", "prefix", "x-amz-acl", "range"] {
            let mut request = for_tests(Method::PUT, "/b", &[]);
            request.body = format!("<{name}>c</{name}>").into();
            assert!(input(&request, None).is_err(), "{name}");
        }
    }

    #[test]
    fn only_the_path_and_the_host_name_bucket_and_key() {
        for query in ["?key=x&bucketName=c", "?k%65y&bucketNam%65"] {
            assert_eq!(read(&format!("/b{query}"), &[], ""), json!({ "bucketName": "b" }));
            assert_eq!(read(&format!("/{query}"), &[], ""), json!({}));
            let both = read(&format!("/b/k{query}"), &[], "");
            assert_eq!(both, json!({ "bucketName": "b", "key": "k" }));
        }
    }

    #[test]
    fn a_host_may_be_named_for_the_bucket() {
        let of = |host: &str, target: &str| {
            let address = address(&for_tests(Method::GET, target, &[("host", host)])).unwrap();
            (address.bucket.unwrap_or_default(), address.key.unwrap_or_default())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of("127.0.0.1:4566", "/b/k//x/"), pair("b", "k//x/"));
        assert_eq!(of("localhost:4566", "/b"), pair("b", ""));
        assert_eq!(of("localhost:4566", "/"), pair("", ""));
        assert_eq!(of("b.localhost:4566", "/k"), pair("b", "k"));
        assert_eq!(of("a.b.s3.localhost", "/k"), pair("a.b", "k"));
        assert_eq!(of("s3.localhost", "/b/k"), pair("b", "k"));
        assert_eq!(of("b.s3.eu-west-1.amazonaws.com", "/k"), pair("b", "k"));
        assert_eq!(of("s3.eu-west-1.amazonaws.com", "/b/k"), pair("b", "k"));
        assert_eq!(of("b.s3.example.org", "/c/k"), pair("c", "k"));
    }

    #[test]
    fn writes_lists_as_repeated_elements() {
        let value =
            json!({ "R": { "A": [{ "K": 1 }, { "K": 2 }], "B": { "C": ["x"] }, "N": null } });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <R xmlns=\"n\"><A><K>1</K></A><A><K>2</K></A><B><C>x</C></B></R>";
        assert_eq!(output(&value, "n"), expected);
        assert_eq!(output(&Value::Null, "n"), "");
    }
}
