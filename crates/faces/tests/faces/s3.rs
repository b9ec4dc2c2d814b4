//! S3: many requests against one house.

use crate::house::{Flags, House, Key, NOW};
use crate::request::Ask;
use model::resource::OutsideBucket;
use model::{AccountId, Change};
use serde_json::{Value, json};

/// Sends a request of the administrator.
fn ask(house: &House, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Said {
    send(house, &house.admin, method, target, headers, body)
}

fn send(
    house: &House,
    key: &Key,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Said {
    let hash: String = wire::sha256(body.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let mut ask = Ask::plain(method, target, "s3").with("x-amz-content-sha256", &hash);
    for (name, value) in headers {
        ask = ask.with(name, value);
    }
    ask.body = body.to_owned();
    let handled = house.send(ask.signed(key, house.env.now()));
    Said {
        status: handled.status.as_u16(),
        text: String::from_utf8(handled.body.to_vec()).unwrap(),
        headers: handled
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect(),
    }
}

struct Said {
    status: u16,
    text: String,
    headers: Vec<(String, String)>,
}

impl Said {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The code of an error, or the status.
    fn code(&self) -> String {
        self.inside("Code").unwrap_or_else(|| self.status.to_string())
    }

    /// The text of the first element of this name.
    fn inside(&self, name: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text.to_owned())
    }
}

/// A house with the bucket `den`.
fn house() -> House {
    let house = House::new();
    assert_eq!(ask(&house, "PUT", "/den", &[], "").status, 200);
    house
}

const VERSIONED: &str =
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";

/// A house whose bucket `den` keeps versions.
fn versioned() -> House {
    let house = house();
    assert_eq!(ask(&house, "PUT", "/den?versioning", &[], VERSIONED).status, 200);
    house
}

/// A house whose bucket `safe` locks what is put for a day.
fn locked(mode: &str) -> House {
    let house = House::new();
    let lock = [("x-amz-bucket-object-lock-enabled", "true")];
    assert_eq!(ask(&house, "PUT", "/safe", &lock, "").status, 200);
    let rule = format!(
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>\
         <DefaultRetention><Mode>{mode}</Mode><Days>1</Days></DefaultRetention></Rule>\
         </ObjectLockConfiguration>"
    );
    assert_eq!(ask(&house, "PUT", "/safe?object-lock", &[], &rule).status, 200);
    house
}

fn put(house: &House, target: &str, body: &str) -> Said {
    let said = ask(house, "PUT", target, &[], body);
    assert_eq!(said.status, 200, "{target}: {}", said.text);
    said
}

fn version(said: &Said) -> String {
    said.header("x-amz-version-id").unwrap().to_owned()
}

#[test]
fn every_operation_understands_its_input() {
    let service = crate::request::of("s3");
    for operation in service.operations {
        let house = House::new();
        let input = crate::request::minimal_input("s3", operation.name);
        let response = house.ask(&Ask::new("s3", operation.name, input));
        let text = String::from_utf8(response.body.to_vec()).unwrap();
        let is_there = matches!(operation.name, "CreateBucket" | "ListBuckets");
        let is_short = operation.name.starts_with("Head");
        assert_eq!(response.status.as_u16(), if is_there { 200 } else { 404 }, "{text}");
        assert!(
            is_there || is_short || text.contains("NoSuchBucket"),
            "{}: {text}",
            operation.name
        );
    }
}

#[test]
fn a_document_is_what_its_digests_say() {
    let house = house();
    let code =
        |headers: &[(&str, &str)]| ask(&house, "PUT", "/den?versioning", headers, VERSIONED).code();
    assert_eq!(code(&[("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==")]), "BadDigest");
    assert_eq!(code(&[("content-md5", "bone")]), "InvalidDigest");
    assert_eq!(code(&[("x-amz-checksum-crc32", "AAAAAA==")]), "BadDigest");
    assert_eq!(code(&[("x-amz-checksum-crc32", "!")]), "InvalidRequest");
    let shown = ask(&house, "GET", "/den?versioning", &[], "");
    assert_eq!(shown.inside("Status"), None);
    assert_eq!(code(&[("content-md5", "2nFDKl2bSiRTp/pEG9cR/Q==")]), "BadDigest");
    assert_eq!(code(&[]), "200");
}

#[test]
fn many_are_deleted_only_with_a_digest() {
    let house = house();
    put(&house, "/den/k", "x");
    let body = "<Delete><Object><Key>k</Key></Object></Delete>";
    let said = ask(&house, "POST", "/den?delete", &[], body);
    assert_eq!(said.code(), "InvalidRequest");
    assert!(said.text.contains("Content-MD5 OR x-amz-checksum-*"), "{}", said.text);
    assert_eq!(ask(&house, "HEAD", "/den/k", &[], "").status, 200);
}

#[test]
fn a_bucket_is_where_there_is_a_region() {
    let house = House::new();
    let place = |region: &str| {
        let body = format!(
            "<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint>\
             </CreateBucketConfiguration>"
        );
        ask(&house, "PUT", "/somewhere", &[], &body).code()
    };
    assert_eq!(place("us-east-1"), "InvalidLocationConstraint");
    assert_eq!(place("mars-north-1"), "InvalidLocationConstraint");
    assert_eq!(place("eu-central-1"), "200");
}

#[test]
fn lists_of_access_are_refused_by_every_header() {
    let house = house();
    let everyone =
        [("x-amz-grant-read", "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"")];
    for (method, target) in
        [("PUT", "/den?acl"), ("PUT", "/den/k"), ("POST", "/den/k?uploads"), ("PUT", "/other")]
    {
        let said = ask(&house, method, target, &everyone, "");
        assert_eq!(said.code(), "AccessControlListNotSupported", "{target}");
    }
}

#[test]
fn rules_that_are_none_are_refused() {
    let house = house();
    for (target, body) in [
        ("/den?lifecycle", "<LifecycleConfiguration/>"),
        (
            "/den?lifecycle",
            "<LifecycleConfiguration><Rule><ID>x</ID></Rule></LifecycleConfiguration>",
        ),
        ("/den?cors", "<CORSConfiguration/>"),
        (
            "/den?encryption",
            "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>\
             <SSEAlgorithm>rot13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>\
             </ServerSideEncryptionConfiguration>",
        ),
    ] {
        assert_eq!(ask(&house, "PUT", target, &[], body).code(), "MalformedXML", "{body}");
    }
}

#[test]
fn what_is_no_document_is_refused() {
    let house = house();
    for (target, body) in [
        ("/den?versioning", "<VersioningConfiguration><Status>Enabled</Status>"),
        ("/den?versioning", "<!DOCTYPE a [<!ENTITY e 'x'>]><VersioningConfiguration/>"),
        ("/den?versioning", "<Tagging><TagSet/></Tagging>"),
        (
            "/den?versioning",
            "<VersioningConfiguration><Status>No</Status></VersioningConfiguration>",
        ),
        ("/den?tagging", "{}"),
    ] {
        assert_eq!(ask(&house, "PUT", target, &[], body).code(), "MalformedXML", "{body}");
    }
}

#[test]
fn addresses_that_name_no_key_are_refused() {
    let house = house();
    assert_eq!(ask(&house, "PUT", "/den/%ff%fe", &[], "").status, 400);
    assert_eq!(ask(&house, "POST", "/den/a%00b?uploads", &[], "").status, 400);
    assert_eq!(ask(&house, "HEAD", "/den/a%00b", &[], "").status, 400);
    assert_eq!(ask(&house, "GET", "/den?list-type=2", &[], "").inside("Key"), None);
}

#[test]
fn a_bucket_takes_its_uploads_with_it() {
    let house = house();
    let made = ask(&house, "POST", "/den/k?uploads", &[], "");
    let id = made.inside("UploadId").unwrap();
    put(&house, &format!("/den/k?partNumber=1&uploadId={id}"), "part");
    assert_eq!(ask(&house, "DELETE", "/den", &[], "").status, 204);
    assert_eq!(ask(&house, "PUT", "/den", &[], "").status, 200);
    let listed = ask(&house, "GET", "/den?uploads", &[], "");
    assert_eq!(listed.inside("Upload"), None, "{}", listed.text);
    let parts = ask(&house, "GET", &format!("/den/k?uploadId={id}"), &[], "");
    assert_eq!(parts.code(), "NoSuchUpload");
}

#[test]
fn keys_are_bounded_wherever_they_are_named() {
    let house = house();
    let long = format!("/den/{}", "x".repeat(1_025));
    for method in ["GET", "PUT", "DELETE"] {
        assert_eq!(ask(&house, method, &long, &[], "").code(), "KeyTooLongError", "{method}");
        assert_eq!(ask(&house, method, "/den/a%00b", &[], "").code(), "InvalidArgument");
    }
    let most = format!("/den/{}", "x".repeat(1_024));
    put(&house, &most, "x");
    assert_eq!(ask(&house, "HEAD", &most, &[], "").status, 200);
}

#[test]
fn an_old_version_is_copied_back_but_nothing_onto_itself() {
    let house = versioned();
    let old = version(&put(&house, "/den/k", "old"));
    put(&house, "/den/k", "newer");
    let copy = |source: &str| ask(&house, "PUT", "/den/k", &[("x-amz-copy-source", source)], "");
    assert_eq!(copy("/den/k").code(), "InvalidRequest");
    let said = copy(&format!("/den/k?versionId={old}"));
    assert_eq!(said.status, 200, "{}", said.text);
    assert_eq!(said.header("x-amz-copy-source-version-id"), Some(&*old));
    let head = ask(&house, "HEAD", "/den/k", &[], "");
    assert_eq!(head.header("content-length"), Some("3"));
}

#[test]
fn the_null_version_is_told_where_versions_are_kept() {
    let house = house();
    assert_eq!(put(&house, "/den/k", "x").header("x-amz-version-id"), None);
    assert_eq!(ask(&house, "HEAD", "/den/k", &[], "").header("x-amz-version-id"), None);
    ask(&house, "PUT", "/den?versioning", &[], VERSIONED);
    let head = ask(&house, "HEAD", "/den/k", &[], "");
    assert_eq!(head.header("x-amz-version-id"), Some("null"));
    let suspended = VERSIONED.replace("Enabled", "Suspended");
    ask(&house, "PUT", "/den?versioning", &[], &suspended);
    let gone = ask(&house, "DELETE", "/den/k", &[], "");
    assert_eq!(gone.header("x-amz-version-id"), Some("null"));
    assert_eq!(gone.header("x-amz-delete-marker"), Some("true"));
}

#[test]
fn who_has_it_already_is_told_so_without_a_checksum() {
    let house = house();
    let etag = put(&house, "/den/k", "x").header("etag").unwrap().to_owned();
    let mode = ("x-amz-checksum-mode", "ENABLED");
    let said = ask(&house, "GET", "/den/k", &[mode, ("if-none-match", &etag)], "");
    assert_eq!(said.status, 304);
    assert!(!said.headers.iter().any(|(name, _)| name.starts_with("x-amz-checksum")));
    let said = ask(&house, "GET", "/den/k", &[mode], "");
    assert!(said.header("x-amz-checksum-crc64nvme").is_some());
}

#[test]
fn listings_write_keys_as_forms_do() {
    let house = house();
    put(&house, "/den/p%2Bq%20r/%C3%BC", "x");
    let said = ask(&house, "GET", "/den?encoding-type=url&prefix=p%2B", &[], "");
    assert_eq!(said.inside("Key").as_deref(), Some("p%2Bq+r/%C3%BC"));
    assert_eq!(said.inside("Prefix").as_deref(), Some("p%2B"));
    put(&house, "/den/a", "x");
    for kind in ["", "list-type=2&", "versions&"] {
        let said = ask(&house, "GET", &format!("/den?{kind}prefix=a%00"), &[], "");
        assert_eq!((said.status, said.inside("Key")), (200, None), "{}", said.text);
    }
}

#[test]
fn too_many_tags_are_a_bad_request() {
    let house = house();
    put(&house, "/den/k", "x");
    let tags = |count: usize| {
        let tag = |n| format!("<Tag><Key>{n}</Key><Value/></Tag>");
        let all: String = (0..count).map(tag).collect();
        format!("<Tagging><TagSet>{all}</TagSet></Tagging>")
    };
    let said = ask(&house, "PUT", "/den/k?tagging", &[], &tags(11));
    assert_eq!(said.code(), "BadRequest");
    assert_eq!(said.inside("Message").unwrap(), "Object tags cannot be greater than 10");
    assert_eq!(ask(&house, "PUT", "/den?tagging", &[], &tags(51)).code(), "BadRequest");
    assert_eq!(ask(&house, "PUT", "/den/k?tagging", &[], &tags(10)).code(), "200");
}

#[test]
fn the_parts_and_the_whole_are_what_their_checksums_say() {
    let house = house();
    let header = [("x-amz-checksum-algorithm", "CRC32"), ("x-amz-checksum-type", "FULL_OBJECT")];
    let made = ask(&house, "POST", "/den/k?uploads", &header, "");
    let id = made.inside("UploadId").unwrap();
    let part = put(&house, &format!("/den/k?partNumber=1&uploadId={id}"), "abc");
    let sum = part.header("x-amz-checksum-crc32").unwrap();
    assert_eq!(sum, "NSRBwg==");
    let etag = part.header("etag").unwrap();
    let complete = |sum: &str, whole: &str| {
        let body = format!(
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag>\
             <ChecksumCRC32>{sum}</ChecksumCRC32></Part></CompleteMultipartUpload>"
        );
        let whole = [("x-amz-checksum-crc32", whole)];
        ask(&house, "POST", &format!("/den/k?uploadId={id}"), &whole, &body)
    };
    assert_eq!(complete("AAAAAA==", "NSRBwg==").code(), "InvalidPart");
    assert_eq!(complete("NSRBwg==", "AAAAAA==").code(), "BadDigest");
    let said = complete("NSRBwg==", "NSRBwg==");
    assert_eq!(said.status, 200, "{}", said.text);
    assert_eq!(said.inside("ChecksumCRC32").as_deref(), Some("NSRBwg=="));
}

#[test]
fn nobody_shortens_compliance() {
    let house = locked("COMPLIANCE");
    let kept = version(&put(&house, "/safe/k", "kept"));
    let one = format!("/safe/k?versionId={kept}");
    let bypass = [("x-amz-bypass-governance-retention", "true")];
    assert_eq!(ask(&house, "DELETE", &one, &bypass, "").code(), "AccessDenied");
    for body in [
        "<Retention/>".to_owned(),
        retention("COMPLIANCE", "2026-09-21T15:00:00Z"),
        retention("GOVERNANCE", "2030-01-01T00:00:00Z"),
    ] {
        let said = ask(&house, "PUT", &format!("{one}&retention"), &bypass, &body);
        assert_eq!(said.code(), "AccessDenied", "{body}");
    }
    put(&house, "/safe/k", "over it");
    let marker = ask(&house, "DELETE", "/safe/k", &[], "");
    assert_eq!(marker.header("x-amz-delete-marker"), Some("true"));
    assert_eq!(ask(&house, "DELETE", "/safe", &[], "").code(), "BucketNotEmpty");
    let suspended = VERSIONED.replace("Enabled", "Suspended");
    let said = ask(&house, "PUT", "/safe?versioning", &[], &suspended);
    assert_eq!(said.code(), "InvalidBucketState");
    assert_eq!(ask(&house, "HEAD", &one, &[], "").header("content-length"), Some("4"));
    let longer = retention("COMPLIANCE", "2030-01-01T00:00:00Z");
    assert_eq!(ask(&house, "PUT", &format!("{one}&retention"), &[], &longer).code(), "200");
    let shown = ask(&house, "GET", &format!("{one}&retention"), &[], "");
    assert_eq!(shown.inside("RetainUntilDate").as_deref(), Some("2030-01-01T00:00:00Z"));
}

fn retention(mode: &str, until: &str) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>")
}

#[test]
fn what_is_locked_comes_with_a_digest() {
    let house = locked("GOVERNANCE");
    let hold = ("x-amz-object-lock-legal-hold", "ON");
    let said = ask(&house, "PUT", "/safe/k", &[hold], "abc");
    assert_eq!(said.code(), "InvalidRequest");
    assert!(said.text.contains("with Object Lock parameters"), "{}", said.text);
    let sum = ("x-amz-checksum-crc32", "NSRBwg==");
    let said = ask(&house, "PUT", "/safe/k", &[hold, sum], "abc");
    assert_eq!(said.status, 200, "{}", said.text);
}

#[test]
fn governance_gives_way_to_who_may_and_says_so() {
    let house = locked("GOVERNANCE");
    let kept = version(&put(&house, "/safe/k", "kept"));
    let one = format!("/safe/k?versionId={kept}");
    assert_eq!(ask(&house, "DELETE", &one, &[], "").code(), "AccessDenied");
    let no = [("x-amz-bypass-governance-retention", "false")];
    assert_eq!(ask(&house, "DELETE", &one, &no, "").code(), "AccessDenied");
    let deny = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "s3:BypassGovernanceRetention",
        "Resource": "arn:aws:s3:::safe/*",
    }] });
    assert_eq!(ask(&house, "PUT", "/safe?policy", &[], &deny.to_string()).status, 204);
    let bypass = [("x-amz-bypass-governance-retention", "true")];
    assert_eq!(ask(&house, "DELETE", &one, &bypass, "").code(), "AccessDenied");
    assert_eq!(ask(&house, "DELETE", "/safe?policy", &[], "").status, 204);
    assert_eq!(ask(&house, "DELETE", &one, &bypass, "").status, 204);
}

#[test]
fn who_may_put_may_not_also_lock_or_tag() {
    let house = House::with(Flags { dev: true, ..Flags::default() });
    assert_eq!(ask(&house, "PUT", "/den", &[], "").status, 200);
    let abroad = Key::new("999988887777", "any");
    let may = |actions: &[&str]| {
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": "999988887777" }, "Action": actions,
            "Resource": "arn:aws:s3:::den/*",
        }] });
        assert_eq!(ask(&house, "PUT", "/den?policy", &[], &policy.to_string()).status, 204);
    };
    let tags = [("x-amz-tagging", "a=b")];
    let hold = [("x-amz-object-lock-legal-hold", "ON")];
    may(&["s3:PutObject"]);
    assert_eq!(send(&house, &abroad, "PUT", "/den/k", &[], "x").status, 200);
    for headers in [tags, hold] {
        for (method, target) in [("PUT", "/den/k"), ("POST", "/den/k?uploads")] {
            let said = send(&house, &abroad, method, target, &headers, "");
            assert_eq!(said.code(), "AccessDenied", "{headers:?}");
        }
    }
    may(&["s3:PutObject", "s3:PutObjectTagging"]);
    assert_eq!(send(&house, &abroad, "PUT", "/den/k", &tags, "x").status, 200);
}

#[test]
fn a_body_asks_for_nothing_that_policies_were_not_asked_about() {
    let house = House::with(Flags { dev: true, ..Flags::default() });
    assert_eq!(ask(&house, "PUT", "/den", &[], "").status, 200);
    assert_eq!(ask(&house, "PUT", "/den?versioning", &[], VERSIONED).status, 200);
    let kept = version(&put(&house, "/den/k", "kept"));
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "999988887777" }, "Action": "s3:DeleteObject",
        "Resource": "arn:aws:s3:::den/*",
    }] });
    assert_eq!(ask(&house, "PUT", "/den?policy", &[], &policy.to_string()).status, 204);
    let abroad = Key::new("999988887777", "any");
    let one = format!("/den/k?versionId={kept}");
    assert_eq!(send(&house, &abroad, "DELETE", &one, &[], "").code(), "AccessDenied");
    let body = format!("<versionId>{kept}</versionId>");
    assert_eq!(send(&house, &abroad, "DELETE", "/den/k", &[], &body).code(), "MalformedXML");
    assert_eq!(ask(&house, "HEAD", &one, &[], "").status, 200);
}

#[test]
fn a_parameter_is_no_part_of_the_address() {
    let house = house();
    ask(&house, "GET", "/den?versioning&key=k&bucketName=cave", &[], "");
    let told = record(&house, "GetBucketVersioning");
    let expected = json!({ "bucketName": "den", "Host": "127.0.0.1:4610", "versioning": "" });
    assert_eq!(told["requestParameters"], expected);
}

/// The newest record of an event.
fn record(house: &House, event: &str) -> Value {
    let found = house.records().into_iter().find(|record| record["eventName"] == event);
    found.unwrap_or_else(|| panic!("no record of {event}"))
}

#[test]
fn records_say_what_cloudtrail_says() {
    let house = house();
    let host = "127.0.0.1:4610";
    ask(&house, "GET", "/den?versioning", &[], "");
    let told = record(&house, "GetBucketVersioning");
    let expected = json!({ "bucketName": "den", "Host": host, "versioning": "" });
    assert_eq!(told["requestParameters"], expected);
    assert_eq!(told["eventSource"], "s3.amazonaws.com");
    assert_eq!(told["readOnly"], true);
    let resources = json!([{
        "accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::den",
    }]);
    assert_eq!(told["resources"], resources);
    ask(&house, "PUT", "/den?versioning", &[], VERSIONED);
    let told = record(&house, "PutBucketVersioning");
    let expected = json!({
        "bucketName": "den", "Host": host, "versioning": "",
        "VersioningConfiguration": { "Status": "Enabled" },
    });
    assert_eq!(told["requestParameters"], expected);
    assert_eq!((&told["readOnly"], &told["responseElements"]), (&json!(false), &Value::Null));
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::den/*",
    }] });
    ask(&house, "PUT", "/den?policy", &[], &policy.to_string());
    let told = record(&house, "PutBucketPolicy");
    let expected =
        json!({ "bucketName": "den", "Host": host, "policy": "", "bucketPolicy": policy });
    assert_eq!(told["requestParameters"], expected);
    ask(&house, "PUT", "/den?tagging", &[], "<Tagging>");
    let told = record(&house, "PutBucketTagging");
    assert_eq!(told["errorCode"], "MalformedXML");
    let expected = json!({ "bucketName": "den", "Host": host, "tagging": "" });
    assert_eq!(told["requestParameters"], expected);
}

#[test]
fn an_empty_body_of_a_document_is_told() {
    let house = house();
    for target in ["/den?versioning", "/den?tagging", "/den?policy"] {
        let said = ask(&house, "PUT", target, &[], "");
        assert_eq!(said.status, 400, "{target}: {}", said.text);
        let known = ["MissingRequestBodyError", "MalformedXML", "MalformedPolicy"];
        assert!(known.contains(&said.code().as_str()), "{target}: {}", said.text);
    }
    assert!(house.env.now() >= NOW);
}

#[test]
fn a_bucket_that_lies_outside_cannot_be_made_here() {
    let house = House::new();
    let (name, region) = ("elsewhere".to_owned(), "us-east-1".to_owned());
    let accounts = vec![AccountId::parse("123456789012").unwrap()];
    let bucket = OutsideBucket { name, region, accounts };
    house.change(Change::OutsideBucketsSet(vec![bucket]));
    assert_eq!(ask(&house, "PUT", "/elsewhere", &[], "").code(), "BucketAlreadyExists");
    assert_eq!(ask(&house, "GET", "/elsewhere", &[], "").code(), "NoSuchBucket");
}
