//! The bucket the theft is from: its settlement files, twelve a day, and the calls about them.

use super::actor::Actor;
use super::cast::{EXPORTS_BUCKET, PAYMENTS};
use super::clock::Moment;
use super::object::Object;
use super::record::Draft;

/// The service's name in records.
pub(super) const S3: &str = "s3.amazonaws.com";
/// How many files a day has.
pub(super) const FILES_PER_DAY: i64 = 12;
/// How many bytes a file has.
pub(super) const FILE_BYTES: u64 = 2_000_000;

/// The name of file `number` of the day that begins at `day_s`.
pub(super) fn key(day_s: i64, number: i64) -> String {
    let Moment { year, month, day, .. } = Moment::of(day_s);
    format!("settlements/{year:04}/{month:02}/{day:02}/batch-{number:02}.csv.gz")
}

/// Reading a file.
pub(super) fn read(at_s: i64, actor: &Actor, key: &str) -> Draft {
    about_file(Draft::new(at_s, actor, S3, "GetObject"), key).moves(0, FILE_BYTES)
}

/// Writing a file.
pub(super) fn write(at_s: i64, actor: &Actor, key: &str) -> Draft {
    about_file(Draft::new(at_s, actor, S3, "PutObject"), key)
        .moves(FILE_BYTES, 0)
        .answers(r#"{"x-amz-server-side-encryption":"AES256"}"#)
}

/// Listing the files.
pub(super) fn list(at_s: i64, actor: &Actor) -> Draft {
    let prefix = Object::new()
        .text("type", "AWS::S3::Object")
        .text("ARNPrefix", &format!("arn:aws:s3:::{EXPORTS_BUCKET}/"));
    let request = request().text("prefix", "settlements/").text("encoding-type", "url");
    Draft::new(at_s, actor, S3, "ListObjects")
        .asks(request.end())
        .about(format!("[{},{}]", prefix.end(), bucket()))
        .moves(0, 261_344)
        .at_host(host())
}

fn about_file(draft: Draft, key: &str) -> Draft {
    let file = Object::new()
        .text("type", "AWS::S3::Object")
        .text("ARN", &format!("arn:aws:s3:::{EXPORTS_BUCKET}/{key}"));
    draft
        .asks(request().text("key", key).end())
        .about(format!("[{},{}]", file.end(), bucket()))
        .at_host(host())
}

fn request() -> Object {
    Object::with_capacity(192).text("bucketName", EXPORTS_BUCKET).text("Host", &host())
}

fn host() -> String {
    format!("{EXPORTS_BUCKET}.s3.us-east-1.amazonaws.com")
}

fn bucket() -> String {
    Object::new()
        .text("accountId", PAYMENTS)
        .text("type", "AWS::S3::Bucket")
        .text("ARN", &format!("arn:aws:s3:::{EXPORTS_BUCKET}"))
        .end()
}
