"""Lifecycle rules: what they take, what they leave, and what is told of it.

A day cannot be waited for: these rules have dates that are over, which are due at once, as at AWS.
"""

import datetime
import json
import time

import pytest

from buckets import bucket, put, versioned
from lake import refused
from test_delivery import DIGEST, FILE, QUICK, Archive

PATIENCE_S = 20
WALKS = ("--lifecycle-interval", "1s")
OVER = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.fixture
def walking(start):
    return start(*WALKS)


def rule(**more):
    more.setdefault("Filter", {})
    more.setdefault("Expiration", {"Date": OVER})
    return {"ID": "over", "Status": "Enabled", **more}


def rules(s3, name, *all):
    s3.put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": list(all)}
    )


def keys(s3, name):
    return {it["Key"] for it in s3.list_objects_v2(Bucket=name).get("Contents", [])}


def wait_for(happened, what):
    end = time.monotonic() + PATIENCE_S
    while not (found := happened()):
        assert time.monotonic() < end, what
        time.sleep(0.1)
    return found


def marker_of_the_walk(s3):
    """Waits for a whole walk that began after now: something put now is taken by the next one."""
    canary = bucket(s3)
    rules(s3, canary, rule())
    for _ in range(2):
        put(s3, canary, "canary")
        wait_for(lambda: not keys(s3, canary), "a walk")


@pytest.mark.parametrize("filter, gone", [
    ({}, {"logs/big", "logs/small", "tagged"}),
    ({"Prefix": "logs/"}, {"logs/big", "logs/small"}),
    ({"Tag": {"Key": "team", "Value": "pugs"}}, {"tagged"}),
    ({"ObjectSizeGreaterThan": 500}, {"logs/big"}),
    ({"And": {"Prefix": "logs/", "ObjectSizeLessThan": 500}}, {"logs/small"}),
    ({"And": {"Prefix": "logs/", "Tags": [{"Key": "team", "Value": "pugs"}]}}, set()),
])
def test_a_filter_says_what_goes(walking, filter, gone):
    s3 = walking.client("s3")
    den = bucket(s3)
    put(s3, den, "logs/big", b"x" * 9_000)
    put(s3, den, "logs/small")
    put(s3, den, "tagged", Tagging="team=pugs&color=fawn")
    all = keys(s3, den)
    rules(s3, den, rule(Filter=filter))
    wait_for(lambda: keys(s3, den) == all - gone, "what is over")
    marker_of_the_walk(s3)
    assert keys(s3, den) == all - gone


def test_rules_that_are_off_or_only_move_objects_take_nothing(walking):
    s3 = walking.client("s3")
    off, moves = bucket(s3), bucket(s3)
    for den in (off, moves):
        put(s3, den, "k")
    rules(s3, off, rule(Status="Disabled"))
    moving = {"ID": "cold", "Status": "Enabled", "Filter": {},
              "Transitions": [{"Date": OVER, "StorageClass": "GLACIER"}]}
    rules(s3, moves, moving)
    marker_of_the_walk(s3)
    assert keys(s3, off) == keys(s3, moves) == {"k"}
    # Nothing says that it was moved.
    assert "StorageClass" not in s3.head_object(Bucket=moves, Key="k")
    found = s3.get_bucket_lifecycle_configuration(Bucket=moves)["Rules"]
    assert found[0]["Transitions"][0]["StorageClass"] == "GLACIER"


def test_a_bucket_with_versions_gets_markers_and_locks_hold(walking):
    s3 = walking.client("s3")
    den = bucket(s3, ObjectLockEnabledForBucket=True)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
    locked = put(s3, den, "locked", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
    held = put(s3, den, "held", ObjectLockLegalHoldStatus="ON")
    plain = put(s3, den, "plain")
    rules(s3, den, rule())
    wait_for(lambda: not keys(s3, den), "markers over all")
    marker_of_the_walk(s3)
    for key, made in [("locked", locked), ("held", held), ("plain", plain)]:
        got = s3.get_object(Bucket=den, Key=key, VersionId=made["VersionId"])
        assert got["Body"].read() == b"woof"
    told = s3.list_object_versions(Bucket=den)
    assert len(told["Versions"]) == 3 and len(told["DeleteMarkers"]) == 3
    assert all(it["IsLatest"] for it in told["DeleteMarkers"])


def test_delete_markers_that_are_alone_go(walking):
    s3 = walking.client("s3")
    den = versioned(s3)
    made = put(s3, den, "gone")
    put(s3, den, "here")
    for key in ("gone", "here"):
        s3.delete_object(Bucket=den, Key=key)
    s3.delete_object(Bucket=den, Key="gone", VersionId=made["VersionId"])
    rules(s3, den, rule(Expiration={"ExpiredObjectDeleteMarker": True}))
    markers = lambda: s3.list_object_versions(Bucket=den).get("DeleteMarkers", [])
    wait_for(lambda: [it["Key"] for it in markers()] == ["here"], "the marker that is alone")


def test_a_walk_goes_on_after_a_kill_and_nothing_is_recorded_of_it(walking):
    s3 = walking.client("s3")
    den = bucket(s3)
    trail = walking.client("cloudtrail")
    fields = [{"Field": "eventCategory", "Equals": ["Data"]},
              {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]
    trail.create_event_data_store(
        Name="data-events", TerminationProtectionEnabled=False,
        AdvancedEventSelectors=[{"FieldSelectors": fields}],
    )
    for number in range(50):
        put(s3, den, f"k{number}")
    rules(s3, den, rule())
    walking.kill()
    walking.start()
    s3 = walking.client("s3")
    wait_for(lambda: not keys(s3, den), "all of it")
    ran = walking.pugmark("sql", "-o", "json",
                          "SELECT eventName, count(*) AS n FROM events WHERE eventSource = "
                          "'s3.amazonaws.com' GROUP BY eventName")
    names = ran.stdout
    assert "PutObject" in names and "PutBucketLifecycle" in names
    assert "Delete" not in names and "Expire" not in names, names


def test_rules_that_cannot_be_are_refused_as_at_aws(walking):
    s3 = walking.client("s3")
    den = bucket(s3)
    place = lambda *all: {"Bucket": den, "LifecycleConfiguration": {"Rules": list(all)}}
    call = s3.put_bucket_lifecycle_configuration
    refused("InvalidArgument", call, **place(rule(Expiration={"Days": 0})))
    refused("InvalidArgument", call, **place(rule(), rule()))
    refused("InvalidArgument", call,
            **place(rule(Expiration={"Date": OVER + datetime.timedelta(hours=1)})))
    bare = {"ID": "x", "Status": "Enabled", "Filter": {}}
    refused("InvalidRequest", call, **place(bare))
    tagged = {"Tag": {"Key": "a", "Value": "b"}}
    refused("InvalidRequest", call,
            **place(rule(Filter=tagged, Expiration={"ExpiredObjectDeleteMarker": True})))
    refused("MalformedXML", call,
            **place(rule(Expiration={"Days": 1, "Date": OVER})))
    refused("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=den)


def test_verify_tells_what_a_rule_took_from_what_is_missing(start):
    archive = Archive(start(*QUICK, *WALKS))
    made = archive.call()
    archive.wait_for(lambda: made in archive.ids(), "a file")
    archive.wait_for_digests(1)
    archive.cloudtrail.stop_logging(Name="main")
    archive.cloudtrail.start_logging(Name="main")
    by_hand, by_rule = archive.keys(FILE)[0], archive.keys(DIGEST)[0]
    archive.s3.delete_object(Bucket=archive.bucket, Key=by_hand)
    rules(archive.s3, archive.bucket, rule())
    gone = lambda: by_rule not in archive.keys()
    archive.wait_for(gone, "an empty archive")
    ran = archive.server.pugmark("verify", "-o", "json", code=1)
    report = json.loads(ran.stdout)
    flaws = {flaw["file"]: flaw for flaw in report["flaws"]}
    whole = flaws[f"s3://{archive.bucket}"]
    assert whole["verdict"] == "GAP" and "lifecycle rule `over`" in whole["found"]
    assert "0 are missing in the base" in whole["found"]
    assert "PutBucketLifecycle by arn" in whole["found"]
    assert f"s3://{archive.bucket}/{by_hand}" in flaws, "a rule is no excuse for a deletion by hand"
    assert f"s3://{archive.bucket}/{by_rule}" not in flaws
