"""`--encrypt`: without its key nothing in a data directory can be read, with it all is as before."""

import base64
import json
import shutil
import time
import zlib
from pathlib import Path

import pytest

import lake
import logs
import trails
from server import pugmark

WORDS = ("wanderfalke", "turmfalke", "seeadler", "uhu-im-wald", "rotmilan", "sperber", "habicht")
RECORD, TAG, POLICY, BODY, OBJECT, IMPORT, ANSWER = WORDS


@pytest.fixture
def key(tmp_path):
    return tmp_path / "keys" / "root.key"


@pytest.fixture
def locked(start, key):
    """A server on an encrypted directory that seals and writes out State all the time."""
    key.parent.mkdir()
    return start("--encrypt", "--key-file", key, "--delivery-interval", "1s", "--tune", TUNE)


TUNE = "seal_age_ms=500,snapshot_bytes=4096,segment_bytes=16384"


def work(server, tmp_path):
    """Leaves every word in another kind of thing; gives the query whose rows are kept."""
    s3, trail = server.client("s3"), server.client("cloudtrail", agent=RECORD)
    made = trails.create(server, f"trail-{RECORD}", TagsList=[{"Key": "bird", "Value": TAG}])
    trail.start_logging(Name=made["TrailARN"])
    bucket = lake.name("aerie")
    s3.create_bucket(Bucket=bucket)
    account = server.client("sts").get_caller_identity()["Account"]
    statement = {
        "Sid": POLICY, "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/{POLICY}/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=trails.policy(statement))
    for size in (1, 400, 40_000):
        s3.put_object(Bucket=bucket, Key=f"{OBJECT}/{size}", Body=BODY.encode() * size)
    for _ in range(60):
        server.client("sts", agent=RECORD).get_caller_identity()
    records = [logs.record(f"{IMPORT} {n}", minutes=n) for n in range(300)]
    logs.write_records(tmp_path / "logs" / "birds.json.gz", records)
    server.pugmark("import", tmp_path / "logs")
    sql = f"SELECT eventID, userAgent, '{ANSWER}' AS bird FROM events WHERE eventName <> 'x'"
    query = trail.start_query(QueryStatement=sql)["QueryId"]
    ended(trail, query)
    wait_for(lambda: s3.list_objects_v2(Bucket=made["S3BucketName"]).get("Contents"))
    wait_for(lambda: list(server.data.glob("parts/*.part")))
    return query


def wait_for(happened):
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.2)


def ended(trail, query):
    for _ in range(600):
        told = trail.describe_query(QueryId=query)
        if told["QueryStatus"] not in ("QUEUED", "RUNNING"):
            assert told["QueryStatus"] == "FINISHED", told
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def spellings(word):
    """A word as it is, in hex, and in base64 wherever it may begin."""
    raw = word.encode()
    yield raw
    yield raw.hex().encode()
    for skip in range(3):
        coded = base64.b64encode(b"\0" * skip + raw).rstrip(b"=")
        yield coded[4:-2] if skip else coded[:-2]


def unpacked(content):
    """What can be inflated, from wherever gzip may begin."""
    at = content.find(b"\x1f\x8b\x08")
    while at >= 0:
        try:
            yield zlib.decompressobj(31).decompress(content[at:])
        except zlib.error:
            pass
        at = content.find(b"\x1f\x8b\x08", at + 1)


def shown(data, words=WORDS):
    """Which words can be found in which files."""
    found = set()
    for path in filter(lambda path: path.is_file(), data.rglob("*")):
        content = path.read_bytes()
        for text in (content, *unpacked(content)):
            for word in words:
                if any(spelling in text for spelling in spellings(word)):
                    found.add((word, path.relative_to(data).parts[0]))
    return found


def test_no_word_is_found_in_any_file(locked, key, tmp_path):
    query = work(locked, tmp_path)
    assert shown(locked.data) == set(), "while it runs"
    locked.kill()
    assert shown(locked.data) == set(), "after a kill"
    copy = shutil.copytree(locked.data, tmp_path / "copy")
    proved = pugmark("verify", copy, "--key-file", key, home=tmp_path)
    assert proved.stdout.startswith("PROVED"), proved.stdout + proved.stderr
    locked.start()
    for _ in range(80):
        locked.client("sts", agent=RECORD).get_caller_identity()
    agents = [record["userAgent"] for record in locked.records()]
    assert sum(RECORD in agent for agent in agents) >= 140
    s3, trail = locked.client("s3"), locked.client("cloudtrail")
    for bucket in (b["Name"] for b in s3.list_buckets()["Buckets"] if b["Name"].startswith("aerie")):
        for item in s3.list_objects_v2(Bucket=bucket)["Contents"]:
            body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            assert body == BODY.encode() * int(item["Key"].split("/")[1])
    page = trail.get_query_results(QueryId=query)
    assert ANSWER in json.dumps(page["QueryResultRows"])
    again = trail.start_query(QueryStatement="SELECT count(*) AS n FROM events")["QueryId"]
    ended(trail, again)
    assert locked.stop() == 0
    assert shown(locked.data) == set(), "after a stop"


def test_in_the_clear_the_same_search_finds_the_words(start, tmp_path):
    clear = start("--delivery-interval", "1s", "--tune", TUNE)
    work(clear, tmp_path)
    found = {word for word, _ in shown(clear.data)}
    # Bodies are encrypted in any case; the rest shows, where it was not compressed away.
    assert BODY not in found
    assert {RECORD, ANSWER} <= found, found


def test_the_key_is_asked_for_and_a_wrong_one_told(locked, key, tmp_path):
    assert (key.stat().st_mode & 0o777, len(key.read_text())) == (0o600, 65)
    assert locked.stop() == 0
    told = pugmark("events", "--data", locked.data, home=tmp_path)
    assert told.returncode == 1
    assert "encrypted" in told.stderr and "--key-file" in told.stderr, told.stderr
    up = pugmark("up", "--data", locked.data, "--listen", "127.0.0.1:0", home=tmp_path)
    assert up.returncode == 1 and "--key-file" in up.stderr, up.stderr
    wrong = tmp_path / "wrong"
    wrong.write_text("ab" * 32)
    told = pugmark("events", "--data", locked.data, "--key-file", wrong, home=tmp_path)
    assert told.returncode == 1 and "not the key" in told.stderr, told.stderr
    told = pugmark("verify", locked.data, home=tmp_path)
    assert told.returncode == 6 and "key" in told.stdout, told.stdout + told.stderr
    good = pugmark("events", "--data", locked.data, "--key-file", key, home=tmp_path)
    assert good.returncode == 0, good.stderr


def test_encrypt_without_a_key_file_or_with_one_inside_is_refused(run, tmp_path):
    told = run("up", "--encrypt", "--data", tmp_path / "lake", "--listen", "127.0.0.1:0")
    assert told.returncode == 2 and "--key-file" in told.stderr, told.stderr
    (tmp_path / "lake").mkdir(exist_ok=True)
    inside = tmp_path / "lake" / "key"
    told = run("up", "--encrypt", "--data", tmp_path / "lake", "--key-file", inside)
    assert told.returncode == 2 and "lies in the data directory" in told.stderr, told.stderr
    assert not inside.exists()


def test_a_worker_has_no_key_on_its_command_line_or_in_its_environment(locked, key, tmp_path):
    trail = locked.client("cloudtrail")
    ended(trail, trail.start_query(QueryStatement="SELECT count(*) AS n FROM events")["QueryId"])
    secret = key.read_text().strip().encode()
    tasks = Path(f"/proc/{locked.process.pid}/task").glob("*/children")
    pids = {pid for path in tasks for pid in path.read_text().split()}
    workers = [pid for pid in pids if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert workers
    for pid in workers:
        for what in ("cmdline", "environ"):
            assert secret not in Path(f"/proc/{pid}/{what}").read_bytes()
