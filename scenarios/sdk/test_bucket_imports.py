"""Imports: what trails put into a bucket comes back into an event data store."""

import gzip
import json
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
    stopped = archive.cloudtrail.stop_logging(Name="main")["ResponseMetadata"]["RequestId"]
    archive.wait_for(lambda: stopped in archive.ids(), "the last file, with the stop in it")
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


def test_the_unmodified_cli_imports(imports):
    bucket = imports.bucket()
    for number in range(3):
        imports.put(bucket, number, [imports.record() for _ in range(10)])
    store = imports.store()
    aws = imports.server.aws
    source = imports.source(bucket)["S3"]
    words = ",".join(f"{name}={value}" for name, value in source.items())
    started = aws(
        "cloudtrail", "start-import", "--destinations", store, "--import-source", f"S3={{{words}}}"
    )
    told = imports.ended(started["ImportId"])
    assert told["ImportStatus"] == "COMPLETED"
    assert told["ImportSource"]["S3"] == source
    listed = aws("cloudtrail", "list-imports", "--destination", store)["Imports"]
    assert [it["ImportId"] for it in listed] == [started["ImportId"]]
    assert aws("cloudtrail", "list-imports", "--import-status", "FAILED")["Imports"] == []
    failures = aws("cloudtrail", "list-import-failures", "--import-id", started["ImportId"])
    assert failures["Failures"] == []
    assert imports.count(store) == 30
    record = imports.server.record_of
    calls = [it for it in imports.server.records() if it["eventName"] == "StartImport"]
    assert [it["responseElements"]["importId"] for it in calls] == [started["ImportId"]]
    assert calls[0]["requestParameters"]["importSource"]["s3"]["s3LocationUri"] == (
        source["S3LocationUri"]
    )
    assert record(calls[0]["requestID"])["readOnly"] is False


def test_a_kill_in_the_middle_neither_loses_nor_doubles(start):
    server = start()
    imports = Imports(server)
    bucket, store = imports.bucket(), imports.store()
    for number in range(20):
        records = [imports.record() for _ in range(4_000)]
        imports.put(bucket, number, records, day=f"2026/11/{1 + number:02}")
    id = imports.start(store, bucket)
    for _ in range(3):
        time.sleep(0.1)
        server.kill()
        server.start()
        assert imports.trail.get_import(ImportId=id)["ImportStatus"] != "FAILED"
    told = imports.ended(id)
    assert told["ImportStatus"] == "COMPLETED", imports.failures(id)
    assert told["ImportStatistics"]["FilesCompleted"] == 20
    assert told["ImportStatistics"]["EventsCompleted"] == 80_000
    assert told["ImportStatistics"]["PrefixesFound"] == 20
    identity = store.split("/")[1]
    counts = "count(*) AS n, count(DISTINCT eventID) AS d"
    found = rows(imports.trail, f"SELECT {counts} FROM {identity}")
    assert found == [{"n": "80000", "d": "80000"}]
    server.stop()
    assert server.pugmark("verify").returncode == 0


def test_the_server_answers_meanwhile(imports):
    bucket, store = imports.bucket(), imports.store()
    for number in range(40):
        imports.put(bucket, number, [imports.record() for _ in range(500)])
    id = imports.start(store, bucket)
    slowest = 0
    while imports.trail.get_import(ImportId=id)["ImportStatus"] in ("INITIALIZING", "IN_PROGRESS"):
        began = time.monotonic()
        imports.server.client("sts").get_caller_identity()
        slowest = max(slowest, time.monotonic() - began)
    assert imports.ended(id)["ImportStatistics"]["EventsCompleted"] == 20_000
    assert slowest < 10, slowest


def test_a_tampered_file_is_named_and_stays_outside(archive):
    imports = Imports(archive.server)
    archive.call()
    archive.wait_for(lambda: archive.keys(FILE), "a file")
    archive.wait_for_digests(2)
    stopped = archive.cloudtrail.stop_logging(Name="main")["ResponseMetadata"]["RequestId"]
    archive.wait_for(lambda: stopped in archive.ids(), "the last file, with the stop in it")
    victim = archive.keys(FILE)[0]
    right = archive.s3.get_object(Bucket=archive.bucket, Key=victim)["Body"].read()
    ours = imports.record(eventName="Forged")
    forged = gzip.compress(json.dumps({"Records": [ours]}).encode())
    archive.s3.put_object(Bucket=archive.bucket, Key=victim, Body=forged)
    store = imports.store()
    told = imports.ended(imports.start(store, archive.bucket))
    id = told["ImportId"]
    assert told["ImportStatus"] == "FAILED" and told["ImportStatistics"]["FailedEntries"] == 1
    [failure] = imports.failures(id)
    assert failure["Location"] == f"s3://{archive.bucket}/{victim}"
    assert (failure["Status"], failure["ErrorType"]) == ("FAILED", "HashMismatch")
    assert "SHA-256" in failure["ErrorMessage"]
    identity = store.split("/")[1]
    assert rows(imports.trail, f"SELECT 1 FROM {identity} WHERE eventName = 'Forged'") == []
    # The right file is put back, and the same import goes on.
    archive.s3.put_object(Bucket=archive.bucket, Key=victim, Body=right)
    again = imports.trail.start_import(ImportId=id)
    assert (again["ImportId"], again["ImportStatus"]) == (id, "INITIALIZING")
    told = imports.ended(id)
    assert told["ImportStatus"] == "COMPLETED", imports.failures(id)
    assert [it["Status"] for it in imports.failures(id)] == ["SUCCEEDED"]
    assert told["ImportStatistics"]["FilesCompleted"] == len(archive.keys(FILE))


def test_an_import_stops_and_goes_on(imports):
    bucket, store = imports.bucket(), imports.store()
    for number in range(40):
        imports.put(bucket, number, [imports.record() for _ in range(4_000)])
    id = imports.start(store, bucket)
    refused(
        "AccountHasOngoingImportException", imports.trail.start_import,
        Destinations=[store], ImportSource=imports.source(bucket),
    )
    stopped = imports.trail.stop_import(ImportId=id)
    assert stopped["ImportStatus"] == "STOPPED" and "ImportStatistics" in stopped
    refused("InvalidParameterException", imports.trail.stop_import, ImportId=id)
    time.sleep(1)
    held = imports.trail.get_import(ImportId=id)["ImportStatistics"]["EventsCompleted"]
    assert imports.count(store) == held
    imports.server.stop()
    imports.server.start()
    assert imports.trail.get_import(ImportId=id)["ImportStatus"] == "STOPPED"
    imports.trail.start_import(ImportId=id)
    told = imports.ended(id)
    assert told["ImportStatus"] == "COMPLETED"
    assert told["ImportStatistics"]["FilesCompleted"] == 40
    assert imports.count(store) == 160_000
    refused("InvalidParameterException", imports.trail.start_import, ImportId=id)


def test_what_is_no_log_file_fails_by_name_or_is_passed_over(imports):
    bucket, store = imports.bucket(), imports.store()
    imports.put(bucket, 1, [imports.record()])
    put = lambda key, body: imports.s3.put_object(Bucket=bucket, Key=key, Body=body)
    put(imports.key(2), b"no gzip at all")
    put(imports.key(3), gzip.compress(b'{"Records": [{"eventName"'))
    put(imports.key(4), gzip.compress(b'{"Records":[]}')[:-9])
    put(imports.key(5).replace("/CloudTrail/", "/Config/"), b"another service's")
    put(imports.key(6).removesuffix(".gz"), b"not compressed")
    put("elsewhere/x.json.gz", gzip.compress(json.dumps({"Records": [imports.record()]}).encode()))
    told = imports.ended(imports.start(store, bucket))
    statistics = told["ImportStatistics"]
    assert (statistics["FilesCompleted"], statistics["FailedEntries"]) == (1, 3)
    kinds = [it["ErrorType"] for it in imports.failures(told["ImportId"])]
    assert kinds == ["InvalidGzip", "InvalidLogFile", "InvalidGzip"]
    pages = imports.trail.get_paginator("list_import_failures").paginate(
        ImportId=told["ImportId"], PaginationConfig={"PageSize": 2}
    )
    assert [len(page["Failures"]) for page in pages] == [2, 1]
    # Another folder is looked into where it is named.
    told = imports.ended(imports.start(store, bucket, "elsewhere/"))
    assert told["ImportStatistics"]["EventsCompleted"] == 1


def test_times_choose_records(imports):
    bucket, store = imports.bucket(), imports.store()
    for day in range(1, 11):
        imports.put(bucket, day, [imports.record(day=f"2026-11-{day:02}")], day=f"2026/11/{day:02}")
    imports.put(bucket, 99, [imports.record(day="2020-01-01")], day="2020/01/01")
    times = {"StartEventTime": "2026-11-03T00:00:00Z", "EndEventTime": "2026-11-05T23:59:59Z"}
    told = imports.ended(imports.start(store, bucket, **times))
    assert told["ImportStatistics"]["EventsCompleted"] == 3
    assert told["StartEventTime"].isoformat().startswith("2026-11-03")
    told = imports.ended(imports.start(store, bucket))
    assert told["ImportStatistics"]["EventsCompleted"] == 7, "retention leaves the oldest outside"
    assert imports.count(store) == 10


def test_what_cannot_be_imported_is_refused(imports):
    bucket, store = imports.bucket(), imports.store()
    start, source = imports.trail.start_import, imports.source
    good = {"Destinations": [store], "ImportSource": source(bucket)}

    def no(code, **more):
        return refused(code, start, **{k: v for k, v in (good | more).items() if v is not None})

    no("InvalidParameterException", ImportSource=None)
    no("InvalidParameterException", Destinations=None)
    no("InvalidParameterException", ImportId=str(uuid.uuid4()))
    missing = store.replace(store.split("/")[1], str(uuid.uuid4()))
    no("EventDataStoreNotFoundException", Destinations=[missing])
    no("EventDataStoreARNInvalidException", Destinations=["arn:aws:s3:::nothing"])
    no("OperationNotPermittedException", Destinations=["pugmark"])
    no("InvalidEventDataStoreCategoryException", Destinations=[lake.log_store(imports.trail)])
    for uri in ("https://x", "s3://", f"s3://{lake.name('none')}"):
        no("InvalidImportSourceException", ImportSource=source(bucket) | {
            "S3": source(bucket)["S3"] | {"S3LocationUri": uri}
        })
    abroad = {"S3": source(bucket)["S3"] | {"S3BucketRegion": "eu-west-1"}}
    assert "us-east-1" in no("InvalidImportSourceException", ImportSource=abroad)
    for role in ("", "importer", ROLE.format("999988887777")):
        strange = {"S3": source(bucket)["S3"] | {"S3BucketAccessRoleArn": role}}
        no("InvalidParameterException", ImportSource=strange)
    backwards = {"StartEventTime": "2026-11-02T00:00:00Z", "EndEventTime": "2026-11-01T00:00:00Z"}
    no("InvalidParameterException", **backwards)
    no("InvalidParameterException", EndEventTime="2020-01-01T00:00:00Z")
    no("InvalidParameterException", StartEventTime="2999-01-01T00:00:00Z")
    deny = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
    }
    imports.s3.put_bucket_policy(Bucket=bucket, Policy=trails.policy(deny))
    assert "ListBucket" in no("InsufficientEncryptionPolicyException")
    imports.s3.delete_bucket_policy(Bucket=bucket)
    imports.trail.delete_event_data_store(EventDataStore=store)
    no("InactiveEventDataStoreException")
    nothing = str(uuid.uuid4())
    for call in (imports.trail.get_import, imports.trail.stop_import, start):
        refused("ImportNotFoundException", call, ImportId=nothing)
    refused("ImportNotFoundException", imports.trail.list_import_failures, ImportId=nothing)
    lists = imports.trail.list_imports
    refused("InvalidParameterException", lists, ImportStatus="ASLEEP")
    refused("InvalidNextTokenException", lists, NextToken="nonsense")
    assert lists()["Imports"] == []


def test_an_import_of_another_account_is_nobodys_business(imports):
    bucket, store = imports.bucket(), imports.store()
    stranger = imports.record(recipientAccountId="999988887777")
    imports.put(bucket, 1, [stranger])
    told = imports.ended(imports.start(store, bucket))
    assert told["ImportStatistics"]["EventsCompleted"] == 1
    identity = store.split("/")[1]
    found = rows(imports.trail, f"SELECT eventID, owner FROM {identity}")
    assert found == [{"eventID": stranger["eventID"], "owner": imports.account}]
