"""Bodies of objects: signed, presigned, in chunks, and what their checksums say."""

import base64
import hashlib
import random
import time
import zlib

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from buckets import ask, bucket, got, put, send, sign
from lake import refused


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def den(s3):
    return bucket(s3)


def test_a_presigned_address_is_all_that_is_needed(server, s3, den):
    client = boto3.client(
        "s3", "us-east-1", endpoint_url=server.address, aws_access_key_id=server.credentials[0],
        aws_secret_access_key=server.credentials[1], config=Config(signature_version="s3v4"),
    )

    def path(operation, seconds=60, **more):
        asked = {"Bucket": den, "Key": "a b/ü", **more}
        address = client.generate_presigned_url(operation, asked, ExpiresIn=seconds)
        return address.removeprefix(server.address)

    put_path = path("put_object", ContentType="x/y")
    assert send(server, "PUT", put_path, {"content-type": "x/y"}, b"handed in")[0] == 200
    status, headers, body = send(server, "GET", path("get_object", ResponseContentType="z/z"))
    assert (status, body, headers["content-type"]) == (200, b"handed in", "z/z")
    spoiled = path("get_object").replace("a%20b", "a%20c")
    status, _, told = send(server, "GET", spoiled)
    assert status == 403 and b"SignatureDoesNotMatch" in told
    assert send(server, "DELETE", path("get_object"))[0] == 403
    late = path("get_object", seconds=1)
    time.sleep(2.1)
    status, _, told = send(server, "GET", late)
    assert status == 403 and b"Request has expired" in told
    status, _, told = send(server, "GET", f"/{den}/a%20b/%C3%BC")
    assert status == 403 and b"<Code>AccessDenied</Code>" in told


def test_a_body_that_is_not_the_signed_one_is_refused(server, s3, den):
    put(s3, den, "k", b"before")
    signed = sign(server, "PUT", f"/{den}/k", {}, b"promised")
    status, _, told = send(server, "PUT", f"/{den}/k", signed, b"exchange")
    assert status == 400 and b"XAmzContentSHA256Mismatch" in told, told
    wrong = {"content-md5": base64.b64encode(hashlib.md5(b"x").digest()).decode()}
    status, _, told = ask(server, "PUT", f"/{den}/k", wrong, b"other")
    assert status == 400 and b"<Code>BadDigest</Code>" in told
    assert b"The Content-MD5 you specified did not match what we received." in told
    status, _, told = ask(server, "PUT", f"/{den}/k", {"content-md5": "bone"}, b"other")
    assert status == 400 and b"<Code>InvalidDigest</Code>" in told
    assert got(s3, den, "k") == b"before"


SUMS = {
    "CRC32": "NSRBwg==",
    "SHA1": base64.b64encode(hashlib.sha1(b"abc").digest()).decode(),
    "SHA256": base64.b64encode(hashlib.sha256(b"abc").digest()).decode(),
}


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_checksum_must_be_right(server, s3, den, algorithm):
    member, right = f"Checksum{algorithm}", SUMS[algorithm]
    made = s3.put_object(Bucket=den, Key="k", Body=b"abc", **{member: right})
    assert made[member] == right and made["ChecksumType"] == "FULL_OBJECT"
    found = s3.get_object(Bucket=den, Key="k", ChecksumMode="ENABLED")
    assert found[member] == right and found["Body"].read() == b"abc"
    assert member not in s3.head_object(Bucket=den, Key="k")
    wrong = {"Bucket": den, "Key": "k", "Body": b"abd", member: right}
    message = refused("BadDigest", s3.put_object, **wrong)
    assert message == f"The {algorithm} you specified did not match the calculated checksum."
    told = ask(server, "PUT", f"/{den}/k", {f"x-amz-checksum-{algorithm.lower()}": "!"}, b"abc")
    assert told[0] == 400 and b"header is invalid" in told[2]
    assert got(s3, den, "k") == b"abc"


def crc(text, polynomial, bits):
    """A reflected CRC, bit by bit."""
    ones = (1 << bits) - 1
    value = ones
    for byte in text:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
    return base64.b64encode((value ^ ones).to_bytes(bits // 8, "big")).decode()


@pytest.mark.parametrize(
    ("algorithm", "polynomial", "bits"),
    [("CRC32C", 0x82F63B78, 32), ("CRC64NVME", 0x9A6C9329AC4BC9B5, 64)],
)
def test_the_other_checksums_too(server, s3, den, algorithm, polynomial, bits):
    assert crc(b"abc", 0xEDB88320, 32) == base64.b64encode(
        zlib.crc32(b"abc").to_bytes(4, "big")
    ).decode()
    right, header = crc(b"abc", polynomial, bits), f"x-amz-checksum-{algorithm.lower()}"
    status, headers, told = ask(server, "PUT", f"/{den}/k", {header: right}, b"abc")
    assert status == 200 and headers[header] == right, told
    told = s3.get_object_attributes(Bucket=den, Key="k", ObjectAttributes=["Checksum"])
    assert told["Checksum"] == {f"Checksum{algorithm}": right, "ChecksumType": "FULL_OBJECT"}
    status, _, told = ask(server, "PUT", f"/{den}/k", {header: right}, b"abd")
    assert status == 400 and b"BadDigest" in told
    both = {header: right, "x-amz-checksum-sha1": SUMS["SHA1"]}
    status, _, told = ask(server, "PUT", f"/{den}/k", both, b"abc")
    assert status == 400 and b"Expecting a single x-amz-checksum- header" in told


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_chunks_end_with_a_checksum(server, s3, den, algorithm):
    body = random.Random(7).randbytes(200_000)
    name = f"x-amz-checksum-{algorithm.lower()}"
    right = {
        "CRC32": lambda: base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode(),
        "CRC32C": lambda: crc(body, 0x82F63B78, 32),
        "CRC64NVME": lambda: crc(body, 0x9A6C9329AC4BC9B5, 64),
        "SHA1": lambda: base64.b64encode(hashlib.sha1(body).digest()).decode(),
        "SHA256": lambda: base64.b64encode(hashlib.sha256(body).digest()).decode(),
    }[algorithm]()
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer": name,
        "content-encoding": "aws-chunked", "x-amz-decoded-content-length": str(len(body)),
    }

    def sent(value, trailer=name, cut=None, **changes):
        chunks = b"".join(
            b"%x\r\n%s\r\n" % (len(piece), piece)
            for piece in (body[at:at + 65_536] for at in range(0, len(body), 65_536))
        )
        whole = chunks + b"0\r\n" + f"{trailer}:{value}\r\n\r\n".encode()
        return ask(server, "PUT", f"/{den}/k", headers | changes, whole[:cut])

    status, told, text = sent(right)
    assert status == 200 and told[name] == right, text
    assert got(s3, den, "k") == body
    assert "ContentEncoding" not in s3.head_object(Bucket=den, Key="k")
    assert b"BadDigest" in sent(base64.b64encode(bytes(4)).decode())[2]
    assert sent(right, trailer="x-amz-meta-other")[0] == 400
    assert b"IncompleteBody" in sent(right, cut=-20 - len(right) - len(name))[2]
    assert b"IncompleteBody" in sent(right, **{"x-amz-decoded-content-length": "200001"})[2]
    assert b"IncompleteBody" in sent(right, **{"x-amz-decoded-content-length": "199999"})[2]


def test_attributes_are_told_as_asked(s3, den):
    put(s3, den, "k", b"abc", ChecksumSHA256=SUMS["SHA256"])
    asked = ["ETag", "Checksum", "ObjectSize", "StorageClass", "ObjectParts"]
    told = s3.get_object_attributes(Bucket=den, Key="k", ObjectAttributes=asked)
    assert told["ETag"] == hashlib.md5(b"abc").hexdigest() and told["ObjectSize"] == 3
    assert told["Checksum"]["ChecksumSHA256"] == SUMS["SHA256"]
    assert told["StorageClass"] == "STANDARD" and "ObjectParts" not in told
    few = s3.get_object_attributes(Bucket=den, Key="k", ObjectAttributes=["ObjectSize"])
    assert "ETag" not in few and few["ObjectSize"] == 3
    acl = s3.get_object_acl(Bucket=den, Key="k")
    assert [it["Permission"] for it in acl["Grants"]] == ["FULL_CONTROL"]


def test_an_object_without_a_stated_hash_is_refused_as_at_aws(server, s3, den):
    for method, path in [("PUT", f"/{den}/k"), ("GET", f"/{den}")]:
        request = AWSRequest(method, server.address + path, data=b"")
        # Signs as for any other service, without saying what of the body.
        SigV4Auth(Credentials(*server.credentials), "s3", "us-east-1").add_auth(request)
        status, _, told = send(server, method, path, dict(request.headers.items()))
        assert status == 400 and b"<Code>InvalidRequest</Code>" in told, told
        assert b"Missing required header for this request: x-amz-content-sha256" in told


def test_an_address_signed_in_the_older_way_says_what_to_use(server, s3, den):
    query = "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=abc%3D&Expires=4000000000"
    for method in ("GET", "PUT"):
        status, _, told = send(server, method, f"/{den}/k?{query}")
        assert status == 400 and b"<Code>InvalidRequest</Code>" in told, told
        assert b"Please use AWS4-HMAC-SHA256." in told
