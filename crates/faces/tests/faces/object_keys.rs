//! Objects under keys of KMS, through the door.

use crate::house::{House, Key};
use crate::request::Ask;
use crate::wait::block_on;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faces::Turn;
use serde_json::{Value, json};
use wire::Response;

const ALGORITHM: &str = "x-amz-server-side-encryption";
const KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
const TEXT: &str = "the pug sleeps in the den";

/// A house with the bucket `den`, and the ARN of a key.
fn house() -> (House, String) {
    let house = House::new();
    done(&house, &Ask::new("s3", "CreateBucket", ""));
    let made = kms(&house, "CreateKey", &json!({}));
    let arn = made["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    (house, arn)
}

fn kms(house: &House, operation: &str, input: &Value) -> Value {
    let response = house.ask(&Ask::new("kms", operation, &input.to_string()));
    let body = String::from_utf8(response.body.to_vec()).unwrap();
    assert_eq!(response.status.as_u16(), 200, "{operation}: {body}");
    serde_json::from_str(if body.is_empty() { "null" } else { &body }).unwrap()
}

fn text(response: &Response) -> String {
    String::from_utf8(response.body.to_vec()).unwrap()
}

fn done(house: &House, ask: &Ask) -> Response {
    let response = house.ask(ask);
    assert!(response.status.is_success(), "{ask:?}: {}", text(&response));
    response
}

#[track_caller]
fn refused(house: &House, ask: &Ask, status: u16, code: &str) -> String {
    let response = house.ask(ask);
    let body = text(&response);
    assert_eq!(response.status.as_u16(), status, "{body}");
    assert!(body.contains(&format!("<Code>{code}</Code>")), "{body}");
    body
}

fn put(key: &str) -> Ask {
    Ask::new("s3", "PutObject", TEXT).with(ALGORITHM, "aws:kms").with(KEY, key)
}

fn get() -> Ask {
    Ask::new("s3", "GetObject", "")
}

/// The bytes of an object; panics unless it can be read.
fn read(house: &House, ask: &Ask) -> String {
    let request = ask.signed(&house.admin, house.env.now());
    let handled = block_on(house.door.handle_in_turn(request, Turn::free()));
    assert_eq!(handled.response.status.as_u16(), 200, "{}", text(&handled.response));
    let pieces = handled.stream.unwrap().pieces.map(|piece| piece.unwrap().to_vec());
    String::from_utf8(pieces.collect::<Vec<_>>().concat()).unwrap()
}

#[test]
fn an_object_is_put_and_read_under_a_key_that_the_answers_name() {
    let (house, arn) = house();
    kms(&house, "CreateAlias", &json!({ "AliasName": "alias/pug", "TargetKeyId": arn }));
    let id = arn.rsplit('/').next().unwrap();
    for name in [id, "alias/pug", &arn] {
        let told = done(&house, &put(name));
        assert_eq!(told.header(ALGORITHM), Some("aws:kms"));
        assert_eq!(told.header(KEY), Some(&*arn));
        assert_eq!(told.header(BUCKET_KEY), None);
        assert_eq!(read(&house, &get()), TEXT);
        let told = done(&house, &Ask::new("s3", "HeadObject", ""));
        assert_eq!(told.header(KEY), Some(&*arn));
    }
    let context = STANDARD.encode(r#"{"team":"pugs"}"#);
    let ask = put(id).with(BUCKET_KEY, "true");
    let told = done(&house, &ask.with("x-amz-server-side-encryption-context", &context));
    assert_eq!(told.header(BUCKET_KEY), Some("true"));
    assert_eq!(read(&house, &get()), TEXT);
}

#[test]
fn a_key_that_is_off_takes_its_objects_away_until_it_is_on_again() {
    let (house, arn) = house();
    done(&house, &put(&arn));
    let named = json!({ "KeyId": arn });
    kms(&house, "DisableKey", &named);
    refused(&house, &get(), 400, "KMS.DisabledException");
    refused(&house, &put(&arn), 400, "KMS.DisabledException");
    done(&house, &Ask::new("s3", "HeadObject", ""));
    kms(&house, "EnableKey", &named);
    assert_eq!(read(&house, &get()), TEXT);
    kms(&house, "ScheduleKeyDeletion", &json!({ "KeyId": arn, "PendingWindowInDays": 7 }));
    refused(&house, &get(), 400, "KMS.KMSInvalidStateException");
    house.env.advance(7 * 86_400_000);
    refused(&house, &get(), 400, "KMS.NotFoundException");
    assert_eq!(house.engine.expire().unwrap(), 1);
    refused(&house, &get(), 400, "KMS.NotFoundException");
}

#[test]
fn a_keys_policy_is_asked_for_making_and_for_opening() {
    let (house, arn) = house();
    done(&house, &put(&arn));
    let deny = |action: &str, object: &str| {
        let policy = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Principal": { "AWS": "123456789012" }, "Action": "kms:*",
              "Resource": "*" },
            { "Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*",
              "Condition": { "StringEquals": {
                "kms:EncryptionContext:aws:s3:arn": object,
                "kms:ViaService": "s3.us-east-1.amazonaws.com" } } },
        ] });
        let input = json!({ "KeyId": arn, "Policy": policy.to_string() });
        kms(&house, "PutKeyPolicy", &input);
    };
    deny("kms:Decrypt", "arn:aws:s3:::den/pug");
    let why = refused(&house, &get(), 403, "AccessDenied");
    assert!(why.contains(&format!("kms:Decrypt on resource: {arn}")), "{why}");
    let copy = Ask::new("s3", "CopyObject", "").with(ALGORITHM, "aws:kms").with(KEY, &arn);
    refused(&house, &copy, 403, "AccessDenied");
    done(&house, &put(&arn));
    deny("kms:GenerateDataKey", "arn:aws:s3:::den/pug");
    assert_eq!(read(&house, &get()), TEXT);
    let why = refused(&house, &put(&arn), 403, "AccessDenied");
    assert!(why.contains("kms:GenerateDataKey"), "{why}");
    // With a bucket key, the bucket is asked for.
    done(&house, &put(&arn).with(BUCKET_KEY, "true"));
}

#[test]
fn what_the_bucket_says_holds_where_the_request_is_silent() {
    let (house, arn) = house();
    let rule = |key: &str| {
        format!(
            "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>\
             <SSEAlgorithm>aws:kms</SSEAlgorithm>{key}</ApplyServerSideEncryptionByDefault>\
             <BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>"
        )
    };
    let setting = |key: &str| Ask::new("s3", "PutBucketEncryption", &rule(key));
    done(&house, &setting(""));
    let told = done(&house, &Ask::new("s3", "PutObject", TEXT));
    let managed = kms(&house, "DescribeKey", &json!({ "KeyId": "alias/aws/s3" }));
    assert_eq!(told.header(KEY), managed["KeyMetadata"]["Arn"].as_str());
    done(&house, &setting(&format!("<KMSMasterKeyID>{arn}</KMSMasterKeyID>")));
    let told = done(&house, &Ask::new("s3", "PutObject", TEXT));
    assert_eq!((told.header(KEY), told.header(BUCKET_KEY)), (Some(&*arn), Some("true")));
    assert_eq!(read(&house, &get()), TEXT);
    let plain = Ask::new("s3", "PutObject", TEXT).with(ALGORITHM, "AES256");
    assert_eq!(done(&house, &plain).header(ALGORITHM), Some("AES256"));
}

#[test]
fn the_accounts_own_key_is_made_once_and_nobody_changes_it() {
    let (house, _) = house();
    let refused_by_kms = |operation: &str, input: &Value| {
        let response = house.ask(&Ask::new("kms", operation, &input.to_string()));
        assert_eq!(response.status.as_u16(), 400, "{operation}: {}", text(&response));
        text(&response)
    };
    let alias = json!({ "KeyId": "alias/aws/s3" });
    assert!(refused_by_kms("DescribeKey", &alias).contains("NotFoundException"));
    let bare = Ask::new("s3", "PutObject", TEXT).with(ALGORITHM, "aws:kms");
    let first = done(&house, &bare).header(KEY).unwrap().to_owned();
    assert_eq!(done(&house, &put("alias/aws/s3")).header(KEY), Some(&*first));
    assert_eq!(done(&house, &put(&first)).header(KEY), Some(&*first));
    assert_eq!(read(&house, &get()), TEXT);
    let told = &kms(&house, "DescribeKey", &alias)["KeyMetadata"];
    assert_eq!((&told["Arn"], &told["KeyManager"]), (&json!(first), &json!("AWS")));
    let key = json!({ "KeyId": first });
    for operation in ["DisableKey", "ScheduleKeyDeletion", "DisableKeyRotation"] {
        assert!(refused_by_kms(operation, &key).contains("AccessDenied"), "{operation}");
    }
    let input = json!({ "KeyId": first, "Plaintext": "AAAA" });
    assert!(refused_by_kms("Encrypt", &input).contains("AccessDenied"));
    let mine = kms(&house, "CreateKey", &json!({}))["KeyMetadata"]["Arn"].clone();
    let turned = json!({ "AliasName": "alias/aws/s3", "TargetKeyId": mine });
    assert!(refused_by_kms("UpdateAlias", &turned).contains("AccessDenied"));
    assert!(refused_by_kms("DeleteAlias", &turned).contains("AccessDenied"));
    assert_eq!(read(&house, &get()), TEXT);
}

#[test]
fn copies_and_parts_are_kept_as_they_are_asked_for() {
    let (house, arn) = house();
    done(&house, &Ask::new("s3", "PutObject", TEXT));
    let copy = Ask::new("s3", "CopyObject", "").with(ALGORITHM, "aws:kms").with(KEY, &arn);
    assert_eq!(done(&house, &copy).header(KEY), Some(&*arn));
    assert_eq!(read(&house, &get()), TEXT);

    let begin = Ask::new("s3", "CreateMultipartUpload", "");
    let begun = done(&house, &begin.with(ALGORITHM, "aws:kms").with(KEY, &arn));
    let body = text(&begun);
    let id = body.split("<UploadId>").nth(1).unwrap().split('<').next().unwrap();
    let at = |method: &str, query: &str, body: &str| {
        let mut ask = Ask::plain(method, &format!("/den/pug?{query}"), "s3");
        ask.body = body.to_owned();
        ask
    };
    let part = at("PUT", &format!("partNumber=1&uploadId={id}"), TEXT);
    let sent = done(&house, &part);
    assert_eq!(sent.header(KEY), Some(&*arn));
    let source = at("PUT", &format!("partNumber=2&uploadId={id}"), "");
    kms(&house, "DisableKey", &json!({ "KeyId": arn }));
    refused(&house, &part, 400, "KMS.DisabledException");
    refused(&house, &source.with("x-amz-copy-source", "/den/pug"), 400, "KMS.DisabledException");
    kms(&house, "EnableKey", &json!({ "KeyId": arn }));
    let etag = sent.header("etag").unwrap();
    let parts = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>\
         </CompleteMultipartUpload>"
    );
    done(&house, &at("POST", &format!("uploadId={id}"), &parts));
    assert_eq!(read(&house, &get()), TEXT);
    kms(&house, "DisableKey", &json!({ "KeyId": arn }));
    refused(&house, &get(), 400, "KMS.DisabledException");
}

#[test]
fn what_is_no_key_or_nobodys_is_refused_in_kmss_words() {
    let (house, arn) = house();
    refused(&house, &put("11111111-2222-4333-8444-555555555555"), 400, "KMS.NotFoundException");
    let elsewhere = arn.replace("us-east-1", "eu-west-1");
    refused(&house, &put(&elsewhere), 400, "KMS.NotFoundException");
    let bare = Ask::new("s3", "PutObject", TEXT).with(KEY, &arn);
    refused(&house, &bare, 400, "InvalidArgument");
    let stranger = Key::new("AKIAIOSFODNN7EXAMPLE", "no");
    let request = put(&arn).signed(&stranger, house.env.now());
    assert_eq!(house.send(request).status.as_u16(), 403);
    refused(&house, &get(), 404, "NoSuchKey");
}
