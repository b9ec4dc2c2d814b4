"""Results of queries in a bucket: rows as CSV, and a signed list that AWS's check accepts."""

import binascii
import csv
import datetime
import gzip
import hashlib
import io
import json
import re
import time

import pytest
import rsa

import lake
import trails
from lake import refused
from test_queries import ended

PATIENCE_S = 30
STATEMENT = """SELECT x, 'say "wuff", twice' AS words
FROM UNNEST(sequence(1, {})) AS t(x) ORDER BY x"""


class Wrong(Exception):
    """What the check found."""


def verify(server, bucket, prefix):
    """What `aws cloudtrail verify-query-results` of AWS CLI v2 does, step by step: the first one,
    which is installed, does not know the command."""
    s3, trail = server.client("s3"), server.client("cloudtrail")
    got = lambda name: s3.get_object(Bucket=bucket, Key=prefix + name)["Body"].read()
    sign = json.loads(got("result_sign.json").decode("utf-8"))
    if not sign["files"]:
        raise Wrong("no files")
    for file in sign["files"]:
        if hashlib.sha256(got(file["fileName"])).hexdigest() != file["fileHashValue"]:
            raise Wrong(file["fileName"])
    at = datetime.datetime.fromisoformat(sign["queryCompleteTime"].replace("Z", "+00:00"))
    keys = trail.list_public_keys(StartTime=at, EndTime=at)["PublicKeyList"]
    [key] = [it for it in keys if it["Fingerprint"] == sign["publicKeyFingerprint"]]
    text = " ".join(file["fileHashValue"] for file in sign["files"])
    public = rsa.PublicKey.load_pkcs1(key["Value"], "DER")
    try:
        by = rsa.verify(text.encode(), binascii.unhexlify(sign["hashSignature"]), public)
    except rsa.VerificationError as error:
        raise Wrong("signature") from error
    assert by == "SHA-256"
    return sign


def policy(bucket, account, actions=("s3:PutObject*", "s3:Abort*")):
    """The policy that AWS tells people to write for results of queries."""
    service = {"Service": "cloudtrail.amazonaws.com"}
    source = {
        "aws:sourceAccount": account,
        "aws:sourceArn": f"arn:aws:cloudtrail:{trails.REGION}:{account}:eventdatastore/*",
    }
    write = {
        "Sid": "AWSCloudTrailLake1", "Effect": "Allow", "Principal": service,
        "Action": list(actions), "Condition": {"StringLike": source},
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    read = {
        "Sid": "AWSCloudTrailLake2", "Effect": "Allow", "Principal": service,
        "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringLike": source},
    }
    return trails.policy(write, read)


class Lake:
    """A server, and a bucket that takes results."""

    def __init__(self, server):
        self.server = server
        self.account = server.client("sts").get_caller_identity()["Account"]
        self.bucket = lake.name("results")
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_bucket_policy(Bucket=self.bucket, Policy=policy(self.bucket, self.account))

    @property
    def trail(self):
        return self.server.client("cloudtrail")

    @property
    def s3(self):
        return self.server.client("s3")

    def start(self, rows=3, prefix="/a/b"):
        statement = STATEMENT.format(rows)
        uri = f"s3://{self.bucket}{prefix}"
        return self.trail.start_query(QueryStatement=statement, DeliveryS3Uri=uri)["QueryId"]

    def delivered(self, query):
        end = time.monotonic() + PATIENCE_S
        ended(self.trail, query)
        while (told := self.trail.describe_query(QueryId=query))["DeliveryStatus"] == "PENDING":
            assert time.monotonic() < end, told
            time.sleep(0.05)
        return told

    def keys(self):
        listed = self.s3.list_objects_v2(Bucket=self.bucket)
        return [it["Key"] for it in listed.get("Contents", [])]


@pytest.fixture
def results(fresh):
    return Lake(fresh)


def test_rows_are_delivered_and_verified(results):
    query = results.start()
    told = results.delivered(query)
    assert (told["QueryStatus"], told["DeliveryStatus"]) == ("FINISHED", "SUCCESS")
    assert told["DeliveryS3Uri"] == f"s3://{results.bucket}/a/b"
    form = re.compile(
        rf"a/b/AWSLogs/{results.account}/CloudTrail-Lake/Query/\d{{4}}/\d\d/\d\d/{query}/"
        r"(result_1\.csv\.gz|result_sign\.json)"
    )
    assert len(results.keys()) == 2 and all(form.fullmatch(key) for key in results.keys())
    prefix = results.keys()[0].rsplit("/", 1)[0] + "/"
    sign = verify(results.server, results.bucket, prefix)
    assert (sign["version"], sign["region"]) == ("1.0", trails.REGION)
    assert (sign["hashAlgorithm"], sign["signatureAlgorithm"]) == ("SHA-256", "SHA256withRSA")
    file = results.s3.get_object(Bucket=results.bucket, Key=f"{prefix}result_1.csv.gz")
    text = gzip.decompress(file["Body"].read()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows == [{"x": str(n), "words": 'say "wuff", twice'} for n in (1, 2, 3)]
    # Whatever is changed afterwards is found.
    for name, other in (
        ("result_1.csv.gz", gzip.compress(b"x,words\r\n")),
        ("result_sign.json", json.dumps(sign | {"hashSignature": "00" * 256}).encode()),
    ):
        kept = results.s3.get_object(Bucket=results.bucket, Key=prefix + name)["Body"].read()
        results.s3.put_object(Bucket=results.bucket, Key=prefix + name, Body=other)
        with pytest.raises(Wrong):
            verify(results.server, results.bucket, prefix)
        results.s3.put_object(Bucket=results.bucket, Key=prefix + name, Body=kept)
    verify(results.server, results.bucket, prefix)


def test_the_unmodified_cli_delivers(results):
    started = results.server.aws(
        "cloudtrail", "start-query", "--query-statement", "SELECT count(*) AS n FROM events",
        "--delivery-s3-uri", f"s3://{results.bucket}",
    )
    results.delivered(started["QueryId"])
    told = results.server.aws("cloudtrail", "describe-query", "--query-id", started["QueryId"])
    assert told["DeliveryStatus"] == "SUCCESS"
    prefix = results.keys()[0].rsplit("/", 1)[0] + "/"
    assert prefix.startswith("AWSLogs/")
    verify(results.server, results.bucket, prefix)


def test_a_kill_neither_loses_nor_doubles_a_delivery(results):
    queries = []
    for round in range(4):
        queries.append(results.start(rows=10_000, prefix=f"/{round}"))
        ended(results.trail, queries[-1])
        results.server.kill()
        results.server.start()
    for round, query in enumerate(queries):
        told = results.delivered(query)
        assert (told["QueryStatus"], told["DeliveryStatus"]) == ("FINISHED", "SUCCESS")
        keys = [key for key in results.keys() if key.startswith(f"{round}/")]
        assert len(keys) == 2
        verify(results.server, results.bucket, keys[0].rsplit("/", 1)[0] + "/")


def test_where_nothing_can_be_delivered_is_refused_first(results):
    start = results.trail.start_query
    good = {"QueryStatement": "SELECT 1 AS one", "DeliveryS3Uri": f"s3://{results.bucket}"}

    def no(code, uri):
        return refused(code, start, **(good | {"DeliveryS3Uri": uri}))

    no("S3BucketDoesNotExistException", f"s3://{lake.name('none')}")
    no("InvalidParameterException", "https://example.com/x")
    no("InvalidS3BucketNameException", "s3://A_b")
    no("InvalidS3PrefixException", f"s3://{results.bucket}/../up")
    results.s3.put_bucket_policy(
        Bucket=results.bucket, Policy=policy(results.bucket, "999988887777")
    )
    assert "s3:GetBucketAcl" in no("InsufficientS3BucketPolicyException", f"s3://{results.bucket}")
    results.s3.delete_bucket_policy(Bucket=results.bucket)
    no("InsufficientS3BucketPolicyException", f"s3://{results.bucket}")


def test_what_ends_without_rows_delivers_nothing(results):
    forever = (
        "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) "
        "CROSS JOIN UNNEST(sequence(1, 10000)) b(y) "
        "CROSS JOIN UNNEST(sequence(1, 10000)) c(z) WHERE x + y + z = 7"
    )
    uri = f"s3://{results.bucket}"
    query = results.trail.start_query(QueryStatement=forever, DeliveryS3Uri=uri)["QueryId"]
    assert results.trail.describe_query(QueryId=query)["DeliveryStatus"] == "PENDING"
    results.trail.cancel_query(QueryId=query)
    assert results.delivered(query)["DeliveryStatus"] == "CANCELLED"
    assert results.keys() == []


def test_a_bucket_that_closes_meanwhile_is_told(results):
    slow = (
        "SELECT count(*) AS n FROM UNNEST(sequence(1, 10000)) a(x) "
        "CROSS JOIN UNNEST(sequence(1, 3000)) b(y) WHERE x + y = 7"
    )
    uri = f"s3://{results.bucket}"
    query = results.trail.start_query(QueryStatement=slow, DeliveryS3Uri=uri)["QueryId"]
    results.s3.delete_bucket_policy(Bucket=results.bucket)
    told = results.delivered(query)
    assert told["QueryStatus"] == "FINISHED"
    assert told["DeliveryStatus"] == "ACCESS_DENIED"
    assert results.keys() == []
