"""What CloudTrail says of calls of S3."""

import base64
import json

import pytest

import trails
from buckets import allow, bucket, policy, put
from lake import found, name, refused, store

OBJECTS = [{
    "Name": "objects",
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ],
}]


@pytest.fixture
def s3(fresh):
    return fresh.client("s3")


@pytest.fixture
def den(s3):
    return bucket(s3)


def record(server, event):
    """The one record of an event."""
    [only] = [it for it in server.records() if it["eventName"] == event]
    return only


def data_events(server):
    """Records of the data plane, oldest first."""
    kept = found(server, "events", "--all")
    return [it for it in reversed(kept) if it["eventCategory"] == "Data"]


def host(server):
    return server.address.removeprefix("http://")


def test_management_calls_have_cloudtrails_names(fresh, s3, den):
    tag = [{"Key": "a", "Value": "b"}]
    calls = [
        (s3.get_bucket_versioning, {}, "GetBucketVersioning", "versioning"),
        (s3.get_bucket_acl, {}, "GetBucketAcl", "acl"),
        (s3.get_bucket_location, {}, "GetBucketLocation", "location"),
        (s3.get_bucket_encryption, {}, "GetBucketEncryption", "encryption"),
        (s3.get_public_access_block, {}, "GetBucketPublicAccessBlock", "publicAccessBlock"),
        (s3.get_bucket_accelerate_configuration, {}, "GetAccelerateConfiguration", "accelerate"),
        (s3.get_bucket_notification_configuration, {}, "GetBucketNotification", "notification"),
        (s3.put_bucket_tagging, {"Tagging": {"TagSet": tag}}, "PutBucketTagging", "tagging"),
        (s3.delete_bucket_tagging, {}, "DeleteBucketTagging", "tagging"),
        (s3.delete_public_access_block, {}, "DeleteBucketPublicAccessBlock", "publicAccessBlock"),
        (s3.delete_bucket_lifecycle, {}, "DeleteBucketLifecycle", "lifecycle"),
        (s3.list_multipart_uploads, {}, "ListMultipartUploads", "uploads"),
        (s3.delete_bucket, {}, "DeleteBucket", None),
    ]
    account = fresh.client("sts").get_caller_identity()["Account"]
    for call, more, event, mark in calls:
        answer = call(Bucket=den, **more)
        told = record(fresh, event)
        assert told["eventSource"] == "s3.amazonaws.com"
        assert told["eventCategory"] == "Management" and told["managementEvent"]
        parameters = told["requestParameters"]
        assert (parameters["bucketName"], parameters["Host"]) == (den, host(fresh)), event
        assert mark is None or parameters[mark] == "", event
        [resource] = told["resources"]
        assert resource["type"] == "AWS::S3::Bucket"
        assert resource["ARN"] == f"arn:aws:s3:::{den}"
        assert event == "DeleteBucket" or resource["accountId"] == account
        assert told["readOnly"] == event.startswith(("Get", "List"))
        assert told["requestID"] == answer["ResponseMetadata"]["RequestId"]


def west_records(server):
    """LookupEvents shows what happened in its own region."""
    pages = server.client("cloudtrail", region="eu-west-1").get_paginator("lookup_events")
    return [json.loads(it["CloudTrailEvent"]) for page in pages.paginate() for it in page["Events"]]


def test_what_is_set_is_told_in_s3s_own_words(fresh, s3, den):
    s3.put_bucket_versioning(Bucket=den, VersioningConfiguration={"Status": "Enabled"})
    parameters = record(fresh, "PutBucketVersioning")["requestParameters"]
    assert parameters["VersioningConfiguration"]["Status"] == "Enabled"
    text = policy(allow("111122223333", "s3:GetObject", f"{den}/*"))
    s3.put_bucket_policy(Bucket=den, Policy=text)
    parameters = record(fresh, "PutBucketPolicy")["requestParameters"]
    assert parameters["bucketPolicy"] == json.loads(text) and parameters["policy"] == ""
    west = fresh.client("s3", region="eu-west-1")
    where = {"LocationConstraint": "eu-west-1"}
    made = bucket(west, CreateBucketConfiguration=where)
    told = [it for it in west_records(fresh) if it["eventName"] == "CreateBucket"]
    [parameters] = [
        it["requestParameters"] for it in told if it["requestParameters"]["bucketName"] == made
    ]
    assert parameters["CreateBucketConfiguration"]["LocationConstraint"] == "eu-west-1"


def test_what_failed_is_told_too(fresh, s3, den):
    refused("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=den)
    told = record(fresh, "GetBucketPolicy")
    assert told["errorCode"] == "NoSuchBucketPolicy"
    assert told["errorMessage"] == "The bucket policy does not exist"
    assert told["requestParameters"]["policy"] == "" and told["responseElements"] is None
    refused("NoSuchBucket", s3.get_bucket_logging, Bucket="none-of-mine")
    assert record(fresh, "GetBucketLogging")["errorCode"] == "NoSuchBucket"


def test_data_events_are_kept_only_where_they_are_selected(fresh, s3, den):
    put(s3, den, "before")
    s3.get_object(Bucket=den, Key="before")
    assert data_events(fresh) == []
    store(fresh.client("cloudtrail"), AdvancedEventSelectors=OBJECTS, MultiRegionEnabled=False)
    put(s3, den, "a b")
    s3.get_object(Bucket=den, Key="a b", Range="bytes=0-1")
    refused("NoSuchKey", s3.get_object, Bucket=den, Key="none")
    s3.copy_object(Bucket=den, Key="copy", CopySource={"Bucket": den, "Key": "a b"})
    s3.list_objects_v2(Bucket=den, Prefix="a")
    s3.delete_objects(Bucket=den, Delete={"Objects": [{"Key": "copy"}]})
    s3.delete_object(Bucket=den, Key="a b")
    told = data_events(fresh)
    assert [it["eventName"] for it in told] == [
        "PutObject", "GetObject", "GetObject", "CopyObject", "ListObjects", "DeleteObjects",
        "DeleteObject",
    ]
    for it in told:
        assert it["requestParameters"]["bucketName"] == den and not it["managementEvent"]
        assert it["requestParameters"]["Host"] == host(fresh)
    first = told[0]
    assert first["requestParameters"]["key"] == "a b"
    assert first["responseElements"]["x-amz-server-side-encryption"] == "AES256"
    kinds = {it["type"]: it["ARN"] for it in first["resources"]}
    assert kinds == {
        "AWS::S3::Object": f"arn:aws:s3:::{den}/a b", "AWS::S3::Bucket": f"arn:aws:s3:::{den}",
    }
    assert [it["readOnly"] for it in told[:2]] == [False, True]
    assert told[2]["errorCode"] == "NoSuchKey"
    assert not [it for it in fresh.records() if it["eventName"] == "PutObject"]


def test_a_trail_may_select_the_objects_of_one_bucket(fresh, s3, den):
    other = bucket(s3)
    trail = trails.create(fresh, name("trail"))
    cloudtrail = fresh.client("cloudtrail")
    arn = trail["TrailARN"]
    selector = {
        "ReadWriteType": "WriteOnly", "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{den}/in/"]}],
    }
    cloudtrail.put_event_selectors(TrailName=arn, EventSelectors=[selector])
    cloudtrail.start_logging(Name=arn)
    for where, key in [(den, "in/a"), (den, "out/a"), (other, "in/a")]:
        put(s3, where, key)
        s3.get_object(Bucket=where, Key=key)
    of_ours = [
        it for it in data_events(fresh) if it["requestParameters"]["bucketName"] in (den, other)
    ]
    told = [(it["eventName"], it["requestParameters"]["key"]) for it in of_ours]
    assert told == [("PutObject", "in/a")] and of_ours[0]["resources"][1]["ARN"].endswith(den)


def test_a_body_and_its_secrets_are_no_part_of_a_record(fresh, s3, den):
    store(fresh.client("cloudtrail"), AdvancedEventSelectors=OBJECTS, MultiRegionEnabled=False)
    key = "k" * 32
    secret = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}
    plain = {"Bucket": den, "Key": "k", "Body": b"the-body-itself"}
    refused("NotImplemented", s3.put_object, **plain, **secret)
    s3.put_object(**plain)
    text = json.dumps(data_events(fresh))
    assert base64.b64encode(key.encode()).decode() not in text and "the-body-itself" not in text
