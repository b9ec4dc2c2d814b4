//! A server with a trail, and what lies in its bucket.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::cli::{Cli, Said};
use crate::clock::{self, Stopwatch};
use crate::server::{Launch, Server};

pub(super) const BUCKET: &str = "attacked";
const TRAIL: &str = "main";
const LOG: &str = "/CloudTrail/";
const DIGEST: &str = "/CloudTrail-Digest/";
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(500);

/// With what an archive is made and attacked.
#[derive(Debug, Clone)]
pub(super) struct Tools {
    pub(super) binary: PathBuf,
    pub(super) aws: PathBuf,
}

/// A running server on a directory, and the AWS CLI for it.
#[derive(Debug)]
pub(super) struct Archive {
    /// Ended with this.
    _server: Server,
    cli: Cli,
    room: PathBuf,
}

impl Archive {
    /// Starts a server whose trails deliver every second and make digests at this pace.
    pub(super) fn open(tools: &Tools, data: &Path, digests: &str) -> Result<Self> {
        let log = data.with_extension("server.log");
        let launch = Launch::new(&tools.binary, data, &log)
            .with("PUGMARK_DELIVERY_INTERVAL", "1s")
            .with("PUGMARK_DIGEST_INTERVAL", digests);
        let mut server = launch.start()?;
        server.answering(PATIENCE)?;
        let cli = Cli::new(&tools.aws, &server.address, data);
        Ok(Self { _server: server, cli, room: data.with_extension("files") })
    }

    /// Makes the bucket and the trail, of management events and of the objects in all buckets.
    pub(super) fn found(&self) -> Result<()> {
        let service = json!({ "Service": "cloudtrail.amazonaws.com" });
        let allow = |action: &str, resource: String| {
            json!({ "Effect": "Allow", "Principal": service, "Action": action,
                "Resource": resource })
        };
        let policy = json!({ "Version": "2012-10-17", "Statement": [
            allow("s3:GetBucketAcl", format!("arn:aws:s3:::{BUCKET}")),
            allow("s3:PutObject", format!("arn:aws:s3:::{BUCKET}/AWSLogs/*")),
        ]});
        let field = |name: &str, value: &str| json!({ "Field": name, "Equals": [value] });
        let objects = field("resources.type", "AWS::S3::Object");
        let selectors = json!([
            { "FieldSelectors": [field("eventCategory", "Management")] },
            { "FieldSelectors": [field("eventCategory", "Data"), objects] },
        ]);
        let (policy, selectors) = (policy.to_string(), selectors.to_string());
        let s3 = |words: &[&str]| self.cli.ask(&[&["s3api"], words].concat());
        s3(&["create-bucket", "--bucket", BUCKET])?;
        s3(&["put-bucket-policy", "--bucket", BUCKET, "--policy", &policy])?;
        let make = ["create-trail", "--name", TRAIL, "--s3-bucket-name", BUCKET];
        self.trail(&[&make[..], &["--enable-log-file-validation"]].concat())?;
        let select = ["put-event-selectors", "--trail-name", TRAIL];
        self.trail(&[&select[..], &["--advanced-event-selectors", &selectors]].concat())?;
        self.trail(&["start-logging", "--name", TRAIL])
    }

    fn trail(&self, words: &[&str]) -> Result<()> {
        self.cli.ask(&[&["cloudtrail"], words].concat()).map(drop)
    }

    pub(super) fn stop(&self) -> Result<()> {
        self.trail(&["stop-logging", "--name", TRAIL])
    }

    pub(super) fn start(&self) -> Result<()> {
        self.trail(&["start-logging", "--name", TRAIL])
    }

    /// Makes some calls, each of which is a record.
    pub(super) fn call(&self) -> Result<()> {
        self.cli.ask(&["sts", "get-caller-identity"]).map(drop)
    }

    /// Keys of all objects that have `part` in them, oldest first.
    fn keys(&self, part: &str) -> Result<Vec<String>> {
        let listed = self.cli.ask(&["s3api", "list-objects-v2", "--bucket", BUCKET])?;
        let objects = listed.get("Contents").and_then(Value::as_array);
        let keys = objects.into_iter().flatten();
        let keys = keys.filter_map(|object| object.get("Key")?.as_str().map(str::to_owned));
        let mut of_part: Vec<String> = keys.filter(|key| key.contains(part)).collect();
        of_part.sort_unstable();
        Ok(of_part)
    }

    pub(super) fn logs(&self) -> Result<Vec<String>> {
        self.keys(LOG)
    }

    pub(super) fn digests(&self) -> Result<Vec<String>> {
        self.keys(DIGEST)
    }

    pub(super) fn all(&self) -> Result<Vec<String>> {
        self.keys("AWSLogs/")
    }

    /// Calls now and then until so many digests lie there.
    pub(super) fn live_until(&self, digests: usize) -> Result<()> {
        let watch = Stopwatch::start();
        while self.digests()?.len() < digests {
            if watch.elapsed() > PATIENCE {
                bail!("no {digests} digests within {PATIENCE:?}; is delivery switched on?");
            }
            self.call()?;
            thread::sleep(POLL);
        }
        Ok(())
    }

    pub(super) fn delete(&self, keys: &[String]) -> Result<()> {
        let delete = ["s3api", "delete-object", "--bucket", BUCKET, "--key"];
        keys.iter().try_for_each(|key| self.cli.ask(&[&delete[..], &[key]].concat()).map(drop))
    }

    /// Reads an object, as it is stored.
    pub(super) fn get(&self, key: &str) -> Result<Vec<u8>> {
        fs::create_dir_all(&self.room)?;
        let file = self.room.join("got");
        let path = file.to_str().context("a path that is no text")?;
        self.cli.ask(&["s3api", "get-object", "--bucket", BUCKET, "--key", key, path])?;
        Ok(fs::read(&file)?)
    }

    pub(super) fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        fs::create_dir_all(&self.room)?;
        let file = self.room.join("put");
        fs::write(&file, bytes)?;
        let path = file.to_str().context("a path that is no text")?;
        let put = ["s3api", "put-object", "--bucket", BUCKET, "--key", key];
        let head = ["--content-encoding", "gzip", "--content-type", "application/json"];
        self.cli.ask(&[&put[..], &head, &["--body", path]].concat()).map(drop)
    }

    /// What `aws cloudtrail validate-logs` says of the last hour.
    pub(super) fn validate(&self) -> Result<Said> {
        let told = self.cli.ask(&["cloudtrail", "describe-trails"])?;
        let arn = told.pointer("/trailList/0/TrailARN").and_then(Value::as_str);
        let arn = arn.context("there is no trail")?;
        let seconds = i64::try_from(clock::now_unix_s())? - 3_600;
        let since = model::format_seconds(seconds);
        let words = ["cloudtrail", "validate-logs", "--trail-arn", arn, "--start-time", &since];
        self.cli.say(&words)
    }
}

/// Copies a directory of a stopped server.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => fs::copy(entry.path(), &target).map(drop)?,
        }
    }
    Ok(())
}
