"""Imports: what trails put into a bucket comes back into an event data store."""

import gzip
import json
import threading
import time
import uuid

import pytest

import lake
import trails
from lake import refused
from test_delivery import DIGEST, FILE, QUICK, Archive
from test_queries import ended, rows

PATIENCE_S = 60
ROLE = "arn:aws:iam::{}:role/importer"


class Imports:
    """A server, an account's imports, and a store to import into."""

    def __init__(self, server):
        self.server = server
        self.account = server.client("sts").get_caller_identity()["Account"]

    @property
    def trail(self):
        return self.server.client("cloudtrail")

    @property
    def s3(self):
        return self.server.client("s3")

    def store(self, **more):
        """A store that takes nothing but what is imported."""
        return lake.store(self.trail, StartIngestion=False, **more)

    def source(self, bucket, prefix="", **more):
        source = {
            "S3LocationUri": f"s3://{bucket}/{prefix}", "S3BucketRegion": trails.REGION,
            "S3BucketAccessRoleArn": ROLE.format(self.account),
        }
        return {"S3": source | more}

    def start(self, store, bucket, prefix="", **more):
        source = self.source(bucket, prefix)
        started = self.trail.start_import(Destinations=[store], ImportSource=source, **more)
        assert started["ImportStatus"] == "INITIALIZING" and started["Destinations"] == [store]
        return started["ImportId"]

    def ended(self, id):
        end = time.monotonic() + PATIENCE_S
        while True:
            told = self.trail.get_import(ImportId=id)
            if told["ImportStatus"] not in ("INITIALIZING", "IN_PROGRESS"):
                return told
            assert time.monotonic() < end, told
            time.sleep(0.1)

    def failures(self, id):
        pages = self.trail.get_paginator("list_import_failures").paginate(ImportId=id)
        return [it for page in pages for it in page["Failures"]]

    def count(self, store):
        return int(rows(self.trail, f"SELECT count(*) AS n FROM {store.split('/')[1]}")[0]["n"])

    def bucket(self):
        made = lake.name("logs")
        self.s3.create_bucket(Bucket=made)
        return made

    def key(self, number, day="2026/11/20", region="us-east-1"):
        """The key of a log file."""
        time = day.replace("/", "") + "T1105Z"
        folder = f"AWSLogs/{self.account}/CloudTrail/{region}/{day}"
        return f"{folder}/{self.account}_CloudTrail_{region}_{time}_{number:016}.json.gz"

    def put(self, bucket, number, records, **more):
        key = self.key(number, **more)
        text = json.dumps({"Records": records}).encode()
        self.s3.put_object(Bucket=bucket, Key=key, Body=gzip.compress(text))
        return key

    def record(self, day="2026-11-20", **more):
        """A record as trails deliver them."""
        return {
            "eventVersion": "1.11", "userIdentity": {"type": "Root", "accountId": self.account},
            "eventTime": f"{day}T11:03:00Z", "eventSource": "kennel.amazonaws.com",
            "eventName": "FeedPug", "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7",
            "eventID": str(uuid.uuid4()), "readOnly": False, "eventType": "AwsApiCall",
            "managementEvent": True, "recipientAccountId": self.account,
            "eventCategory": "Management", **more,
        }


@pytest.fixture
def imports(fresh):
    return Imports(fresh)


@pytest.fixture
def archive(start):
    return Archive(start(*QUICK))


def test_what_a_trail_delivered_is_in_the_store(archive):
    imports = Imports(archive.server)
    called = archive.call()
    archive.wait_for(lambda: called in archive.ids(), "the call in a file")
    archive.wait_for_digests(2)
    archive.cloudtrail.stop_logging(Name="main")
    delivered = {record["eventID"] for _, record in archive.records()}
    store = imports.store()
    told = imports.ended(imports.start(store, archive.bucket))
    assert told["ImportStatus"] == "COMPLETED", imports.failures(told["ImportId"])
    statistics = told["ImportStatistics"]
    assert statistics["FilesCompleted"] == len(archive.keys(FILE))
    assert statistics["PrefixesFound"] == statistics["PrefixesCompleted"] >= 1
    assert statistics["FailedEntries"] == 0
    identity = store.split("/")[1]
    found = rows(imports.trail, f"SELECT eventID, requestID FROM {identity}")
    assert {row["eventID"] for row in found} >= delivered
    assert len(found) == len({row["eventID"] for row in found}) == statistics["EventsCompleted"]
    assert called in {row["requestID"] for row in found}
    everything = rows(
        imports.trail, f"SELECT count(*) AS n FROM events WHERE requestID = '{called}'"
    )
    assert everything == [{"n": "1"}], "what was here already is nowhere seen twice"
    again = imports.ended(imports.start(store, archive.bucket))
    assert again["ImportStatus"] == "COMPLETED"
    assert again["ImportStatistics"]["EventsCompleted"] == 0, "once is enough"
