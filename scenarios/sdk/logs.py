"""Log files of our own making: the ordinary, and every oddity that real ones have shown."""

import copy
import datetime
import gzip
import json
import uuid

NAMESPACE = uuid.UUID("5b0c9a52-0f6a-4f6e-9d8e-3f2f1d0c7a11")


def event_id(word):
    """The same id for the same word, in every run."""
    return str(uuid.uuid5(NAMESPACE, word))


YESTERDAY = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)


def recently(minutes=0):
    """Yesterday, some minutes later: the same time all through a run."""
    return (YESTERDAY + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def record(word, account="111122223333", minutes=0, **changes):
    """An ordinary record, known by its word."""
    ordinary = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLEEXAMPLE001",
            "arn": f"arn:aws:iam::{account}:user/lookup-alice",
            "accountId": account,
            "accessKeyId": "AKIAEXAMPLEALICE0001",
            "userName": "lookup-alice",
        },
        "eventTime": recently(minutes),
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "198.51.100.10",
        "userAgent": "aws-cli/2.31.0",
        "requestParameters": {"userName": word},
        "responseElements": None,
        "requestID": event_id("request " + word),
        "eventID": event_id(word),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
    return ordinary | changes


def without(made, *fields):
    """The record without some of its fields."""
    return {name: value for name, value in made.items() if name not in fields}


def user_name(made):
    return (made.get("userIdentity") or {}).get("userName")


def resource_story(account):
    """Records that touch resources, some named by the record, some only by its parameters."""
    role = {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLEEXAMPLE001:lookup-session",
        "arn": f"arn:aws:sts::{account}:assumed-role/ReleaseRole/lookup-session",
        "accountId": account,
        "accessKeyId": "ASIAEXAMPLESESSION01",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": "AROAEXAMPLEEXAMPLE001",
                "arn": f"arn:aws:iam::{account}:role/ReleaseRole",
                "accountId": account,
                "userName": "ReleaseRole",
            },
            "attributes": {"creationDate": recently(), "mfaAuthenticated": "false"},
        },
    }
    key = f"arn:aws:kms:us-east-1:{account}:key/0a1b2c3d-0000-4000-8000-0123456789ab"
    sara = record("x", account)["userIdentity"] | {
        "arn": f"arn:aws:iam::{account}:user/story-sara",
        "accessKeyId": "AKIAEXAMPLESARA00001",
        "userName": "story-sara",
    }
    return [
        record("lookup-intern", account, 1, userIdentity=sara),
        record(
            "lookup-trail", account, 2,
            userIdentity=role,
            eventSource="cloudtrail.amazonaws.com",
            eventName="StopLogging",
            requestParameters={"name": "lookup-trail"},
        ),
        record(
            "lookup-key", account, 3,
            userIdentity=sara,
            eventSource="kms.amazonaws.com",
            eventName="Decrypt",
            readOnly=True,
            requestParameters={"encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
            resources=[{"accountId": account, "type": "AWS::KMS::Key", "ARN": key}],
        ),
    ]


def beyond_reach():
    """Records that AWS's LookupEvents would not show: too old, or another account's."""
    old = {"eventName": "BeyondReach", "eventTime": "2023-07-10T12:00:00Z"}
    return [
        record("too-old", "123456789012", **old),
        record("too-foreign", "999988887777", eventName="BeyondReach"),
    ]


def oddly_spelt(account):
    """One record's text, spelt as no serializer of ours would."""
    made = record("oddly-spelt", account)
    fields = [
        f'"eventID" : "{made["eventID"]}"',
        '"zebra":[1,2.50,1e5,-0,18446744073709551616,{}, [] ]',
        f'"eventTime":"{made["eventTime"]}"',
        '"userAgent":"m\\u00fcde \\/ müde \\u0000"',
        '"eventSource":"iam.amazonaws.com","eventName":"OddlySpelt"',
        '"awsRegion":"us-east-1",  "errorCode":null',
        f'"recipientAccountId":"{account}","userIdentity":{{"type":"Root"  }}',
        '"requestParameters":{"b":1,"a":{"B":null,"A":"\\t"}}',
        '"responseElements":null,"readOnly":true,"eventVersion":"1.08"',
        '"sourceIPAddress":"AWS Internal","eventType":"AwsApiCall"',
    ]
    return "{" + ",".join(fields) + "}"


def oddities(account):
    """(word, record) of every oddity of real data that counts as a record."""
    odd = {"userIdentity": {"type": "IAMUser", "userName": "odd-olga", "accountId": account}}
    return {
        "no id": without(record("no id", account, 1, **odd), "eventID"),
        "string parameters": record(
            "string parameters", account, 2, requestParameters="not an object", **odd
        ),
        "time with a space": record(
            "time with a space", account, 3,
            eventTime=recently(3).replace("T", " ").replace("Z", ""), **odd,
        ),
        "thirteen digits": record("thirteen digits", "1234567890123", 4, **odd),
        "request id of s3": record(
            "request id of s3", account, 5,
            requestID="4B4D3A1C0F9E8D7C",
            additionalEventData={"x-amz-id-2": "mUZ4/example+host+id=", "bytesTransferredIn": 0},
            **odd,
        ),
        "null identity": record("null identity", account, 6, userIdentity=None),
        "no identity": without(record("no identity", account, 7), "userIdentity"),
        "version 1.0": without(
            record("version 1.0", account, 8, eventVersion="1.0", **odd),
            "requestID", "readOnly", "eventType", "managementEvent", "eventCategory",
        ),
        "31 KB": record("31 KB", account, 9, requestParameters={"text": "x" * 31_000}, **odd),
        "1 MB": record("1 MB", account, 10, responseElements={"text": "y" * 1_000_000}, **odd),
        "insight": record(
            "insight", account, 11,
            eventCategory="Insight", eventType="AwsCloudTrailInsight",
            insightDetails={"state": "Start", "insightType": "ApiCallRateInsight"}, **odd,
        ),
        "unknown fields": record(
            "unknown fields", account, 12, fieldOfTomorrow={"deep": [{"er": [None]}]}, **odd
        ),
    }


def conflict(account):
    """Two records of one id whose bytes differ."""
    first = record("conflict", account, 20)
    second = copy.deepcopy(first)
    second["sourceIPAddress"] = "203.0.113.66"
    return first, second


DIGEST = {
    "awsAccountId": "111122223333",
    "digestStartTime": "2026-01-01T00:00:00Z",
    "digestEndTime": "2026-01-01T01:00:00Z",
    "digestS3Bucket": "logs-of-example",
    "digestSignatureAlgorithm": "SHA256withRSA",
    "previousDigestSignature": None,
    "logFiles": [],
}


def wrap(records):
    """The file format of CloudTrail."""
    return json.dumps({"Records": records}, separators=(",", ":")).encode()


def write(path, content):
    """Writes bytes, packed when the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = path.name.endswith(".gz")
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)


def write_records(path, records):
    write(path, wrap(records))


def write_pile(directory, account):
    """A directory with every oddity in every container; how many records count in it."""
    words = list(oddities(account).items())
    records = [made for _, made in words]
    lines = [json.dumps(made) for made in records]
    half = len(records) // 3
    write_records(directory / "a/wrapped.json.gz", records[:half])
    write(directory / "b/array.json", json.dumps(records[half : 2 * half], indent=1).encode())
    write(directory / "b/lines.json", "\n".join(lines[2 * half :]).encode())
    extra = [record(f"joined {n}", account, 30 + n) for n in range(10)]
    whole = wrap(extra)
    joined = gzip.compress(whole[:900], mtime=0) + gzip.compress(whole[900:], mtime=0)
    (directory / "joined.json.gz").write_bytes(joined)
    write_records(directory / "delivered-again.json.gz", records[:half] + extra)
    write_records(directory / "conflict-1.json", [conflict(account)[0]])
    write_records(directory / "conflict-2.json", [conflict(account)[1]])
    write_records(directory / "empty.json.gz", [])
    digest = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/01/01/digest.json.gz"
    write(directory / digest, json.dumps(DIGEST).encode())
    write(directory / "package.json", b'{"name": "foreign", "version": "1.0.0"}')
    write(directory / "notes.txt", b"not a log")
    return len(records) + len(extra) + 1
