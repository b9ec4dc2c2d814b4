"""A disk runs full: calls are refused and say why; with room again, all goes on by itself."""

import json
import os
import secrets
import subprocess

import pytest
from botocore.exceptions import ClientError

import logs
from server import Server, pugmark

DISK_MB = 24
LEFT_KB = 400
ADVICE = "free some space"


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own, for which one must be root."""
    point = tmp_path / "disk"
    point.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(point)]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("not run: mounting a small disk needs root")
    yield point
    subprocess.run(["umount", "--lazy", str(point)], check=True)


def room_kb(disk):
    state = os.statvfs(disk)
    return state.f_bavail * state.f_frsize // 1024


def fill(disk, left_kb):
    with (disk / "ballast").open("ab") as ballast:
        ballast.write(bytes(max(0, room_kb(disk) - left_kb) * 1024))


def free(disk):
    (disk / "ballast").unlink()


def call(trail):
    """A call whose record hardly shrinks; its request id."""
    name = [{"AttributeKey": "Username", "AttributeValue": secrets.token_hex(490)}]
    return trail.lookup_events(LookupAttributes=name)["ResponseMetadata"]["RequestId"]


def until_refused(trail):
    """The calls that were acknowledged, and how the first refusal read."""
    acknowledged = []
    while True:
        try:
            acknowledged.append(call(trail))
        except ClientError as error:
            return acknowledged, error.response


def requests(server):
    told = server.pugmark("events", "--all", "-o", "ndjson").stdout
    return [json.loads(line)["requestID"] for line in told.splitlines()]


def test_calls_are_refused_until_there_is_room_and_none_is_lost(disk, tmp_path):
    server = Server(disk / "lake", tmp_path).start()
    trail = server.client("cloudtrail")
    fill(disk, LEFT_KB)
    acknowledged, refusal = until_refused(trail)
    assert len(acknowledged) > 100
    assert refusal["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert refusal["Error"]["Code"] == "ServiceUnavailable"
    assert "full" in refusal["Error"]["Message"] and ADVICE in refusal["Error"]["Message"]
    assert server.is_healthy()
    told = server.pugmark("import", tmp_path, code=1).stderr
    assert "full" in told and f"next:  {ADVICE}" in told
    free(disk)
    acknowledged.append(call(trail))
    server.kill()
    server.start()
    found = requests(server)
    assert [each for each in acknowledged if found.count(each) != 1] == []
    assert refusal["ResponseMetadata"]["RequestId"] not in found
    assert server.stop() == 0


def test_an_import_that_found_no_room_goes_on(disk, tmp_path):
    for n in range(10):
        noisy = [logs.record(f"{n} {k}", userAgent=secrets.token_hex(500)) for k in range(500)]
        logs.write_records(tmp_path / "pile" / f"{n}.json.gz", noisy)
    server = Server(disk / "lake", tmp_path).start()
    fill(disk, LEFT_KB)
    told = server.pugmark("import", tmp_path / "pile", code=1).stderr
    assert "--resume" in told
    assert server.client("sts").get_caller_identity()["Account"]
    free(disk)
    server.pugmark("import", tmp_path / "pile", "--resume")
    status = json.loads(server.pugmark("status", "-o", "json").stdout)
    assert status["records"] >= 5_000 and status["conflicts"] == 0
    assert status["unfinished"] == []
    assert server.stop() == 0


def test_a_lake_on_a_full_disk_still_answers(disk, tmp_path):
    logs.write_records(tmp_path / "pile" / "one.json", [logs.record("one")])
    words = ["import", tmp_path / "pile", "--data", disk / "lake"]
    fill(disk, 0)
    refused = pugmark(*words, home=tmp_path)
    assert refused.returncode == 1 and f"next:  {ADVICE}" in refused.stderr, refused.stderr
    free(disk)
    assert pugmark(*words, home=tmp_path).returncode == 0
    fill(disk, 0)
    told = pugmark("who", "did", "CreateUser", "--data", disk / "lake", home=tmp_path)
    assert told.returncode == 0 and "lookup-alice" in told.stdout, told.stderr
