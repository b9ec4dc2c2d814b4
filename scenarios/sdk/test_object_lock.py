"""Object Lock: what it keeps, from whom, and for how long."""

import datetime
import time

import pytest

from buckets import ask, bucket, denied, got, put, versioned
from lake import now, refused

LOCKED = "Access Denied because object protected by object lock."


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def safe(s3):
    return bucket(s3, ObjectLockEnabledForBucket=True)


def later(**more):
    return now() + datetime.timedelta(**(more or {"days": 1}))


def kept(s3, safe, mode, until=None, key="k"):
    """Puts a version that is kept, and says which it is."""
    made = put(
        s3, safe, key, b"kept", ObjectLockMode=mode, ObjectLockRetainUntilDate=until or later()
    )
    return {"Bucket": safe, "Key": key, "VersionId": made["VersionId"]}


def default(mode, **period):
    rule = {"DefaultRetention": {"Mode": mode, **period}}
    return {"ObjectLockEnabled": "Enabled", "Rule": rule}


def test_what_is_put_takes_the_buckets_default(s3, safe):
    assert s3.get_bucket_versioning(Bucket=safe)["Status"] == "Enabled"
    found = s3.get_object_lock_configuration(Bucket=safe)["ObjectLockConfiguration"]
    assert found == {"ObjectLockEnabled": "Enabled"}
    free = put(s3, safe, "k")["VersionId"]
    config = default("GOVERNANCE", Days=2)
    s3.put_object_lock_configuration(Bucket=safe, ObjectLockConfiguration=config)
    assert s3.get_object_lock_configuration(Bucket=safe)["ObjectLockConfiguration"] == config
    made = put(s3, safe, "k")["VersionId"]
    head = s3.head_object(Bucket=safe, Key="k", VersionId=made)
    left = head["ObjectLockRetainUntilDate"] - head["LastModified"]
    assert head["ObjectLockMode"] == "GOVERNANCE" and abs(left.total_seconds() - 172_800) < 5
    refused("AccessDenied", s3.delete_object, Bucket=safe, Key="k", VersionId=made)
    s3.delete_object(Bucket=safe, Key="k", VersionId=free)
    upload = s3.create_multipart_upload(Bucket=safe, Key="parts")["UploadId"]
    which = {"Bucket": safe, "Key": "parts", "UploadId": upload}
    etag = s3.upload_part(**which, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    s3.complete_multipart_upload(**which, MultipartUpload=parts)
    assert s3.head_object(Bucket=safe, Key="parts")["ObjectLockMode"] == "GOVERNANCE"
    s3.copy_object(Bucket=safe, Key="copy", CopySource={"Bucket": safe, "Key": "k"})
    assert s3.head_object(Bucket=safe, Key="copy")["ObjectLockMode"] == "GOVERNANCE"


def test_a_default_may_be_in_years_or_nothing(s3, safe):
    for config in [default("COMPLIANCE", Years=7), {"ObjectLockEnabled": "Enabled"}]:
        s3.put_object_lock_configuration(Bucket=safe, ObjectLockConfiguration=config)
        found = s3.get_object_lock_configuration(Bucket=safe)["ObjectLockConfiguration"]
        assert found == config
    for wrong in [default("COMPLIANCE", Years=1, Days=1), default("COMPLIANCE"), {}]:
        where = {"Bucket": safe, "ObjectLockConfiguration": wrong}
        refused("MalformedXML", s3.put_object_lock_configuration, **where)
    for wrong in [default("COMPLIANCE", Days=0), default("COMPLIANCE", Years=101)]:
        where = {"Bucket": safe, "ObjectLockConfiguration": wrong}
        refused("InvalidArgument", s3.put_object_lock_configuration, **where)


def test_governance_gives_way_to_who_says_so(s3, safe):
    one = kept(s3, safe, "GOVERNANCE")
    assert refused("AccessDenied", s3.delete_object, **one) == LOCKED
    refused("AccessDenied", s3.delete_object, **one, BypassGovernanceRetention=False)
    shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": later(hours=1)}
    refused("AccessDenied", s3.put_object_retention, **one, Retention=shorter)
    s3.put_object_retention(**one, Retention=shorter, BypassGovernanceRetention=True)
    assert s3.get_object_retention(**one)["Retention"] == shorter
    longer = {"Mode": "GOVERNANCE", "RetainUntilDate": later(days=9)}
    s3.put_object_retention(**one, Retention=longer)
    assert s3.get_object_retention(**one)["Retention"] == longer
    s3.delete_object(**one, BypassGovernanceRetention=True)
    refused("NoSuchVersion", s3.get_object, **one)


def test_nobody_shortens_compliance_by_any_road(server, s3, safe):
    one = kept(s3, safe, "COMPLIANCE")
    bypass = {"BypassGovernanceRetention": True}
    assert refused("AccessDenied", s3.delete_object, **one, **bypass) == LOCKED
    which = {"Key": "k", "VersionId": one["VersionId"]}
    answer = s3.delete_objects(Bucket=safe, Delete={"Objects": [which]}, **bypass)
    assert [it["Code"] for it in answer["Errors"]] == ["AccessDenied"] and "Deleted" not in answer
    for retention in [
        {}, {"Mode": "COMPLIANCE", "RetainUntilDate": later(hours=1)},
        {"Mode": "GOVERNANCE", "RetainUntilDate": later(days=9)},
    ]:
        refused("AccessDenied", s3.put_object_retention, **one, Retention=retention, **bypass)
    put(s3, safe, "k", b"over it")
    put(s3, safe, "other", b"other")
    s3.copy_object(Bucket=safe, Key="k", CopySource={"Bucket": safe, "Key": "other"})
    s3.delete_object(Bucket=safe, Key="k", **bypass)
    refused("BucketNotEmpty", s3.delete_bucket, Bucket=safe)
    suspended = {"Status": "Suspended"}
    where = {"Bucket": safe, "VersioningConfiguration": suspended}
    refused("InvalidBucketState", s3.put_bucket_versioning, **where)
    rules = [{
        "ID": "now", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }]
    s3.put_bucket_lifecycle_configuration(Bucket=safe, LifecycleConfiguration={"Rules": rules})
    config = {"ObjectLockEnabled": "Enabled"}
    s3.put_object_lock_configuration(Bucket=safe, ObjectLockConfiguration=config)
    assert s3.get_object_retention(**one)["Retention"]["Mode"] == "COMPLIANCE"
    assert got(s3, safe, "k", VersionId=one["VersionId"]) == b"kept"
    longer = {"Mode": "COMPLIANCE", "RetainUntilDate": later(days=2)}
    s3.put_object_retention(**one, Retention=longer)
    assert s3.get_object_retention(**one)["Retention"] == longer


def test_a_lock_ends(s3, safe):
    one = kept(s3, safe, "COMPLIANCE", now() + datetime.timedelta(seconds=3))
    refused("AccessDenied", s3.delete_object, **one)
    time.sleep(4)
    s3.delete_object(**one)
    refused("NoSuchVersion", s3.get_object, **one)


def test_a_legal_hold_lasts_until_it_is_lifted(s3, safe):
    made = put(s3, safe, "k", ObjectLockLegalHoldStatus="ON")
    one = {"Bucket": safe, "Key": "k", "VersionId": made["VersionId"]}
    assert s3.get_object_legal_hold(**one)["LegalHold"]["Status"] == "ON"
    assert s3.head_object(**one)["ObjectLockLegalHoldStatus"] == "ON"
    refused("AccessDenied", s3.delete_object, **one, BypassGovernanceRetention=True)
    s3.put_object_legal_hold(**one, LegalHold={"Status": "OFF"})
    assert s3.get_object_legal_hold(**one)["LegalHold"]["Status"] == "OFF"
    s3.put_object_legal_hold(**one, LegalHold={"Status": "ON"})
    refused("AccessDenied", s3.delete_object, **one)
    s3.put_object_legal_hold(**one, LegalHold={"Status": "OFF"})
    s3.delete_object(**one)
    refused("MalformedXML", s3.put_object_legal_hold, Bucket=safe, Key=put_key(s3, safe),
            LegalHold={"Status": "MAYBE"})


def put_key(s3, safe):
    put(s3, safe, "other")
    return "other"


def test_a_delete_without_a_version_only_adds_a_marker(s3, safe):
    one = kept(s3, safe, "COMPLIANCE")
    marker = s3.delete_object(Bucket=safe, Key="k")
    assert marker["DeleteMarker"] and marker["VersionId"] != one["VersionId"]
    denied(404, s3.head_object, Bucket=safe, Key="k")
    assert got(s3, safe, "k", VersionId=one["VersionId"]) == b"kept"
    s3.delete_object(Bucket=safe, Key="k", VersionId=marker["VersionId"])
    assert got(s3, safe, "k") == b"kept"


def test_there_are_no_locks_where_the_bucket_has_none(s3):
    den = versioned(s3)
    put(s3, den, "k")
    plain = {"Bucket": den, "Key": "k"}
    refused("InvalidRequest", s3.put_object, **plain, Body=b"", ObjectLockLegalHoldStatus="ON")
    refused("InvalidRequest", s3.put_object_legal_hold, **plain, LegalHold={"Status": "ON"})
    refused("InvalidRequest", s3.get_object_retention, **plain)
    config = {"ObjectLockEnabled": "Enabled"}
    s3.put_object_lock_configuration(Bucket=den, ObjectLockConfiguration=config)
    s3.put_object_legal_hold(**plain, LegalHold={"Status": "ON"})
    flat = bucket(s3)
    where = {"Bucket": flat, "ObjectLockConfiguration": config}
    refused("InvalidBucketState", s3.put_object_lock_configuration, **where)


def test_what_makes_no_lock_is_refused(server, s3, safe):
    plain = {"Bucket": safe, "Key": "k", "Body": b""}
    refused("InvalidArgument", s3.put_object, **plain, ObjectLockMode="COMPLIANCE")
    refused("InvalidArgument", s3.put_object, **plain, ObjectLockRetainUntilDate=later())
    past = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": "2001-01-01"}
    refused("InvalidArgument", s3.put_object, **plain, **past)
    put(s3, safe, "k")
    refused("NoSuchObjectLockConfiguration", s3.get_object_retention, Bucket=safe, Key="k")
    body = b"<Retention><Mode>COMPLIANCE</Mode></Retention>"
    status, _, told = ask(server, "PUT", f"/{safe}/k?retention", body=body)
    assert status == 400 and b"MalformedXML" in told


def test_locks_outlive_the_server(fresh):
    s3 = fresh.client("s3")
    safe = bucket(s3, ObjectLockEnabledForBucket=True)
    one = kept(s3, safe, "COMPLIANCE")
    fresh.kill()
    s3 = fresh.start().client("s3")
    refused("AccessDenied", s3.delete_object, **one, BypassGovernanceRetention=True)
    assert got(s3, safe, "k", VersionId=one["VersionId"]) == b"kept"
