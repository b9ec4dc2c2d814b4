"""Delivery: a trail's records in files in a bucket, and digests that AWS's own command accepts."""

import datetime
import gzip
import json
import re
import subprocess
import time

import pytest

import trails

PATIENCE_S = 20
QUICK = ("--delivery-interval", "1s", "--digest-interval", "5s")
FILE = re.compile(
    r"AWSLogs/(?P<account>\d{12})/CloudTrail/us-east-1/(?P<day>\d{4}/\d{2}/\d{2})/"
    r"(?P=account)_CloudTrail_us-east-1_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz"
)
DIGEST = re.compile(
    r"AWSLogs/(?P<account>\d{12})/CloudTrail-Digest/us-east-1/(?P<day>\d{4}/\d{2}/\d{2})/"
    r"(?P=account)_CloudTrail-Digest_us-east-1_main_us-east-1_\d{8}T\d{6}Z\.json\.gz"
)


class Archive:
    """A server with a trail that logs, and what it delivers."""

    def __init__(self, server, **more):
        self.server = server
        self.arn = trails.create(server, "main", EnableLogFileValidation=True, **more)["TrailARN"]
        self.bucket = self.cloudtrail.get_trail(Name="main")["Trail"]["S3BucketName"]
        self.began = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.cloudtrail.start_logging(Name="main")

    @property
    def cloudtrail(self):
        return self.server.client("cloudtrail")

    @property
    def s3(self):
        return self.server.client("s3")

    @property
    def status(self):
        return self.cloudtrail.get_trail_status(Name="main")

    def call(self):
        """A call, and its request's id."""
        answer = self.server.client("sts").get_caller_identity()
        return answer["ResponseMetadata"]["RequestId"]

    def keys(self, form=re.compile(".")):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        keys = [it["Key"] for page in pages for it in page.get("Contents", [])]
        return [key for key in keys if form.match(key)]

    def text(self, key):
        return gzip.decompress(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def records(self):
        """Every record in every file, with the key of its file."""
        files = [(key, json.loads(self.text(key))["Records"]) for key in self.keys(FILE)]
        return [(key, record) for key, records in files for record in records]

    def ids(self):
        return [record["requestID"] for _, record in self.records() if "requestID" in record]

    def wait_for(self, happened, what):
        end = time.monotonic() + PATIENCE_S
        while not (found := happened()):
            assert time.monotonic() < end, f"{what}: {self.status} {self.server.talk[-5:]}"
            time.sleep(0.2)
        return found

    def wait_for_digests(self, count):
        self.wait_for(lambda: len(self.keys(DIGEST)) >= count, f"{count} digests")

    def validate(self, good=True):
        """What `validate-logs` says."""
        environment = self.server.environment()
        words = ["cloudtrail", "validate-logs", "--trail-arn", self.arn, "--verbose"]
        since = self.began.strftime("%Y-%m-%dT%H:%M:%SZ")
        ran = subprocess.run(
            ["aws", *words, "--start-time", since],
            env=environment, capture_output=True, text=True, timeout=60,
        )
        said = ran.stdout + ran.stderr
        assert (ran.returncode == 0) == good, said
        return said


@pytest.fixture
def archive(start):
    return Archive(start(*QUICK))


def counts(said, what):
    """`(valid, all)` of the summary's line."""
    found = re.search(rf"(\d+)/(\d+) {what} files valid", said)
    assert found, said
    return int(found.group(1)), int(found.group(2))


def test_files_lie_under_awss_paths_and_names(archive):
    archive.call()
    archive.wait_for(lambda: archive.keys(FILE), "a file")
    archive.wait_for_digests(1)
    account = archive.server.client("sts").get_caller_identity()["Account"]
    today = {archive.began.strftime("%Y/%m/%d"), time.strftime("%Y/%m/%d", time.gmtime())}
    for key in archive.keys():
        form = FILE.fullmatch(key) or DIGEST.fullmatch(key)
        assert form and form["account"] == account and form["day"] in today, key
    head = archive.s3.head_object(Bucket=archive.bucket, Key=archive.keys(DIGEST)[0])
    assert head["Metadata"]["signature-algorithm"] == "SHA256withRSA"
    assert head["ContentEncoding"] == "gzip"


def test_a_prefix_stands_before_every_name(start):
    archive = Archive(start(*QUICK), S3KeyPrefix="audit/of-all")
    archive.call()
    keys = archive.wait_for(archive.keys, "a file")
    assert all(key.startswith("audit/of-all/AWSLogs/") for key in keys), keys


def test_each_call_is_in_exactly_one_file_as_lookup_events_tells_it(archive):
    made = [archive.call() for _ in range(20)]
    archive.wait_for(lambda: set(made) <= set(archive.ids()), "the first calls")
    made += [archive.call() for _ in range(20)]
    archive.wait_for(lambda: set(made) <= set(archive.ids()), "all calls")
    ids = archive.ids()
    assert len(ids) == len(set(ids)), "no record is in two files"
    # What is told is asked later than what is delivered: asking is recorded too.
    kept = list(archive.records())
    told = {record["eventID"]: record for record in archive.server.records()}
    for _, record in kept:
        assert record == told[record["eventID"]]
        assert "eventContext" not in record
    assert len(archive.keys(FILE)) > 1


def test_a_call_is_delivered_within_two_seconds(archive):
    archive.call()
    archive.wait_for(lambda: archive.keys(FILE), "a first file")
    for _ in range(3):
        made = archive.call()
        archive.wait_for(lambda: made in archive.ids(), "the call")
        at = next(key for key, record in archive.records() if record.get("requestID") == made)
        put = archive.s3.head_object(Bucket=archive.bucket, Key=at)["LastModified"]
        told = archive.server.record_of(made)["eventTime"]
        called = datetime.datetime.fromisoformat(told.replace("Z", "+00:00"))
        # Both are whole seconds, and the server's: how long this client took to look is not asked.
        assert (put - called).total_seconds() <= 2, (put, called)


def test_awss_command_finds_all_valid_over_stops_and_restarts(archive):
    server = archive.server
    archive.call()
    archive.wait_for_digests(2)
    archive.cloudtrail.stop_logging(Name="main")
    stopped = archive.call()
    time.sleep(2)
    archive.cloudtrail.start_logging(Name="main")
    made = archive.call()
    server.kill()
    server.start()
    archive.wait_for(lambda: made in archive.ids(), "what was recorded before the kill")
    later = archive.call()
    archive.wait_for(lambda: later in archive.ids(), "what was recorded after it")
    digests = len(archive.keys(DIGEST))
    archive.wait_for_digests(digests + 2)
    ids = archive.ids()
    assert len(ids) == len(set(ids)) and stopped not in ids
    said = archive.validate()
    valid, all = counts(said, "digest")
    assert valid == all >= 4, said
    valid, all = counts(said, "log")
    assert valid == all >= 2, said
    assert "No log files were delivered by CloudTrail between" in said, "the stop is told"


@pytest.mark.parametrize("kind", ["changed", "deleted", "digest"])
def test_a_tampered_archive_is_found_as_at_aws(archive, kind):
    archive.call()
    archive.wait_for(lambda: archive.keys(FILE), "a file")
    archive.wait_for_digests(3)
    key = archive.keys(FILE)[0] if kind != "digest" else archive.keys(DIGEST)[1]
    if kind == "changed":
        text = archive.text(key).replace(b"GetCallerIdentity", b"GetCallerIdentitx")
        archive.s3.put_object(Bucket=archive.bucket, Key=key, Body=gzip.compress(text))
        words = f"s3://{archive.bucket}/{key}\tINVALID: hash value doesn't match"
    else:
        archive.s3.delete_object(Bucket=archive.bucket, Key=key)
        words = f"s3://{archive.bucket}/{key}\tINVALID: not found"
    assert words in archive.validate(good=False)


def test_status_tells_why_a_bucket_refuses_and_delivery_goes_on(archive):
    archive.call()
    archive.wait_for(lambda: archive.status.get("LatestDeliveryTime"), "a delivery")
    assert not archive.status.get("LatestDeliveryError")
    policy = archive.s3.get_bucket_policy(Bucket=archive.bucket)["Policy"]
    archive.s3.delete_bucket_policy(Bucket=archive.bucket)
    made = archive.call()
    refused = lambda: archive.status.get("LatestDeliveryError")
    assert archive.wait_for(refused, "a refusal") == "AccessDenied"
    assert made not in archive.ids()
    archive.s3.put_bucket_policy(Bucket=archive.bucket, Policy=policy)
    archive.wait_for(lambda: made in archive.ids(), "what was refused")
    archive.wait_for(lambda: not archive.status.get("LatestDeliveryError"), "no error any more")


def test_status_tells_that_the_bucket_is_gone_and_delivery_goes_on(start):
    server = start("--delivery-interval", "1s", "--digest-interval", "1h")
    archive = Archive(server)
    first = archive.call()
    archive.wait_for(lambda: first in archive.ids(), "a file")
    policy = archive.s3.get_bucket_policy(Bucket=archive.bucket)["Policy"]
    archive.cloudtrail.stop_logging(Name="main")
    time.sleep(3)
    for key in archive.keys():
        archive.s3.delete_object(Bucket=archive.bucket, Key=key)
    archive.s3.delete_bucket(Bucket=archive.bucket)
    archive.cloudtrail.start_logging(Name="main")
    made = archive.call()
    refused = lambda: archive.status.get("LatestDeliveryError")
    assert archive.wait_for(refused, "a refusal") == "NoSuchBucket"
    archive.s3.create_bucket(Bucket=archive.bucket)
    archive.s3.put_bucket_policy(Bucket=archive.bucket, Policy=policy)
    archive.wait_for(lambda: made in archive.ids(), "what was refused")
