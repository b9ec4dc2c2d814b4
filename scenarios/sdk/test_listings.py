"""Listings of a bucket's objects, page by page."""

import pytest

from buckets import ask, bucket, keys, put
from lake import refused

NAMES = ["a", "a/1", "a/2", "a/b/3", "a0", "b/1", "b/2", "c", "ä"]


@pytest.fixture(scope="module")
def s3(server):
    return server.client("s3")


@pytest.fixture(scope="module")
def den(s3):
    made = bucket(s3)
    for key in reversed(NAMES):
        put(s3, made, key, key.encode())
    return made


def prefixes(answer):
    return [it["Prefix"] for it in answer.get("CommonPrefixes", [])]


def test_keys_come_in_the_order_of_their_bytes(s3, den):
    for call in [s3.list_objects, s3.list_objects_v2]:
        answer = call(Bucket=den)
        assert keys(answer) == NAMES and not answer["IsTruncated"]
        first = answer["Contents"][0]
        assert (first["Size"], first["StorageClass"]) == (1, "STANDARD")
        assert first["ETag"].startswith('"') and first["LastModified"].year >= 2026
    assert "Owner" in s3.list_objects(Bucket=den)["Contents"][0]
    assert "Owner" not in s3.list_objects_v2(Bucket=den)["Contents"][0]
    assert "Owner" in s3.list_objects_v2(Bucket=den, FetchOwner=True)["Contents"][0]


@pytest.mark.parametrize(
    ("prefix", "delimiter", "found", "common"),
    [
        ("", "/", ["a", "a0", "c", "ä"], ["a/", "b/"]),
        ("a/", "/", ["a/1", "a/2"], ["a/b/"]),
        ("a", "", ["a", "a/1", "a/2", "a/b/3", "a0"], []),
        ("a", "/", ["a", "a0"], ["a/"]),
        ("b/", "", ["b/1", "b/2"], []),
        ("none", "/", [], []),
        ("", "1", ["a", "a/2", "a/b/3", "a0", "b/2", "c", "ä"], ["a/1", "b/1"]),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 1_000])
def test_prefix_delimiter_and_pages_go_together(s3, den, prefix, delimiter, found, common, size):
    for operation in ["list_objects", "list_objects_v2"]:
        pages = s3.get_paginator(operation).paginate(
            Bucket=den, Prefix=prefix, Delimiter=delimiter, PaginationConfig={"PageSize": size}
        )
        pages = list(pages)
        assert [key for page in pages for key in keys(page)] == found
        assert [it for page in pages for it in prefixes(page)] == common
        for page in pages:
            assert len(keys(page)) + len(prefixes(page)) <= size
            assert page.get("KeyCount", 0) in (0, len(keys(page)) + len(prefixes(page)))


def test_the_first_kind_goes_on_behind_a_marker(s3, den):
    assert keys(s3.list_objects(Bucket=den, Marker="a0")) == ["b/1", "b/2", "c", "ä"]
    assert keys(s3.list_objects(Bucket=den, Marker="a/2x", MaxKeys=1)) == ["a/b/3"]
    page = s3.list_objects(Bucket=den, Delimiter="/", MaxKeys=2)
    assert page["NextMarker"] == "a/" and page["IsTruncated"]
    page = s3.list_objects(Bucket=den, Delimiter="/", Marker=page["NextMarker"])
    assert (keys(page), prefixes(page)) == (["a0", "c", "ä"], ["b/"])
    assert "NextMarker" not in s3.list_objects(Bucket=den, MaxKeys=2)


def test_the_second_kind_goes_on_with_a_token(s3, den):
    first = s3.list_objects_v2(Bucket=den, MaxKeys=3)
    assert first["KeyCount"] == 3 and first["IsTruncated"]
    token = first["NextContinuationToken"]
    rest = s3.list_objects_v2(Bucket=den, ContinuationToken=token)
    assert keys(first) + keys(rest) == NAMES and rest["ContinuationToken"] == token
    assert keys(s3.list_objects_v2(Bucket=den, StartAfter="b/1")) == ["b/2", "c", "ä"]
    wrong = {"Bucket": den, "ContinuationToken": "!"}
    refused("InvalidArgument", s3.list_objects_v2, **wrong)


def test_nothing_may_be_asked_for(s3, den):
    for call in [s3.list_objects, s3.list_objects_v2]:
        answer = call(Bucket=den, MaxKeys=0)
        assert keys(answer) == [] and not answer["IsTruncated"]
    assert s3.list_objects_v2(Bucket=den, MaxKeys=5_000)["MaxKeys"] == 1_000


def test_bounds_and_encodings_that_are_none_are_refused(server, den):
    for query in ["max-keys=-1", "max-keys=x", "encoding-type=rot13"]:
        for kind in ["", "list-type=2&", "versions&"]:
            status, _, told = ask(server, "GET", f"/{den}?{kind}{query}")
            assert status == 400 and b"<Code>InvalidArgument</Code>" in told, told


def test_keys_that_xml_cannot_carry_are_encoded(server, s3):
    den = bucket(s3)
    for key in ["a\x01b", "x&<y>", "p+q r/ü"]:
        put(s3, den, key)
    assert sorted(keys(s3.list_objects_v2(Bucket=den))) == ["a\x01b", "p+q r/ü", "x&<y>"]
    told = ask(server, "GET", f"/{den}?encoding-type=url&prefix=p%2B")[2]
    assert b"<Key>p%2Bq+r/%C3%BC</Key>" in told and b"<Prefix>p%2B</Prefix>" in told, told
    told = ask(server, "GET", f"/{den}?prefix=x")[2]
    assert b"<Key>x&amp;&lt;y&gt;</Key>" in told


def test_a_thousand_are_a_page(s3):
    den = bucket(s3)
    for n in range(1_001):
        put(s3, den, f"{n:04}", b"")
    page = s3.list_objects_v2(Bucket=den)
    assert page["KeyCount"] == 1_000 and page["IsTruncated"]
    rest = s3.list_objects_v2(Bucket=den, ContinuationToken=page["NextContinuationToken"])
    assert keys(rest) == ["1000"]
