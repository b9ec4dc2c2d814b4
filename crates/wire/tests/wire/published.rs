//! The worked examples that AWS publishes, as facts.
//!
//! IAM:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
//! S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use http::Method;
use wire::Request;
use wire::sigv4::{SecretKey, SigningKey, Skew, parse, sign};

use crate::oracle::{NOW_MS, SECRET, request};

const S3_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const S3_HOST: &str = "examplebucket.s3.amazonaws.com";
/// 2013-05-24T00:00:00Z
const S3_NOW_MS: i64 = 1_369_353_600_000;

fn with_host(mut request: Request, host: &str) -> Request {
    request.headers.insert("host", host.parse().unwrap());
    request
}

/// Signs, compares the signature with the published one, and verifies it.
fn check(mut request: Request, service: &str, expected: &str) {
    let s3 = service == "s3";
    let secret = SecretKey::new(if s3 { S3_SECRET } else { SECRET }.to_owned());
    let access_key_id = if s3 { "AKIAIOSFODNN7EXAMPLE" } else { "AKIDEXAMPLE" };
    let now_ms = if s3 { S3_NOW_MS } else { NOW_MS };
    let (session_token, region) = (None, "us-east-1");
    let key = SigningKey { access_key_id, secret: &secret, session_token, region, service };
    sign(&mut request, &key, now_ms);
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.ends_with(&format!("Signature={expected}")), "{authorization}");
    let claimed = parse(&request).unwrap().unwrap();
    let proof = claimed.verify(&request, &secret, now_ms, Skew::DEFAULT).unwrap();
    assert_eq!(proof.credential().access_key_id, access_key_id);
    assert_eq!(proof.credential().service, service);
}

#[test]
fn get_vanilla() {
    check(
        with_host(request("GET", "/", &[], ""), "example.amazonaws.com"),
        "service",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    );
}

#[test]
fn iam_list_users() {
    let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    let target = "/?Action=ListUsers&Version=2010-05-08";
    check(
        with_host(request("GET", target, &[form], ""), "iam.amazonaws.com"),
        "iam",
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    );
}

#[test]
fn s3_get_object_with_a_range() {
    check(
        with_host(request("GET", "/test.txt", &[("range", "bytes=0-9")], ""), S3_HOST),
        "s3",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
}

#[test]
fn s3_put_object() {
    let headers =
        [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")];
    let put = request("PUT", "/test$file.text", &headers, "Welcome to Amazon S3.");
    check(
        with_host(put, S3_HOST),
        "s3",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
}

#[test]
fn s3_get_bucket_lifecycle() {
    check(
        with_host(request("GET", "/?lifecycle", &[], ""), S3_HOST),
        "s3",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    );
}

#[test]
fn s3_list_objects() {
    check(
        with_host(request("GET", "/?max-keys=2&prefix=J", &[], ""), S3_HOST),
        "s3",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
}

#[test]
fn s3_presigned_get() {
    let target = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let mut request = with_host(request("GET", target, &[], ""), S3_HOST);
    let secret = SecretKey::new(S3_SECRET.to_owned());
    let at = |request: &Request, now_ms: i64| {
        parse(request).unwrap().unwrap().verify(request, &secret, now_ms, Skew::DEFAULT)
    };
    assert!(at(&request, S3_NOW_MS).unwrap().presigned());
    assert!(at(&request, S3_NOW_MS + 86_400_000).is_ok());
    assert!(at(&request, S3_NOW_MS + 86_400_001).is_err());
    request.method = Method::PUT;
    assert!(at(&request, S3_NOW_MS).is_err());
}
