"""Trails that deliver into a bucket outside: another server's, which stands for any S3."""

import gzip
import hashlib
import json
import os
import subprocess
import time

import botocore.exceptions
import pytest

import trails
from test_delivery import DIGEST, FILE, QUICK, counts

PATIENCE_S = 40
ACCOUNT = "123456789012"
BUCKET = "outside-audit"


def configuration(path, outside, key):
    """A configuration file that names the bucket, and nothing secret."""
    path.write_text(
        f"version = 1\n[outside_buckets.{BUCKET}]\nendpoint = \"{outside.address}\"\n"
        f"region = \"us-east-1\"\naccounts = [\"{ACCOUNT}\"]\ncredentials_file = \"{key}\"\n"
    )
    return path


class Pair:
    """A server whose trail delivers into a bucket of another server."""

    def __init__(self, start, tmp_path, *flags):
        self.outside = start()
        s3 = self.outside.client("s3")
        s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        self.key = tmp_path / "audit-key"
        self.keep(*self.outside.credentials)
        self.config = configuration(tmp_path / "config.toml", self.outside, self.key)
        self.server = start("--config", str(self.config), *QUICK, *flags)
        self.cloudtrail = self.server.client("cloudtrail")

    def keep(self, key, secret):
        """Puts a key where the server looks for one, before each file."""
        new = self.key.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as file:
            file.write(f"[default]\naws_access_key_id={key}\naws_secret_access_key={secret}\n")
        new.rename(self.key)

    def trail(self, name="main", bucket=BUCKET, **more):
        more.setdefault("EnableLogFileValidation", True)
        made = self.cloudtrail.create_trail(Name=name, S3BucketName=bucket, **more)
        self.cloudtrail.start_logging(Name=name)
        return made["TrailARN"]

    def call(self):
        answer = self.server.client("sts").get_caller_identity()
        return answer["ResponseMetadata"]["RequestId"]

    def error(self, name="main"):
        """Of log files, or of digests: what is first in the row is tried, the rest waits."""
        status = self.cloudtrail.get_trail_status(Name=name)
        return status.get("LatestDeliveryError") or status.get("LatestDigestDeliveryError")

    def keys(self, form, server=None, bucket=BUCKET):
        s3 = (server or self.outside).client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [it["Key"] for page in pages for it in page.get("Contents", [])]
        return [key for key in keys if form.match(key)]

    def ids(self, server=None, bucket=BUCKET):
        """The ids of all requests in the files of a bucket."""
        server = server or self.outside
        s3, found = server.client("s3"), []
        for key in self.keys(FILE, server, bucket):
            body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            records = json.loads(gzip.decompress(body))["Records"]
            found += [record["requestID"] for record in records if "requestID" in record]
        return found

    def wait_for(self, happened, what):
        end = time.monotonic() + PATIENCE_S
        while not (found := happened()):
            assert time.monotonic() < end, f"{what}: {self.error()} {self.server.talk[-5:]}"
            time.sleep(0.2)
        return found


@pytest.fixture
def pair(start, tmp_path):
    return Pair(start, tmp_path)


def test_files_and_digests_lie_outside_within_seconds_and_awss_command_finds_them_valid(
    start, tmp_path
):
    # One key for both servers: the command signs everything with the same one.
    pair = Pair(start, tmp_path, "--dev")
    arn, began = pair.trail(), time.gmtime()
    made = pair.call()
    watch = time.monotonic()
    pair.wait_for(lambda: made in pair.ids(), "the call")
    assert time.monotonic() - watch < 10
    pair.wait_for(lambda: len(pair.keys(DIGEST)) >= 3, "digests")
    s3 = pair.outside.client("s3")
    head = s3.head_object(Bucket=BUCKET, Key=pair.keys(DIGEST)[0])
    assert head["Metadata"]["signature-algorithm"] == "SHA256withRSA"
    assert head["ContentEncoding"] == "gzip" and head["ContentType"] == "application/json"
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", began)
    words = ["validate-logs", "--trail-arn", arn, "--start-time", since, "--verbose"]
    key, secret = pair.outside.credentials
    environment = pair.server.environment() | {
        "AWS_ENDPOINT_URL_S3": pair.outside.address,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
    }
    ran = subprocess.run(
        ["aws", "cloudtrail", *words], env=environment, capture_output=True, text=True, timeout=60
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    for what, least in [("digest", 2), ("log", 1)]:
        valid, all = counts(said, what)
        assert valid == all >= least, said
    told = pair.server.pugmark("verify").stdout
    assert "PROVED" in told and f"s3://{BUCKET}" in told and "not looked at" in told, told


def test_a_bucket_outside_that_is_gone_keeps_no_other_trail_waiting_and_gets_all_later(pair):
    own = trails.bucket(pair.server, "own")
    pair.trail()
    pair.trail("own", own)
    first = pair.call()
    pair.wait_for(lambda: first in pair.ids(), "a first call outside")
    before = contents(pair)
    pair.outside.stop()
    made = [pair.call() for _ in range(3)]
    pair.wait_for(lambda: set(made) <= set(pair.ids(pair.server, own)), "calls in our own bucket")
    assert pair.wait_for(pair.error, "an error") == "ServiceUnavailable"
    made.append(pair.call())
    pair.wait_for(lambda: made[-1] in pair.ids(pair.server, own), "a call in our own bucket")
    assert not pair.error("own")
    # Where it listened before: the configuration names that place.
    pair.outside.listen = pair.outside.address.removeprefix("http://")
    pair.outside.start()
    pair.wait_for(lambda: set(made) <= set(pair.ids()), "the backlog")
    pair.wait_for(lambda: not pair.error(), "no error any more")
    ids = pair.ids()
    assert len(ids) == len(set(ids)), "no record is in two files"
    after = contents(pair)
    assert all(len(hashes) == 1 for hashes in after.values()), "a name has one content"
    assert before.items() <= after.items()


def contents(pair):
    """The hashes of all versions of each key outside."""
    s3, found = pair.outside.client("s3"), {}
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET):
        for it in page.get("Versions", []):
            where = {"Bucket": BUCKET, "Key": it["Key"], "VersionId": it["VersionId"]}
            body = s3.get_object(**where)["Body"].read()
            found.setdefault(it["Key"], set()).add(hashlib.sha256(body).hexdigest())
    return found


def test_a_wrong_key_is_told_and_a_right_one_counts_without_a_restart(pair):
    key, secret = pair.outside.credentials
    pair.keep("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    pair.trail(EnableLogFileValidation=False)
    made = pair.call()
    assert pair.wait_for(pair.error, "an error") == "InvalidAccessKeyId"
    pair.keep(key, "wrong" + secret)
    pair.wait_for(lambda: pair.error() == "SignatureDoesNotMatch", "another error")
    pair.keep(key, secret)
    pair.wait_for(lambda: made in pair.ids(), "what was refused")
    assert not any(secret in line for line in pair.server.talk), "the secret is not told"
    printed = pair.server.pugmark("config", "print", "--config", pair.config).stdout
    assert str(pair.key) in printed and secret not in printed


def test_only_what_is_configured_is_let_out_and_a_name_means_one_bucket(pair):
    def refused(work, *words, **more):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            work(*words, **more)
        return caught.value.response["Error"]["Code"]

    create = pair.cloudtrail.create_trail
    s3 = pair.server.client("s3")
    code = refused(create, Name="main", S3BucketName="outside-other")
    assert code == "S3BucketDoesNotExistException"
    assert refused(s3.create_bucket, Bucket=BUCKET) == "BucketAlreadyExists"
    pair.server.stop()
    lines = pair.config.read_text()
    pair.config.write_text(lines.replace(ACCOUNT, "999999999999"))
    pair.server.start()
    pair.cloudtrail = pair.server.client("cloudtrail")
    code = refused(pair.cloudtrail.create_trail, Name="main", S3BucketName=BUCKET)
    assert code == "InsufficientS3BucketPolicyException"
    here = trails.bucket(pair.server, "main")
    pair.server.stop()
    pair.config.write_text(lines.replace(BUCKET, here))
    config = ["--config", str(pair.config)]
    ran = pair.server.pugmark("up", "--listen", "127.0.0.1:0", *config, code=1)
    assert here in ran.stderr and "lies outside" in ran.stderr


@pytest.mark.parametrize("mode, code", [(0o644, 2), (0o600, 0)])
def test_a_key_that_others_can_read_is_refused_before_the_start(pair, run, mode, code):
    pair.key.chmod(mode)
    ran = run("config", "check", "--config", pair.config)
    assert ran.returncode == code, ran.stderr
    assert ("chmod 600" in ran.stderr) == (mode == 0o644)
