"""Objects, as an unmodified SDK and the AWS CLI use them."""

import base64
import hashlib
import itertools
import os
import random
import subprocess
import threading
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from buckets import MIB, ask, bucket, denied, got, keys, put, versioned
from lake import refused

ODD_KEYS = [
    "a b", "ä/ö/😀", "../../etc/passwd", "a//b", "//", "/", "a/./b/../c", "%2F%41+&=?#;", "'\"<>",
    "a\tb\nc", "\x01", "~.-_", "a\\b", "x" * 1_024, "ü" * 512, "tail ", "con:x|*",
]


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def den(s3):
    return bucket(s3)


def test_an_object_is_put_told_of_got_and_deleted(s3, den):
    made = put(s3, den, "bone", b"woof woof")
    assert made["ETag"] == f'"{hashlib.md5(b"woof woof").hexdigest()}"'
    assert made["ServerSideEncryption"] == "AES256" and "VersionId" not in made
    head = s3.head_object(Bucket=den, Key="bone")
    found = s3.get_object(Bucket=den, Key="bone")
    assert found["Body"].read() == b"woof woof"
    for answer in [head, found]:
        assert answer["ContentLength"] == 9 and answer["ETag"] == made["ETag"]
        assert answer["ContentType"] == "binary/octet-stream" and answer["AcceptRanges"] == "bytes"
        assert answer["LastModified"].year >= 2026 and answer["Metadata"] == {}
    gone = s3.delete_object(Bucket=den, Key="bone")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.delete_object(Bucket=den, Key="bone")["ResponseMetadata"]["HTTPStatusCode"] == 204
    message = refused("NoSuchKey", s3.get_object, Bucket=den, Key="bone")
    assert message == "The specified key does not exist."
    denied(404, s3.head_object, Bucket=den, Key="bone")
    refused("NoSuchBucket", s3.get_object, Bucket=f"{den}x", Key="bone")
    refused("NoSuchBucket", s3.put_object, Bucket=f"{den}x", Key="bone", Body=b"x")


def test_an_object_may_be_empty(s3, den):
    put(s3, den, "nothing", b"")
    assert got(s3, den, "nothing") == b""
    assert s3.head_object(Bucket=den, Key="nothing")["ContentLength"] == 0
    refused("InvalidRange", s3.get_object, Bucket=den, Key="nothing", Range="bytes=0-")


def test_the_last_put_wins(s3, den):
    for body in [b"one", b"twotwo", b""]:
        put(s3, den, "bone", body)
        assert got(s3, den, "bone") == body
    assert keys(s3.list_objects_v2(Bucket=den)) == ["bone"]


@pytest.mark.parametrize("key", ODD_KEYS, ids=range(len(ODD_KEYS)))
def test_any_text_is_a_key(s3, den, key):
    body = key.encode()
    put(s3, den, key, body)
    assert got(s3, den, key) == body
    assert keys(s3.list_objects_v2(Bucket=den)) == [key]
    assert keys(s3.list_objects(Bucket=den)) == [key]
    s3.copy_object(Bucket=den, Key=f"c{key}"[:400], CopySource={"Bucket": den, "Key": key})
    assert got(s3, den, f"c{key}"[:400]) == body
    s3.delete_object(Bucket=den, Key=key)
    assert keys(s3.list_objects_v2(Bucket=den)) == [f"c{key}"[:400]]


def test_a_key_is_bounded_and_holds_no_nul(server, s3, den):
    for wrong in ["x" * 1_025, "ü" * 513]:
        refused("KeyTooLongError", s3.put_object, Bucket=den, Key=wrong, Body=b"")
        refused("KeyTooLongError", s3.get_object, Bucket=den, Key=wrong)
        refused("KeyTooLongError", s3.create_multipart_upload, Bucket=den, Key=wrong)
    put(s3, den, "a")
    for method in ["PUT", "GET", "DELETE", "HEAD"]:
        status, _, told = ask(server, method, f"/{den}/a%00b")
        assert status in (400, 404), (method, status, told)
    assert ask(server, "PUT", f"/{den}/%FF%FE")[0] == 400
    status, _, told = ask(server, "GET", f"/{den}?list-type=2&prefix=a%00")
    assert b"<Key>" not in told, told
    assert ask(server, "POST", f"/{den}/a%00b?uploads")[0] == 400
    assert keys(s3.list_objects_v2(Bucket=den)) == ["a"]


def test_a_key_is_not_a_path(server, s3, den):
    """`a/../b` is a key of its own, whatever its address looks like."""
    put(s3, den, "b", b"b")
    put(s3, den, "a/../b", b"a")
    assert (got(s3, den, "b"), got(s3, den, "a/../b")) == (b"b", b"a")
    assert not [it for it in os.listdir(server.data.parent) if it == "etc"]


def test_metadata_and_headers_come_back(s3, den):
    said = {
        "CacheControl": "max-age=3", "ContentDisposition": "attachment; filename=x",
        "ContentEncoding": "gzip", "ContentLanguage": "de", "ContentType": "text/x; charset=y",
        "Metadata": {"name": "Bello", "with-dash": "a, b"}, "StorageClass": "STANDARD_IA",
        "WebsiteRedirectLocation": "/other",
    }
    put(s3, den, "bone", **said)
    for answer in [s3.head_object(Bucket=den, Key="bone"), s3.get_object(Bucket=den, Key="bone")]:
        assert {name: answer.get(name) for name in said} == said
    over = s3.get_object(Bucket=den, Key="bone", ResponseContentType="x/y")
    assert over["ContentType"] == "x/y"
    long = {"a": "x" * 2_048}
    refused("MetadataTooLarge", s3.put_object, Bucket=den, Key="k", Body=b"", Metadata=long)
    wrong = {"Bucket": den, "Key": "k", "Body": b"", "StorageClass": "SHOEBOX"}
    refused("InvalidStorageClass", s3.put_object, **wrong)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-0", 0, 1), ("0-3", 0, 4), ("5-", 5, 10), ("-4", 6, 10), ("-99", 0, 10), ("8-99", 8, 10)],
)
def test_a_range_is_a_part_of_the_object(s3, den, asked, start, end):
    put(s3, den, "digits", b"0123456789")
    answer = s3.get_object(Bucket=den, Key="digits", Range=f"bytes={asked}")
    assert answer["Body"].read() == b"0123456789"[start:end]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert answer["ContentRange"] == f"bytes {start}-{end - 1}/10"
    head = s3.head_object(Bucket=den, Key="digits", Range=f"bytes={asked}")
    assert (head["ContentLength"], head["ContentRange"]) == (end - start, answer["ContentRange"])


def test_a_range_behind_the_end_is_refused(s3, den):
    put(s3, den, "digits", b"0123456789")
    for asked in ["10-", "10-20", "-0"]:
        refused("InvalidRange", s3.get_object, Bucket=den, Key="digits", Range=f"bytes={asked}")
    assert got(s3, den, "digits", Range="bytes=4-2") == b"0123456789"
    assert got(s3, den, "digits", Range="bytes=0-1,3-4") == b"0123456789"


def test_conditions_of_readers(s3, den):
    etag = put(s3, den, "bone")["ETag"]
    modified = s3.head_object(Bucket=den, Key="bone")["LastModified"]
    where = {"Bucket": den, "Key": "bone"}
    for call in [s3.get_object, s3.head_object]:
        assert call(**where, IfMatch=etag)["ETag"] == etag
        assert call(**where, IfNoneMatch='"x"')["ETag"] == etag
        assert call(**where, IfUnmodifiedSince=modified)["ETag"] == etag
        told = denied(304, call, **where, IfNoneMatch=etag)
        assert told["ResponseMetadata"]["HTTPHeaders"]["etag"] == etag
        denied(304, call, **where, IfModifiedSince=modified)
        denied(412, call, **where, IfMatch='"x"')
        denied(412, call, **where, IfUnmodifiedSince="2001-01-01")
    refused("PreconditionFailed", s3.get_object, **where, IfMatch='"x"')


def test_conditions_of_writers(s3, den):
    where = {"Bucket": den, "Key": "bone", "Body": b"1"}
    etag = s3.put_object(**where, IfNoneMatch="*")["ETag"]
    refused("PreconditionFailed", s3.put_object, **where, IfNoneMatch="*")
    refused("PreconditionFailed", s3.put_object, **where, IfMatch='"x"')
    s3.put_object(**where, IfMatch=etag)
    refused("NoSuchKey", s3.put_object, **{**where, "Key": "none"}, IfMatch=etag)
    upload = s3.create_multipart_upload(Bucket=den, Key="bone")["UploadId"]
    which = {"Bucket": den, "Key": "bone", "UploadId": upload}
    part = s3.upload_part(**which, PartNumber=1, Body=b"2")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    refused(
        "PreconditionFailed", s3.complete_multipart_upload, **which, MultipartUpload=parts,
        IfNoneMatch="*",
    )
    s3.complete_multipart_upload(**which, MultipartUpload=parts, IfMatch=etag)
    assert got(s3, den, "bone") == b"2"


def test_a_copy_has_all_of_its_source(s3, den):
    put(s3, den, "from", b"bytes", ContentType="a/b", Metadata={"x": "y"}, Tagging="t=1")
    source = {"Bucket": den, "Key": "from"}
    answer = s3.copy_object(Bucket=den, Key="to", CopySource=source)["CopyObjectResult"]
    assert answer["ETag"] == f'"{hashlib.md5(b"bytes").hexdigest()}"' and answer["LastModified"]
    found = s3.get_object(Bucket=den, Key="to")
    assert (found["ContentType"], found["Metadata"]) == ("a/b", {"x": "y"})
    assert s3.get_object_tagging(Bucket=den, Key="to")["TagSet"] == [{"Key": "t", "Value": "1"}]
    s3.copy_object(
        Bucket=den, Key="to", CopySource=source, MetadataDirective="REPLACE", ContentType="c/d",
        Metadata={"new": "1"}, TaggingDirective="REPLACE", Tagging="u=2",
    )
    found = s3.get_object(Bucket=den, Key="to")
    assert (found["ContentType"], found["Metadata"]) == ("c/d", {"new": "1"})
    assert s3.get_object_tagging(Bucket=den, Key="to")["TagSet"] == [{"Key": "u", "Value": "2"}]
    s3.delete_object(Bucket=den, Key="from")
    assert got(s3, den, "to") == b"bytes"


def test_a_copy_is_of_one_version_whatever_is_put_meanwhile(server, s3, den):
    """Metadata and bytes of each copy belong together."""
    bodies = {str(n): bytes([n]) * 3_000_000 for n in range(4)}
    stop = threading.Event()

    def overwrite():
        own = server.client("s3")
        for n in itertools.cycle(bodies):
            if stop.is_set():
                return
            own.put_object(Bucket=den, Key="from", Body=bodies[n], Metadata={"n": n})

    put(s3, den, "from", bodies["0"], Metadata={"n": "0"})
    writer = threading.Thread(target=overwrite)
    writer.start()
    seen = set()
    try:
        for _ in range(25):
            try:
                s3.copy_object(Bucket=den, Key="to", CopySource={"Bucket": den, "Key": "from"})
            except ClientError as error:
                # Its bytes went while they were read: nothing was copied.
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] >= 404, error
                continue
            copy = s3.get_object(Bucket=den, Key="to")
            n = copy["Metadata"]["n"]
            assert copy["Body"].read() == bodies[n]
            seen.add(n)
    finally:
        stop.set()
        writer.join()
    assert seen


def test_a_copy_may_be_refused(s3, den):
    etag = put(s3, den, "from")["ETag"]
    source = {"Bucket": den, "Key": "from"}
    to = {"Bucket": den, "Key": "to", "CopySource": source}
    refused("NoSuchKey", s3.copy_object, **{**to, "CopySource": {**source, "Key": "none"}})
    missing = {**to, "CopySource": {**source, "Bucket": "none-of-mine"}}
    refused("NoSuchBucket", s3.copy_object, **missing)
    refused("PreconditionFailed", s3.copy_object, **to, CopySourceIfNoneMatch=etag)
    refused("PreconditionFailed", s3.copy_object, **to, CopySourceIfMatch='"x"')
    refused("PreconditionFailed", s3.copy_object, **to, CopySourceIfUnmodifiedSince="2001-01-01")
    refused("InvalidArgument", s3.copy_object, **{**to, "CopySource": "nothing"})
    refused("InvalidRequest", s3.copy_object, **{**to, "Key": "from"})
    denied(404, s3.head_object, Bucket=den, Key="to")
    s3.copy_object(**to, CopySourceIfMatch=etag)


def test_a_copy_onto_itself_changes_what_is_said(s3, den):
    put(s3, den, "k", b"same", Metadata={"a": "1"})
    itself = {"Bucket": den, "Key": "k", "CopySource": {"Bucket": den, "Key": "k"}}
    s3.copy_object(**itself, MetadataDirective="REPLACE", Metadata={"a": "2"})
    found = s3.get_object(Bucket=den, Key="k")
    assert (found["Body"].read(), found["Metadata"]) == (b"same", {"a": "2"})
    s3.copy_object(**itself, StorageClass="STANDARD_IA")
    assert s3.head_object(Bucket=den, Key="k")["Metadata"] == {"a": "2"}


def test_an_old_version_is_copied_back(s3):
    den = versioned(s3)
    old = put(s3, den, "k", b"old")["VersionId"]
    put(s3, den, "k", b"new")
    source = {"Bucket": den, "Key": "k", "VersionId": old}
    answer = s3.copy_object(Bucket=den, Key="k", CopySource=source)
    assert answer["CopySourceVersionId"] == old != answer["VersionId"]
    assert got(s3, den, "k") == b"old"


def test_many_are_deleted_at_once(s3, den):
    names = [f"k{n}" for n in range(20)] + ["a<b&c", "ö"]
    for key in names:
        put(s3, den, key, b"")
    asked = {"Objects": [{"Key": key} for key in [*names, "never-there"]]}
    answer = s3.delete_objects(Bucket=den, Delete=asked)
    assert [it["Key"] for it in answer["Deleted"]] == [*names, "never-there"]
    assert "Errors" not in answer and keys(s3.list_objects_v2(Bucket=den)) == []
    put(s3, den, "k")
    quiet = s3.delete_objects(Bucket=den, Delete={"Objects": [{"Key": "k"}], "Quiet": True})
    assert "Deleted" not in quiet
    many = {"Objects": [{"Key": str(n)} for n in range(1_001)]}
    refused("MalformedXML", s3.delete_objects, Bucket=den, Delete=many)
    long = {"Objects": [{"Key": "x" * 1_025}, {"Key": "k"}]}
    answer = s3.delete_objects(Bucket=den, Delete=long)
    assert [it["Code"] for it in answer["Errors"]] == ["KeyTooLongError"]


def test_many_are_deleted_only_with_a_digest(server, s3, den):
    put(s3, den, "k")
    body = b"<Delete><Object><Key>k</Key></Object></Delete>"
    status, _, told = ask(server, "POST", f"/{den}?delete", body=body)
    assert status == 400 and b"<Code>InvalidRequest</Code>" in told, told
    wrong = {"content-md5": base64.b64encode(hashlib.md5(b"other").digest()).decode()}
    assert b"BadDigest" in ask(server, "POST", f"/{den}?delete", wrong, body)[2]
    assert keys(s3.list_objects_v2(Bucket=den)) == ["k"]
    right = {"content-md5": base64.b64encode(hashlib.md5(body).digest()).decode()}
    assert ask(server, "POST", f"/{den}?delete", right, body)[0] == 200
    assert keys(s3.list_objects_v2(Bucket=den)) == []


def test_versions_and_markers(s3):
    den = versioned(s3)
    one, two = (put(s3, den, "k", body)["VersionId"] for body in (b"1", b"2"))
    assert got(s3, den, "k") == b"2" and got(s3, den, "k", VersionId=one) == b"1"
    marker = s3.delete_object(Bucket=den, Key="k")
    assert marker["DeleteMarker"] and marker["VersionId"] not in (one, two)
    told = denied(404, s3.get_object, Bucket=den, Key="k")["ResponseMetadata"]["HTTPHeaders"]
    assert told["x-amz-delete-marker"] == "true"
    where = {"Bucket": den, "Key": "k", "VersionId": marker["VersionId"]}
    refused("MethodNotAllowed", s3.get_object, **where)
    listed = s3.list_object_versions(Bucket=den)
    assert [(it["VersionId"], it["IsLatest"]) for it in listed["Versions"]] == [
        (two, False), (one, False),
    ]
    assert [it["IsLatest"] for it in listed["DeleteMarkers"]] == [True]
    assert keys(s3.list_objects_v2(Bucket=den)) == []
    undone = s3.delete_object(**where)
    assert undone["DeleteMarker"] and undone["VersionId"] == marker["VersionId"]
    assert got(s3, den, "k") == b"2"
    s3.delete_object(Bucket=den, Key="k", VersionId=two)
    assert got(s3, den, "k") == b"1"
    refused("NoSuchVersion", s3.get_object, Bucket=den, Key="k", VersionId=two)
    wrong = {"Bucket": den, "Key": "k", "VersionId": "bogus"}
    assert refused("InvalidArgument", s3.get_object, **wrong) == "Invalid version id specified"


def test_versions_are_deleted_at_once(s3):
    den = versioned(s3)
    made = [put(s3, den, "k", bytes([n]))["VersionId"] for n in range(3)]
    asked = {"Objects": [{"Key": "k"}, {"Key": "k", "VersionId": made[0]}]}
    marker, version = s3.delete_objects(Bucket=den, Delete=asked)["Deleted"]
    assert marker["DeleteMarker"] and marker["DeleteMarkerVersionId"]
    assert version["VersionId"] == made[0] and "DeleteMarker" not in version
    gone = {"Objects": [{"Key": "k", "VersionId": marker["DeleteMarkerVersionId"]}]}
    [undone] = s3.delete_objects(Bucket=den, Delete=gone)["Deleted"]
    assert undone["DeleteMarker"] and undone["VersionId"] == marker["DeleteMarkerVersionId"]
    assert got(s3, den, "k") == bytes([2])


def test_versions_are_listed_in_pages(s3):
    den = versioned(s3)
    for key in ["a", "b", "b", "b", "c/1", "c/2"]:
        put(s3, den, key)
    s3.delete_object(Bucket=den, Key="b")
    seen, more = [], {}
    while True:
        page = s3.list_object_versions(Bucket=den, MaxKeys=2, Delimiter="/", **more)
        rows = page.get("Versions", []) + page.get("DeleteMarkers", [])
        seen += [(it["Key"], it["VersionId"]) for it in rows]
        seen += [(it["Prefix"], None) for it in page.get("CommonPrefixes", [])]
        if not page["IsTruncated"]:
            break
        more = {"KeyMarker": page["NextKeyMarker"]}
        if "NextVersionIdMarker" in page:
            more["VersionIdMarker"] = page["NextVersionIdMarker"]
    assert [key for key, _ in seen] == ["a", "b", "b", "b", "b", "c/"]
    assert len(set(seen)) == len(seen)


def test_without_versions_there_is_one_null_version(s3):
    den = bucket(s3)
    put(s3, den, "k", b"null")
    s3.put_bucket_versioning(Bucket=den, VersioningConfiguration={"Status": "Enabled"})
    assert s3.head_object(Bucket=den, Key="k")["VersionId"] == "null"
    new = put(s3, den, "k", b"new")["VersionId"]
    assert got(s3, den, "k", VersionId="null") == b"null"
    s3.put_bucket_versioning(Bucket=den, VersioningConfiguration={"Status": "Suspended"})
    put(s3, den, "k", b"null again")
    versions = s3.list_object_versions(Bucket=den)["Versions"]
    assert [(it["VersionId"], it["IsLatest"]) for it in versions] == [("null", True), (new, False)]
    assert got(s3, den, "k", VersionId="null") == b"null again"
    marker = s3.delete_object(Bucket=den, Key="k")
    assert marker["DeleteMarker"] and marker["VersionId"] == "null"
    refused("MethodNotAllowed", s3.get_object, Bucket=den, Key="k", VersionId="null")
    assert [it["VersionId"] for it in s3.list_object_versions(Bucket=den)["Versions"]] == [new]


def test_tags_come_and_go(s3):
    den = versioned(s3)
    first = put(s3, den, "k", Tagging="a=1&b=%20x")["VersionId"]
    assert s3.head_object(Bucket=den, Key="k")["TagCount"] == 2
    put(s3, den, "k")
    where = {"Bucket": den, "Key": "k"}
    assert s3.get_object_tagging(**where)["TagSet"] == []
    old = s3.get_object_tagging(**where, VersionId=first)
    assert old["TagSet"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": " x"}]
    assert old["VersionId"] == first
    tags = {"TagSet": [{"Key": "c", "Value": ""}]}
    s3.put_object_tagging(**where, Tagging=tags)
    assert s3.get_object_tagging(**where)["TagSet"] == tags["TagSet"]
    many = {"TagSet": [{"Key": str(n), "Value": ""} for n in range(11)]}
    refused("BadRequest", s3.put_object_tagging, **where, Tagging=many)
    s3.put_object_tagging(**where, Tagging={"TagSet": []})
    s3.delete_object_tagging(**where, VersionId=first)
    assert s3.get_object_tagging(**where, VersionId=first)["TagSet"] == []
    refused("NoSuchKey", s3.get_object_tagging, Bucket=den, Key="none")


def test_twenty_mebibytes_byte_for_byte(server, s3, den, tmp_path):
    body = random.Random(1).randbytes(20 * MIB)
    put(s3, den, "large", body)
    assert got(s3, den, "large") == body
    start, end = 7 * MIB - 3, 9 * MIB + 5
    assert got(s3, den, "large", Range=f"bytes={start}-{end}") == body[start:end + 1]
    (tmp_path / "up").write_bytes(body)
    server.aws("s3api", "put-object", "--bucket", den, "--key", "cli", "--body", str(tmp_path / "up"))
    server.aws("s3api", "get-object", "--bucket", den, "--key", "cli", str(tmp_path / "down"))
    assert (tmp_path / "down").read_bytes() == body


def test_the_cli_copies_and_syncs(server, s3, den, tmp_path):
    body = random.Random(2).randbytes(17 * MIB)
    (tmp_path / "large").write_bytes(body)
    (tmp_path / "in").mkdir()
    for key in ["a b", "ü", "c"]:
        (tmp_path / "in" / key).write_text(key)
    environment = server.environment()

    def cli(*words):
        ran = subprocess.run(
            ["aws", "s3", *words], env=environment, capture_output=True, text=True, timeout=120
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    cli("cp", str(tmp_path / "large"), f"s3://{den}/large")
    assert "-" in s3.head_object(Bucket=den, Key="large")["ETag"]
    cli("cp", f"s3://{den}/large", f"s3://{den}/copy")
    cli("cp", f"s3://{den}/copy", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == body
    cli("sync", str(tmp_path / "in"), f"s3://{den}/in")
    assert " c\n" in cli("ls", f"s3://{den}/in/")
    cli("sync", f"s3://{den}/in", str(tmp_path / "out"))
    assert sorted(os.listdir(tmp_path / "out")) == ["a b", "c", "ü"]
    cli("rm", "--recursive", f"s3://{den}")
    assert keys(s3.list_objects_v2(Bucket=den)) == []


def test_all_is_still_there_after_a_restart(fresh):
    s3 = fresh.client("s3")
    den = versioned(s3)
    body = random.Random(3).randbytes(6 * MIB)
    old = put(s3, den, "k", b"old", Metadata={"a": "b"}, Tagging="t=1")["VersionId"]
    put(s3, den, "k", body)
    put(s3, den, urllib.parse.unquote("%C3%BC/ %2B"), b"odd")
    marker = s3.delete_object(Bucket=den, Key="gone")["VersionId"]
    upload = s3.create_multipart_upload(Bucket=den, Key="parts")["UploadId"]
    which = {"Bucket": den, "Key": "parts", "UploadId": upload}
    part = s3.upload_part(**which, PartNumber=1, Body=body)["ETag"]
    before = s3.list_object_versions(Bucket=den)
    fresh.kill()
    s3 = fresh.start().client("s3")
    after = s3.list_object_versions(Bucket=den)
    assert after["Versions"] == before["Versions"]
    assert after["DeleteMarkers"][0]["VersionId"] == marker
    assert got(s3, den, "k") == body and got(s3, den, "ü/ +") == b"odd"
    found = s3.get_object(Bucket=den, Key="k", VersionId=old)
    assert (found["Body"].read(), found["Metadata"], found["TagCount"]) == (b"old", {"a": "b"}, 1)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
    s3.complete_multipart_upload(**which, MultipartUpload=parts)
    assert got(s3, den, "parts") == body
