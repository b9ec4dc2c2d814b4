"""`aws cloudtrail validate-logs`, unmodified, over the frozen archive of the crate `engine`.

The archive is what the delivery follower wrote (`crates/engine/tests/fixtures/archive.json`; a
Rust test holds the follower to it, byte for byte): two regions, a stop of two days, two keys. A
small server beside the test gives the command what it asks S3 and CloudTrail for.
"""

import gzip
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.parse
import xml.sax.saxutils as xml

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FROZEN = json.loads((ROOT / "crates/engine/tests/fixtures/archive.json").read_text())


class Archive(http.server.ThreadingHTTPServer):
    """The objects, and as much of two services as the command needs."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects = {
            it["key"]: (gzip.compress(it["text"].encode()), it["metadata"])
            for it in FROZEN["objects"]
        }

    def digests(self, region="us-east-1"):
        return sorted(key for key in self.objects if f"/CloudTrail-Digest/{region}/" in key)

    def logs(self, region="us-east-1"):
        return sorted(key for key in self.objects if f"/CloudTrail/{region}/" in key)

    def rewrite(self, key, old, new):
        body, metadata = self.objects[key]
        text = gzip.decompress(body)
        assert old in text
        self.objects[key] = (gzip.compress(text.replace(old, new)), metadata)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].rsplit(".", 1)[1]
        answer = getattr(self, operation)(body)
        kind = [("Content-Type", "application/x-amz-json-1.1")]
        self.answer(200, json.dumps(answer).encode(), kind)

    def DescribeTrails(self, body):
        trail = FROZEN["trail"]
        name = trail.rsplit("/", 1)[1]
        return {"trailList": [{"Name": name, "TrailARN": trail, "S3BucketName": "audit"}]}

    def ListPublicKeys(self, body):
        # The region stands in the scope of the signature.
        region = self.headers["Authorization"].split("/")[2]
        keys = [dict(key) for key in FROZEN["keys"] if key["region"] == region]
        start, end = body["StartTime"], body["EndTime"]
        valid = [
            key
            for key in keys
            if key["ValidityStartTime"] <= end and start <= key["ValidityEndTime"]
        ]
        return {"PublicKeyList": [{k: v for k, v in it.items() if k != "region"} for it in valid]}

    def do_GET(self):
        path, _, query = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        key = urllib.parse.unquote(path).removeprefix("/audit").removeprefix("/")
        if "location" in query:
            return self.answer(200, b"<LocationConstraint/>")
        if not key:
            return self.answer(200, self.listing(query).encode())
        if key not in self.server.objects:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        body, metadata = self.server.objects[key]
        headers = [(f"x-amz-meta-{name}", value) for name, value in metadata.items()]
        return self.answer(200, body, [("Content-Encoding", "gzip"), *headers])

    def listing(self, query):
        marker, prefix = query.get("marker", ""), query.get("prefix", "")
        keys = [it for it in sorted(self.server.objects) if it > marker and it.startswith(prefix)]
        listed = "".join(f"<Contents><Key>{xml.escape(key)}</Key></Contents>" for key in keys)
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"


@pytest.fixture
def archive():
    server = Archive()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def validate(archive, tmp_path, region="us-east-1"):
    """The command's exit code and all that it said."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{archive.server_address[1]}",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    times = ["--start-time", "2024-06-09T00:00:00Z", "--end-time", "2024-06-26T12:00:00Z"]
    command = [sys.executable, "-m", "awscli", "cloudtrail", "validate-logs", "--region", region]
    command += ["--trail-arn", FROZEN["trail"], *times]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_the_archive_is_valid_over_a_stop_and_two_keys(archive, tmp_path):
    code, said = validate(archive, tmp_path)
    digests, logs = len(archive.digests()), len(archive.logs())
    assert code == 0, said
    assert f"{digests}/{digests} digest files valid" in said
    assert f"{logs}/{logs} log files valid" in said
    assert "No log files were delivered by CloudTrail between 2024-06-11T06:01:00Z" in said
    assert len({key["Fingerprint"] for key in FROZEN["keys"] if key["region"] == "us-east-1"}) == 2


def test_the_other_region_is_valid_with_its_own_key(archive, tmp_path):
    code, said = validate(archive, tmp_path, "eu-west-1")
    assert code == 0, said
    assert "1/1 digest files valid" in said and "1/1 log files valid" in said


def test_a_changed_log_file_is_named(archive, tmp_path):
    key = archive.logs()[3]
    archive.rewrite(key, b"DeleteTrail", b"LookupTrail")
    code, said = validate(archive, tmp_path)
    assert code == 1
    assert f"Log file\ts3://audit/{key}\tINVALID: hash value doesn't match" in said


def test_a_log_file_that_is_gone_is_named(archive, tmp_path):
    key = archive.logs()[3]
    del archive.objects[key]
    code, said = validate(archive, tmp_path)
    assert code == 1
    assert f"Log file\ts3://audit/{key}\tINVALID: not found" in said


def test_a_digest_that_is_gone_is_named(archive, tmp_path):
    key = archive.digests()[6]
    del archive.objects[key]
    code, said = validate(archive, tmp_path)
    assert code == 1
    assert f"Digest file\ts3://audit/{key}\tINVALID: not found" in said


def test_a_changed_digest_is_named(archive, tmp_path):
    key = archive.digests()[6]
    archive.rewrite(key, b'"hashAlgorithm":"SHA-256"', b'"hashAlgorithm":"SHA-257"')
    code, said = validate(archive, tmp_path)
    assert code == 1
    assert f"Digest file\ts3://audit/{key}\tINVALID: signature verification failed" in said


def test_what_this_command_overlooks_on_awss_own_files_it_overlooks_here(archive, tmp_path):
    """A cut-off end and a file that nobody listed: `pugmark verify` is there for those."""
    for key in archive.digests()[-2:] + archive.logs()[-2:]:
        del archive.objects[key]
    archive.objects[archive.logs()[0].replace("_2024", "_forged_2024")] = (b"", {})
    code, said = validate(archive, tmp_path)
    assert code == 0, said
    digests = len(archive.digests())
    assert f"{digests}/{digests} digest files valid" in said
