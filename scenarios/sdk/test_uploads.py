"""Objects that are uploaded in parts."""

import base64
import hashlib
import random
import zlib

import pytest

from buckets import MIB, bucket, denied, got, keys, put
from lake import refused

RANDOM = random.Random(5)
FIRST, SECOND, LAST = (RANDOM.randbytes(size) for size in (5 * MIB, 5 * MIB + 1, 17))


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def den(s3):
    return bucket(s3)


def begin(s3, den, key="k", **more):
    upload = s3.create_multipart_upload(Bucket=den, Key=key, **more)["UploadId"]
    return {"Bucket": den, "Key": key, "UploadId": upload}


def send(s3, which, *bodies, **more):
    """Uploads parts, numbered from 1, and says what completes them."""
    numbered = enumerate(bodies, 1)
    return [part(s3, which, number, body, **more) for number, body in numbered]


def part(s3, which, number, body, **more):
    etag = s3.upload_part(**which, PartNumber=number, Body=body, **more)["ETag"]
    return {"PartNumber": number, "ETag": etag}


def complete(s3, which, parts):
    return s3.complete_multipart_upload(**which, MultipartUpload={"Parts": parts})


def test_parts_become_an_object(s3, den):
    which = begin(s3, den, ContentType="a/b", Metadata={"x": "y"}, Tagging="t=1")
    parts = send(s3, which, FIRST, SECOND, LAST)
    denied(404, s3.head_object, Bucket=den, Key="k")
    made = complete(s3, which, parts)
    sums = b"".join(hashlib.md5(body).digest() for body in (FIRST, SECOND, LAST))
    assert made["ETag"] == f'"{hashlib.md5(sums).hexdigest()}-3"'
    assert (made["Bucket"], made["Key"]) == (den, "k")
    found = s3.get_object(Bucket=den, Key="k")
    assert found["Body"].read() == FIRST + SECOND + LAST
    assert (found["ContentType"], found["Metadata"], found["TagCount"]) == ("a/b", {"x": "y"}, 1)
    refused("NoSuchUpload", s3.list_parts, **which)
    across = f"bytes={5 * MIB - 2}-{5 * MIB + 1}"
    assert got(s3, den, "k", Range=across) == FIRST[-2:] + SECOND[:2]
    second = s3.get_object(Bucket=den, Key="k", PartNumber=2)
    assert second["Body"].read() == SECOND and second["PartsCount"] == 3
    assert s3.head_object(Bucket=den, Key="k", PartNumber=3)["ContentLength"] == 17
    refused("InvalidRange", s3.get_object, Bucket=den, Key="k", PartNumber=4)


def test_what_does_not_fit_is_refused_and_nothing_is_lost(s3, den):
    which = begin(s3, den)
    one, two, three = send(s3, which, FIRST, LAST, LAST)
    refused("InvalidPartOrder", complete, s3=s3, which=which, parts=[two, one])
    refused("InvalidPartOrder", complete, s3=s3, which=which, parts=[one, one])
    refused("EntityTooSmall", complete, s3=s3, which=which, parts=[one, two, three])
    missing = {"PartNumber": 9, "ETag": one["ETag"]}
    refused("InvalidPart", complete, s3=s3, which=which, parts=[one, missing])
    other = {"PartNumber": 1, "ETag": two["ETag"]}
    refused("InvalidPart", complete, s3=s3, which=which, parts=[other])
    refused("MalformedXML", complete, s3=s3, which=which, parts=[])
    for number in [0, 10_001]:
        refused("InvalidArgument", s3.upload_part, **which, PartNumber=number, Body=b"")
    assert [it["PartNumber"] for it in s3.list_parts(**which)["Parts"]] == [1, 2, 3]
    complete(s3, which, [one, three])
    assert got(s3, den, "k") == FIRST + LAST


def test_a_part_may_be_sent_again(s3, den):
    which = begin(s3, den)
    part(s3, which, 1, b"first try")
    again = part(s3, which, 1, b"second try")
    [listed] = s3.list_parts(**which)["Parts"]
    assert (listed["Size"], listed["ETag"]) == (10, again["ETag"])
    complete(s3, which, [again])
    assert got(s3, den, "k") == b"second try"


def test_an_upload_that_is_aborted_leaves_nothing(s3, den):
    put(s3, den, "k", b"before")
    which = begin(s3, den)
    parts = send(s3, which, FIRST)
    assert s3.abort_multipart_upload(**which)["ResponseMetadata"]["HTTPStatusCode"] == 204
    refused("NoSuchUpload", s3.abort_multipart_upload, **which)
    refused("NoSuchUpload", s3.upload_part, **which, PartNumber=1, Body=b"")
    refused("NoSuchUpload", complete, s3=s3, which=which, parts=parts)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=den)
    assert got(s3, den, "k") == b"before"


def test_parts_and_uploads_are_listed_in_pages(s3, den):
    which = begin(s3, den, "a")
    send(s3, which, b"1", b"2", b"3")
    pages = s3.get_paginator("list_parts").paginate(**which, PaginationConfig={"PageSize": 2})
    numbers = [[it["PartNumber"] for it in page["Parts"]] for page in pages]
    assert numbers == [[1, 2], [3]]
    ids = [begin(s3, den, key)["UploadId"] for key in ["b", "b", "c/1", "c/2"]]
    pages = s3.get_paginator("list_multipart_uploads").paginate(
        Bucket=den, PaginationConfig={"PageSize": 2}
    )
    listed = [(it["Key"], it["UploadId"]) for page in pages for it in page["Uploads"]]
    assert [key for key, _ in listed] == ["a", "b", "b", "c/1", "c/2"]
    assert [id for _, id in listed] == [which["UploadId"], *ids]
    page = s3.list_multipart_uploads(Bucket=den, Delimiter="/", Prefix="c")
    assert [it["Prefix"] for it in page["CommonPrefixes"]] == ["c/"] and "Uploads" not in page


def test_a_part_may_be_copied(s3, den):
    put(s3, den, "from", FIRST + LAST)
    which = begin(s3, den)
    source = {"Bucket": den, "Key": "from"}
    from_to = f"bytes=0-{5 * MIB - 1}"
    one = s3.upload_part_copy(**which, PartNumber=1, CopySource=source, CopySourceRange=from_to)
    two = s3.upload_part_copy(**which, PartNumber=2, CopySource=source)
    assert one["CopyPartResult"]["LastModified"]
    parts = [
        {"PartNumber": number, "ETag": it["CopyPartResult"]["ETag"]}
        for number, it in enumerate([one, two], 1)
    ]
    complete(s3, which, parts)
    assert got(s3, den, "k") == FIRST + FIRST + LAST
    which = begin(s3, den)
    for wrong in ["bytes=0-99999999", "bytes=3-2", "0-1", "bytes=1-"]:
        refused(
            "InvalidArgument", s3.upload_part_copy, **which, PartNumber=1, CopySource=source,
            CopySourceRange=wrong,
        )
    missing = {"Bucket": den, "Key": "none"}
    refused("NoSuchKey", s3.upload_part_copy, **which, PartNumber=1, CopySource=missing)


def crc32(body):
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


def test_checksums_of_the_parts_and_of_the_whole(s3, den):
    which = begin(s3, den, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = send(s3, which, FIRST, LAST, ChecksumAlgorithm="CRC32")
    made = complete(s3, which, parts)
    assert made["ChecksumCRC32"] == crc32(FIRST + LAST) and made["ChecksumType"] == "FULL_OBJECT"
    which = begin(s3, den, ChecksumAlgorithm="SHA256")
    parts = send(s3, which, FIRST, LAST, ChecksumAlgorithm="SHA256")
    made = complete(s3, which, parts)
    sums = b"".join(hashlib.sha256(body).digest() for body in (FIRST, LAST))
    whole = base64.b64encode(hashlib.sha256(sums).digest()).decode()
    assert made["ChecksumSHA256"] == f"{whole}-2" and made["ChecksumType"] == "COMPOSITE"
    told = s3.get_object_attributes(Bucket=den, Key="k", ObjectAttributes=["ObjectParts"])
    assert told["ObjectParts"]["TotalPartsCount"] == 2
    assert [it["Size"] for it in told["ObjectParts"]["Parts"]] == [5 * MIB, 17]
    wrong = {"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT"}
    refused("InvalidRequest", s3.create_multipart_upload, Bucket=den, Key="k", **wrong)


def test_a_wrong_checksum_completes_nothing(s3, den):
    which = begin(s3, den, ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    [one] = send(s3, which, b"abc", ChecksumAlgorithm="CRC32")
    call = s3.complete_multipart_upload
    parts = {"Parts": [one]}
    refused("BadDigest", call, **which, MultipartUpload=parts, ChecksumCRC32=crc32(b"abd"))
    parts = {"Parts": [one | {"ChecksumCRC32": crc32(b"abd")}]}
    refused("InvalidPart", call, **which, MultipartUpload=parts)
    parts = {"Parts": [one | {"ChecksumCRC32": crc32(b"abc")}]}
    made = call(**which, MultipartUpload=parts, ChecksumCRC32=crc32(b"abc"))
    assert made["ChecksumCRC32"] == crc32(b"abc") and keys(s3.list_objects_v2(Bucket=den)) == ["k"]


def test_an_upload_is_of_one_key_and_one_bucket(s3, den):
    which = begin(s3, den)
    parts = send(s3, which, b"x")
    for other in [{"Key": "l"}, {"Bucket": bucket(s3)}, {"UploadId": "none"}]:
        refused("NoSuchUpload", s3.list_parts, **{**which, **other})
        refused("NoSuchUpload", complete, s3=s3, which={**which, **other}, parts=parts)
    refused("NoSuchUpload", s3.list_parts, **{**which, "UploadId": "../../x"})
    complete(s3, which, parts)
