"""The frozen digests of the crate `ledger`, before AWS's own validator.

Runs the traverser and the signature check of the installed AWS CLI, unmodified, over
`crates/ledger/tests/fixtures`: what it accepts here, the crate's tests hold to the byte.
"""

import base64
import gzip
import io
import json
import pathlib

import pytest
from awscli.customizations.cloudtrail import validation
from botocore.exceptions import ClientError

FIXTURES = pathlib.Path(__file__).parents[2] / "crates" / "ledger" / "tests" / "fixtures"
TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main"
FINGERPRINT = "7dcc73a4446fe053ba971aba7412eaa2"


class Archive:
    """As much of S3 and CloudTrail as the traverser asks for."""

    def __init__(self):
        lines = (FIXTURES / "digests.txt").read_text().splitlines()
        self.objects = {}
        for signature, body in zip(lines[::2], lines[1::2]):
            self.objects[json.loads(body)["digestS3Object"]] = (body.encode(), signature)

    def get_client(self, bucket):
        assert bucket == "audit"
        return self

    def get_paginator(self, operation):
        assert operation == "list_objects"
        return self

    def paginate(self, Bucket, Marker, Prefix):
        self.listed = [k for k in sorted(self.objects) if k > Marker and k.startswith(Prefix)]
        return self

    def search(self, expression):
        assert expression == "Contents[*].Key"
        return iter(self.listed)

    def get_object(self, Bucket, Key):
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        body, signature = self.objects[Key]
        metadata = {"signature": signature, "signature-algorithm": "SHA256withRSA"}
        return {"Body": io.BytesIO(gzip.compress(body)), "Metadata": metadata}

    def list_public_keys(self, StartTime, EndTime):
        value = base64.b64encode((FIXTURES / "rsa-2048.pub").read_bytes()).decode()
        return {"PublicKeyList": [{"Value": value, "Fingerprint": FINGERPRINT}]}

    def change(self, key, old, new):
        body, signature = self.objects[key]
        assert old in body
        self.objects[key] = (body.replace(old, new), signature)


@pytest.fixture
def archive():
    return Archive()


def validate(archive):
    """Ends of the digests that are valid, newest first, and what was said of the others."""
    said = []
    traverser = validation.create_digest_traverser(
        cloudtrail_client=archive,
        organization_client=None,
        s3_client_provider=archive,
        trail_arn=TRAIL,
        trail_source_region="eu-west-1",
        bucket="audit",
        prefix="logs",
        on_invalid=lambda **what: said.append(what["message"]),
        on_gap=lambda **what: said.append("gap"),
        on_missing=lambda **what: said.append("missing"),
    )
    start = validation.parse_date("2026-11-20T00:00:00Z")
    end = validation.parse_date("2026-11-21T00:00:00Z")
    return [it["digestEndTime"] for it in traverser.traverse_digests(start, end)], said


def test_both_are_valid(archive):
    assert validate(archive) == (["2026-11-20T12:00:00Z", "2026-11-20T11:00:00Z"], [])


def test_a_changed_hash_is_invalid(archive):
    archive.change(max(archive.objects), b'"hashValue":"00', b'"hashValue":"01')
    valid, said = validate(archive)
    assert valid == ["2026-11-20T11:00:00Z"]
    assert said[0].endswith("INVALID: signature verification failed")


def test_a_moved_digest_is_invalid(archive):
    last = max(archive.objects)
    archive.objects[last.replace("T120000Z", "T130000Z")] = archive.objects.pop(last)
    valid, said = validate(archive)
    assert valid == ["2026-11-20T11:00:00Z"]
    assert said[0].endswith("has been moved from its original location")
