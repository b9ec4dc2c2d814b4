"""`pugmark open`: a pile of logs, looked into in one shot, leaving nothing behind."""

import json

import pytest

import logs


@pytest.fixture
def pile(tmp_path):
    directory = tmp_path / "pile"
    denied = {"errorCode": "AccessDenied", "errorMessage": "no"}
    records = [
        logs.record("opened 1", minutes=1),
        logs.record("opened 2", minutes=2, eventName="DeleteUser", **denied),
    ]
    logs.write_records(directory / "logs.json.gz", records)
    return directory


def everything(directory):
    return {path: path.stat().st_size for path in directory.rglob("*")}


def test_says_what_is_in_it(run, pile):
    ran = run("open", pile)
    assert ran.returncode == 0, ran.stderr
    assert "111122223333" in ran.stdout + ran.stderr


def test_answers_a_question(run, pile):
    ran = run("open", pile, "-o", "ndjson", "--", "events", "--failed")
    assert ran.returncode == 0, ran.stderr
    (line,) = ran.stdout.splitlines()
    assert isinstance(json.loads(line), dict)
    assert logs.event_id("opened 2") in line


def test_tells_who_did_it(run, pile):
    ran = run("open", pile, "--", "who", "did", "DeleteUser")
    assert "lookup-alice" in ran.stdout, ran.stderr


def test_leaves_nothing_behind(run, pile, tmp_path):
    before = everything(tmp_path)
    run("open", pile, "--", "event", logs.event_id("opened 1"))
    assert everything(tmp_path) == before


def test_says_what_it_cannot_find(run, tmp_path):
    ran = run("open", tmp_path / "nowhere")
    assert ran.returncode not in (0, None)
    assert "nowhere" in ran.stderr
