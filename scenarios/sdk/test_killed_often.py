"""Killed again and again, at any moment: what was acknowledged is there, and there once."""

import json
import random
import subprocess
import threading
import time
from collections import Counter

import pytest

import logs
import raw
from server import Server, bare_environment, binary

ROUNDS = 6
FILES = 12
RECORDS = 300


@pytest.fixture
def dice():
    """Chance, with a seed that a failing test shows."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    return random.Random(seed)


def kept(server, field):
    """One value of every record, as often as it is kept."""
    told = server.pugmark("events", "--all", "-o", "ndjson").stdout
    return Counter(json.loads(line).get(field) for line in told.splitlines())


def asks(server, acknowledged):
    sts = server.client("sts")
    while True:
        answer = sts.get_caller_identity()
        acknowledged.append(answer["ResponseMetadata"]["RequestId"])


def borrows(server, acknowledged):
    sts = server.client("sts")
    while True:
        lent = sts.get_session_token()
        acknowledged.append(lent["ResponseMetadata"]["RequestId"])


def looks(server, acknowledged):
    trail = server.client("cloudtrail")
    while True:
        found = trail.lookup_events(MaxResults=1)
        acknowledged.append(found["ResponseMetadata"]["RequestId"])


def fails(server, acknowledged):
    """A call that is refused is recorded too, before it is told so."""
    while True:
        answer = raw.cloudtrail(server, "ListDashboards", "{}")
        assert answer.status == 400
        acknowledged.append(answer.headers["x-amzn-requestid"])


def until_killed(server, after_s):
    """What four clients were told before the server died."""
    acknowledged = []

    def call(client):
        try:
            client(server, acknowledged)
        except Exception:  # the server is gone: that is the point
            pass

    threads = [threading.Thread(target=call, args=[it]) for it in (asks, borrows, looks, fails)]
    for thread in threads:
        thread.start()
    time.sleep(after_s)
    server.kill()
    for thread in threads:
        thread.join()
    return acknowledged


def interrupted(words, home, after_s):
    """Starts a command and kills it."""
    words = [binary(), *map(str, words)]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(words, env=bare_environment(home), **silent)
    time.sleep(after_s)
    process.kill()
    process.wait()


def test_every_acknowledged_call_is_there_once(fresh, dice):
    acknowledged = []
    for _ in range(ROUNDS):
        acknowledged += until_killed(fresh, dice.uniform(0.05, 1.0))
        if dice.random() < 0.5:  # once more, while it recovers
            words = ["up", "--data", fresh.data, "--listen", "127.0.0.1:0"]
            interrupted(words, fresh.home, dice.uniform(0, 0.2))
        fresh.start()
    found = kept(fresh, "requestID")
    assert len(acknowledged) > 10 * ROUNDS
    assert [call for call in acknowledged if found[call] != 1] == []


def test_an_import_that_was_cut_often_brings_each_record_once(tmp_path, dice):
    pile, wanted = tmp_path / "pile", set()
    for n in range(FILES):
        records = [logs.record(f"cut {n} {k}", minutes=k) for k in range(RECORDS)]
        wanted |= {record["eventID"] for record in records}
        logs.write_records(pile / f"{n}.json.gz", records)
    server = Server(tmp_path / "lake", tmp_path)
    words = ["import", pile, "--resume", "--data", server.data]
    for n in range(ROUNDS):
        if n % 2:
            interrupted(words, tmp_path, dice.uniform(0, 0.4))
            continue
        server.start()
        doomed = threading.Thread(target=interrupted, args=[words, tmp_path, 1])
        doomed.start()
        time.sleep(dice.uniform(0, 0.4))
        server.kill()
        doomed.join()
    server.pugmark("import", pile, "--resume")
    found = kept(server, "eventID")
    assert [record for record in wanted if found[record] != 1] == []


def test_a_story_that_was_cut_off_is_told_once(tmp_path, dice):
    flags = ["--demo", "--demo-at", "2026-11-20T12:00:00Z"]
    words = ["up", "--data", tmp_path / "lake", "--listen", "127.0.0.1:0", *flags]
    for _ in range(3):
        interrupted(words, tmp_path, dice.uniform(0.1, 1.5))
    server = Server(tmp_path / "lake", tmp_path, flags).start()
    try:
        status = json.loads(server.pugmark("status", "-o", "json").stdout)
        found = kept(server, "eventID")
    finally:
        server.stop()
    assert status["records"] > 100_000 and status["conflicts"] == 0
    assert max(found.values()) == 1
